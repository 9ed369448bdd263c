package rotation_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/rotation"
	"aws-webapp/internal/sandbox/deployments"
)

var (
	web = rotation.Service{Name: "web"}
	api = rotation.Service{Name: "api", Application: deployments.Application("api")}
)

const canary = "CodeDeployDefault.ECSCanary10Percent5Minutes"

// account fills an account with both kinds of service.
func account(c *deployments.Cloud) {
	c.AddService("web", deployments.Options{Desired: 2})
	c.AddService("api", deployments.Options{Desired: 2, BlueGreen: true, Shift: canary, WaitMinutes: 60})
}

func relayOf(c *deployments.Cloud, services ...rotation.Service) (*rotation.Relay, *bytes.Buffer) {
	var log bytes.Buffer
	cfg := c.WriteConfig(deployments.Region)
	return &rotation.Relay{
		Config: rotation.Config{Cluster: deployments.Cluster, Secrets: []string{deployments.Secret}, Services: services},
		ECS:    ecs.NewFromConfig(cfg), CodeDeploy: codedeploy.NewFromConfig(cfg),
		Log: slog.New(slog.NewJSONHandler(&log, nil)), Clock: clock.System{},
	}, &log
}

// rotate rotates the password and returns the event.
func rotate(c *deployments.Cloud) json.RawMessage {
	events := make(chan json.RawMessage, 1)
	c.Rotate(func(at time.Time) { events <- deployments.Event(at) })
	return <-events
}

func TestNoTaskKeepsTheOldPassword(t *testing.T) {
	deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
		account(c)
		relay, _ := relayOf(c, web, api)
		began := time.Now()
		event := rotate(c)
		require.Equal(t, 2, c.DeadTasks("web"))
		require.Equal(t, 2, c.DeadTasks("api"))

		done, err := relay.Handle(t.Context(), event)

		require.NoError(t, err)
		assert.Equal(t, map[string]string{"web": rotation.Replaced, "api": rotation.Replaced}, done.Services)
		assert.Zero(t, c.DeadTasks("web"))
		assert.Zero(t, c.DeadTasks("api"))
		assert.Less(t, time.Since(began), 3*time.Minute)

		deployment := input[codedeploy.CreateDeploymentInput](t, c)
		assert.Equal(t, bluegreen.AllAtOnce, aws.ToString(deployment.DeploymentConfigName))
		assert.False(t, deployment.OverrideAlarmConfiguration.Enabled)
		assert.Equal(t, "Secret rotated, event 6a7e8feb-b491-4cf7-a9f1-bf3703467718", aws.ToString(deployment.Description))
		arn, _ := c.Registered("api")
		assert.Equal(t, deployments.AppSpec("api", arn), aws.ToString(deployment.Revision.AppSpecContent.Content),
			"the task set that has the requests, as it is")
		update := input[ecs.UpdateServiceInput](t, c)
		assert.True(t, update.ForceNewDeployment)
		assert.Nil(t, update.TaskDefinition)
	})
}

// told returns what was logged of a service, with its deployments called d-N.
func told(t *testing.T, log *bytes.Buffer) (messages []string) {
	t.Helper()
	for line := range bytes.Lines(log.Bytes()) {
		var entry struct{ Msg string }
		require.NoError(t, json.Unmarshal(line, &entry))
		messages = append(messages, regexp.MustCompile(`\bd-\d+`).ReplaceAllString(entry.Msg, "d-N"))
	}
	return messages
}

// input returns the input of the only call of an operation.
func input[T any](t *testing.T, c *deployments.Cloud) *T {
	t.Helper()
	var found *T
	for _, call := range c.Calls() {
		if in, ok := call.Input.(*T); ok {
			require.Nil(t, found, "called twice")
			found = in
		}
	}
	require.NotNil(t, found)
	return found
}

// Tasks with the old password answer 5XX, and the alarm about that would stop the deployment that fixes
// it.
func TestAnAlarmDoesNotStopIt(t *testing.T) {
	deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
		account(c)
		relay, _ := relayOf(c, web, api)
		event := rotate(c)
		time.Sleep(5 * time.Minute)
		require.True(t, c.AlarmOn("api"))
		require.True(t, c.AlarmOn("web"))

		_, err := relay.Handle(t.Context(), event)

		require.NoError(t, err)
		assert.Zero(t, c.DeadTasks("web")+c.DeadTasks("api"))
		time.Sleep(5 * time.Minute)
		assert.False(t, c.AlarmOn("api"))
		assert.False(t, c.AlarmOn("web"))
	})
}

// The alarm goes on while ECS replaces the tasks, which takes the deployment back to tasks with the old password.
func TestARollingDeploymentThatIsTakenBackIsRepeated(t *testing.T) {
	for name, doubts := range map[string]deployments.Doubts{"to the old one": {}, "by a new one": {RollbackIsNew: true}} {
		t.Run(name, func(t *testing.T) {
			deployments.Live(t, doubts, func(t *testing.T, c *deployments.Cloud) {
				account(c)
				relay, log := relayOf(c, web)
				event := rotate(c)
				go func() {
					time.Sleep(20 * time.Second)
					c.Disturb("web", time.Hour)
				}()

				_, err := relay.Handle(t.Context(), event)

				require.NoError(t, err)
				assert.Zero(t, c.DeadTasks("web"))
				assert.Equal(t, 2, bytes.Count(log.Bytes(), []byte("deployment forced")))
			})
		})
	}
}

// Lambda and EventBridge may deliver an event more than once.
func TestTheSameEventTwiceDeploysOnce(t *testing.T) {
	deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
		account(c)
		relay, _ := relayOf(c, web, api)
		event := rotate(c)
		_, err := relay.Handle(t.Context(), event)
		require.NoError(t, err)

		done, err := relay.Handle(t.Context(), event)

		require.NoError(t, err)
		assert.Equal(t, map[string]string{"web": rotation.Already, "api": rotation.Already}, done.Services)
		input[codedeploy.CreateDeploymentInput](t, c)
		input[ecs.UpdateServiceInput](t, c)
	})
}

// release starts a deployment as the release command does.
func release(t *testing.T, c *deployments.Cloud, kind deployments.Kind) {
	t.Helper()
	arn, err := c.Up("api", kind)
	require.NoError(t, err)
	client := codedeploy.NewFromConfig(c.WriteConfig(deployments.Region))
	_, err = bluegreen.Start(t.Context(), client, clock.System{}, bluegreen.Request{
		Application: api.Application, Group: api.Name, AppSpec: bluegreen.Text(deployments.AppSpec("api", arn)),
	}, func(string) {})
	require.NoError(t, err)
}

func TestAReleaseThatIsUnderWay(t *testing.T) {
	tests := map[string]struct {
		kind deployments.Kind
		// age of the release when the password rotates; negative if the release comes later.
		age    time.Duration
		within time.Duration
		serves bool
		told   []string
	}{
		"moves requests: its alarm takes it back": {
			deployments.Good, 2 * time.Minute, 6 * time.Minute, false, []string{
				"waiting for deployment d-N of 2000-01-01 00:00:00, which moves requests",
				"waiting for deployment d-N, which rolls back to the previous version",
			},
		},
		"moves the last requests: it arrives, and gets new tasks": {
			deployments.Good, 6 * time.Minute, 3 * time.Minute, true, []string{
				"deployment d-N has moved all requests: ending its wait, so that another can start",
			},
		},
		"keeps the old tasks: they end": {
			deployments.Good, 20 * time.Minute, 3 * time.Minute, true, []string{
				"deployment d-N has moved all requests: ending its wait, so that another can start",
			},
		},
		"does not start its tasks: it is stopped": {
			deployments.Crash, 8 * time.Minute, 12 * time.Minute, false, []string{
				"waiting for deployment d-N, whose tasks start",
				"waiting for deployment d-N, which rolls back to the previous version",
			},
		},
		"has been started since: the old tasks' alarm takes it back": {
			deployments.Good, -30 * time.Second, 8 * time.Minute, false, []string{
				"deployment d-N: starting tasks",
				"deployment d-N: moving requests",
				"not replaced by deployment d-N failed; the previous version serves: " +
					"ALARM_ACTIVE: One or more alarms have been activated",
				"waiting for deployment d-N, which rolls back to the previous version",
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
				account(c)
				relay, log := relayOf(c, api)
				if test.age >= 0 {
					release(t, c, test.kind)
					time.Sleep(test.age)
				}
				event := rotate(c)
				if test.age < 0 {
					time.Sleep(-test.age)
					release(t, c, test.kind)
				}
				began := time.Now()

				_, err := relay.Handle(t.Context(), event)

				require.NoError(t, err)
				assert.Less(t, time.Since(began), test.within)
				assert.Zero(t, c.DeadTasks("api"))
				arn, _ := c.Registered("api")
				assert.Equal(t, test.serves, c.Serving("api")[0] == arn)
				says := told(t, log)
				assert.Subset(t, says, append(test.told, "deployment d-N: starting tasks", "deployment d-N: ending the old tasks"))
				assert.Equal(t, "tasks replaced", says[len(says)-1])
			})
		})
	}
}

// It is in doubt whether CodeDeploy lets the waiting time be ended early; if not, it ends by
// itself.
func TestTheWaitIsWaitedForWhereItCannotBeEnded(t *testing.T) {
	deployments.Live(t, deployments.Doubts{WaitCannotEnd: true, SumOnly: true}, func(t *testing.T, c *deployments.Cloud) {
		c.AddService("api", deployments.Options{Desired: 2, BlueGreen: true, Shift: canary, WaitMinutes: 5})
		relay, _ := relayOf(c, api)

		_, err := relay.Handle(t.Context(), rotate(c))

		require.NoError(t, err)
		assert.Zero(t, c.DeadTasks("api"))
	})
}

func TestWhoCannotBeReplacedInTimeIsNamed(t *testing.T) {
	deployments.Live(t, deployments.Doubts{WaitCannotEnd: true}, func(t *testing.T, c *deployments.Cloud) {
		account(c)
		relay, _ := relayOf(c, api, web)
		release(t, c, deployments.Good)
		time.Sleep(10 * time.Minute)
		event := rotate(c)
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
		defer cancel()

		done, err := relay.Handle(ctx, event)

		require.ErrorContains(t, err, "1 of 2 services still run tasks with the old secret: service api: deployment d-")
		require.ErrorContains(t, err, "still keeps the old tasks")
		assert.Equal(t, map[string]string{"web": rotation.Replaced}, done.Services)
		assert.NotZero(t, c.DeadTasks("api"))

		done, err = relay.Handle(t.Context(), event)
		require.NoError(t, err, "the next delivery does what is left")
		assert.Equal(t, map[string]string{"web": rotation.Already, "api": rotation.Replaced}, done.Services)
		assert.Zero(t, c.DeadTasks("api"))
	})
}

// A task definition that somebody deregistered starts no more tasks, and nothing reports it.
func TestATaskSetThatCannotBeCopiedIsAnError(t *testing.T) {
	deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
		account(c)
		relay, _ := relayOf(c, api)
		_, err := c.Up("api", deployments.Good)
		require.NoError(t, err)
		c.Deregister("api")

		_, err = relay.Handle(t.Context(), rotate(c))

		require.ErrorContains(t, err, "TaskDefinition is inactive")
	})
}

func TestThrottlingIsRiddenOut(t *testing.T) {
	deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
		account(c)
		throttled := awsfake.Failure(http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
		for _, action := range []string{
			"ecs:DescribeServices", "ecs:UpdateService", "codedeploy:ListDeployments", "codedeploy:CreateDeployment",
		} {
			c.Fail(action, throttled, throttled)
		}
		relay, _ := relayOf(c, web, api)

		_, err := relay.Handle(t.Context(), rotate(c))

		require.NoError(t, err)
	})
}

func TestHandleReportsWhatServicesRefuse(t *testing.T) {
	tests := map[string]struct {
		one    rotation.Service
		action string
		err    string
	}{
		"to update": {web, "ecs:UpdateService", "service web: force a new deployment: "},
		"a service that is gone": {
			rotation.Service{Name: "gone"}, "", "service gone: not an active service of cluster app",
		},
		"another controller": {
			rotation.Service{Name: "web", Application: "app-web"},
			"",
			"its deployment controller is ECS, but the environment says CODE_DEPLOY",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
				account(c)
				c.Deny(test.action)
				relay, log := relayOf(c, test.one)

				_, err := relay.Handle(t.Context(), deployments.Event(time.Now()))

				require.ErrorContains(t, err, test.err)
				assert.Contains(t, log.String(), `"service":"`+test.one.Name+`"`)
			})
		})
	}
}

// Whichever call fails, the error says which, and the next delivery of the event does what is left.
func TestACallThatFailsIsAnErrorThatTheNextDeliveryMends(t *testing.T) {
	for _, one := range []rotation.Service{web, api} {
		t.Run(one.Name, func(t *testing.T) {
			awsfake.EachCallFails(t, func(t *testing.T, n int) (cloud *awsfake.Cloud) {
				deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
					cloud = c.Cloud
					account(c)
					relay, log := relayOf(c, one)
					event := rotate(c)
					c.FailCall(n)
					_, err := relay.Handle(t.Context(), event)
					failed := c.Failed()
					if failed == nil {
						require.NoError(t, err)
						return
					}
					require.ErrorContains(t, err, failed.Operation)
					assert.Contains(t, log.String(), failed.Operation)
					_, err = relay.Handle(t.Context(), event)
					require.NoError(t, err)
					assert.Zero(t, c.DeadTasks(one.Name))
				})
				return cloud
			})
		})
	}
}

func TestSecretsOfOthersAreIgnored(t *testing.T) {
	c := deployments.New(deployments.Doubts{})
	relay, log := relayOf(c, web)
	relay.Config.Secrets = []string{"arn:aws:secretsmanager:::secret:x-AbCdEf"}

	done, err := relay.Handle(t.Context(), deployments.Event(time.Now()))

	require.NoError(t, err)
	assert.Equal(t, &rotation.Summary{Ignored: "not a secret of these services"}, done)
	assert.Empty(t, c.Calls())
	assert.Contains(t, log.String(), "the rule is wider than it should be")
}
