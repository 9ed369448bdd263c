package components

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	jobScheduleType   = "aws:scheduler/schedule:Schedule"
	scheduleGroupType = "aws:scheduler/scheduleGroup:ScheduleGroup"
)

func testJobArgs() *JobArgs {
	args := testTaskArgs()
	args.Name, args.Previous = "nightly", nil
	return &JobArgs{
		TaskArgs: args, ClusterName: "app", ClusterARN: pulumi.String("arn:cluster"),
		SubnetIDs: pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}), SecurityGroupID: pulumi.String("sg-nightly"),
		Schedule: &JobSchedule{
			Expression: "cron(0 3 * * ? *)", Timezone: "Europe/Berlin", Retries: 4, Every: 25 * time.Hour,
		},
		TimeoutMinutes: 45, TopicARN: pulumi.String(topicARN),
	}
}

func jobProgram(args *JobArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewJob(ctx, "nightly", args)
		return err
	}
}

// A start runs this version of the task, privately, and is tried again for an hour before it is a dead letter.
func TestJobRunsOnItsSchedule(t *testing.T) {
	made := deployed(t, jobProgram(testJobArgs()))
	assert.Empty(t, made.names("aws:ecs/service:Service"))
	schedule := made.one(t, jobScheduleType, "nightly").inputs
	assert.Equal(t, "cron(0 3 * * ? *)", schedule["scheduleExpression"])
	assert.Equal(t, "Europe/Berlin", schedule["scheduleExpressionTimezone"])
	assert.Equal(t, map[string]any{"mode": "OFF"}, schedule["flexibleTimeWindow"])
	assert.Equal(t, "aws-webapp-prod-nightly", made.one(t, scheduleGroupType, "nightly").inputs["name"])
	target := schedule["target"].(map[string]any)
	assert.Equal(t, "arn:cluster", target["arn"])
	assert.Equal(t, map[string]any{"maximumEventAgeInSeconds": 3600.0, "maximumRetryAttempts": 4.0},
		target["retryPolicy"])
	assert.NotEmpty(t, target["deadLetterConfig"].(map[string]any)["arn"])
	task := target["ecsParameters"].(map[string]any)
	assert.Equal(t, arnOf(taskDefinitionType, "nightly"), task["taskDefinitionArn"])
	assert.EqualValues(t, 1, task["taskCount"])
	assert.Equal(t, "FARGATE", task["launchType"])
	assert.Equal(t, map[string]any{
		"assignPublicIp": false, "securityGroups": []any{"sg-nightly"}, "subnets": []any{"subnet-1", "subnet-2"},
	}, task["networkConfiguration"])
}

// Dead letters are encrypted, refused without TLS, and kept for as long as SQS does.
func TestJobsDeadLettersAreKept(t *testing.T) {
	made := deployed(t, jobProgram(testJobArgs()))
	letters := made.one(t, sqsQueueType, "nightly-dead-letters").inputs
	assert.Equal(t, "aws-webapp-prod-nightly-dead-letters", letters["name"])
	assert.Equal(t, testDataKeyARN, letters["kmsMasterKeyId"])
	assert.EqualValues(t, 14*24*60*60, letters["messageRetentionSeconds"])
	policy := made.one(t, sqsQueuePolicyType, "nightly-dead-letters").inputs["policy"].(string)
	assert.Contains(t, policy, `"aws:SecureTransport":"false"`)
	assert.NotContains(t, policy, `"Allow"`, "Scheduler sends with its role")
}

// Scheduler may run this task in this cluster, with its two roles, and for its own group alone.
func TestSchedulersRoleRunsOneTask(t *testing.T) {
	made := deployed(t, jobProgram(testJobArgs()))
	role := made.one(t, "aws:iam/role:Role", "aws-webapp-prod-nightly-schedule").inputs
	const place = "arn:aws:scheduler:us-east-1:123456789012:"
	assert.JSONEq(t, `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
		"Principal": {"Service": "scheduler.amazonaws.com"}, "Condition": {
			"StringEquals": {"aws:SourceAccount": "123456789012"},
			"ArnLike": {"aws:SourceArn": ["`+place+`schedule-group/aws-webapp-prod-nightly",
				"`+place+`schedule/aws-webapp-prod-nightly/aws-webapp-prod-nightly"]}}}]}`, role["assumeRolePolicy"].(string))
	var statements []map[string]any
	for _, name := range []string{"run", "pass", "letters"} {
		var policy struct{ Statement []map[string]any }
		text := made.one(t, "aws:iam/rolePolicy:RolePolicy", "nightly-schedule-"+name).inputs["policy"].(string)
		require.NoError(t, json.Unmarshal([]byte(text), &policy))
		statements = append(statements, policy.Statement...)
	}
	require.Len(t, statements, 4)
	assert.Equal(t, "ecs:RunTask", statements[0]["Action"])
	assert.Equal(t, "arn:aws:ecs:us-east-1:123456789012:task-definition/aws-webapp-prod-nightly:*",
		statements[0]["Resource"])
	assert.Equal(t, map[string]any{
		"ArnEquals": map[string]any{"ecs:cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/app"},
	}, statements[0]["Condition"])
	assert.Equal(t, "sqs:SendMessage", statements[1]["Action"])
	assert.Equal(t, "arn:aws:sqs:us-east-1:123456789012:aws-webapp-prod-nightly-dead-letters", statements[1]["Resource"])
	assert.Equal(t, "iam:PassRole", statements[2]["Action"])
	assert.Equal(t, []any{
		arnOf("aws:iam/role:Role", "aws-webapp-prod-nightly-execution"),
		arnOf("aws:iam/role:Role", "aws-webapp-prod-nightly-task"),
	}, statements[2]["Resource"])
	assert.Equal(t, map[string]any{"StringEquals": map[string]any{"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
		statements[2]["Condition"])
	assert.Equal(t, testDataKeyARN, statements[3]["Resource"])
}

// periods of an alarm and their length in seconds.
func periodsOf(t *testing.T, args *JobArgs, alarm string) (count, seconds any) {
	t.Helper()
	inputs := deployed(t, jobProgram(args)).one(t, "aws:cloudwatch/metricAlarm:MetricAlarm", alarm).inputs
	return inputs["evaluationPeriods"], inputs["period"]
}

// An alarm looks back for a day with periods below an hour, and for seven days with others.
func TestAMissingRunIsTold(t *testing.T) {
	for every, want := range map[time.Duration][2]float64{
		10 * time.Minute:            {5, 300},
		12 * time.Hour:              {147, 300},
		12*time.Hour + time.Second:  {16, 3600},
		25 * time.Hour:              {28, 3600},
		160 * time.Hour:             {163, 3600},
		24*time.Hour + time.Minute:  {28, 3600},
		5*time.Minute + time.Second: {5, 300},
	} {
		args := testJobArgs()
		args.Schedule.Every = every
		count, seconds := periodsOf(t, args, "nightly-missing")
		assert.EqualValues(t, want[0], count, every)
		assert.EqualValues(t, want[1], seconds, every)
		most := 86400.0
		if want[1] >= 3600 {
			most *= 7
		}
		assert.LessOrEqual(t, want[0]*want[1], most, "CloudWatch refuses more")
		assert.Greater(t, want[0]*want[1], every.Seconds(), "no run is due yet")
	}
	args := testJobArgs()
	args.Schedule.Every = 0
	assert.NotContains(t, deployed(t, jobProgram(args)).names("aws:cloudwatch/metricAlarm:MetricAlarm"),
		"nightly-missing")
}

// A run is a sample a minute; those of its first and last minute may be parts of one.
func TestARunThatDoesNotEndIsTold(t *testing.T) {
	count, seconds := periodsOf(t, testJobArgs(), "nightly-overtime")
	assert.EqualValues(t, 47, count)
	assert.EqualValues(t, 60, seconds)
}

// What people start needs neither schedule nor dead letters, and its failures are told all the same.
func TestAJobWithoutAScheduleIsForPeople(t *testing.T) {
	args := testJobArgs()
	args.Schedule = nil
	made := deployed(t, jobProgram(args))
	for _, typ := range []string{jobScheduleType, scheduleGroupType, sqsQueueType} {
		assert.Empty(t, made.names(typ), typ)
	}
	assert.ElementsMatch(t, []string{"nightly-failed", "nightly-overtime"},
		made.names("aws:cloudwatch/metricAlarm:MetricAlarm"))
	made.keepsContract(t, jobType, "nightly", map[string]any{
		"name": "nightly", "logGroupName": "/ecs/nightly", "taskFamily": "aws-webapp-prod-nightly",
		"taskDefinitionArn": arnOf(taskDefinitionType, "nightly"), "deadLetterUrl": "",
		"executionRoleArn": arnOf("aws:iam/role:Role", "aws-webapp-prod-nightly-execution"),
		"taskRoleArn":      arnOf("aws:iam/role:Role", "aws-webapp-prod-nightly-task"),
	})
}

// The dashboard shows what a job needs, which runs fail, and, of one with a schedule, its starts.
func TestDashboardOfAJob(t *testing.T) {
	shown := func(args *JobArgs) map[string][]any {
		var row DashboardRow
		deployed(t, func(ctx *pulumi.Context) error {
			job, err := NewJob(ctx, "nightly", args)
			if err == nil {
				row = job.DashboardRow()
			}
			return err
		})
		dashboard := testDashboardArgs()
		without, _ := page(t, dashboard)
		dashboard.Rows = []DashboardRow{{}, row}
		titles, widgets := page(t, dashboard)
		metrics := map[string][]any{}
		for _, title := range titles {
			if !slices.Contains(without, title) {
				metrics[title] = widgets[title].Properties["metrics"].([]any)[0].([]any)
			}
		}
		return metrics
	}
	used := map[string]any{"stat": "Maximum", "label": "used"}
	want := map[string][]any{
		"Job nightly: runs that failed": {
			"AWS/Events", "TriggeredRules", "RuleName", "aws-webapp-prod-nightly-failed", map[string]any{
				"stat":  "Sum",
				"label": "failed",
			},
		},
		"Job nightly: CPU units": {
			"ECS/ContainerInsights", "CpuUtilized", "ClusterName", "app", "TaskDefinitionFamily", "aws-webapp-prod-nightly",
			used,
		},
		"Job nightly: starts": {
			"AWS/Scheduler", "InvocationAttemptCount", "ScheduleGroup", "aws-webapp-prod-nightly",
			map[string]any{"stat": "Sum", "label": "attempts"},
		},
	}
	assert.Equal(t, want, shown(testJobArgs()))
	byHand := testJobArgs()
	byHand.Schedule = nil
	delete(want, "Job nightly: starts")
	assert.Equal(t, want, shown(byHand))
}
