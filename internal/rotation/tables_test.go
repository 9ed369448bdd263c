package rotation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/bluegreen"
)

var rotatedAt = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// quick is a clock that waits for nothing, and notes for how long it was asked to.
type quick struct {
	now    time.Time
	waited []time.Duration
}

func (q *quick) Now() time.Time { return q.now }

func (q *quick) Sleep(ctx context.Context, d time.Duration) error {
	q.waited = append(q.waited, d)
	if len(q.waited) > 1000 {
		return errors.New("a thousand waits: this waits for ever")
	}
	return ctx.Err()
}

// Everything that an event has to say, one thing missing at a time.
func TestEventsAreWhole(t *testing.T) {
	whole := func(change func(event, detail map[string]any)) json.RawMessage {
		detail := map[string]any{"labelUpdated": "AWSCURRENT"}
		event := map[string]any{
			"id": "1", "time": "2026-03-01T10:00:00Z", "source": "aws.secretsmanager", "detail-type": "Secret Label Updated",
			"resources": []string{"arn"}, "detail": detail,
		}
		change(event, detail)
		text, err := json.Marshal(event)
		require.NoError(t, err)
		return text
	}
	got, err := parseEvent(whole(func(_, _ map[string]any) {}))
	require.NoError(t, err)
	assert.Equal(t, &rotation{eventID: "1", secretID: "arn", at: rotatedAt}, got)
	for name, change := range map[string]func(event, detail map[string]any){
		"no id":           func(event, _ map[string]any) { event["id"] = "" },
		"no time":         func(event, _ map[string]any) { delete(event, "time") },
		"no secret":       func(event, _ map[string]any) { event["resources"] = []string{} },
		"two secrets":     func(event, _ map[string]any) { event["resources"] = []string{"a", "b"} },
		"another type":    func(event, _ map[string]any) { event["detail-type"] = "AWS API Call via CloudTrail" },
		"another label":   func(_, detail map[string]any) { detail["labelUpdated"] = "AWSPENDING" },
		"no label":        func(_, detail map[string]any) { delete(detail, "labelUpdated") },
		"another service": func(event, _ map[string]any) { event["source"] = "aws.rds" },
	} {
		_, err := parseEvent(whole(change))
		assert.Error(t, err, name)
	}
	for arn, want := range map[string]string{
		"arn:aws:secretsmanager:r:1:secret:x-AbCdEf": "x", "arn:secret:-AbCdEf": "arn:secret:-AbCdEf",
		"arn:aws:secretsmanager:r:1:secret:a-b-AbCdEf": "a-b", "x": "x",
	} {
		assert.Equal(t, want, nameOf(arn))
	}
	assert.Equal(t, rotatedAt.Add(time.Second), got.since(), "events state whole seconds, rounded down")
}

// Each row is an ECS deployment, and whether it replaces all tasks by such with the new password.
func TestDeploymentsThatRenew(t *testing.T) {
	since := rotatedAt.Add(time.Second)
	const underway = ecstypes.DeploymentRolloutStateInProgress
	for _, row := range []struct {
		state  ecstypes.DeploymentRolloutState
		reason string
		made   *time.Time
		want   bool
	}{
		{underway, "", aws.Time(since), true},
		{underway, "ECS deployment in progress.", aws.Time(since.Add(time.Hour)), true},
		{underway, "", aws.Time(since.Add(-1)), false},
		{underway, "", nil, false},
		{underway, "circuit breaker: Rolling back to d-1.", aws.Time(since), false},
		{ecstypes.DeploymentRolloutStateCompleted, "", aws.Time(since), false},
		{ecstypes.DeploymentRolloutStateFailed, "", aws.Time(since), false},
		{"", "", aws.Time(since), false},
	} {
		deployment := &ecstypes.Deployment{
			RolloutState: row.state, RolloutStateReason: aws.String(row.reason), CreatedAt: row.made,
		}
		assert.Equal(t, row.want, renews(deployment, &rotation{at: rotatedAt}), "%v", row)
	}
	service := &ecstypes.Service{Deployments: []ecstypes.Deployment{
		{Id: aws.String("a"), Status: aws.String("ACTIVE")}, {Id: aws.String("b"), Status: aws.String("PRIMARY")},
	}}
	assert.Equal(t, "b", *primaryDeployment(service).Id)
	assert.Equal(t, &ecstypes.Deployment{}, primaryDeployment(&ecstypes.Service{}))
}

// What is described as another service than the environment says is not touched.
func TestServicesAreAsTheEnvironmentSays(t *testing.T) {
	const ecsItself, codeDeploy = ecstypes.DeploymentControllerTypeEcs, ecstypes.DeploymentControllerTypeCodeDeploy
	active := func(controller ecstypes.DeploymentControllerType) ecstypes.Service {
		one := ecstypes.Service{Status: aws.String("ACTIVE")}
		if controller != "" {
			one.DeploymentController = &ecstypes.DeploymentController{Type: controller}
		}
		return one
	}
	for name, row := range map[string]struct {
		answer      []ecstypes.Service
		application string
		err         string
	}{
		"of ECS":             {[]ecstypes.Service{active(ecsItself)}, "", ""},
		"of ECS, by default": {[]ecstypes.Service{active("")}, "", ""},
		"of CodeDeploy":      {[]ecstypes.Service{active(codeDeploy)}, "app", ""},
		"of CodeDeploy, unsaid": {
			[]ecstypes.Service{active(codeDeploy)}, "", "controller is CODE_DEPLOY, but the environment says ECS",
		},
		"of ECS, said not": {
			[]ecstypes.Service{active(ecsItself)}, "app", "controller is ECS, but the environment says CODE_DEPLOY",
		},
		"by default, said not": {
			[]ecstypes.Service{active("")}, "app", "controller is ECS, but the environment says CODE_DEPLOY",
		},
		"of somebody else": {
			[]ecstypes.Service{active("EXTERNAL")}, "", "controller is EXTERNAL, but the environment says ECS",
		},
		"none": {nil, "", "not an active service of cluster app"},
		"going": {
			[]ecstypes.Service{{Status: aws.String("DRAINING")}}, "", "not an active service of cluster app",
		},
		"two": {[]ecstypes.Service{active(""), active("")}, "", "not an active service of cluster app"},
	} {
		cloud := awsfake.New()
		cloud.Demand("DescribeServices", `"Cluster":"app"`, `"Services":["web"]`)
		awsfake.Answer(cloud, func(*ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
			return &ecs.DescribeServicesOutput{Services: row.answer}, nil
		})
		r := &Relay{Config: Config{Cluster: "app"}, ECS: ecs.NewFromConfig(cloud.Config("eu-west-1"))}
		found, err := r.describe(t.Context(), Service{Name: "web", Application: row.application})
		if row.err == "" {
			require.NoError(t, err, name)
			assert.Equal(t, &row.answer[0], found, name)
			continue
		}
		require.ErrorContains(t, err, row.err, name)
		assert.Nil(t, found, name)
	}
}

// ECS takes back whatever is deployed: after two deployments at one event it is for people to see why.
func TestDeploymentsThatAreAlwaysTakenBack(t *testing.T) {
	cloud := awsfake.New()
	awsfake.Answer(cloud, func(*ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
		return &ecs.ListTasksOutput{TaskArns: []string{"old", "older"}}, nil
	})
	awsfake.Answer(cloud, func(*ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
		return &ecs.DescribeTasksOutput{Tasks: make([]ecstypes.Task, 2)}, nil
	})
	awsfake.Answer(cloud, func(*ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
		return &ecs.DescribeServicesOutput{Services: []ecstypes.Service{{
			Status: aws.String("ACTIVE"), Deployments: []ecstypes.Deployment{{
				Status: aws.String("PRIMARY"), RolloutState: ecstypes.DeploymentRolloutStateCompleted,
				RolloutStateReason: aws.String("rolled back: tasks failed to start"),
			}},
		}}}, nil
	})
	forced := 0
	awsfake.Answer(cloud, func(*ecs.UpdateServiceInput) (*ecs.UpdateServiceOutput, error) {
		if forced++; forced > 9 {
			return nil, errors.New("it deploys for ever")
		}
		return &ecs.UpdateServiceOutput{}, nil
	})
	r := &Relay{Config: Config{Cluster: "app"}, ECS: ecs.NewFromConfig(cloud.WriteConfig("eu-west-1")), Clock: &quick{}}
	var said []string
	_, err := r.replaceTasks(t.Context(), Service{Name: "web"}, &rotation{at: rotatedAt},
		func(text string) { said = append(said, text) })
	require.EqualError(t, err, "2 deployments failed: rolled back: tasks failed to start")
	assert.Equal(t, []string{
		"deployment forced", "waiting: 2 tasks with the old secret still run",
		"deployment forced", "waiting: 2 tasks with the old secret still run",
	}, said)
}

// ECS takes no sixth deployment while tasks of five have not ended, which is worth waiting for. Nothing else is.
func TestWhatECSSaysToADeployment(t *testing.T) {
	refused := func(text string) error { return &ecstypes.InvalidParameterException{Message: aws.String(text)} }
	const many = "The service cannot be updated because 5 active deployments exist"
	for name, row := range map[string]struct {
		answer error
		want   string
		busy   bool
	}{
		"yes":             {nil, "", false},
		"too many":        {refused(many), "waiting: " + many, true},
		"another mistake": {refused("no such field"), "force a new deployment: ", false},
		"another kind":    {&ecstypes.ClientException{Message: aws.String(many)}, "force a new deployment: ", false},
	} {
		cloud := awsfake.New()
		cloud.Demand("UpdateService", `"Cluster":"app"`, `"Service":"web"`, `"ForceNewDeployment":true`)
		awsfake.Answer(cloud, func(*ecs.UpdateServiceInput) (*ecs.UpdateServiceOutput, error) {
			return &ecs.UpdateServiceOutput{}, row.answer
		})
		r := &Relay{Config: Config{Cluster: "app"}, ECS: ecs.NewFromConfig(cloud.WriteConfig("eu-west-1"))}
		err := r.force(t.Context(), Service{Name: "web"})
		if row.answer == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, row.want, name)
		assert.Equal(t, row.busy, errors.Is(err, errBusy), name)
	}
}

// Which tasks are old, over several pages, and what ECS does not tell the age of.
func TestTasksThatAreOld(t *testing.T) {
	since := rotatedAt.Add(time.Second)
	made := []*time.Time{
		aws.Time(since), aws.Time(since.Add(-1)), nil, aws.Time(since.Add(time.Hour)), aws.Time(rotatedAt),
	}
	cloud := awsfake.New()
	cloud.Page()
	cloud.Demand("ListTasks", `"Cluster":"app"`, `"ServiceName":"web"`)
	cloud.Demand("DescribeTasks", `"Cluster":"app"`)
	awsfake.Answer(cloud, func(*ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
		out := &ecs.ListTasksOutput{}
		for i := range made {
			out.TaskArns = append(out.TaskArns, fmt.Sprint(i))
		}
		return out, nil
	})
	awsfake.Answer(cloud, func(in *ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
		out := &ecs.DescribeTasksOutput{}
		for _, id := range in.Tasks {
			var i int
			_, err := fmt.Sscan(id, &i)
			require.NoError(t, err)
			out.Tasks = append(out.Tasks, ecstypes.Task{CreatedAt: made[i]})
		}
		return out, nil
	})
	r := &Relay{Config: Config{Cluster: "app"}, ECS: ecs.NewFromConfig(cloud.Config("eu-west-1"))}
	old, err := r.oldTasks(t.Context(), Service{Name: "web"}, &rotation{at: rotatedAt})
	require.NoError(t, err)
	assert.Equal(t, 3, old)
}

// What a copy of a task set says, and what it leaves to CodeDeploy.
func TestCopiesOfTaskSets(t *testing.T) {
	set := &ecstypes.TaskSet{TaskDefinition: aws.String("web:1")}
	_, err := appSpec(set)
	require.EqualError(t, err, "its task set has no load balancer, which CodeDeploy needs")
	set.LoadBalancers = []ecstypes.LoadBalancer{{ContainerName: aws.String("web"), ContainerPort: aws.Int32(8000)}}
	text, err := appSpec(set)
	require.NoError(t, err)
	read, err := bluegreen.ReadAppSpec(text)
	require.NoError(t, err)
	want := &bluegreen.AppSpec{TaskDefinition: "web:1"}
	want.LoadBalancerInfo.ContainerName, want.LoadBalancerInfo.ContainerPort = "web", 8000
	assert.Equal(t, want, read)

	set.NetworkConfiguration = &ecstypes.NetworkConfiguration{}
	same, err := appSpec(set)
	require.NoError(t, err)
	assert.Equal(t, text, same)

	set.PlatformVersion = aws.String("1.4.0")
	set.NetworkConfiguration.AwsvpcConfiguration = &ecstypes.AwsVpcConfiguration{
		Subnets: []string{"a", "b"}, SecurityGroups: []string{"g"}, AssignPublicIp: ecstypes.AssignPublicIpDisabled,
	}
	set.CapacityProviderStrategy = []ecstypes.CapacityProviderStrategyItem{
		{
			CapacityProvider: aws.String("FARGATE"), Base: 2, Weight: 1,
		}, {
			CapacityProvider: aws.String("FARGATE_SPOT"), Weight: 3,
		},
	}
	text, err = appSpec(set)
	require.NoError(t, err)
	read, err = bluegreen.ReadAppSpec(text)
	require.NoError(t, err)
	want.PlatformVersion = "1.4.0"
	where := &want.NetworkConfiguration.AwsvpcConfiguration
	where.Subnets, where.SecurityGroups, where.AssignPublicIP = []string{"a", "b"}, []string{"g"}, "DISABLED"
	want.CapacityProviderStrategy = []bluegreen.CapacityShare{
		{CapacityProvider: "FARGATE", Base: 2, Weight: 1}, {CapacityProvider: "FARGATE_SPOT", Weight: 3},
	}
	assert.Equal(t, want, read)

	found, err := primaryOf(&ecstypes.Service{TaskSets: []ecstypes.TaskSet{
		{Id: aws.String("a"), Status: aws.String("ACTIVE")}, {Id: aws.String("b"), Status: aws.String("PRIMARY")},
	}})
	require.NoError(t, err)
	assert.Equal(t, "b", *found.Id)
	_, err = primaryOf(&ecstypes.Service{TaskSets: []ecstypes.TaskSet{{Status: aws.String("ACTIVE")}}})
	require.EqualError(t, err, "no primary task set: CodeDeploy has not deployed it yet")
}

// A call is tried again while there is something to wait for; if the time runs out, the error names the reason
// for waiting.
func TestTryingAgain(t *testing.T) {
	busy, broken := fmt.Errorf("%w: for it", errBusy), errors.New("broken")
	try := func(ctx context.Context, answers ...error) (said []string, waited []time.Duration, err error) {
		clk := &quick{}
		r := &Relay{Clock: clk}
		err = r.until(ctx, func() error {
			next := answers[0]
			answers = answers[1:]
			return next
		}, func(text string) { said = append(said, text) })
		assert.Empty(t, answers)
		return said, clk.waited, err
	}
	said, waited, err := try(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, said)
	assert.Empty(t, waited)

	said, waited, err = try(t.Context(), busy, busy, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"waiting: for it", "waiting: for it"}, said)
	assert.Equal(t, []time.Duration{bluegreen.PollEvery, bluegreen.PollEvery}, waited)

	_, _, err = try(t.Context(), busy, broken)
	require.ErrorIs(t, err, broken)
	assert.NotErrorIs(t, err, errBusy)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = try(ended, broken)
	require.ErrorIs(t, err, broken)
	_, _, err = try(ended, busy)
	require.ErrorIs(t, err, errBusy, "what it waited for")
	require.ErrorIs(t, err, context.Canceled, "and that the time is up")

	running, stop := context.WithCancel(t.Context())
	calls := 0
	r := &Relay{Clock: &quick{}}
	err = r.until(running, func() error {
		if calls++; calls == 1 {
			return busy
		}
		stop()
		return broken
	}, func(string) {})
	require.ErrorIs(t, err, errBusy, "time ran out in the middle of a call: that is not the reason")
	assert.NotErrorIs(t, err, broken)
}

// Those that fail are named in order, the others are told as done; nothing begins before deployments can be told apart.
func TestWhatHandleSays(t *testing.T) {
	cloud := awsfake.New()
	var services []Service
	for _, name := range []string{"f", "c", "e", "a", "d", "g", "b", "web"} {
		services = append(services, Service{Name: name})
	}
	awsfake.Answer(cloud, func(in *ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
		if in.Services[0] != "web" {
			return &ecs.DescribeServicesOutput{}, nil
		}
		return &ecs.DescribeServicesOutput{Services: []ecstypes.Service{{Status: aws.String("ACTIVE")}}}, nil
	})
	awsfake.Answer(cloud, func(*ecs.ListTasksInput) (*ecs.ListTasksOutput, error) { return &ecs.ListTasksOutput{}, nil })
	clk := &quick{now: rotatedAt.Add(-time.Minute)}
	r := &Relay{
		Config: Config{Cluster: "app", Secrets: []string{"arn:x"}, Services: services},
		ECS:    ecs.NewFromConfig(cloud.Config("eu-west-1")), Clock: clk, Log: slog.New(slog.DiscardHandler),
	}
	event := json.RawMessage(`{"id":"1","time":"2026-03-01T10:00:00Z","source":"aws.secretsmanager",
		"detail-type":"Secret Label Updated","resources":["arn:x"],"detail":{"labelUpdated":"AWSCURRENT"}}`)
	done, err := r.Handle(t.Context(), event)
	want := "7 of 8 services still run tasks with the old secret: "
	for i, name := range []string{"a", "b", "c", "d", "e", "f", "g"} {
		if i > 0 {
			want += "\n"
		}
		want += "service " + name + ": not an active service of cluster app"
	}
	require.EqualError(t, err, want)
	assert.Equal(t, &Summary{Services: map[string]string{"web": Already}}, done)
	assert.Equal(t, []time.Duration{time.Minute + 2*time.Second}, clk.waited)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	before := len(cloud.Calls())
	_, err = r.Handle(ended, event)
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, cloud.Calls(), before, "nothing begins when the time is up")
	_, err = r.Handle(t.Context(), json.RawMessage(`{}`))
	require.Error(t, err)
}
