package release

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
)

// ECS answers with a failure instead of an error where it finds no place for a task.
func TestMigrationsThatECSDoesNotStart(t *testing.T) {
	failure := func(reason, detail string) ecstypes.Failure {
		return ecstypes.Failure{Reason: aws.String(reason), Detail: aws.String(detail)}
	}
	for want, failures := range map[string][]ecstypes.Failure{
		"its migration did not start: AWS gives no reason": nil,
		"its migration did not start: RESOURCE:ENI":        {failure("RESOURCE:ENI", "")},
		"its migration did not start: Capacity is unavailable at night": {
			failure("Capacity is unavailable", "at night"), failure("x", "y"),
		},
	} {
		cloud := awsfake.New()
		var asked *ecs.RunTaskInput
		awsfake.Answer(cloud, func(in *ecs.RunTaskInput) (*ecs.RunTaskOutput, error) {
			asked = in
			return &ecs.RunTaskOutput{Failures: failures}, nil
		})
		r := &Release{
			clients: Clients{ECS: ecs.NewFromConfig(cloud.WriteConfig("eu-west-1"))}, start: time.Unix(1700000000, 0),
		}
		one := &Service{
			Cluster: "app", Name: "web", TaskDefinition: family + "2", AppSpec: spare,
			Migration: Migration{Command: []string{"m"}},
		}
		_, err := r.runMigration(t.Context(), one)
		require.EqualError(t, err, want)
		require.ErrorAs(t, err, &FailureError{})
		assert.Equal(t, &ecs.RunTaskInput{
			Cluster: aws.String("app"), TaskDefinition: aws.String(family + "2"), Count: aws.Int32(1),
			LaunchType: ecstypes.LaunchTypeFargate, StartedBy: aws.String("release/web/2"),
			ClientToken: aws.String("release/web/2-1700000000"),
			NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
				Subnets: []string{"a", "b"}, SecurityGroups: []string{"g"},
			}},
			Overrides: &ecstypes.TaskOverride{ContainerOverrides: []ecstypes.ContainerOverride{
				{Name: aws.String("web"), Command: []string{"m"}},
			}},
		}, asked)
		one.AppSpec = "{"
		_, err = r.runMigration(t.Context(), one)
		require.ErrorContains(t, err, "found no AppSpec")
		cloud.Deny("ecs:RunTask")
		one.AppSpec = spare
		_, err = r.runMigration(t.Context(), one)
		require.ErrorContains(t, err, "start the migration of web: ")
	}
}

// A line is not repeated until it has been the last one for the time of a heartbeat.
func TestVoicesAreNotTedious(t *testing.T) {
	now := &hand{time.Unix(0, 0)}
	var out strings.Builder
	v := &voice{out: &out, clock: now, start: now.at, who: "web"}
	for _, step := range []struct {
		after time.Duration
		text  string
	}{{0, "a"}, {time.Second, "a"}, {0, "b"}, {0, "a"}, {heartbeat - 1, "a"}, {1, "a"}, {0, "a"}} {
		now.at = now.at.Add(step.after)
		v.tell(step.text)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.Len(t, lines, 4)
	assert.Equal(t, "0s  web: a", lines[0])
	out.Reset()
	n, err := io.WriteString(v, "     5s  one\n    10s  two\n")
	require.NoError(t, err)
	assert.Equal(t, 26, n)
	assert.Equal(t, "   2m1s  web: one\n   2m1s  web: two\n", out.String())
}

// hand is a clock that a test moves.
type hand struct{ at time.Time }

func (c *hand) Now() time.Time { return c.at }

func (c *hand) Sleep(context.Context, time.Duration) error { return nil }

// A plan only reads: its clients refuse to change anything, whatever the code would try.
func TestADryRunMayChangeNothing(t *testing.T) {
	assert.Empty(t, Rollout{DryRun: true}.changes())
	assert.Equal(t, Changes, Rollout{}.changes())
}
