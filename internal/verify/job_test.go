package verify

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/outcome"
)

const jobDefinition = "arn:aws:ecs:eu-central-1:123456789012:task-definition/web-prod-nightly:3"

// jobs is a world with a job's schedule.
type jobs struct {
	*world
	schedule *scheduler.GetScheduleOutput
	status   ecstypes.TaskDefinitionStatus
}

func newJobs() *jobs {
	w := &jobs{world: newWorld(), status: ecstypes.TaskDefinitionStatusActive}
	w.alarms = map[string]cwtypes.StateValue{"nightly-failed": cwtypes.StateValueOk}
	w.tasks = []ecstypes.Task{w.run("old", 20*time.Minute, 1), w.run("last", 5*time.Minute, 0)}
	w.schedule = &scheduler.GetScheduleOutput{
		State: schedulertypes.ScheduleStateEnabled, ScheduleExpression: aws.String("cron(0 3 * * ? *)"),
		ScheduleExpressionTimezone: aws.String("Europe/Berlin"), Target: &schedulertypes.Target{
			Arn: aws.String("cluster"), RoleArn: aws.String("role"),
			EcsParameters: &schedulertypes.EcsParameters{TaskDefinitionArn: aws.String(jobDefinition)},
		},
	}
	awsfake.Answer(w.Cloud, func(in *scheduler.GetScheduleInput) (*scheduler.GetScheduleOutput, error) {
		if w.schedule == nil || aws.ToString(in.Name) != "web-nightly" || aws.ToString(in.GroupName) != "web-nightly" {
			return nil, awsfake.Failure(http.StatusNotFound, "ResourceNotFoundException", "Schedule does not exist.")
		}
		return w.schedule, nil
	})
	awsfake.Answer(w.Cloud, func(in *ecs.DescribeTaskDefinitionInput) (*ecs.DescribeTaskDefinitionOutput, error) {
		if aws.ToString(in.TaskDefinition) != jobDefinition || w.status == "" {
			return nil, awsfake.Failure(http.StatusBadRequest, "ClientException", "Unable to describe task definition.")
		}
		return &ecs.DescribeTaskDefinitionOutput{TaskDefinition: &ecstypes.TaskDefinition{Status: w.status}}, nil
	})
	awsfake.Answer(w.Cloud, func(in *ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
		if err := inCluster(in.Cluster); err != nil {
			return nil, err
		}
		if aws.ToString(in.Family) != "web-prod-nightly" {
			return nil, errors.New("asked for tasks of others")
		}
		out := &ecs.ListTasksOutput{}
		for _, one := range w.tasks {
			if *one.DesiredStatus == string(in.DesiredStatus) {
				out.TaskArns = append(out.TaskArns, *one.TaskArn)
			}
		}
		return out, nil
	})
	return w
}

// run of the job, which ended some time ago beside a container of AWS's.
func (w *jobs) run(id string, ago time.Duration, code int32) ecstypes.Task {
	return ecstypes.Task{
		TaskArn: aws.String("arn:task/" + id), LastStatus: aws.String("STOPPED"), DesiredStatus: aws.String("STOPPED"),
		StoppedAt: aws.Time(w.now.Add(-ago)), Containers: []ecstypes.Container{
			{Name: aws.String("nightly"), ExitCode: aws.Int32(code)},
			{Name: aws.String("aws-guardduty-agent"), ExitCode: aws.Int32(137)},
		},
	}
}

func nightly() JobRequest {
	return JobRequest{
		Cluster: "app", Job: "nightly", Container: "nightly", TaskDefinition: jobDefinition, ScheduleName: "web-nightly",
		Schedule: "cron(0 3 * * ? *)", Timezone: "Europe/Berlin", Alarms: []string{"nightly-failed"},
		AlertTopic: alertTopic, Subscriptions: 2,
	}
}

func (w *jobs) looks(t *testing.T, job JobRequest) (*Report, error) {
	t.Helper()
	v := &Verifier{Clients: NewClients(w.WriteConfig("eu-central-1")), Clock: w, Progress: &bytes.Buffer{}}
	return v.LookAtJob(t.Context(), job)
}

// A job runs as deployed: at its times, in the deployed revision, to a good end.
func TestJobIsAsDeployed(t *testing.T) {
	report, err := newJobs().looks(t, nightly())
	require.NoError(t, err)
	assert.Equal(t, []any{Verified, "", "nightly", "app"},
		[]any{report.Verdict, report.Reason, report.Service, report.Cluster})
	assert.Equal(t, []outcome.Finding{
		{
			Check: "schedule", Status: outcome.OK, Found: "on, cron(0 3 * * ? *) Europe/Berlin, web-prod-nightly:3",
			Needed: "on, cron(0 3 * * ? *) Europe/Berlin, web-prod-nightly:3",
		},
		{
			Check: "task definition", Status: outcome.OK, Found: "web-prod-nightly:3, active",
			Needed: "web-prod-nightly:3 that is active",
		},
		{Check: "last run", Status: outcome.OK, Found: "exit code 0, 5m0s ago", Needed: "exit code 0"},
	}, report.Findings[:3])
	assert.Equal(t, []string{"alarms", "subscriptions"}, []string{report.Findings[3].Check, report.Findings[4].Check})
}

// What somebody changed by hand, and what went wrong, takes the good verdict away.
func TestJobThatIsNotAsDeployed(t *testing.T) {
	for name, row := range map[string]struct {
		change func(w *jobs, r *JobRequest)
		want   string // the reason begins with it; empty for a good verdict
	}{
		"off": {
			func(w *jobs, _ *JobRequest) { w.schedule.State = schedulertypes.ScheduleStateDisabled },
			"schedule: found off, cron(0 3 * * ? *) Europe/Berlin, web-prod-nightly:3",
		},
		"another revision": {
			func(w *jobs, _ *JobRequest) {
				w.schedule.Target.EcsParameters.TaskDefinitionArn = aws.String(strings.TrimSuffix(jobDefinition, "3") + "2")
			}, "schedule: found on, cron(0 3 * * ? *) Europe/Berlin, web-prod-nightly:2",
		},
		"another target": {
			func(w *jobs, _ *JobRequest) { w.schedule.Target.EcsParameters = nil },
			"schedule: found on, cron(0 3 * * ? *) Europe/Berlin, something else than a task",
		},
		"other times": {
			func(w *jobs, _ *JobRequest) { w.schedule.ScheduleExpression = aws.String("rate(1 hour)") },
			"schedule: found on, rate(1 hour) Europe/Berlin, web-prod-nightly:3",
		},
		"another zone": {
			func(w *jobs, _ *JobRequest) { w.schedule.ScheduleExpressionTimezone = nil },
			"schedule: found on, cron(0 3 * * ? *) UTC, web-prod-nightly:3",
		},
		"no schedule": {func(w *jobs, _ *JobRequest) { w.schedule = nil }, "schedule: found no schedule web-nightly"},
		"started by people": {func(w *jobs, r *JobRequest) {
			w.schedule, r.ScheduleName, r.Schedule, r.Timezone = nil, "", "", ""
		}, ""},
		"retired revision": {
			func(w *jobs, _ *JobRequest) { w.status = ecstypes.TaskDefinitionStatusInactive },
			"task definition: found web-prod-nightly:3, inactive",
		},
		"no revision": {func(w *jobs, _ *JobRequest) { w.status = "" }, "task definition: found none"},
		"failed": {
			func(w *jobs, _ *JobRequest) { w.tasks = append(w.tasks, w.run("bad", time.Minute, 3)) },
			"last run: found exit code 3, 1m0s ago",
		},
		"failed before": {func(w *jobs, _ *JobRequest) { w.tasks = append(w.tasks, w.run("bad", 30*time.Minute, 3)) }, ""},
		"did not start": {func(w *jobs, _ *JobRequest) {
			none := w.run("none", time.Minute, 0)
			none.Containers[0].ExitCode, none.StoppedReason = nil, aws.String("CannotPullContainerError")
			w.tasks = append(w.tasks, none)
		}, "last run: found did not start, 1m0s ago: CannotPullContainerError"},
		"never ran": {func(w *jobs, _ *JobRequest) { w.tasks = nil }, ""},
		"runs":      {func(w *jobs, _ *JobRequest) { w.tasks = []ecstypes.Task{underWay()} }, ""},
		"loud": {
			func(w *jobs, _ *JobRequest) { w.alarms["nightly-failed"] = "ALARM" }, "alarms: found ALARM: nightly-failed",
		},
		"nobody hears": {func(w *jobs, _ *JobRequest) { w.subscribed = nil }, "subscriptions: found"},
	} {
		t.Run(name, func(t *testing.T) {
			w, r := newJobs(), nightly()
			row.change(w, &r)
			report, err := w.looks(t, r)
			require.NoError(t, err)
			if row.want == "" {
				assert.Equal(t, Verified, report.Verdict, report.Reason)
				return
			}
			assert.Equal(t, NotAsRequested, report.Verdict)
			assert.True(t, strings.HasPrefix(report.Reason, row.want), report.Reason)
		})
	}
}

func underWay() ecstypes.Task {
	return ecstypes.Task{
		TaskArn: aws.String("arn:task/now"), LastStatus: aws.String("RUNNING"), DesiredStatus: aws.String("RUNNING"),
	}
}

// Runs that go on and those that are forgotten are no failures, and are told.
func TestRunsThatHaveNotEnded(t *testing.T) {
	w := newJobs()
	w.tasks = []ecstypes.Task{underWay()}
	report, err := w.looks(t, nightly())
	require.NoError(t, err)
	assert.Equal(t, outcome.Finding{
		Check: "last run", Status: outcome.OK, Found: "none that ended within the hour", Note: "1 run under way",
	}, report.Findings[2])
}

// Whichever call about a job fails, there is no verdict.
func TestACallAboutAJobThatFailsIsNoVerdict(t *testing.T) {
	awsfake.EachCallFails(t, func(t *testing.T, n int) *awsfake.Cloud {
		w := newJobs()
		w.FailCall(n)
		report, err := w.looks(t, nightly())
		if failed := w.Failed(); failed == nil {
			require.NoError(t, err)
			assert.Equal(t, Verified, report.Verdict)
			return w.Cloud
		}
		assert.Nil(t, report)
		require.Error(t, err)
		return w.Cloud
	})
}

func TestWhatOutputsSayOfAJob(t *testing.T) {
	const outputs = `{"clusterName":"app","alertTopicArn":"` + alertTopic + `","alertSubscriptions":2,"services":{},
		"jobs":{"nightly":{"taskDefinitionArn":"` + jobDefinition + `","container":"nightly","timezone":"Europe/Berlin",
		"schedule":"cron(0 3 * * ? *)","scheduleName":"web-nightly","alarms":["nightly-failed"]},"import":{}}}`
	r := JobRequest{}
	region, err := r.FromOutputs(strings.NewReader(outputs), "nightly")
	require.NoError(t, err)
	assert.Equal(t, "eu-central-1", region)
	assert.Equal(t, nightly(), r)
	_, err = r.FromOutputs(strings.NewReader(outputs), "weekly")
	require.EqualError(t, err, `--job: found "weekly", but the stack has import, nightly: name one of its jobs`)
	_, err = r.FromOutputs(strings.NewReader("{}"), "weekly")
	require.EqualError(t, err, `--job: found "weekly", but the stack has no jobs: name one of its jobs`)
	_, err = r.FromOutputs(strings.NewReader("{"), "weekly")
	require.ErrorContains(t, err, "--outputs: found no JSON of stack outputs")
}
