package components

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/scheduler"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	schedulerPrincipal = "scheduler.amazonaws.com"
	// A start that AWS has refused for an hour is of no use any more: somebody has been told by then.
	jobStartSeconds = 3600
)

// createDeadLetters makes the queue for starts that ECS refused. Scheduler sends to it with the schedule's role:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
func (j *Job) createDeadLetters(ctx *pulumi.Context, name string) (err error) {
	j.letters, err = newQueue(ctx, j, j.args.Scope, name+"-dead-letters", j.deadLetterName(), &sqs.QueueArgs{
		KmsMasterKeyId:          j.args.DataKeyARN,
		MessageRetentionSeconds: pulumi.Int(deadLetterSeconds),
	})
	if err == nil {
		j.DeadLetterURL = j.letters.Url
	}
	return err
}

// createSchedule makes a group for this schedule alone: Scheduler's metrics are about groups, and so is the condition
// of a role's trust. There is no key, because Scheduler would encrypt the target's input with it, and this has none:
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
func (j *Job) createSchedule(ctx *pulumi.Context, name string) error {
	group, err := scheduler.NewScheduleGroup(ctx, name, &scheduler.ScheduleGroupArgs{
		Name: pulumi.String(j.scheduleName),
		Tags: named(j.scheduleName),
	}, pulumi.Parent(j))
	if err != nil {
		return err
	}
	role, err := j.createScheduleRole(ctx, name+"-schedule")
	if err != nil {
		return err
	}
	j.schedule, err = scheduler.NewSchedule(ctx, name, &scheduler.ScheduleArgs{
		Name:                       pulumi.String(j.scheduleName),
		GroupName:                  group.Name,
		Description:                pulumi.String("Runs job " + j.Name + "."),
		ScheduleExpression:         pulumi.String(j.args.Schedule.Expression),
		ScheduleExpressionTimezone: pulumi.String(j.args.Schedule.Timezone),
		State:                      pulumi.String("ENABLED"),
		FlexibleTimeWindow:         scheduler.ScheduleFlexibleTimeWindowArgs{Mode: pulumi.String("OFF")},
		Target: scheduler.ScheduleTargetArgs{
			Arn:     j.args.ClusterARN,
			RoleArn: role.Arn,
			EcsParameters: scheduler.ScheduleTargetEcsParametersArgs{
				// The revision, not the family: what was registered by somebody else does not run.
				TaskDefinitionArn: j.TaskDefinitionARN,
				TaskCount:         pulumi.Int(1),
				LaunchType:        pulumi.String(fargate),
				NetworkConfiguration: scheduler.ScheduleTargetEcsParametersNetworkConfigurationArgs{
					Subnets:        j.args.SubnetIDs,
					SecurityGroups: pulumi.StringArray{j.args.SecurityGroupID},
					AssignPublicIp: pulumi.Bool(false),
				},
			},
			RetryPolicy: scheduler.ScheduleTargetRetryPolicyArgs{
				MaximumEventAgeInSeconds: pulumi.Int(jobStartSeconds),
				MaximumRetryAttempts:     pulumi.Int(j.args.Schedule.Retries),
			},
			DeadLetterConfig: scheduler.ScheduleTargetDeadLetterConfigArgs{Arn: j.letters.Arn},
		},
	}, pulumi.Parent(j), pulumi.DependsOn(slices.Concat(j.before, j.prerequisites, j.args.After)))
	return err
}

// createScheduleRole lets Scheduler, for this group alone, run this task in this cluster.
func (j *Job) createScheduleRole(ctx *pulumi.Context, name string) (*iam.Role, error) {
	scope := j.args.Scope
	role, err := iam.NewRole(ctx, scope.roleNamed(name), &iam.RoleArgs{
		Description: pulumi.String("Lets EventBridge Scheduler run job " + j.Name + "."),
		// The guide names the group's ARN, and named the schedule's before:
		// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
		AssumeRolePolicy: assumedBy(schedulerPrincipal, scope.fromSource(
			scope.ARN("scheduler", "schedule-group/"+j.scheduleName),
			scope.ARN("scheduler", "schedule/"+j.scheduleName+"/"+j.scheduleName),
		)),
		Tags: named(name),
	}, pulumi.Parent(j))
	if err != nil {
		return nil, err
	}
	policies, err := grant(ctx, j, name, role,
		policyPart{"run", j.runStatements()},
		policyPart{"pass", []statement{{
			Sid: "PassRolesToTask", Effect: "Allow", Action: "iam:PassRole", Resource: j.roleARNs,
			Condition: conditions{"StringEquals": {"iam:PassedToService": tasksPrincipal}},
		}}},
		policyPart{"letters", []statement{{
			Sid: "UseQueueKey", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:GenerateDataKey"},
			Resource: j.args.DataKeyARN, Condition: j.viaServices("sqs"),
		}}})
	j.before = append(j.before, policies...)
	return role, err
}

// runStatements are known at preview. Runs have no tags: that would take another right, for which the boundary of the
// workload's roles, one policy, has no room.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/tasks-scheduled-eventbridge-scheduler.html
func (j *Job) runStatements() []statement {
	scope := j.args.Scope
	return []statement{
		{
			Sid: "RunTask", Effect: "Allow", Action: "ecs:RunTask",
			Resource:  scope.ARN("ecs", "task-definition/"+j.TaskFamily+":*"),
			Condition: conditions{"ArnEquals": {"ecs:cluster": j.clusterARN()}},
		},
		{
			Sid: "KeepDeadLetters", Effect: "Allow", Action: "sqs:SendMessage",
			Resource: scope.ARN("sqs", j.deadLetterName()),
		},
	}
}
