package components

import (
	"cmp"
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

// Endpoint of a [Service] behind the load balancer: target groups, the listener rules that the service owns, and the
// alarms on what clients see.
type Endpoint struct {
	service      *Service
	args         EndpointArgs
	targetGroups []*lb.TargetGroup
	rules        []*lb.ListenerRule
}

// EndpointArgs describe an [Endpoint].
type EndpointArgs struct {
	// VPCID of the target groups.
	VPCID pulumi.StringInput
	// LoadBalancerSuffix is the last part of the load balancer's ARN, as metrics name it.
	LoadBalancerSuffix pulumi.StringInput
	// HTTPSListenerARN is the listener of the service's rule. TestListenerARN is the listener of
	// another rule, needed only under blue/green.
	HTTPSListenerARN pulumi.StringInput
	TestListenerARN  pulumi.StringInput `optional:"true"`
	// Routing selects the requests that the service answers. MoreRouting selects further ones, only under the rolling
	// controller.
	Routing     ServiceRouting
	MoreRouting []ServiceRouting
	// ProtocolVersion that the load balancer speaks with the tasks: HTTP1, HTTP2 or GRPC.
	ProtocolVersion string
	// TLS says that the tasks speak TLS.
	TLS bool
	// StickinessSeconds for which a client gets to the same task; 0 for off.
	StickinessSeconds int
	// HealthCheck of the tasks by the load balancer.
	HealthCheck ServiceHealthCheck
	// ServerErrors is the highest normal number of 5XX answers in a minute. Above it, a deployment
	// under way is rolled back.
	ServerErrors int
}

// ServiceRouting selects the requests that a service answers: those that match a path and a
// host, if given.
type ServiceRouting struct {
	// Priority of the listener rule; the lowest is tried first.
	Priority int
	// Paths such as /* and Hosts such as *.example.com.
	Paths, Hosts []string
	// Headers that a request has to have, too.
	Headers []ServiceHeader
}

// ServiceHeader is a header of requests with one of some values.
type ServiceHeader struct {
	Name   string
	Values []string
}

// ServiceHealthCheck of a target group.
type ServiceHealthCheck struct {
	// Port to check; 0 for the container's own.
	Port int
	// Path that answers with a status in Matcher, such as 200 or 200-299.
	Path, Matcher string
	// IntervalSeconds between checks, and TimeoutSeconds of one.
	IntervalSeconds, TimeoutSeconds int
	// HealthyThreshold and UnhealthyThreshold in a row.
	HealthyThreshold, UnhealthyThreshold int
	// DeregistrationDelaySeconds that a leaving task may finish its requests.
	DeregistrationDelaySeconds int
	// SlowStartSeconds in which a new task's share of requests rises to the full one; 0 for off.
	SlowStartSeconds int
}

// steps that come before the ECS service.
func (e *Endpoint) steps() []step {
	return []step{
		{"create target groups", e.createTargetGroups},
		{"attach target groups", e.attachTargetGroups},
		{"create rollback alarms", e.createAlarms},
	}
}

// createTargetGroups makes the group to which the load balancer sends requests, and under
// blue/green a second one: deployments move requests between the two. The first is the same
// under both controllers: a service that changes its controller keeps it and its listener rule.
func (e *Endpoint) createTargetGroups(ctx *pulumi.Context, name string) error {
	roles := []string{name}
	if e.service.blueGreen() {
		roles = append(roles, name+"-green")
	}
	for _, role := range roles {
		group, err := e.createTargetGroup(ctx, role)
		if err != nil {
			return err
		}
		e.targetGroups = append(e.targetGroups, group)
	}
	return nil
}

func (e *Endpoint) createTargetGroup(ctx *pulumi.Context, name string) (*lb.TargetGroup, error) {
	check := e.args.HealthCheck
	// Requests go to the task with the fewest outstanding ones, unless slow start is on: AWS
	// offers that only with round robin.
	algorithm := leastOutstanding
	if check.SlowStartSeconds > 0 {
		algorithm = roundRobin
	}
	protocol := "HTTP"
	if e.args.TLS {
		protocol = "HTTPS"
	}
	return lb.NewTargetGroup(ctx, autoNamed(NameTargetGroup, name), &lb.TargetGroupArgs{
		VpcId:                      e.args.VPCID,
		TargetType:                 pulumi.String("ip"),
		IpAddressType:              pulumi.String("ipv4"),
		Protocol:                   pulumi.String(protocol),
		ProtocolVersion:            pulumi.String(e.args.ProtocolVersion),
		Stickiness:                 e.stickiness(),
		Port:                       pulumi.Int(groupPort),
		DeregistrationDelay:        pulumi.Int(check.DeregistrationDelaySeconds),
		SlowStart:                  pulumi.Int(check.SlowStartSeconds),
		LoadBalancingAlgorithmType: pulumi.String(algorithm),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Enabled:            pulumi.Bool(true),
			Protocol:           pulumi.String(protocol),
			Port:               pulumi.String(check.port()),
			Path:               pulumi.String(check.Path),
			Matcher:            pulumi.String(check.Matcher),
			Interval:           pulumi.Int(check.IntervalSeconds),
			Timeout:            pulumi.Int(check.TimeoutSeconds),
			HealthyThreshold:   pulumi.Int(check.HealthyThreshold),
			UnhealthyThreshold: pulumi.Int(check.UnhealthyThreshold),
		},
		Tags: named(name),
	}, pulumi.Parent(e.service), pulumi.IgnoreChanges([]string{"port"}))
}

// stickiness is also written when it is off: the provider keeps what a target group has where nothing is said. The day
// is AWS's default, which a group without stickiness has, too:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
func (e *Endpoint) stickiness() lb.TargetGroupStickinessArgs {
	const day = 86400
	return lb.TargetGroupStickinessArgs{
		Enabled:        pulumi.Bool(e.args.StickinessSeconds > 0),
		Type:           pulumi.String("lb_cookie"),
		CookieDuration: pulumi.Int(cmp.Or(e.args.StickinessSeconds, day)),
	}
}

// routing returns all selections of requests, the service's own first.
func (e *Endpoint) routing() []ServiceRouting {
	return append([]ServiceRouting{e.args.Routing}, e.args.MoreRouting...)
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
func (e *Endpoint) attachTargetGroups(ctx *pulumi.Context, name string) error {
	if e.service.blueGreen() {
		rule, err := e.createListenerRule(ctx, name+"-test", e.args.TestListenerARN)
		e.rules = append(e.rules, rule)
		e.service.prerequisites = append(e.service.prerequisites, rule)
		return err
	}
	for _, routing := range e.routing() {
		routing.Priority += standbyPriorities
		rule, err := newListenerRule(ctx, e.service, e, routing)
		if err != nil {
			return err
		}
		e.service.prerequisites = append(e.service.prerequisites, rule)
	}
	return nil
}

// createProductionRule sends clients to a blue/green service. The rules of rolling services are
// made together, by [Routes].
func (e *Endpoint) createProductionRule(ctx *pulumi.Context, name string) error {
	rule, err := e.createListenerRule(ctx, name, e.args.HTTPSListenerARN,
		pulumi.DependsOn([]pulumi.Resource{e.service.service}))
	e.rules = slices.Insert(e.rules, 0, rule)
	return err
}

// createListenerRule makes a rule under blue/green. CodeDeploy switches its target group, which
// the program must not undo.
func (e *Endpoint) createListenerRule(
	ctx *pulumi.Context, name string, listener pulumi.StringInput, opts ...pulumi.ResourceOption,
) (*lb.ListenerRule, error) {
	return lb.NewListenerRule(ctx, name, e.forward(name, listener, e.args.Routing),
		append(opts, pulumi.Parent(e.service), pulumi.IgnoreChanges([]string{"actions"}))...)
}

// forward returns a rule that sends the service's requests to its first target group.
func (e *Endpoint) forward(name string, listener pulumi.StringInput, routing ServiceRouting) *lb.ListenerRuleArgs {
	return &lb.ListenerRuleArgs{
		ListenerArn: listener,
		Priority:    pulumi.Int(routing.Priority),
		Conditions:  routing.conditions(),
		Actions: lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
			Type:           pulumi.String("forward"),
			TargetGroupArn: e.targetGroups[0].Arn,
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
	for _, header := range r.Headers {
		conditions = append(conditions, lb.ListenerRuleConditionArgs{
			HttpHeader: lb.ListenerRuleConditionHttpHeaderArgs{
				HttpHeaderName: pulumi.String(header.Name), Values: pulumi.ToStringArray(header.Values),
			},
		})
	}
	return conditions
}
