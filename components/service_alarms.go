package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	serviceNamespace  = "AWS/ECS"
	insightsNamespace = "ECS/ContainerInsights"
	utilisationPeriod = 300
)

// createErrorAlarm makes the alarm that rolls deployments back. It exists before the
// service and knows only load balancer and target groups, so that there is no cycle. An
// alarm that is already on when a deployment starts does not stop it.
func (s *Service) createErrorAlarm(ctx *pulumi.Context, name string) error {
	logical := name + "-5xx"
	s.errorAlarmName = alarmName(s.args.Scope, logical)
	var answers []metricOf
	for _, group := range s.groupDimensions() {
		answers = append(answers, metricOf{balancerNamespace, "HTTPCode_Target_5XX_Count", "Sum", group})
	}
	alarm, err := newAlarm(ctx, s, alarmSpec{
		scope: s.args.Scope,
		name:  logical,
		description: "Service " + s.Name + " answers 5XX. See its log; a deployment under way is rolled back by " +
			"itself.",
		queries:           sumOf("5XX answers", answers...),
		evaluationPeriods: 2,
		comparison:        comparisonAbove,
		threshold:         float64(s.args.Alarms.ServerErrors),
		missing:           missingIsGood,
		topicARN:          s.args.Alarms.TopicARN,
	})
	if err != nil {
		return err
	}
	s.prerequisites = append(s.prerequisites, alarm)
	return nil
}

func (s *Service) createAlarms(ctx *pulumi.Context, name string) error {
	thresholds := s.args.Alarms
	dimensions := pulumi.StringMap{
		"ClusterName": pulumi.String(s.ClusterName), "ServiceName": pulumi.String(s.Name),
	}
	var unhealthy []metricOf
	for _, group := range s.groupDimensions() {
		unhealthy = append(unhealthy, metricOf{balancerNamespace, "UnHealthyHostCount", "Maximum", group})
	}
	for _, spec := range []alarmSpec{
		{
			name:        name + "-cpu",
			description: "Tasks of " + s.Name + " have little CPU time left although autoscaling could add some: see its maximum.",
			namespace:   serviceNamespace, metric: "CPUUtilization", dimensions: dimensions,
			statistic: "Average", periodSeconds: utilisationPeriod, evaluationPeriods: 3,
			threshold: float64(thresholds.CPUPercent),
			missing:   missingIsUnknown,
		},
		{
			name:        name + "-memory",
			description: "Tasks of " + s.Name + " are close to being killed for their use of memory: a leak, or a task too small.",
			namespace:   serviceNamespace, metric: "MemoryUtilization", dimensions: dimensions,
			statistic: "Average", periodSeconds: utilisationPeriod, evaluationPeriods: 3,
			threshold: float64(thresholds.MemoryPercent),
			missing:   missingIsUnknown,
		},
		{
			name:        name + "-missing-tasks",
			description: "Fewer tasks of " + s.Name + " run than should: they cannot start, or they end. See the service's events.",
			queries: expressionOf("Missing tasks", "m1 - m2",
				metricOf{insightsNamespace, "DesiredTaskCount", "Average", dimensions},
				metricOf{insightsNamespace, "RunningTaskCount", "Average", dimensions}),
			// New tasks take a minute or two to start, each time that autoscaling adds some.
			evaluationPeriods: 5,
			missing:           missingIsUnknown,
		},
		{
			name:              name + "-unhealthy",
			description:       "Tasks of " + s.Name + " fail the load balancer's health check. See its log.",
			queries:           sumOf("Unhealthy tasks", unhealthy...),
			evaluationPeriods: 5,
			missing:           missingIsGood,
		},
	} {
		spec.scope = s.args.Scope
		spec.comparison = comparisonAbove
		spec.topicARN = thresholds.TopicARN
		if _, err := newAlarm(ctx, s, spec); err != nil {
			return fmt.Errorf("%s: %w", spec.name, err)
		}
	}
	return nil
}

// groupDimensions name the metrics of each target group: under blue/green either of the
// two may be the one that answers.
func (s *Service) groupDimensions() []pulumi.StringMap {
	var dimensions []pulumi.StringMap
	for _, group := range s.targetGroups {
		dimensions = append(dimensions, pulumi.StringMap{
			"LoadBalancer": s.args.LoadBalancerSuffix, "TargetGroup": group.ArnSuffix,
		})
	}
	return dimensions
}
