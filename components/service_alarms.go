package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	serviceNamespace  = "AWS/ECS"
	insightsNamespace = "ECS/ContainerInsights"
	utilisationPeriod = 300
)

// addRollbackAlarm makes an alarm that rolls deployments back. It exists before the ECS service, which names it.
func (s *Service) addRollbackAlarm(ctx *pulumi.Context, spec alarmSpec) error {
	spec.scope = s.args.Scope
	spec.topicARN = s.args.Alarms.TopicARN
	spec.partOf = true
	alarm, err := newAlarm(ctx, s, spec)
	if err != nil {
		return fmt.Errorf("%s: %w", spec.name, err)
	}
	s.AlarmNames = append(s.AlarmNames, alarmName(spec.scope, spec.name))
	s.rollbackAlarmNames = append(s.rollbackAlarmNames, alarmName(spec.scope, spec.name))
	s.prerequisites = append(s.prerequisites, alarm)
	s.rollbackAlarms = append(s.rollbackAlarms, OutageAlarm{alarmName(spec.scope, spec.name), alarm})
	return nil
}

// createStoppedAlarm makes the alarm that rolls back a service without an endpoint, which nobody outside sees fail. It
// is not the one on missing tasks: while a new version fails to start, the old tasks still run. It has to exist
// before the service, so that silence is no failure to it.
func (s *Service) createStoppedAlarm(ctx *pulumi.Context, name string) error {
	dimensions := s.dimensions()
	return s.addRollbackAlarm(ctx, alarmSpec{
		name:    name + "-stopped",
		urgency: urgencyPage,
		runbook: "service-stopped",
		description: "No task of " + s.Name + " runs although one should. See its log; a deployment under way is rolled " +
			"back by itself.",
		queries: expressionOf("Without a task", "IF(SUM([m2, 0 * m1]) >= 1, 0, IF(m1 >= 1, 1, 0))",
			metricOf{namespace: insightsNamespace, name: "DesiredTaskCount", statistic: "Minimum", dimensions: dimensions},
			metricOf{namespace: insightsNamespace, name: "RunningTaskCount", statistic: "Maximum", dimensions: dimensions}),
		evaluationPeriods: 3,
		comparison:        comparisonAbove,
		missing:           missingIsGood,
	})
}

// dimensions of the service's metrics.
func (s *Service) dimensions() pulumi.StringMap {
	return pulumi.StringMap{"ClusterName": pulumi.String(s.ClusterName), "ServiceName": pulumi.String(s.Name)}
}

// createCompositeAlarm makes one alarm whose state says whether the service is failing. An [Outage] reports it.
// Deployments name its parts and not the composite alarm itself, which they cannot see
// (docs/adr/0010-rollback-on-metric-alarms.md).
func (s *Service) createCompositeAlarm(ctx *pulumi.Context, name string) error {
	made, err := newCompositeAlarm(ctx, s, compositeSpec{
		scope:       s.args.Scope,
		name:        name + "-failing",
		runbook:     "service-failing",
		description: "Service " + s.Name + " fails " + s.failing() + ".",
		parts:       s.rollbackAlarms,
	})
	if err != nil {
		return err
	}
	s.AlarmNames = append(s.AlarmNames, made.Name)
	s.FailingAlarmNames = append(slices.Clone(s.rollbackAlarmNames), made.Name)
	s.OutageAlarms = append(s.OutageAlarms, made)
	return nil
}

// failing says whom the service fails.
func (s *Service) failing() string {
	switch {
	case s.args.Connect != nil && s.args.Connect.Serves:
		return "those who call it: it answers 5XX, or no task of it runs"
	case s.endpoint == nil:
		return "those who rely on it: no task of it runs"
	}
	return "its clients: it answers 5XX, or tasks are unhealthy"
}

func (s *Service) createAlarms(ctx *pulumi.Context, name string) error {
	thresholds := s.args.Alarms
	dimensions := s.dimensions()
	for _, spec := range []alarmSpec{
		{
			name:    name + "-cpu",
			runbook: "service-cpu",
			description: "Tasks of " + s.Name + " have little CPU time left although autoscaling could add some: see its " +
				"maximum.",
			namespace: serviceNamespace, metric: "CPUUtilization", dimensions: dimensions,
			statistic: "Average", periodSeconds: utilisationPeriod, evaluationPeriods: 3,
			threshold: float64(thresholds.CPUPercent),
			missing:   missingIsUnknown,
		},
		{
			name:    name + "-memory",
			runbook: "service-memory",
			description: "Tasks of " + s.Name + " are close to being killed for their use of memory: a leak, or a task " +
				"too small.",
			namespace: serviceNamespace, metric: "MemoryUtilization", dimensions: dimensions,
			statistic: "Average", periodSeconds: utilisationPeriod, evaluationPeriods: 3,
			threshold: float64(thresholds.MemoryPercent),
			missing:   missingIsUnknown,
		},
		{
			name:    name + "-missing-tasks",
			runbook: "service-missing-tasks",
			description: "Fewer tasks of " + s.Name + " run than should: they cannot start, or they end. See the service's " +
				"events.",
			// Without a running task the second metric may have no data: SUM then makes it 0.
			queries: expressionOf("Missing tasks", "m1 - SUM([m2, 0 * m1])",
				metricOf{namespace: insightsNamespace, name: "DesiredTaskCount", statistic: "Average", dimensions: dimensions},
				metricOf{namespace: insightsNamespace, name: "RunningTaskCount", statistic: "Average", dimensions: dimensions}),
			// Each time that autoscaling adds tasks, they take a minute or two to start.
			evaluationPeriods: 5,
			// Container Insights counts tasks every minute; without both counts the service or the cluster is gone.
			missing: missingIsBad,
			after:   []pulumi.Resource{s.service},
		},
	} {
		spec.scope = s.args.Scope
		spec.comparison = comparisonAbove
		spec.topicARN = thresholds.TopicARN
		if err := s.addAlarm(ctx, s, spec); err != nil {
			return err
		}
	}
	return nil
}
