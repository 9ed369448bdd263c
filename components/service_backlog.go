package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The parts of the metric that a worker's number of tasks follows.
type (
	backlogQuery = appautoscaling.
			PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs
	backlogStat = appautoscaling.
			PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatArgs
	backlogMetric = appautoscaling.
			PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricArgs
	backlogName = appautoscaling.
			PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArgs
)

// backlogPerTask divides the messages by the running tasks. Messages that a task works on count, too: a number of tasks
// that follows only waiting ones would end the task that works on the last. Without a task, each message counts for
// more than a task's share, so that autoscaling starts one: m3 has no data then, and SUM makes it 0.
//
// Application Auto Scaling user guide, "Create a target tracking scaling policy ... using metric math".
const backlogPerTask = "IF(SUM([m3, 0 * m1]) > 0, SUM([m1, m2]) / SUM([m3, 0 * m1]), SUM([m1, m2]) * %d)"

func (s *Service) createBacklogPolicy(ctx *pulumi.Context, name string, target *appautoscaling.Target) error {
	backlog := s.args.Scaling.Backlog
	if backlog == nil {
		return nil
	}
	queue := []backlogName{{Name: pulumi.String("QueueName"), Value: pulumi.String(backlog.QueueName)}}
	service := []backlogName{
		{Name: pulumi.String("ClusterName"), Value: pulumi.String(s.ClusterName)},
		{Name: pulumi.String("ServiceName"), Value: pulumi.String(s.Name)},
	}
	queries := appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArray{
		backlogQuery{
			Id:         pulumi.String("e1"),
			Label:      pulumi.String("Messages per task"),
			Expression: pulumi.String(fmt.Sprintf(backlogPerTask, 2*backlog.MessagesPerTask)),
			ReturnData: pulumi.Bool(true),
		},
	}
	for i, metric := range []struct {
		namespace, name, statistic string
		dimensions                 []backlogName
	}{
		{queueNamespace, "ApproximateNumberOfMessagesVisible", "Sum", queue},
		{queueNamespace, "ApproximateNumberOfMessagesNotVisible", "Sum", queue},
		{insightsNamespace, "RunningTaskCount", "Average", service},
	} {
		dimensions := appautoscaling.
			PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArray{}
		for _, dimension := range metric.dimensions {
			dimensions = append(dimensions, dimension)
		}
		queries = append(queries, backlogQuery{
			Id: pulumi.String(fmt.Sprintf("m%d", i+1)),
			MetricStat: backlogStat{
				Metric: backlogMetric{
					Namespace: pulumi.String(metric.namespace), MetricName: pulumi.String(metric.name), Dimensions: dimensions,
				},
				Stat: pulumi.String(metric.statistic),
			},
			ReturnData: pulumi.Bool(false),
		})
	}
	return s.track(ctx, name, target, backlog.MessagesPerTask,
		appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
			CustomizedMetricSpecification: appautoscaling.
				PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs{Metrics: queries},
		})
}
