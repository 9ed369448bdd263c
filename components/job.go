package components

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const jobType = "aws-webapp:service:Job"

// JobArgs describe a [Job].
type JobArgs struct {
	TaskArgs
	// ClusterName of the cluster, and its ARN.
	ClusterName string
	ClusterARN  pulumi.StringInput
	// SubnetIDs of the app tier and SecurityGroupID of the runs.
	SubnetIDs       pulumi.StringArrayInput
	SecurityGroupID pulumi.StringInput
	// After lists what runs need to start, as in [ServiceArgs].
	After []pulumi.Resource
	// Schedule of the runs; nil if people start them.
	Schedule *JobSchedule
	// TimeoutMinutes above which a run raises an alarm, 1438 at most.
	TimeoutMinutes int
	// TopicARN is notified of runs that failed, and of the alarms.
	TopicARN pulumi.StringInput
}

// JobSchedule says when a job runs.
type JobSchedule struct {
	// Expression at(...), rate(...) or cron(...), and its Timezone, an IANA name.
	Expression, Timezone string
	// Retries of a start that ECS refuses.
	Retries int
	// Every is the longest time between two runs, 164 hours at most. 0 if nothing can tell that one is missing.
	Every time.Duration
}

// Job runs a [Task] to its end, in private subnets: on a schedule of EventBridge Scheduler, or when somebody starts it.
type Job struct {
	pulumi.ResourceState
	// Task that is run.
	Task

	// ScheduleName is that of the schedule and its group; empty without one.
	ScheduleName string
	// DeadLetterURL of the queue for starts that failed; empty without a schedule.
	DeadLetterURL pulumi.StringOutput
	alarms

	args     JobArgs
	letters  *sqs.Queue
	schedule pulumi.Resource
	// scheduleName is that of the schedule and its group.
	scheduleName string
	// before lists what Scheduler needs to start a run.
	before []pulumi.Resource
}

// NewJob makes a [Job].
func NewJob(ctx *pulumi.Context, name string, args *JobArgs, opts ...pulumi.ResourceOption) (*Job, error) {
	j := &Job{args: given(args), DeadLetterURL: pulumi.String("").ToStringOutput()}
	j.Task = newTask(j, j.args.TaskArgs)
	j.scheduleName = j.args.Scope.Name(NameSchedule, name)
	steps := j.steps()
	if j.args.Schedule != nil {
		j.ScheduleName = j.scheduleName
		steps = append(steps,
			step{"create dead letters", j.createDeadLetters},
			step{"create schedule", j.createSchedule})
	}
	return construct(ctx, name, j, opts, construction{
		kind: "job", token: jobType, wrong: check(j.args),
		steps: append(steps,
			step{"report failures", j.reportFailures},
			step{"create alarms", j.createAlarms}),
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"name":              pulumi.String(j.Name),
				"logGroupName":      pulumi.String(j.LogGroupName),
				"taskFamily":        pulumi.String(j.TaskFamily),
				"taskDefinitionArn": j.TaskDefinitionARN,
				"executionRoleArn":  j.ExecutionRoleARN,
				"taskRoleArn":       j.TaskRoleARN,
				"deadLetterUrl":     j.DeadLetterURL,
			}
		},
	})
}

// clusterARN is known at preview.
func (j *Job) clusterARN() string { return j.args.Scope.ARN("ecs", "cluster/"+j.args.ClusterName) }

func (j *Job) deadLetterName() string {
	return j.args.Scope.Name(NameQueue, j.Name, "dead-letters")
}
