package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// backlogPerTask divides the messages by the running tasks. Messages that a task works on count, too: a number of tasks
// that follows only waiting ones would end the task that works on the last. Without a task, each message counts for
// more than a task's share, so that autoscaling starts one: m3 has no data then, and SUM makes it 0.
const backlogPerTask = "IF(SUM([m3, 0 * m1]) > 0, SUM([m1, m2]) / SUM([m3, 0 * m1]), SUM([m1, m2]) * %d)"

func (s *Service) createBacklogPolicy(ctx *pulumi.Context, name string, target *appautoscaling.Target) error {
	backlog := s.args.Scaling.Backlog
	if backlog == nil {
		return nil
	}
	queue := scalingDimensionNames{
		scalingDimensionName{Name: pulumi.String("QueueName"), Value: pulumi.String(backlog.QueueName)},
	}
	service := scalingDimensionNames{
		scalingDimensionName{Name: pulumi.String("ClusterName"), Value: pulumi.String(s.ClusterName)},
		scalingDimensionName{Name: pulumi.String("ServiceName"), Value: pulumi.String(s.Name)},
	}
	return s.track(ctx, name, target, float64(backlog.MessagesPerTask), scalingExpression("Messages per task",
		fmt.Sprintf(backlogPerTask, 2*backlog.MessagesPerTask),
		scalingSeries{queueNamespace, "ApproximateNumberOfMessagesVisible", "Sum", queue},
		scalingSeries{queueNamespace, "ApproximateNumberOfMessagesNotVisible", "Sum", queue},
		scalingSeries{insightsNamespace, "RunningTaskCount", "Average", service}))
}
