package deployments

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// The actions of people and of pulumi, and views of the whole account at one moment.

// Up does what pulumi up does with a new version: it registers the version and, for a rolling service that
// is not held, has ECS deploy it.
func (c *Cloud) Up(name string, kind Kind) (arn string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.services[name]
	s.registered = c.register(s, kind)
	if s.options.BlueGreen || s.options.Held {
		return s.registered.arn, nil
	}
	return s.registered.arn, s.deploy(s.registered)
}

// Deregister makes all revisions except the registered one INACTIVE, as pulumi does without
// skipDestroy.
func (c *Cloud) Deregister(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, one := range c.definitions {
		one.inactive = one.inactive || one != c.services[name].registered && one.of(name)
	}
}

func (d *definition) of(name string) bool {
	const start = len("arn:aws:ecs:" + Region + ":" + Account + ":task-definition/")
	return len(d.arn) > start+len(name) && d.arn[start:start+len(name)+1] == name+":"
}

// Configure does what pulumi up does when it changes how CodeDeploy deploys the service.
func (c *Cloud) Configure(name, shift string, waitMinutes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.services[name].options.Shift, c.services[name].options.WaitMinutes = shift, waitMinutes
}

// Disturb keeps the service's alarm on for a while, for a reason that no deployment can fix.
func (c *Cloud) Disturb(name string, lasts time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.services[name].alarm.forced = time.Now().Add(lasts)
}

// Stop stops the active deployment, as a person would, if there is one that can be stopped.
func (c *Cloud) Stop(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := c.active(c.services[name]); d != nil && !d.rollback() {
		c.fail(d, types.DeploymentStatusStopped, types.ErrorCodeManualStop, "The deployment has been stopped by somebody")
	}
}

// Registered returns the ARN and the kind of the version that the last update registered.
func (c *Cloud) Registered(name string) (arn string, kind Kind) {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := c.services[name].registered
	return one.arn, one.kind
}

// Serving returns the ARNs of the versions whose healthy tasks get requests, sorted.
func (c *Cloud) Serving(name string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.services[name]
	var arns []string
	for _, one := range s.sets {
		gets := !s.options.BlueGreen || one.weight > 0
		if gets && s.healthy(one) > 0 {
			arns = append(arns, one.definition.arn)
		}
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}

// DeadTasks counts the running tasks that hold a password that the database refuses.
func (c *Cloud) DeadTasks(name string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	count := 0
	for _, one := range c.services[name].tasks {
		if one.runs() && one.password != c.database {
			count++
		}
	}
	return count
}

// Busy reports whether the group has an active deployment: a destroy would wait for the service in
// vain.
func (c *Cloud) Busy(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.active(c.services[name]) != nil
}

// AlarmOn reports whether the service's alarm is on.
func (c *Cloud) AlarmOn(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.services[name].alarm.on()
}

// Suspended reports whether autoscaling may not remove tasks.
func (c *Cloud) Suspended(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.services[name].scaling.scaleInSuspended()
}

// Outputs returns the stack's outputs as pulumi stack output --json writes them.
func (c *Cloud) Outputs() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	services := map[string]any{}
	for name, s := range c.services {
		one := map[string]any{
			"name": name, "taskDefinitionArn": s.registered.arn, "alarms": c.alarmNames(s), "after": s.options.After,
			"migration": map[string]any{"command": s.options.Migration, "timeoutMinutes": 10},
		}
		if s.options.BlueGreen {
			one["codeDeployApplication"], one["codeDeployGroup"] = Application(name), name
		}
		if s.options.BlueGreen || s.options.Held {
			one["appSpec"] = AppSpec(name, "<TASK_DEFINITION>")
		}
		services[name] = one
	}
	text, err := json.Marshal(map[string]any{"clusterName": Cluster, "services": services})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Application returns the name of the service's application in CodeDeploy; the deployment group has the
// service's name.
func Application(service string) string { return "app-" + service }

// AppSpec returns the AppSpec that deploys a task definition to the service.
func AppSpec(service, definition string) string {
	return fmt.Sprintf(`{"version":0.0,"Resources":[{"TargetService":{"Type":"AWS::ECS::Service","Properties":{`+
		`"TaskDefinition":%q,"LoadBalancerInfo":{"ContainerName":%q,"ContainerPort":8000},"PlatformVersion":"1.4.0",`+
		`"NetworkConfiguration":{"AwsvpcConfiguration":{"Subnets":["subnet-1","subnet-2"],"SecurityGroups":["sg-1"],`+
		`"AssignPublicIp":"DISABLED"}},"CapacityProviderStrategy":[{"CapacityProvider":"FARGATE","Base":1,"Weight":1}]}}}]}`,
		definition, service)
}

// Mend removes the outside cause that keeps the registered version from working.
func (c *Cloud) Mend(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.services[name].registered.kind = Good
}
