package stack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
	"aws-webapp/internal/deployed"
)

const (
	httpsListener = "web-https"
)

// refuseController: AWS can move a service from one controller to the other, but the provider
// replaces it (deployment_controller.type forces a new one). Its name is fixed, so the old
// service would have to be deleted first.
func (w *workload) refuseController() config.Errors {
	var errs config.Errors
	for i, service := range w.cfg.Services {
		was, up := w.was.Find(resourcetypes.ECSService, service.Name)
		if !up || controllerOf(was) == service.Deployment.Controller {
			continue
		}
		errs = append(errs, &config.Error{
			Key:     w.serviceKey(i, "deployment.controller"),
			Found:   string(service.Deployment.Controller),
			Allowed: string(controllerOf(was)) + ", which is deployed: AWS would have to delete the service first",
			Fix: fmt.Sprintf("add a service of another name beside it with the new controller, the same hosts and paths "+
				"and priority %d, deploy and see it serve, then remove this one", w.freePriority(service.Routing.Priority)),
		})
	}
	return errs
}

// partNames are those of the stack's parts that have alarms. A service's or job's alarms and queue are called after it
// in the same way, such as <name>-cpu, -5xx and -dead-letters: AWS would refuse the second of a name half way through
// an update.
var partNames = []string{"web", "database", "cache", "rotation", "search"}

func (w *workload) refuseNames() config.Errors {
	var errs config.Errors
	for _, unit := range w.cfg.Units() {
		taken := partNames
		if strings.HasPrefix(unit.Key, "jobs") {
			taken = append([]string{"backup"}, taken...) // backup-failed and backup-missing
		}
		if !slices.Contains(taken, unit.Name) {
			continue
		}
		errs = append(errs, &config.Error{
			Key: w.key(unit.Key + ".name"), Found: unit.Name,
			Allowed: "names other than those of the stack's own parts, whose alarms have them: " + strings.Join(taken, ", "),
			Fix:     "choose another, such as app-" + unit.Name,
		})
	}
	return errs
}

// refuseKind: while the update takes the load balancer away from a service, clients still ask it, and while it gets
// one, ECS refuses target groups that no rule uses yet. A name among services needs a named port, which the tasks of a
// held service have only after their next release.
func (w *workload) refuseKind() config.Errors {
	var errs config.Errors
	for i, service := range w.cfg.Services {
		was, up := w.was.Find(resourcetypes.ECSService, service.Name)
		if kind := kindOf(was); up && kind != service.Kind {
			errs = append(errs, &config.Error{
				Key: w.serviceKey(i, "kind"), Found: string(service.Kind), Allowed: string(kind) + ", which is deployed",
				Fix: "add a service of another name beside it, deploy, then remove this one",
			})
		}
	}
	return errs
}

func kindOf(service deployed.Resource) config.ServiceKind {
	groups, _ := service.Outputs["loadBalancers"].([]any)
	connect, _ := service.Outputs["serviceConnectConfiguration"].(map[string]any)
	names, _ := connect["services"].([]any)
	switch {
	case len(groups) > 0:
		return config.Web
	case len(names) > 0:
		return config.Internal
	}
	return config.Worker
}

// refuseProtocol: AWS sets what a target group speaks when it makes it. Another group would get the requests only after
// the tasks of the old one have ended.
func (w *workload) refuseProtocol() config.Errors {
	var errs config.Errors
	for i, service := range w.cfg.Services {
		if service.Kind == config.Internal {
			errs = append(errs, w.refuseAppProtocol(i)...)
		}
		was, up := w.was.Find(resourcetypes.TargetGroup, service.Name)
		if !up || !service.HasEndpoint() {
			continue
		}
		beside := fmt.Sprintf("add a service of another name beside it that has it, with the same hosts and paths and "+
			"priority %d, deploy and see it serve, then remove this one", w.freePriority(service.Routing.Priority))
		if version := was.Text("protocolVersion"); version != string(service.ProtocolVersion) {
			errs = append(errs, &config.Error{
				Key: w.serviceKey(i, "protocolVersion"), Found: string(service.ProtocolVersion),
				Allowed: version + ", which is deployed: AWS would have to replace the target group", Fix: beside,
			})
		}
		if tls := was.Text("protocol") == "HTTPS"; tls != service.TargetTLS {
			errs = append(errs, &config.Error{
				Key: w.serviceKey(i, "targetTls"), Found: strconv.FormatBool(service.TargetTLS),
				Allowed: strconv.FormatBool(tls) + ", which is deployed: AWS would have to replace the target group", Fix: beside,
			})
		}
	}
	return errs
}

// refuseAppProtocol: ECS keeps the protocol of a name among services until the service is deleted.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
func (w *workload) refuseAppProtocol(i int) config.Errors {
	service := w.cfg.Services[i]
	was, _ := w.was.Find(resourcetypes.TaskDefinition, service.Name)
	var containers []struct {
		PortMappings []struct{ AppProtocol string }
	}
	if json.Unmarshal([]byte(was.Text("containerDefinitions")), &containers) != nil {
		return nil // not deployed
	}
	for _, container := range containers {
		for _, mapping := range container.PortMappings {
			if mapping.AppProtocol == "" || mapping.AppProtocol == appProtocols[service.ProtocolVersion] {
				continue
			}
			return config.Errors{&config.Error{
				Key: w.serviceKey(i, "protocolVersion"), Found: string(service.ProtocolVersion),
				Allowed: mapping.AppProtocol + ", which is deployed: ECS keeps it until the service is deleted",
				Fix:     "add a service of another name beside it, let others call that one, then remove this one",
			}}
		}
	}
	return nil
}

func controllerOf(service deployed.Resource) config.DeploymentController {
	controller, _ := service.Outputs["deploymentController"].(map[string]any)
	if controller["type"] == "CODE_DEPLOY" {
		return config.BlueGreen
	}
	return config.Rolling
}

// refusePriority: the priority of another service's rule is in use until that rule is deleted,
// which happens last. Rules of rolling services are changed in place. Those of other services
// belong to CodeDeploy, and nobody else can change them.
func (w *workload) refusePriority() config.Errors {
	var errs config.Errors
	for i, service := range w.cfg.Services {
		if !service.HasEndpoint() {
			continue
		}
		for n, priority := range service.Routing.Priorities() {
			holder, taken := w.rules()[priority]
			if !taken || n == 0 && holder == service.Name {
				continue
			}
			shared := fmt.Sprintf("https_%d", priority)
			if service.Deployment.Controller == config.Rolling && holder == shared {
				continue
			}
			key := "routing.priority"
			if n > 0 {
				key = fmt.Sprintf("routing.rules[%d].priority", n-1)
			}
			errs = append(errs, &config.Error{
				Key:     w.serviceKey(i, key),
				Found:   fmt.Sprintf("%d, which the deployed rule %s has", priority, holder),
				Allowed: "a priority that no deployed rule has, such as " + strconv.Itoa(w.freePriority(priority)),
				Fix:     "take that one; the wanted one is free after the update that removes or moves the rule which has it",
			})
		}
	}
	return errs
}

// refuseTakeover: a new service that the release command deploys gets its rule before its tasks
// serve, because nothing waits for them. The rule that it takes over must be removed later.
func (w *workload) refuseTakeover() config.Errors {
	var errs config.Errors
	for i, service := range w.cfg.Services {
		if _, up := w.was.Find(resourcetypes.ECSService, service.Name); up || !service.Held() {
			continue
		}
		for _, was := range w.was.Of(resourcetypes.ECSService) {
			goes := !slices.ContainsFunc(w.cfg.Services, func(s config.Service) bool { return s.Name == was.Name })
			if !goes || !w.answersSame(was.Name, service.Routing) {
				continue
			}
			errs = append(errs, &config.Error{
				Key:     w.serviceKey(i, "name"),
				Found:   fmt.Sprintf("%s, which takes the requests of %s over in one update", service.Name, was.Name),
				Allowed: "a new service beside the one that it replaces: its tasks serve only after the update",
				Fix: fmt.Sprintf("keep %s, give %s priority %d, deploy and see it serve, then remove %s",
					was.Name, service.Name, w.freePriority(service.Routing.Priority), was.Name),
			})
		}
	}
	return errs
}

// answersSame reports whether a deployed service's rule has a host or path of the routing.
func (w *workload) answersSame(service string, routing config.Routing) bool {
	for _, rule := range w.was.Of(resourcetypes.ListenerRule) {
		if rule.Name != service && !strings.HasPrefix(rule.Name, "https_") {
			continue
		}
		text, err := json.Marshal(rule.Outputs["conditions"])
		if err != nil || rule.Name != service && !forwardsTo(rule, service) {
			continue
		}
		wanted := slices.Concat(routing.Hosts, routing.Paths)
		for _, more := range routing.Rules {
			wanted = slices.Concat(wanted, more.Hosts, more.Paths)
		}
		for _, value := range wanted {
			if quoted, err := json.Marshal(value); err == nil && strings.Contains(string(text), string(quoted)) {
				return true
			}
		}
	}
	return false
}

// forwardsTo reports whether a rolling rule belongs to the service, by its Name tag.
func forwardsTo(rule deployed.Resource, service string) bool {
	tags, _ := rule.Outputs["tags"].(map[string]any)
	return tags["Name"] == service
}

// rules returns the deployed rules of the HTTPS listener: logical names by priority.
func (w *workload) rules() map[int]string {
	held := map[int]string{}
	listener, up := w.was.Find(resourcetypes.Listener, httpsListener)
	if !up {
		return held
	}
	for _, rule := range w.was.Of(resourcetypes.ListenerRule) {
		if rule.Text("listenerArn") == listener.Text("arn") {
			held[int(rule.Number("priority"))] = rule.Name
		}
	}
	return held
}

// freePriority returns the first priority after the given one that is neither deployed nor
// configured.
func (w *workload) freePriority(after int) int {
	held := w.rules()
	for _, service := range w.cfg.Services {
		if !service.HasEndpoint() {
			continue
		}
		for _, priority := range service.Routing.Priorities() {
			held[priority] = service.Name
		}
	}
	for free := after + 1; ; free++ {
		if held[free] == "" {
			return free
		}
	}
}

func (w *workload) serviceKey(i int, key string) string {
	return w.key(fmt.Sprintf("services[%d].%s", i, key))
}
