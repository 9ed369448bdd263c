package components

import (
	"fmt"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const schedulerNamespace = "AWS/Scheduler"

func (j *Job) failedRule() string { return j.args.Scope.Name(NameEventRule, j.Name, "failed") }

// reportFailures tells the topic of runs that ended badly, also of those that never began, and of those that people
// started.
func (j *Job) reportFailures(ctx *pulumi.Context, name string) error {
	logical := name + "-failed"
	rule, err := cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Name:         pulumi.String(j.failedRule()),
		Description:  pulumi.String("Runs of job " + j.Name + " that failed."),
		EventPattern: pulumi.JSONMarshal(j.failedRun()),
		Tags:         named(j.failedRule()),
	}, pulumi.Parent(j))
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, logical, &cloudwatch.EventTargetArgs{
		Rule:     rule.Name,
		TargetId: pulumi.String("alerts"),
		Arn:      j.args.TopicARN,
		InputTransformer: j.args.Scope.eventMessage(urgencyHours, "A run of job "+j.Name+" failed: <reason> (<code>). Look "+
			"into its log, or at the task if it did not start: <task>.", "job-failed", map[string]string{
			"reason": "$.detail.stoppedReason", "code": "$.detail.stopCode", "task": "$.detail.taskArn",
		}),
	}, pulumi.Parent(j))
	return err
}

// failedRun matches runs whose container failed, and those that did not start or that AWS ended. A task has further
// containers where GuardDuty watches it: their exit codes mean nothing. What is in one pattern of a list's members has
// to be true of one member.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html, stopCode
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
func (j *Job) failedRun() map[string]any {
	return map[string]any{
		"source":      []string{"aws.ecs"},
		"detail-type": []string{"ECS Task State Change"},
		"detail": map[string]any{
			"lastStatus": []string{"STOPPED"},
			"clusterArn": []string{j.clusterARN()},
			"taskDefinitionArn": []map[string]string{{
				"prefix": j.args.Scope.ARN("ecs", "task-definition/"+j.TaskFamily+":"),
			}},
			"$or": []map[string]any{
				{"containers": map[string]any{
					"name": []string{j.Name}, "exitCode": []map[string]int{{"anything-but": 0}},
				}},
				{"stopCode": []string{"TaskFailedToStart", "SpotInterruption", "TerminationNotice"}},
			},
		},
	}
}

// An alarm looks back for a day at most, or for seven with periods of an hour:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, EvaluationPeriods
const (
	fiveMinutes = 300
	halfADay    = 12 * time.Hour
	// latePeriods that a start may be late, also because a day of 25 hours is between it and the one before.
	latePeriods = 3
)

// missing is the alarm on starts that do not come. Until its first start a new job has it, too.
func (j *Job) missing() alarmSpec {
	period := fiveMinutes
	if j.args.Schedule.Every > halfADay {
		period = secondsPerHour
	}
	due := int((j.args.Schedule.Every.Seconds() + float64(period) - 1) / float64(period))
	return alarmSpec{
		name: "missing", namespace: schedulerNamespace, metric: "InvocationAttemptCount", statistic: "Sum",
		dimensions:    pulumi.StringMap{"ScheduleGroup": pulumi.String(j.scheduleName)},
		periodSeconds: period, evaluationPeriods: due + latePeriods, comparison: comparisonBelow, threshold: 1,
		missing: missingIsBad, after: []pulumi.Resource{j.schedule},
		description: "EventBridge Scheduler has not tried to start job " + j.Name + " when it was due: the schedule is " +
			"disabled, changed or gone. A new job has this alarm until its first run.",
	}
}

// overtime is the alarm on a run that does not end. Container Insights reports each minute on a task that runs:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
func (j *Job) overtime() alarmSpec {
	return alarmSpec{
		name: "overtime", namespace: insightsNamespace, metric: "CpuUtilized", statistic: "SampleCount",
		dimensions: pulumi.StringMap{
			"ClusterName": pulumi.String(j.args.ClusterName), "TaskDefinitionFamily": pulumi.String(j.TaskFamily),
		},
		periodSeconds: alarmMinute, evaluationPeriods: j.args.TimeoutMinutes + 2, comparison: comparisonAbove,
		missing: missingIsGood,
		description: fmt.Sprintf("Job %s has run for more than %d minutes, and nothing stops it. Look at its log, and stop "+
			"the task if it hangs.", j.Name, j.args.TimeoutMinutes),
	}
}

func (j *Job) createAlarms(ctx *pulumi.Context, name string) error {
	specs := []alarmSpec{
		{
			name: "failed", namespace: eventsNamespace, metric: "TriggeredRules", statistic: "Sum",
			dimensions: pulumi.StringMap{"RuleName": pulumi.String(j.failedRule())}, periodSeconds: alarmMinute,
			evaluationPeriods: 1, comparison: comparisonAbove, missing: missingIsGood, endsByItself: true,
			description: "A run of job " + j.Name + " failed or did not start. The message from EventBridge on the same topic " +
				"names the task, and its log says why.",
		},
		j.overtime(),
	}
	if j.args.Schedule != nil {
		specs = append(specs, alarmSpec{
			name: "dead-letters", namespace: queueNamespace, metric: "ApproximateNumberOfMessagesVisible",
			statistic: "Maximum", dimensions: pulumi.StringMap{"QueueName": pulumi.String(j.deadLetterName())},
			periodSeconds: alarmMinute, evaluationPeriods: 1, comparison: comparisonAbove, missing: missingIsGood,
			description: "ECS refused to start job " + j.Name + ", again and again. The message in the queue says why. Mend " +
				"that, run the job, then purge the queue.",
		})
		if j.args.Schedule.Every > 0 {
			specs = append(specs, j.missing())
		}
	}
	for _, spec := range specs {
		spec.scope, spec.topicARN = j.args.Scope, j.args.TopicARN
		spec.runbook = "job-" + spec.name
		spec.name = name + nameSeparator + spec.name
		if err := j.addAlarm(ctx, j, spec); err != nil {
			return err
		}
	}
	return nil
}

// DashboardRow shows the job.
func (j *Job) DashboardRow() DashboardRow {
	sum := func(label string) map[string]any { return map[string]any{"stat": "Sum", "label": label} }
	title := "Job " + j.Name + ": "
	tiles := []tile{
		j.args.Scope.graph(title+"runs that failed", metric{
			eventsNamespace, "TriggeredRules", "RuleName", j.failedRule(), sum("failed"),
		}),
		j.args.Scope.graph(title+"CPU units", metric{
			insightsNamespace, "CpuUtilized", "ClusterName", j.args.ClusterName, "TaskDefinitionFamily", j.TaskFamily,
			map[string]any{"stat": "Maximum", "label": "used"},
		}),
	}
	if j.args.Schedule != nil {
		tiles = append(tiles, j.args.Scope.graph(title+"starts", metric{
			schedulerNamespace, "InvocationAttemptCount", "ScheduleGroup", j.scheduleName, sum("attempts"),
		}))
	}
	return DashboardRow{tiles}
}
