package main

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/deployments"
)

const function = "arn:aws:lambda:eu-central-1:123456789012:function:app-deployment-test"

// listener answers as the version behind the test listener does, or as the one that serves.
type listener struct {
	cloud *deployments.Cloud
	// bad is the kind of version that does not answer.
	bad deployments.Kind
}

func (l listener) RoundTrip(*http.Request) (*http.Response, error) {
	kind, testing := l.cloud.OnTestListener("api")
	switch {
	case !testing:
		return nil, errors.New("the test listener leads to the version that serves: it says nothing about the new one")
	case kind == l.bad:
		return answer(http.StatusInternalServerError), nil
	default:
		return answer(http.StatusOK), nil
	}
}

func answer(status int) *http.Response {
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(""))}
}

// answers runs the function as it should be.
func answers(t *testing.T, tried *tester, e event) {
	t.Helper()
	_, err := tried.handle(t.Context(), e)
	assert.NoError(t, err)
}

// release deploys a version with a hook that somebody answers, and waits for the end.
func release(
	t *testing.T, c *deployments.Cloud, kind deployments.Kind, answered func(*testing.T, *tester, event),
) (version string, took time.Duration) {
	t.Helper()
	c.AddService("api", deployments.Options{Desired: 2, BlueGreen: true, Shift: "CodeDeployDefault.ECSAllAtOnce"})
	api := codedeploy.NewFromConfig(c.WriteConfig(deployments.Region))
	var out bytes.Buffer
	tried := &tester{
		config: &config{before: "app-", host: "example.com", tests: map[string]test{"api": {Paths: []string{"/"}}}},
		http:   &http.Client{Transport: listener{c, deployments.Errors}}, codedeploy: api,
		log:      slog.New(slog.NewJSONHandler(&out, nil)),
		patience: 4 * time.Minute, pause: 5 * time.Second,
	}
	c.Hooked(func(called, deployment, execution string) {
		assert.Equal(t, function, called)
		answered(t, tried, event{DeploymentID: deployment, ExecutionID: execution})
	})
	version, err := c.Up("api", kind)
	require.NoError(t, err)
	spec := strings.TrimSuffix(deployments.AppSpec("api", version),
		"}") + `,"Hooks":[{"AfterAllowTestTraffic":"` + function + `"}]}`
	began := time.Now()
	_, err = api.CreateDeployment(t.Context(), &codedeploy.CreateDeploymentInput{
		ApplicationName: aws.String(deployments.Application("api")), DeploymentGroupName: aws.String("api"),
		Revision: &types.RevisionLocation{
			RevisionType:   types.RevisionLocationTypeAppSpecContent,
			AppSpecContent: &types.AppSpecContent{Content: aws.String(spec)},
		},
	})
	require.NoError(t, err)
	for busy := true; busy; busy = c.Busy("api") {
		time.Sleep(deployments.Tick)
	}
	return version, time.Since(began)
}

func TestInADeployment(t *testing.T) {
	deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
		version, _ := release(t, c, deployments.Good, answers)
		assert.Equal(t, []string{version}, c.Serving("api"))
	})
}

func TestAVersionThatDoesNotAnswerIsTakenBack(t *testing.T) {
	deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
		version, took := release(t, c, deployments.Errors, answers)
		assert.NotContains(t, c.Serving("api"), version)
		assert.Len(t, c.Serving("api"), 1, "the version before serves")
		assert.Less(t, took, 15*time.Minute)
	})
}

func TestAHookThatDoesNotAnswerHoldsTheDeploymentUp(t *testing.T) {
	deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
		version, took := release(t, c, deployments.Good, func(*testing.T, *tester, event) {})
		assert.NotContains(t, c.Serving("api"), version)
		assert.Greater(t, took, time.Hour, "which is why the function answers whatever happens")
	})
}

// Whichever call fails, Lambda hears of it, and nobody gets a version that was not tested.
func TestACallThatFailsIsAnError(t *testing.T) {
	for n, operation := range []string{"GetDeployment", "PutLifecycleEventHookExecutionStatus"} {
		deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
			version, _ := release(t, c, deployments.Good, func(t *testing.T, tried *tester, e event) {
				c.FailCall(n + 1)
				_, err := tried.handle(t.Context(), e)
				if assert.ErrorContains(t, err, operation) && n > 0 {
					answers(t, tried, e) // CodeDeploy was told nothing, and Lambda calls again
				}
			})
			assert.Equal(t, n > 0, c.Serving("api")[0] == version, operation)
			assert.Len(t, c.Serving("api"), 1)
		})
	}
}
