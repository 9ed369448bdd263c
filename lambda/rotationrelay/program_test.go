package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/deployments"
	"aws-webapp/lambda/internal/testruntime"
)

// tasksOf answers as ECS would of a service, whose one task was made at a time.
func tasksOf(t *testing.T, made time.Time) (url string, calls func() []string) {
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
			"DescribeServices": `{"services": [{"serviceName": "web", "status": "ACTIVE"}]}`,
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
		url, calls := tasksOf(t, rotated.Add(time.Minute))
		function := testruntime.Start(t, program, environment(map[string]string{
			"AWS_ENDPOINT_URL": url, "BLUE_GREEN_SERVICES": "",
		}), time.Minute)

		answer, err := function.Invoke(t.Context(), deployments.Event(rotated))

		require.NoError(t, err)
		assert.JSONEq(t, `{"services":{"web":"tasks had been replaced since the rotation"}}`, string(answer))
		assert.Equal(t, []string{"DescribeServices", "ListTasks", "DescribeTasks"}, calls())
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
}

func TestCallsArePatient(t *testing.T) {
	assert.Equal(t, 10, patient().MaxAttempts())
}
