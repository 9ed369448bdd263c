package release

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/verify"

	"aws-webapp/internal/runtask"
)

const (
	family = "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:"
	spare  = `{"version":0.0,"Resources":[{"TargetService":{"Type":"AWS::ECS::Service","Properties":{` +
		`"TaskDefinition":"<TASK_DEFINITION>","LoadBalancerInfo":{"ContainerName":"web","ContainerPort":8000},` +
		`"NetworkConfiguration":{"AwsvpcConfiguration":{"Subnets":["a","b"],"SecurityGroups":["g"]}},` +
		`"CapacityProviderStrategy":[{"CapacityProvider":"FARGATE","Base":1,"Weight":2}]}}}]}`
)

// Each row has ECS's deployments of a rolling service, and what is left to do about version 2.
func TestWhatRollingDeploymentsSay(t *testing.T) {
	const completed, underway, failed = ecstypes.DeploymentRolloutStateCompleted,
		ecstypes.DeploymentRolloutStateInProgress, ecstypes.DeploymentRolloutStateFailed
	made := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	deployment := func(status, revision string, state ecstypes.DeploymentRolloutState, reason string) ecstypes.Deployment {
		return ecstypes.Deployment{
			Status: aws.String(status), TaskDefinition: aws.String(family + revision), RolloutState: state,
			RolloutStateReason: aws.String(reason), CreatedAt: aws.Time(made.Add(time.Hour)),
		}
	}
	for name, row := range map[string]struct {
		deployments []ecstypes.Deployment
		want        state
	}{
		"it serves": {[]ecstypes.Deployment{deployment("PRIMARY", "2", completed, "")}, state{serves: family + "2"}},
		"another serves": {
			[]ecstypes.Deployment{deployment("PRIMARY", "1", completed, "")},
			state{serves: family + "1", differs: "web:1 instead of web:2"},
		},
		"no deployment":   {nil, state{differs: "no deployment"}},
		"none is primary": {[]ecstypes.Deployment{deployment("ACTIVE", "2", completed, "")}, state{differs: "no deployment"}},
		"it arrives": {
			[]ecstypes.Deployment{deployment("ACTIVE", "1", completed, ""), deployment("PRIMARY", "2", underway, "")},
			state{serves: family + "2", underway: "deployment of web:2 in progress", arriving: true},
		},
		"it arrives again": { // an earlier deployment of it went back once
			[]ecstypes.Deployment{deployment("PRIMARY", "2", underway, "Rolling back to ecs-svc/2.")},
			state{serves: family + "2", underway: "deployment of web:2 in progress", arriving: true},
		},
		"another arrives": {
			[]ecstypes.Deployment{deployment("PRIMARY", "1", underway, "")},
			state{serves: family + "1", differs: "web:1 instead of web:2", underway: "deployment of web:1 in progress"},
		},
		"it failed": {
			[]ecstypes.Deployment{deployment("PRIMARY", "2", failed, "why")},
			state{serves: family + "2", differs: "its deployment failed: why"},
		},
		"ECS goes back and says so": {
			[]ecstypes.Deployment{
				deployment("PRIMARY", "1", underway, "Rolling back to ecs-svc/1."), deployment("ACTIVE", "2", failed, "why"),
			},
			state{
				serves: family + "1", differs: "web:1 instead of web:2", underway: "deployment of web:1 in progress",
				rollingBack: "Rolling back to ecs-svc/1.",
			},
		},
		"ECS goes back": {
			[]ecstypes.Deployment{deployment("PRIMARY", "1", underway, ""), deployment("ACTIVE", "2", failed, "why")},
			state{
				serves: family + "1", differs: "web:1 instead of web:2", underway: "deployment of web:1 in progress",
				rollingBack: "the deployment failed: why",
			},
		},
		"another one failed": {
			[]ecstypes.Deployment{deployment("PRIMARY", "1", underway, ""), deployment("ACTIVE", "3", failed, "why")},
			state{serves: family + "1", differs: "web:1 instead of web:2", underway: "deployment of web:1 in progress"},
		},
		"it has gone back": {
			[]ecstypes.Deployment{deployment("PRIMARY", "1", completed, "it was ROLLED BACK")},
			state{serves: family + "1", differs: "web:1 instead of web:2"},
		},
	} {
		found := &state{service: &ecstypes.Service{Deployments: row.deployments, CreatedAt: aws.Time(made)}}
		require.NoError(t, lookAtDeployments(&Service{Name: "web", TaskDefinition: family + "2"}, found), name)
		found.service = nil
		assert.Equal(t, &row.want, found, name)
	}

	// What pulumi up made with the service has not been migrated; what came later has.
	for after, unmigrated := range map[time.Duration]bool{
		0: true, sameMoment - 1: true, sameMoment: false, -sameMoment + 1: true, -sameMoment: false, time.Hour: false,
	} {
		one := &Service{Name: "web", TaskDefinition: family + "2", Migration: Migration{Command: []string{"migrate"}}}
		first := deployment("PRIMARY", "2", completed, "")
		first.CreatedAt = aws.Time(made.Add(after))
		found := &state{service: &ecstypes.Service{Deployments: []ecstypes.Deployment{first}, CreatedAt: aws.Time(made)}}
		require.NoError(t, lookAtDeployments(one, found))
		assert.Equal(t, unmigrated, found.unmigrated, after)
		assert.Equal(t, !unmigrated, found.current())
		one.Migration = Migration{}
		require.NoError(t, lookAtDeployments(one, found))
		assert.False(t, found.unmigrated)
		found.unmigrated, found.service.CreatedAt, one.Migration = false, nil, Migration{Command: []string{"migrate"}}
		require.NoError(t, lookAtDeployments(one, found))
		assert.False(t, found.unmigrated, "nobody tells when the service was made")
	}
}

// In what a version may differ from the registered one.
func TestVersionsThatDiffer(t *testing.T) {
	one := &Service{Name: "web", TaskDefinition: family + "2", AppSpec: spare}
	wanted, err := one.readAppSpec()
	require.NoError(t, err)
	set := func(change func(*ecstypes.TaskSet)) spec {
		s := &ecstypes.TaskSet{
			TaskDefinition: aws.String(family + "2"),
			LoadBalancers:  []ecstypes.LoadBalancer{{ContainerName: aws.String("web"), ContainerPort: aws.Int32(8000)}},
			NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
				Subnets: []string{"b", "a"}, SecurityGroups: []string{"g"},
			}},
			CapacityProviderStrategy: []ecstypes.CapacityProviderStrategyItem{
				{CapacityProvider: aws.String("FARGATE"), Base: 1, Weight: 2},
			},
		}
		change(s)
		return specOf(s)
	}
	vpc := func(s *ecstypes.TaskSet) *ecstypes.AwsVpcConfiguration {
		return s.NetworkConfiguration.AwsvpcConfiguration
	}
	for name, row := range map[string]struct {
		change func(*ecstypes.TaskSet)
		want   string
	}{
		"the same": {func(*ecstypes.TaskSet) {}, ""},
		"a revision": {
			func(s *ecstypes.TaskSet) { s.TaskDefinition = aws.String(family + "1") }, "web:1 instead of web:2",
		},
		"a port": {
			func(s *ecstypes.TaskSet) { s.LoadBalancers[0].ContainerPort = aws.Int32(80) }, "port 80 instead of 8000",
		},
		"a container": {
			func(s *ecstypes.TaskSet) { s.LoadBalancers[0].ContainerName = aws.String("nginx") },
			"container nginx instead of web",
		},
		"no load balancer": {func(s *ecstypes.TaskSet) { s.LoadBalancers = nil }, "port 0 instead of 8000"},
		"a subnet":         {func(s *ecstypes.TaskSet) { vpc(s).Subnets = []string{"a", "c"} }, "other subnets"},
		"fewer subnets":    {func(s *ecstypes.TaskSet) { vpc(s).Subnets = []string{"a"} }, "other subnets"},
		"a group":          {func(s *ecstypes.TaskSet) { vpc(s).SecurityGroups = []string{"h"} }, "other security groups"},
		"no network":       {func(s *ecstypes.TaskSet) { s.NetworkConfiguration = nil }, "other subnets"},
		"none of a VPC":    {func(s *ecstypes.TaskSet) { s.NetworkConfiguration.AwsvpcConfiguration = nil }, "other subnets"},
		"a provider": {
			func(s *ecstypes.TaskSet) { s.CapacityProviderStrategy[0].CapacityProvider = aws.String("X") },
			"other capacity providers",
		},
		"a base": {
			func(s *ecstypes.TaskSet) { s.CapacityProviderStrategy[0].Base = 2 }, "other capacity providers",
		},
		"a weight": {
			func(s *ecstypes.TaskSet) { s.CapacityProviderStrategy[0].Weight = 1 }, "other capacity providers",
		},
		"no strategy": {func(s *ecstypes.TaskSet) { s.CapacityProviderStrategy = nil }, ""},
	} {
		assert.Equal(t, row.want, wanted.differs(one, set(row.change)), name)
	}
	text, err := one.revision()
	require.NoError(t, err)
	assert.Contains(t, text, family+"2")
	for _, broken := range []string{
		"", "{}", strings.ReplaceAll(spare, "<TASK_DEFINITION>", "x"), spare + "<TASK_DEFINITION>",
	} {
		_, err := (&Service{Name: "web", AppSpec: broken}).revision()
		require.ErrorContains(t, err, "found no <TASK_DEFINITION>, or several, in the output appSpec of web")
	}
	for _, broken := range []string{"", "{}", `{"Resources":[]}`, `{"Resources":[{},{}]}`} {
		_, err := (&Service{Name: "web", AppSpec: broken}).readAppSpec()
		require.ErrorContains(t, err, "found no AppSpec with one target service in the output appSpec of web")
	}
}

// Each row has the state of a service, and the plan for it.
func TestWhatIsIntended(t *testing.T) {
	plain := &Service{Name: "web", TaskDefinition: family + "2"}
	shifted := &Service{Name: "web", TaskDefinition: family + "2", Application: "app"}
	migrated := &Service{
		Name: "web", TaskDefinition: family + "2", Application: "app", Migration: Migration{Command: []string{"m"}},
	}
	waiting := &bluegreen.Deployment{ID: "d-1", Phase: bluegreen.Waiting}
	moving := &bluegreen.Deployment{ID: "d-1", Phase: bluegreen.Shifting}
	for name, row := range map[string]struct {
		one      *Service
		found    state
		override bool
		want     string
	}{
		"it serves":      {plain, state{}, false, "verify"},
		"it arrives":     {plain, state{arriving: true, underway: "x"}, false, "wait for x"},
		"ECS goes back":  {plain, state{rollingBack: "why", differs: "d"}, false, "fail: ECS goes back (why)"},
		"another serves": {plain, state{differs: "web:1"}, false, "deploy by ECS (serves web:1)"},
		"it keeps old tasks": {
			shifted, state{active: waiting, underway: "x"}, false, "wait while the old tasks are kept (x)",
		},
		"another moves":      {shifted, state{active: moving, underway: "x"}, false, "verify"},
		"by CodeDeploy":      {shifted, state{differs: "web:1"}, false, "deploy by CodeDeploy (serves web:1)"},
		"by ECS, overridden": {plain, state{differs: "web:1"}, true, "deploy by ECS (serves web:1)"},
		"overridden": {
			shifted,
			state{differs: "web:1"},
			true,
			"deploy by CodeDeploy, all at once and without looking at alarms (serves web:1)",
		},
		"with a migration": {migrated, state{differs: "web:1"}, false, "migrate, deploy by CodeDeploy (serves web:1)"},
		"unmigrated": {
			migrated,
			state{unmigrated: true},
			false,
			"migrate, deploy by CodeDeploy (the tasks that serve were started before the migration)",
		},
		"after what waits": {
			shifted,
			state{differs: "web:1", active: waiting, underway: "x"},
			false,
			"end the wait of x, deploy by CodeDeploy (serves web:1)",
		},
		"after what moves": {
			shifted,
			state{differs: "web:1", active: moving, underway: "x"},
			false,
			"wait for x, deploy by CodeDeploy (serves web:1)",
		},
	} {
		r := &Release{options: Options{OverrideAlarms: row.override}}
		assert.Equal(t, row.want, strings.Join(r.intends(row.one, &row.found), ", "), name)
	}
}

// Alarms that are on keep a deployment from beginning, on whichever page they stand, unless they are overridden.
func TestAlarmsThatAreOn(t *testing.T) {
	one := &Service{Name: "web", Alarms: []string{"a", "b", "c"}}
	var on []string
	cloud := awsfake.New()
	cloud.Page()
	cloud.Demand("DescribeAlarms", `"AlarmNames":["a","b","c"]`, `"AlarmTypes":["MetricAlarm"]`, `"StateValue":"ALARM"`)
	awsfake.Answer(cloud, func(*cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
		out := &cloudwatch.DescribeAlarmsOutput{}
		for _, name := range on {
			out.MetricAlarms = append(out.MetricAlarms, cwtypes.MetricAlarm{AlarmName: aws.String(name)})
		}
		return out, nil
	})
	client := cloudwatch.NewFromConfig(cloud.Config("eu-west-1"))
	r := &Release{clients: Clients{Verify: verify.Clients{CloudWatch: client}}}
	require.NoError(t, r.quiet(t.Context(), one))
	on = []string{"a", "c"}
	err := r.quiet(t.Context(), one)
	require.ErrorContains(t, err, "a, c is on, and CodeDeploy would stop the deployment")
	require.ErrorAs(t, err, &FailureError{})
	cloud.Deny("cloudwatch:DescribeAlarms")
	err = r.quiet(t.Context(), one)
	require.ErrorContains(t, err, "look at the alarms")
	assert.False(t, errors.As(err, &FailureError{}), "that is no verdict")
	require.NoError(t, r.quiet(t.Context(), &Service{Name: "web"}), "it has no alarms")
	r.options.OverrideAlarms = true
	require.NoError(t, r.quiet(t.Context(), one))
}

// Errors that are verdicts stay; any other says that nobody could look, and which permission is missing.
func TestErrorsAreClassified(t *testing.T) {
	failed, late := failuref("no"), error(TimeoutError{errors.New("late")})
	require.NoError(t, classify(nil))
	assert.Equal(t, failed, classify(failed))
	assert.Equal(t, late, classify(late))
	both := errors.Join(errors.New("x"), failed)
	assert.Equal(t, both, classify(both))
	var look LookError
	err := classify(fmt.Errorf("look: %w", context.Canceled))
	require.ErrorAs(t, err, &look)
	require.ErrorContains(t, err, "interrupted: CodeDeploy and ECS continue what they began")
	require.ErrorIs(t, err, context.Canceled)
	cloud := awsfake.New()
	cloud.Deny("cloudwatch:DescribeAlarms")
	client := cloudwatch.NewFromConfig(cloud.Config("eu-west-1"))
	_, denied := client.DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{})
	err = classify(denied)
	require.ErrorAs(t, err, &look)
	require.ErrorContains(t, err, "The caller needs the permission cloudwatch:DescribeAlarms; docs/operations.md has")
	err = classify(awsfake.Failure(http.StatusBadRequest, "Broken", "x"))
	require.ErrorAs(t, err, &look)
	assert.NotContains(t, err.Error(), "permission")

	r := &Release{}
	require.ErrorAs(t, r.inTime(fmt.Errorf("%w after 1m", errTimeUp)), &TimeoutError{})
	require.ErrorAs(t, r.inTime(&bluegreen.FailedError{ID: "d-1"}), &FailureError{})
	other := errors.New("x")
	assert.Equal(t, other, r.inTime(other))
	require.ErrorIs(t, TimeoutError{errTimeUp}, errTimeUp)
	assert.NoError(t, r.inTime(nil))
}

// How a migration's task ended.
func TestWhatIsWrongWithAMigration(t *testing.T) {
	task := func(container string, exit *int32, reason string) *ecstypes.Task {
		return &ecstypes.Task{StoppedReason: aws.String("stopped"), Containers: []ecstypes.Container{
			{Name: aws.String("log-router"), ExitCode: aws.Int32(1)},
			{Name: aws.String(container), ExitCode: exit, Reason: aws.String(reason)},
		}}
	}
	for want, one := range map[string]*ecstypes.Task{
		"":                                 task("web", aws.Int32(0), "ignored"),
		"exit code 3":                      task("web", aws.Int32(3), ""),
		"exit code 137, OutOfMemory":       task("web", aws.Int32(137), "OutOfMemory"),
		"it never ran: stopped CannotPull": task("web", nil, "CannotPull"),
		"it never ran: stopped":            task("other", aws.Int32(0), ""),
	} {
		assert.Equal(t, want, runtask.Problem(one, "web"))
	}
	command := []string{"python", "migrate.py"}
	service := &Service{
		Name: "web", TaskDefinition: family + "2", Migration: Migration{Command: command, TimeoutMinutes: 7},
	}
	assert.Equal(t, "release/web/2", service.startedBy())
	assert.Equal(t, 7*time.Minute, service.Migration.timeout())
	assert.Zero(t, Migration{TimeoutMinutes: 7}.timeout(), "without a command there is none to wait for")
	run := func(startedBy, container string, command ...string) *ecstypes.Task {
		return &ecstypes.Task{StartedBy: aws.String(startedBy), Overrides: &ecstypes.TaskOverride{
			ContainerOverrides: []ecstypes.ContainerOverride{{Name: aws.String(container), Command: command}},
		}}
	}
	assert.True(t, service.migratedBy(run("release/web/2", "web", command...)))
	assert.False(t, service.migratedBy(run("release/web/1", "web", command...)), "another version's")
	assert.False(t, service.migratedBy(run("release/web/2", "log-router", command...)))
	assert.False(t, service.migratedBy(run("release/web/2", "web", "python")), "another command")
	assert.False(t, service.migratedBy(&ecstypes.Task{StartedBy: aws.String("release/web/2")}))
	assert.Equal(t, "cde", lastOf("abcde", 3))
	assert.Equal(t, "ab", lastOf("ab", 3))
}

// Services come after those that they name, else by name; a circle has no order.
func TestTheOrderOfServices(t *testing.T) {
	names := func(services []Service) (names string) {
		for i := range services {
			names += services[i].Name
		}
		return names
	}
	for want, services := range map[string][]Service{
		"abc": {{Name: "a"}, {Name: "b"}, {Name: "c"}},
		"bca": {{Name: "a", After: []string{"c", "b"}}, {Name: "b"}, {Name: "c"}},
		"cba": {{Name: "a", After: []string{"b"}}, {Name: "b", After: []string{"c"}}, {Name: "c"}},
		"ab":  {{Name: "a", After: []string{"not in the stack"}}, {Name: "b"}},
		"":    {},
	} {
		sorted, err := inOrder(services)
		require.NoError(t, err)
		assert.Equal(t, want, names(sorted))
	}
	_, err := inOrder([]Service{{Name: "a", After: []string{"b"}}, {Name: "b", After: []string{"a"}}, {Name: "c"}})
	require.ErrorContains(t, err, "come after each other in a circle: correct services[].deployment.after")
	_, err = inOrder([]Service{{Name: "a", After: []string{"a"}}})
	require.ErrorContains(t, err, "in a circle")
}

// What ECS is given of a version: everything that may differ, and of the load balancer only a port that does.
func TestWhatECSIsGiven(t *testing.T) {
	var given *ecs.UpdateServiceInput
	cloud := awsfake.New()
	awsfake.Answer(cloud, func(in *ecs.UpdateServiceInput) (*ecs.UpdateServiceOutput, error) {
		given = in
		return &ecs.UpdateServiceOutput{}, nil
	})
	w := &Release{
		clients: Clients{ECS: ecs.NewFromConfig(cloud.WriteConfig("eu-west-1"))}, clock: clock.System{},
		options: Options{Progress: io.Discard}, voices: map[string]*voice{},
	}
	balancer := func(group string, port int32) ecstypes.LoadBalancer {
		return ecstypes.LoadBalancer{
			TargetGroupArn: aws.String(group), ContainerName: aws.String("web"), ContainerPort: aws.Int32(port),
		}
	}
	beside := func(group string) ecstypes.LoadBalancer {
		moved := balancer(group, 8000)
		moved.ContainerName = aws.String("nginx")
		return moved
	}
	found := &state{differs: "web:1", service: &ecstypes.Service{LoadBalancers: []ecstypes.LoadBalancer{
		balancer("arn:a", 80), balancer("arn:b", 8000), beside("arn:c"),
	}}}
	one := &Service{Cluster: "app", Name: "web", TaskDefinition: family + "2", AppSpec: spare}
	require.NoError(t, w.updateService(t.Context(), one, found))
	assert.Equal(t, &ecs.UpdateServiceInput{
		Cluster: aws.String("app"), Service: aws.String("web"), TaskDefinition: aws.String(family + "2"),
		ForceNewDeployment: true,
		LoadBalancers:      []ecstypes.LoadBalancer{balancer("arn:a", 8000), balancer("arn:c", 8000)},
		NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
			Subnets: []string{"a", "b"}, SecurityGroups: []string{"g"},
		}},
		CapacityProviderStrategy: []ecstypes.CapacityProviderStrategyItem{
			{CapacityProvider: aws.String("FARGATE"), Base: 1, Weight: 2},
		},
	}, given)

	one.AppSpec = strings.Replace(spare, `"LoadBalancerInfo"`, `"PlatformVersion":"1.4.0","LoadBalancerInfo"`, 1)
	require.NoError(t, w.updateService(t.Context(), one, found))
	assert.Equal(t, "1.4.0", aws.ToString(given.PlatformVersion))

	one.AppSpec = ""
	require.NoError(t, w.updateService(t.Context(), one, found))
	assert.Equal(t, &ecs.UpdateServiceInput{
		Cluster: aws.String("app"), Service: aws.String("web"), TaskDefinition: aws.String(family + "2"),
		ForceNewDeployment: true,
	}, given)
	one.AppSpec = "{"
	require.ErrorContains(t, w.updateService(t.Context(), one, found), "found no AppSpec")
	cloud.Deny("ecs:UpdateService")
	one.AppSpec = ""
	require.ErrorContains(t, w.updateService(t.Context(), one, found), "update service web: ")
}

// Where a migration's output is, by what its task definition says of the container.
func TestWhereTheLogOfAMigrationIs(t *testing.T) {
	logs := func(options map[string]string) *ecstypes.LogConfiguration {
		return &ecstypes.LogConfiguration{Options: options}
	}
	own := logs(map[string]string{"awslogs-group": "/ecs/web", "awslogs-stream-prefix": "app"})
	other := logs(map[string]string{"awslogs-group": "/ecs/proxy", "awslogs-stream-prefix": "proxy"})
	const unknown = "the log of the service"
	for name, row := range map[string]struct {
		definition *ecstypes.TaskDefinition
		want       string
	}{
		"its own, after a sidecar's": {&ecstypes.TaskDefinition{ContainerDefinitions: []ecstypes.ContainerDefinition{
			{Name: aws.String("proxy"), LogConfiguration: other}, {Name: aws.String("web"), LogConfiguration: own},
		}}, "log group /ecs/web, stream app/web/7"},
		"a sidecar's alone": {&ecstypes.TaskDefinition{ContainerDefinitions: []ecstypes.ContainerDefinition{
			{Name: aws.String("proxy"), LogConfiguration: other}, {Name: aws.String("web")},
		}}, unknown},
		"no container": {&ecstypes.TaskDefinition{}, unknown},
		"no answer":    {nil, unknown},
	} {
		cloud := awsfake.New()
		awsfake.Answer(cloud, func(in *ecs.DescribeTaskDefinitionInput) (*ecs.DescribeTaskDefinitionOutput, error) {
			assert.Equal(t, family+"2", *in.TaskDefinition)
			return &ecs.DescribeTaskDefinitionOutput{TaskDefinition: row.definition}, nil
		})
		r := &Release{clients: Clients{ECS: ecs.NewFromConfig(cloud.Config("eu-west-1"))}}
		one := &Service{}
		one.Name, one.TaskDefinition = "web", family+"2"
		assert.Equal(t, row.want, r.logOf(t.Context(), one, "arn:aws:ecs:eu-west-1:123456789012:task/app/7"), name)
		cloud.Deny("ecs:DescribeTaskDefinition")
		assert.Equal(t, unknown, r.logOf(t.Context(), one, "task/7"), name)
	}
}

// What a call says reaches the release: addresses are asked unless it says not to.
func TestOptionsOfARollout(t *testing.T) {
	web := verify.NewWeb(nil, nil)
	for _, row := range []struct {
		says Rollout
		want Options
	}{
		{Rollout{}, Options{Timeout: DefaultTimeout, Web: web}},
		{
			Rollout{Only: []string{"web"}, OverrideAlarms: true, Timeout: 1, Progress: io.Discard, SkipURL: true},
			Options{Only: []string{"web"}, OverrideAlarms: true, Timeout: 1, Progress: io.Discard},
		},
	} {
		got := row.says.options(&Stack{})
		if got.Web != nil {
			got.Web = web
		}
		row.want.Stack, row.want.Clock = &Stack{}, clock.System{}
		assert.Equal(t, row.want, got)
	}
}
