package catalog

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/fargate"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	ecsArn = "arn:{partition}:ecs:{region}:{account}:"
)

var ecsChars = regexp.MustCompile(`^[a-zA-Z0-9_-]+$`)

func init() { tables = append(tables, ecsTypes) }

// ecsTypes are container clusters and services.
var ecsTypes = Types{
	resourcetypes.ECSCluster: {
		Name: &Name{Max: 255, Chars: ecsChars},
		ID:   "{.arn}",
		Outputs: Outputs{
			"arn":      ecsArn + "cluster/{.name}",
			"settings": []any{map[string]any{"name": "containerInsights", "value": "disabled"}},
		},
		Refs: []Ref{
			{Path: "configuration.executeCommandConfiguration.kmsKeyId", To: resourcetypes.KMSKey, By: keyNames, Foreign: true},
			{
				Path: "configuration.executeCommandConfiguration.logConfiguration.cloudWatchLogGroupName",
				To:   resourcetypes.LogGroup,
			},
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "InvalidParameterException: " +
			"Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."}},
		Tags:     true,
		NotFound: "ClusterNotFoundException: Cluster not found.",
		InUse:    "ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.",
	},
	resourcetypes.ClusterCapacityProviders: {
		ID:   "{.clusterName}",
		Refs: []Ref{{Path: "clusterName", To: resourcetypes.ECSCluster, By: []string{"name"}}},
	},
	resourcetypes.TaskDefinition: {
		Differs: []Difference{{"enableFaultInjection", Computed, newer}},
		ID:      "{.family}",
		Key:     "{.arn}",
		Outputs: Outputs{
			"arn":                ecsArn + "task-definition/{.family}:{.revision}",
			"arnWithoutRevision": ecsArn + "task-definition/{.family}",
			"revision":           Compute(taskRevision), "networkMode": "bridge", "enableFaultInjection": false,
		},
		Refs: []Ref{
			{Path: "executionRoleArn", To: resourcetypes.Role, By: arn, Foreign: true},
			{Path: "taskRoleArn", To: resourcetypes.Role, By: arn, Foreign: true},
			{Path: "volumes[].efsVolumeConfiguration.fileSystemId", To: resourcetypes.FileSystem, Foreign: true},
			{
				Path: "volumes[].efsVolumeConfiguration.authorizationConfig.accessPointId",
				To:   resourcetypes.FileSystemAccessPoint, Foreign: true,
			},
		},
		JSON:   []string{"containerDefinitions"},
		Checks: []Check{fargateSize, containersComplete, tmpfsMounted, containersRun, containersTogether, filesEncrypted},
		Rules: []Rule{
			trusts("executionRoleArn", deliveries.TaskExecutionRole, ecsRoleRefusal),
			trusts("taskRoleArn", deliveries.TaskRole, ecsRoleRefusal),
		},
		After:    []Rule{filesWritable},
		Tags:     true,
		NotFound: "ClientException: TaskDefinition not found.",
	},
	resourcetypes.ECSService: {
		Differs: []Difference{{"availabilityZoneRebalancing", Computed, newer}},
		Name:    &Name{Max: 255, Chars: ecsChars},
		MakeID: func(c *Call) any {
			return c.Expand(ecsArn+"service/"+lastPart(c.Text("cluster"), "default")+"/{.name}", nil)
		},
		Outputs: Outputs{
			"launchType": "EC2", "platformVersion": "LATEST", "availabilityZoneRebalancing": "DISABLED",
			"iamRole": "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", "triggers": map[string]any{},
		},
		Refs: []Ref{
			{Path: "cluster", To: resourcetypes.ECSCluster, By: []string{"id", "name"}, Holds: true},
			{Path: "taskDefinition", To: resourcetypes.TaskDefinition, By: []string{"arn", "family"}},
			{Path: "networkConfiguration.subnets[]", To: resourcetypes.Subnet, Holds: true},
			{Path: "networkConfiguration.securityGroups[]", To: resourcetypes.SecurityGroup, Holds: true},
			{Path: "loadBalancers[].targetGroupArn", To: resourcetypes.TargetGroup, Holds: true},
			{Path: "alarms.alarmNames[]", To: resourcetypes.MetricAlarm, Foreign: true},
			{
				Path: "serviceConnectConfiguration.namespace", To: resourcetypes.HTTPNamespace, By: arn, Holds: true,
			},
		},
		Unique: []Unique{{Properties: []string{"name", "cluster"}, Error: "InvalidParameterException: " +
			"Creation of service was not idempotent."}},
		Rules: []Rule{
			targetGroupAttached, graceWithBalancer, codeDeployOwns, secretsReadable, portsBindable, listenerDefined,
			connectable, filesMountable,
		},
		Tags:     true,
		NotFound: "ServiceNotFoundException: Service not found.",
	},
}

const ecsRoleRefusal = "ClientException: ECS was unable to assume the role that was provided for this task. Please " +
	"verify that the role being passed has the proper trust relationship and permissions and that your IAM user has " +
	"permissions to pass this role."

// taskRevision numbers the revisions of a family; a number is never used twice.
func taskRevision(c *Call) any {
	if n, ok := prop.Number(c.Old, "revision"); ok {
		return n
	}
	for n := 1; ; n++ {
		name := c.Expand(ecsArn+"task-definition/{.family}:", nil) + strconv.Itoa(n)
		_, taken := c.Find(resourcetypes.TaskDefinition, "arn", name)
		if !taken && !c.Deleted(resourcetypes.TaskDefinition, name) {
			return n
		}
	}
}

// lastPart returns what follows the last slash: the name in an ARN or in a bare name.
func lastPart(name, fallback string) string {
	if name == "" {
		return fallback
	}
	return name[strings.LastIndexByte(name, '/')+1:]
}

// fargateSize: Fargate offers some sizes of memory with each of CPU.
func fargateSize(inputs resource.PropertyMap) (string, string) {
	cpu, memory := prop.Text(inputs, "cpu"), prop.Text(inputs, "memory")
	if !slices.Contains(prop.Texts(inputs, "requiresCompatibilities[]"), "FARGATE") || cpu == "" || memory == "" {
		return "", ""
	}
	units, _ := strconv.Atoi(cpu)
	sizes, offered := fargate.Sizes[units]
	if !offered {
		return "cpu", fmt.Sprintf("%q is no Fargate CPU size", cpu)
	}
	if mib, err := strconv.Atoi(memory); err != nil || !sizes.Offers(units, mib) {
		return "memory", fmt.Sprintf("%q: Fargate does not offer it with cpu %s", memory, cpu)
	}
	return "", ""
}

// containersComplete: every container needs a name and an image, and one is essential.
func containersComplete(inputs resource.PropertyMap) (string, string) {
	const property = "containerDefinitions"
	text := prop.Text(inputs, property)
	if text == "" {
		return "", ""
	}
	var containers []struct {
		Name, Image string
		Essential   *bool
	}
	if err := json.Unmarshal([]byte(text), &containers); err != nil {
		return property, "is not a JSON list of containers"
	}
	essential := false
	for i, container := range containers {
		if container.Name == "" || container.Image == "" {
			return property, fmt.Sprintf("container %d needs a name and an image", i)
		}
		essential = essential || container.Essential == nil || *container.Essential
	}
	if !essential {
		return property, "at least one container must be essential"
	}
	return "", ""
}

// targetGroupAttached: a service cannot register tasks in a target group that no listener
// forwards to.
func targetGroupAttached(c *Call) error {
	for _, group := range prop.Texts(c.Inputs, "loadBalancers[].targetGroupArn") {
		if !c.attached(group) {
			return Errorf("InvalidParameterException", "The target group with targetGroupArn %s does not have an "+
				"associated load balancer.", group)
		}
	}
	return nil
}

// graceWithBalancer: without a load balancer there is no check whose failures could be forgiven.
//
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, healthCheckGracePeriodSeconds;
// https://github.com/hashicorp/terraform-provider-aws/issues/6349 has the message
func graceWithBalancer(c *Call) error {
	seconds, set := prop.Number(c.Inputs, "healthCheckGracePeriodSeconds")
	if !set || seconds == 0 || prop.Has(c.Inputs, "loadBalancers") {
		return nil
	}
	return Errorf("InvalidParameterException", "Health check grace period is only valid for services configured to use "+
		"load balancers")
}

// codeDeployOwns: what CodeDeploy deploys cannot be changed by updating the service.
func codeDeployOwns(c *Call) error {
	if c.Op != Update || prop.Text(c.Inputs, "deploymentController.type") != "CODE_DEPLOY" {
		return nil
	}
	for _, property := range []string{"taskDefinition", "loadBalancers", "networkConfiguration", "platformVersion"} {
		now, then := c.Inputs[resource.PropertyKey(property)], c.Old[resource.PropertyKey(property)]
		if prop.Has(c.Inputs, property) && !prop.Reveal(now).DeepEquals(prop.Reveal(then)) {
			return Errorf("InvalidParameterException", "Unable to update %s on services with a CODE_DEPLOY deployment "+
				"controller. Use AWS CodeDeploy to trigger a new deployment.", property)
		}
	}
	return nil
}
