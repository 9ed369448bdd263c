package traffic

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	httpsPort = 443
)

// Request is a client's HTTPS request.
type Request struct{ Host, Path string }

// Model answers requests. It remembers the task definitions that it has seen, because a service
// may run one that Pulumi no longer keeps. Use one model for all looks at an account.
type Model struct {
	definitions map[string]resource.PropertyMap
}

// New makes a model.
func New() *Model { return &Model{definitions: map[string]resource.PropertyMap{}} }

// Answer returns the name of the service that answers, or the reason why clients get an error.
func (m *Model) Answer(r *cloud.Reader, request Request) (string, error) {
	for _, definition := range r.List(resourcetypes.TaskDefinition) {
		m.definitions[prop.Text(definition.Outputs, "arn")] = definition.Outputs
	}
	for _, listener := range r.List(resourcetypes.Listener) {
		if port, _ := prop.Number(listener.Outputs, "port"); port != httpsPort {
			continue
		}
		rule, err := firstRule(r, listener.ID, request)
		if err != nil {
			return "", err
		}
		balancer, _ := r.Find(resourcetypes.LoadBalancer, "id", prop.Text(listener.Outputs, "loadBalancerArn"))
		return m.forward(r, balancer, rule)
	}
	return "", errors.New("no load balancer listens on port 443")
}

// firstRule returns the matching rule with the lowest priority. Priorities are unique in AWS.
func firstRule(r *cloud.Reader, listener string, request Request) (*cloud.Record, error) {
	var first *cloud.Record
	lowest := 0.0
	for _, rule := range r.List(resourcetypes.ListenerRule) {
		if prop.Text(rule.Outputs, "listenerArn") != listener || !matches(rule.Outputs, request) {
			continue
		}
		if priority, _ := prop.Number(rule.Outputs, "priority"); first == nil || priority < lowest {
			first, lowest = rule, priority
		}
	}
	if first == nil {
		return nil, fmt.Errorf("404: no rule matches %s%s", request.Host, request.Path)
	}
	return first, nil
}

// forward sends the request to every target group that the rule gives a share, and returns
// the services behind them.
func (m *Model) forward(r *cloud.Reader, balancer, rule *cloud.Record) (string, error) {
	groups := prop.Texts(rule.Outputs, "actions[].targetGroupArn")
	for _, group := range prop.Values(rule.Outputs, "actions[].forward.targetGroups[]") {
		share := group.ObjectValue()
		if weight, given := prop.Number(share, "weight"); !given || weight > 0 {
			groups = append(groups, prop.Text(share, "arn"))
		}
	}
	if len(groups) == 0 {
		return "", fmt.Errorf("503: rule %s forwards to no target group", rule.Label())
	}
	var names []string
	for _, group := range groups {
		name, err := m.answerOf(r, balancer, group)
		if err != nil {
			return "", fmt.Errorf("rule %s: %w", rule.Label(), err)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), " or "), nil
}

// answerOf returns the service whose tasks are registered in the target group.
func (m *Model) answerOf(r *cloud.Reader, balancer *cloud.Record, group string) (string, error) {
	for _, service := range r.List(resourcetypes.ECSService) {
		for _, registered := range prop.Values(service.Outputs, "loadBalancers[]") {
			if prop.Text(registered.ObjectValue(), "targetGroupArn") != group {
				continue
			}
			name := prop.Text(service.Outputs, "name")
			if count, _ := prop.Number(service.Outputs, "desiredCount"); count == 0 {
				return "", fmt.Errorf("503: service %s has no task", name)
			}
			port, _ := prop.Number(registered.ObjectValue(), "containerPort")
			if err := m.works(r, balancer, service, int(port)); err != nil {
				return "", fmt.Errorf("service %s: %w", name, err)
			}
			return name, nil
		}
	}
	return "", fmt.Errorf("503: target group %s has no tasks", group)
}
