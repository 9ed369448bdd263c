package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	leastOutstanding = "least_outstanding_requests"
	roundRobin       = "round_robin"
)

// createTargetGroups makes the group that the load balancer sends requests to, and under
// blue/green a second one, to and fro between which deployments move them. The first is the
// same under both controllers: a service that changes over keeps it and its listener rule.
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
	// Requests go to the task with the least to do, unless new tasks are to start slowly:
	// AWS offers that with round robin alone.
	algorithm := leastOutstanding
	if check.SlowStartSeconds > 0 {
		algorithm = roundRobin
	}
	opts := []pulumi.ResourceOption{pulumi.Parent(s)}
	if s.blueGreen() {
		// ECS registers each task with its own port, so this one is never used. To change it
		// would replace a group that CodeDeploy's listener rules still name.
		opts = append(opts, pulumi.IgnoreChanges([]string{"port"}))
	}
	return lb.NewTargetGroup(ctx, autoNamed(NameTargetGroup, name), &lb.TargetGroupArgs{
		VpcId:                      s.args.VPCID,
		TargetType:                 pulumi.String("ip"),
		IpAddressType:              pulumi.String("ipv4"),
		Protocol:                   pulumi.String("HTTP"),
		ProtocolVersion:            pulumi.String("HTTP1"),
		Port:                       pulumi.Int(s.args.Container.Port),
		DeregistrationDelay:        pulumi.Int(check.DeregistrationDelaySeconds),
		SlowStart:                  pulumi.Int(check.SlowStartSeconds),
		LoadBalancingAlgorithmType: pulumi.String(algorithm),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Enabled:            pulumi.Bool(true),
			Protocol:           pulumi.String("HTTP"),
			Port:               pulumi.String("traffic-port"),
			Path:               pulumi.String(check.Path),
			Matcher:            pulumi.String(check.Matcher),
			Interval:           pulumi.Int(check.IntervalSeconds),
			Timeout:            pulumi.Int(check.TimeoutSeconds),
			HealthyThreshold:   pulumi.Int(check.HealthyThreshold),
			UnhealthyThreshold: pulumi.Int(check.UnhealthyThreshold),
		},
		Tags: named(name),
	}, opts...)
}

// createListenerRules sends requests to the first target group. Under blue/green CodeDeploy
// moves both rules from group to group, which the program must not undo.
func (s *Service) createListenerRules(ctx *pulumi.Context, name string) error {
	if err := s.createListenerRule(ctx, name, s.args.HTTPSListenerARN); err != nil {
		return err
	}
	if !s.blueGreen() {
		return nil
	}
	return s.createListenerRule(ctx, name+"-test", s.args.TestListenerARN)
}

func (s *Service) createListenerRule(ctx *pulumi.Context, name string, listener pulumi.StringInput) error {
	opts := []pulumi.ResourceOption{pulumi.Parent(s)}
	if s.blueGreen() {
		opts = append(opts, pulumi.IgnoreChanges([]string{"actions"}))
	}
	rule, err := lb.NewListenerRule(ctx, name, &lb.ListenerRuleArgs{
		ListenerArn: listener,
		Priority:    pulumi.Int(s.args.Routing.Priority),
		Conditions:  s.args.Routing.conditions(),
		Actions: lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
			Type:           pulumi.String("forward"),
			TargetGroupArn: s.targetGroups[0].Arn,
		}},
		Tags: named(name),
	}, opts...)
	if err != nil {
		return err
	}
	s.rules = append(s.rules, rule)
	// ECS refuses a target group that no load balancer uses yet.
	s.prerequisites = append(s.prerequisites, rule)
	return nil
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
