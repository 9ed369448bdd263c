package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/clock"
	"aws-webapp/internal/sandbox/deployments"
	"aws-webapp/lambda/internal/testruntime"
)

// tasksOf fakes ECS with a service whose one task was created at the given time.
func tasksOf(t *testing.T, service string, made time.Time) (url string, calls func() []string) {
	t.Helper()
	var (
		lock       sync.Mutex
		operations []string
	)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		lock.Lock()
		operations = append(operations, operation)
		lock.Unlock()
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprint(w, map[string]string{
			"DescribeServices": `{"services": [` + service + `]}`,
			"ListTasks":        `{"taskArns": ["arn:task/1"]}`,
			"DescribeTasks":    fmt.Sprintf(`{"tasks": [{"createdAt": %d}]}`, made.Unix()),
		}[operation])
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		lock.Lock()
		defer lock.Unlock()
		return operations
	}
}

// The program as it is deployed, from the runtime API to ECS.
func TestTheProgram(t *testing.T) {
	program := testruntime.Build(t, ".")

	t.Run("looks at the tasks", func(t *testing.T) {
		rotated := time.Now().Add(-time.Hour)
		url, calls := tasksOf(t, `{"serviceName": "web", "status": "ACTIVE"}`, rotated.Add(time.Minute))
		function := testruntime.Start(t, program, environment(map[string]string{
			"AWS_ENDPOINT_URL": url, "BLUE_GREEN_SERVICES": "",
		}), time.Minute)

		answer, err := function.Invoke(t.Context(), deployments.Event(rotated))

		require.NoError(t, err)
		assert.JSONEq(t, `{"services":{"web":"tasks had been replaced since the rotation"}}`, string(answer))
		assert.Equal(t, []string{"DescribeServices", "ListTasks", "DescribeTasks"}, calls())
	})

	t.Run("asks CodeDeploy, and logs what it cannot do", func(t *testing.T) {
		rotated := time.Now().Add(-time.Hour)
		url, calls := tasksOf(t, `{"serviceName": "api", "status": "ACTIVE",
			"deploymentController": {"type": "CODE_DEPLOY"}, "taskSets": [{"status": "PRIMARY", "taskDefinition": "api:1",
			"loadBalancers": [{"containerName": "api", "containerPort": 8000}]}]}`, rotated.Add(-time.Minute))
		function := testruntime.Start(t, program, environment(map[string]string{
			"AWS_ENDPOINT_URL": url, "ROLLING_SERVICES": "",
		}), time.Minute)

		_, err := function.Invoke(t.Context(), deployments.Event(rotated))

		require.ErrorContains(t, err, "1 of 1 services still run tasks with the old secret: service api: ")
		assert.Contains(t, calls(), "ListDeployments")
		assert.Eventually(t, func() bool {
			return strings.Contains(function.Output(), `"service":"api"`)
		}, time.Minute, time.Millisecond)
	})

	t.Run("does not start with settings of AWS that are none", func(t *testing.T) {
		function := testruntime.Start(t, program, environment(map[string]string{"AWS_MAX_ATTEMPTS": "many"}), time.Second)
		<-function.Ended()
		assert.Contains(t, function.Output(), "load AWS configuration")
	})

	t.Run("says what is missing from its environment and ends", func(t *testing.T) {
		function := testruntime.Start(t, program, nil, time.Second)
		<-function.Ended()
		assert.Contains(t, function.Output(), "SECRET_ARNS")
	})
}

func TestWaitingEndsInTimeToReport(t *testing.T) {
	deadline := time.Now().Add(time.Minute)
	ctx, cancel := leaveTime(t.Context())
	defer cancel()
	_, limited := ctx.Deadline()
	assert.False(t, limited)

	ctx, cancel = context.WithDeadline(t.Context(), deadline)
	defer cancel()
	ctx, stop := leaveTime(ctx)
	defer stop()
	end, _ := ctx.Deadline()
	assert.Equal(t, 5*time.Second, deadline.Sub(end))

	deadline = time.Now().Add(8 * time.Second)
	ctx, cancel = context.WithDeadline(t.Context(), deadline)
	defer cancel()
	ctx, stop = leaveTime(ctx)
	defer stop()
	end, _ = ctx.Deadline()
	assert.InDelta(t, 2, deadline.Sub(end).Seconds(), 0.5, "a quarter of what is left")
}

// What the program is made of: its clients ride out throttling, and it logs where it was told to.
func TestRelayOfTheEnvironment(t *testing.T) {
	t.Setenv("AWS_REGION", "us-east-1")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	var out bytes.Buffer
	relay, err := relayOf(t.Context(), environmentOf(environment(nil)), &out)
	require.NoError(t, err)
	assert.Equal(t, 10, relay.ECS.(*ecs.Client).Options().Retryer.MaxAttempts())
	assert.Equal(t, 10, relay.CodeDeploy.(*codedeploy.Client).Options().Retryer.MaxAttempts())
	assert.Equal(t, "us-east-1", relay.ECS.(*ecs.Client).Options().Region)
	assert.Equal(t, "app", relay.Config.Cluster)
	assert.Equal(t, clock.System{}, relay.Clock)
	relay.Log.Info("hello")
	assert.Contains(t, out.String(), `"msg":"hello"`)

	t.Setenv("AWS_PROFILE", "none")
	_, err = relayOf(t.Context(), environmentOf(environment(nil)), &out)
	require.ErrorContains(t, err, "load AWS configuration")
	_, err = relayOf(t.Context(), environmentOf(nil), &out)
	require.ErrorContains(t, err, "environment of the function")
}
