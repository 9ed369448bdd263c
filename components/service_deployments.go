package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// reportDeployments tells the topic of deployments that failed or were stopped: whoever began one may have gone home,
// and the alarms are quiet again once it is taken back.
func (s *Service) reportDeployments(ctx *pulumi.Context, name string) error {
	logical := name + "-deployments"
	physical := s.args.Scope.Name(NameEventRule, logical)
	rule, err := cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Name:         pulumi.String(physical),
		Description:  pulumi.String("Deployments of " + s.Name + " that failed or were stopped."),
		EventPattern: pulumi.JSONMarshal(s.failedDeployment()),
		Tags:         named(physical),
	}, pulumi.Parent(s))
	if err != nil {
		return err
	}
	alarm := undelivered(logical+"-undelivered", physical,
		"A deployment of "+s.Name+" failed, and EventBridge could not publish that. Look at the service's deployments.")
	alarm.scope, alarm.topicARN = s.args.Scope, s.args.Alarms.TopicARN
	alarm.runbook = "service-deployments-undelivered"
	if err := s.addAlarm(ctx, s, alarm); err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, logical, &cloudwatch.EventTargetArgs{
		Rule:     rule.Name,
		TargetId: pulumi.String("alerts"),
		Arn:      s.args.Alarms.TopicARN,
		InputTransformer: s.args.Scope.eventMessage(urgencyHours, "Deployment <deployment> of "+s.Name+
			" ended with <state>. The version before it serves; find out why before the next one.",
			"a-rolled-back-deployment",
			map[string]string{"deployment": "$.detail.deploymentId", "state": s.deploymentState()}),
	}, pulumi.Parent(s))
	return err
}

// failedDeployment matches the events of who deploys the service: CodeDeploy or ECS.
// https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
func (s *Service) failedDeployment() map[string]any {
	if s.blueGreen() {
		return map[string]any{
			"source":      []string{"aws.codedeploy"},
			"detail-type": []string{"CodeDeploy Deployment State-change Notification"},
			"detail": map[string]any{
				"application": []string{s.CodeDeployApplication},
				"state":       []string{"FAILURE", "STOP"},
			},
		}
	}
	return map[string]any{
		"source":      []string{"aws.ecs"},
		"detail-type": []string{"ECS Deployment State Change"},
		"resources":   []string{s.args.Scope.ARN("ecs", "service/"+s.ClusterName+"/"+s.Name)},
		"detail":      map[string]any{"eventName": []string{"SERVICE_DEPLOYMENT_FAILED"}},
	}
}

// deploymentState is the path in such an event that says how the deployment ended.
func (s *Service) deploymentState() string {
	if s.blueGreen() {
		return "$.detail.state"
	}
	return "$.detail.eventName"
}
