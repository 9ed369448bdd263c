package components

import (
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// groupPort is never used, since ECS registers each task with the port of its container
	// (Elastic Load Balancing, "Target groups for your Application Load Balancers": the group's
	// port holds for targets that are registered without one). Changing it would replace the
	// group, so groups with another port keep it.
	groupPort = httpPort

	leastOutstanding = "least_outstanding_requests"
	roundRobin       = "round_robin"
)

// createTargetGroups makes the group to which the load balancer sends requests, and under
// blue/green a second one: deployments move requests between the two. The first is the same
// under both controllers: a service that changes its controller keeps it and its listener rule.
func (s *Service) createTargetGroups(ctx *pulumi.Context, name string) error {
	roles := []string{name}
	if s.blueGreen() {
		roles = append(roles, name+"-green")
	}
	for _, role := range roles {
		group, err := s.createTargetGroup(ctx, role)
		if err != nil {
			return err
		}
		s.targetGroups = append(s.targetGroups, group)
	}
	return nil
}

func (s *Service) createTargetGroup(ctx *pulumi.Context, name string) (*lb.TargetGroup, error) {
	check := s.args.HealthCheck
	// Requests go to the task with the fewest outstanding ones, unless slow start is on: AWS
	// offers that only with round robin.
	algorithm := leastOutstanding
	if check.SlowStartSeconds > 0 {
		algorithm = roundRobin
	}
	return lb.NewTargetGroup(ctx, autoNamed(NameTargetGroup, name), &lb.TargetGroupArgs{
		VpcId:                      s.args.VPCID,
		TargetType:                 pulumi.String("ip"),
		IpAddressType:              pulumi.String("ipv4"),
		Protocol:                   pulumi.String("HTTP"),
		ProtocolVersion:            pulumi.String("HTTP1"),
		Port:                       pulumi.Int(groupPort),
		DeregistrationDelay:        pulumi.Int(check.DeregistrationDelaySeconds),
		SlowStart:                  pulumi.Int(check.SlowStartSeconds),
		LoadBalancingAlgorithmType: pulumi.String(algorithm),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Enabled:            pulumi.Bool(true),
			Protocol:           pulumi.String("HTTP"),
			Port:               pulumi.String(check.port()),
			Path:               pulumi.String(check.Path),
			Matcher:            pulumi.String(check.Matcher),
			Interval:           pulumi.Int(check.IntervalSeconds),
			Timeout:            pulumi.Int(check.TimeoutSeconds),
			HealthyThreshold:   pulumi.Int(check.HealthyThreshold),
			UnhealthyThreshold: pulumi.Int(check.UnhealthyThreshold),
		},
		Tags: named(name),
	}, pulumi.Parent(s), pulumi.IgnoreChanges([]string{"port"}))
}

// port that is checked, as target groups name it.
func (c ServiceHealthCheck) port() string {
	if c.Port == 0 {
		return "traffic-port"
	}
	return strconv.Itoa(c.Port)
}

// attachTargetGroups adds rules that let ECS register tasks: it refuses a target group that no
// load balancer uses ("The target group ... does not have an associated load balancer"). No
// client reaches the tasks by these rules before they serve, and the rules that clients use go
// first when the service is removed.
func (s *Service) attachTargetGroups(ctx *pulumi.Context, name string) error {
	var rule *lb.ListenerRule
	var err error
	if s.blueGreen() {
		rule, err = s.createListenerRule(ctx, name+"-test", s.args.TestListenerARN)
		s.rules = append(s.rules, rule)
	} else {
		rule, err = newListenerRule(ctx, s, s, standbyPriorities+s.args.Routing.Priority)
	}
	if err != nil {
		return err
	}
	s.prerequisites = append(s.prerequisites, rule)
	return nil
}

// createProductionRule sends clients to a blue/green service. The rules of rolling services are
// made together, by [Routes].
func (s *Service) createProductionRule(ctx *pulumi.Context, name string) error {
	if !s.blueGreen() {
		return nil
	}
	rule, err := s.createListenerRule(ctx, name, s.args.HTTPSListenerARN, pulumi.DependsOn([]pulumi.Resource{s.service}))
	s.rules = slices.Insert(s.rules, 0, rule)
	return err
}

// createListenerRule makes a rule under blue/green. CodeDeploy switches its target group, which
// the program must not undo.
func (s *Service) createListenerRule(
	ctx *pulumi.Context, name string, listener pulumi.StringInput, opts ...pulumi.ResourceOption,
) (*lb.ListenerRule, error) {
	return lb.NewListenerRule(ctx, name, s.forward(name, listener, s.args.Routing.Priority),
		append(opts, pulumi.Parent(s), pulumi.IgnoreChanges([]string{"actions"}))...)
}

// forward returns a rule that sends the service's requests to its first target group.
func (s *Service) forward(name string, listener pulumi.StringInput, priority int) *lb.ListenerRuleArgs {
	return &lb.ListenerRuleArgs{
		ListenerArn: listener,
		Priority:    pulumi.Int(priority),
		Conditions:  s.args.Routing.conditions(),
		Actions: lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
			Type:           pulumi.String("forward"),
			TargetGroupArn: s.targetGroups[0].Arn,
		}},
		Tags: named(name),
	}
}

func (r ServiceRouting) conditions() lb.ListenerRuleConditionArray {
	var conditions lb.ListenerRuleConditionArray
	if len(r.Hosts) > 0 {
		conditions = append(conditions, lb.ListenerRuleConditionArgs{
			HostHeader: lb.ListenerRuleConditionHostHeaderArgs{Values: pulumi.ToStringArray(r.Hosts)},
		})
	}
	if len(r.Paths) > 0 {
		conditions = append(conditions, lb.ListenerRuleConditionArgs{
			PathPattern: lb.ListenerRuleConditionPathPatternArgs{Values: pulumi.ToStringArray(r.Paths)},
		})
	}
	return conditions
}
