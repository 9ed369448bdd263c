package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createAlarms makes the alarms that roll deployments back. They exist before the
// service and depend only on the load balancer and the target groups, so there is no cycle.
//
// ECS ignores an alarm that is already on when a deployment starts, until it goes off
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html); CodeDeploy stops the
// deployment, so a deployment that fixes the cause of the alarm has to override it
// (https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html, overrideAlarmConfiguration).
func (e *Endpoint) createAlarms(ctx *pulumi.Context, name string) error {
	var answers, unhealthy []metricOf
	for _, group := range e.groupDimensions() {
		answers = append(answers, metricOf{
			namespace: balancerNamespace, name: "HTTPCode_Target_5XX_Count", statistic: "Sum", dimensions: group,
		})
		unhealthy = append(unhealthy, metricOf{
			namespace: balancerNamespace, name: "UnHealthyHostCount", statistic: "Maximum", dimensions: group,
		})
	}
	for _, spec := range []alarmSpec{
		{
			name:    name + "-5xx",
			urgency: urgencyPage,
			runbook: "service-5xx",
			description: "Service " + e.service.Name + " answers 5XX. See its log; a deployment under way is rolled back by " +
				"itself.",
			queries:           sumOf("5XX answers", answers...),
			evaluationPeriods: 2,
			threshold:         float64(e.args.ServerErrors),
		},
		{
			name:    name + "-unhealthy",
			urgency: urgencyPage,
			runbook: "service-unhealthy",
			description: "Tasks of " + e.service.Name + " fail the load balancer's health check. See its log; a " +
				"deployment under " +
				"way is rolled back by itself.",
			queries:           sumOf("Unhealthy tasks", unhealthy...),
			evaluationPeriods: 5,
		},
	} {
		spec.comparison = comparisonAbove
		spec.missing = missingIsGood
		if err := e.service.addRollbackAlarm(ctx, spec); err != nil {
			return err
		}
	}
	return nil
}

// groupDimensions returns the dimensions of each target group's metrics: under blue/green
// either group may be the one that serves.
func (e *Endpoint) groupDimensions() []pulumi.StringMap {
	var dimensions []pulumi.StringMap
	for _, group := range e.targetGroups {
		dimensions = append(dimensions, pulumi.StringMap{
			"LoadBalancer": e.args.LoadBalancerSuffix, "TargetGroup": group.ArnSuffix,
		})
	}
	return dimensions
}
