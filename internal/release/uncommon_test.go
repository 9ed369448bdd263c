package release

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scaling "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/clock"
)

// tired is a clock that does not let anybody sleep.
type tired struct{ clock.System }

var errTired = errors.New("no sleep")

func (tired) Sleep(context.Context, time.Duration) error { return errTired }

// rolling returns a release and a service that ECS describes with these deployments.
func rolling(deployments ...ecstypes.Deployment) (*Release, *Service, *awsfake.Cloud) {
	cloud := awsfake.New()
	awsfake.Answer(cloud, func(*ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
		return &ecs.DescribeServicesOutput{Services: []ecstypes.Service{
			{Status: aws.String("ACTIVE"), Deployments: deployments},
		}}, nil
	})
	cfg := cloud.WriteConfig("eu-west-1")
	one := &Service{Cluster: "app", Name: "web", TaskDefinition: family + "2"}
	return &Release{
		clients: Clients{ECS: ecs.NewFromConfig(cfg), Scaling: scaling.NewFromConfig(cfg)}, clock: tired{},
		options: Options{Stack: &Stack{}, Progress: io.Discard, Timeout: time.Hour}, voices: map[string]*voice{},
		chosen: []Service{*one},
		start:  time.Now(),
	}, one, cloud
}

func primary(revision string, state ecstypes.DeploymentRolloutState, reason string) ecstypes.Deployment {
	return ecstypes.Deployment{
		Status: aws.String("PRIMARY"), TaskDefinition: aws.String(family + revision), RolloutState: state,
		RolloutStateReason: aws.String(reason),
	}
}

// Whoever waits for a service that is busy stops when the time is up, or with the reason why nobody can wait.
func TestWaitingEnds(t *testing.T) {
	r, one, cloud := rolling()
	busy := func(*state) string { return "it is busy" }
	found, err := r.settle(t.Context(), one, time.Now(), busy)
	require.ErrorAs(t, err, &TimeoutError{})
	require.ErrorContains(t, err, "after 1h0m0s still waiting: it is busy")
	assert.Nil(t, found)
	found, err = r.settle(t.Context(), one, time.Now().Add(time.Hour), busy)
	require.ErrorIs(t, err, errTired)
	assert.Nil(t, found)
	found, err = r.settle(t.Context(), one, time.Now(), func(*state) string { return "" })
	require.NoError(t, err)
	assert.NotNil(t, found.service)
	cloud.Deny("ecs:DescribeServices")
	_, err = r.settle(t.Context(), one, time.Now(), busy)
	require.ErrorContains(t, err, "describe service web")
}

// What cannot be shifted, rolled or verified is told before anything is asked or changed.
func TestWhatIsWrongWithTheOutputsOfAService(t *testing.T) {
	completed := ecstypes.DeploymentRolloutStateCompleted
	r, one, _ := rolling(primary("2", completed, ""))
	one.outputs = []byte("{")
	err := r.arrived(t.Context(), one, time.Now())
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "--cluster")
	one.outputs = []byte(`{"services":{"web":{"taskDefinitionArn":"` + family + `2"}}}`)
	require.ErrorContains(t, r.arrived(t.Context(), one, time.Now()), "--cluster: found nothing")

	one.AppSpec = "{"
	_, err = r.startShift(t.Context(), one, time.Now(), "why")
	require.ErrorContains(t, err, "found no <TASK_DEFINITION>")
	_, err = r.look(t.Context(), one)
	require.ErrorContains(t, err, "found no AppSpec")
}

// ECS that goes back from the version is a failure, and what it refuses is the reason.
func TestRollsThatDoNotBegin(t *testing.T) {
	r, one, _ := rolling(primary("1", ecstypes.DeploymentRolloutStateInProgress, "Rolling back to ecs-svc/1."))
	err := r.roll(t.Context(), one, time.Now())
	require.ErrorAs(t, err, &FailureError{})
	require.ErrorContains(t, err, "ECS goes back to web:1: Rolling back to ecs-svc/1.")

	r, one, cloud := rolling(primary("1", ecstypes.DeploymentRolloutStateCompleted, ""))
	cloud.Deny("ecs:UpdateService")
	require.ErrorContains(t, r.roll(t.Context(), one, time.Now()), "update service web: ")
	cloud.Deny("ecs:DescribeServices")
	require.ErrorContains(t, r.roll(t.Context(), one, time.Now()), "describe service web")
}

// A service without a version that serves has a plan, too.
func TestPlanOfAServiceThatServesNothing(t *testing.T) {
	r, _, _ := rolling()
	steps, err := r.Plan(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []Step{
		{Service: "web", Serves: "nothing", Registered: "web:2", Does: "deploy by ECS (serves no deployment)"},
	}, steps)
	var out strings.Builder
	require.NoError(t, Rollout{DryRun: true, Out: &out}.do(t.Context(), r))
	assert.Contains(t, out.String(), "web      nothing  web:2")
}

// Autoscaling that cannot be suspended is an error; the tag that it got before lets the next call undo it.
func TestSuspensionThatFails(t *testing.T) {
	r, one, cloud := rolling()
	awsfake.Answer(cloud, func(*scaling.DescribeScalableTargetsInput) (*scaling.DescribeScalableTargetsOutput, error) {
		return &scaling.DescribeScalableTargetsOutput{ScalableTargets: []scalingtypes.ScalableTarget{
			{
				ScalableTargetARN: aws.String(
					"arn:aws:application-autoscaling:eu-west-1:123456789012:scalable-target/0ec5"),
			},
		}}, nil
	})
	awsfake.Answer(cloud, func(*scaling.ListTagsForResourceInput) (*scaling.ListTagsForResourceOutput, error) {
		return &scaling.ListTagsForResourceOutput{}, nil
	})
	tagged := 0
	awsfake.Answer(cloud, func(*scaling.TagResourceInput) (*scaling.TagResourceOutput, error) {
		tagged++
		return &scaling.TagResourceOutput{}, nil
	})
	cloud.Deny("application-autoscaling:RegisterScalableTarget")
	require.ErrorContains(t, r.suspendScaleIn(t.Context(), one), "suspend or resume the scale-in of web")
	assert.Equal(t, 1, tagged)
	cloud.Deny("application-autoscaling:TagResource")
	require.ErrorContains(t, r.suspendScaleIn(t.Context(), one), "tag the scalable target of web")
}

// A migration's task that cannot be seen yet is waited for, and tasks that cannot be described are an error.
func TestMigrationsThatCannotBeSeen(t *testing.T) {
	r, one, cloud := rolling()
	one.Migration = Migration{Command: []string{"m"}, TimeoutMinutes: 5}
	awsfake.Answer(cloud, func(*ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
		return &ecs.ListTasksOutput{TaskArns: []string{"arn:aws:ecs:eu-west-1:123456789012:task/app/7"}}, nil
	})
	awsfake.Answer(cloud, func(*ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
		return &ecs.DescribeTasksOutput{}, nil
	})
	err := r.awaitMigration(t.Context(), one, &ecstypes.Task{TaskArn: aws.String("arn:x")})
	require.ErrorIs(t, err, errTired, "it goes on waiting")
	require.ErrorContains(t, err, "the migration continues, and the next call waits for it")
	found, err := r.earlierMigration(t.Context(), one)
	require.NoError(t, err)
	assert.Nil(t, found)
	cloud.Deny("ecs:DescribeTasks")
	_, err = r.earlierMigration(t.Context(), one)
	require.ErrorContains(t, err, "DescribeTasks")
}
