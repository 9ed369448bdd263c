package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/internal/testruntime"
	"aws-webapp/lambda/logshipper/internal/testdomain"
	"aws-webapp/lambda/logshipper/internal/testqueue"
)

// The program as it is deployed, from the runtime API to the domain and the queue.
func TestTheProgram(t *testing.T) {
	program := testruntime.Build(t, ".")

	t.Run("delivers, and buries what it cannot deliver", func(t *testing.T) {
		domain := testdomain.Start(t, nil)
		queue := testqueue.Start(t, nil)
		function := testruntime.Start(t, program, map[string]string{
			"OPENSEARCH_ENDPOINT":       domain.URL,
			"DEAD_LETTER_QUEUE_URL":     queue.URL,
			"AWS_ENDPOINT_URL_SQS":      strings.TrimSuffix(queue.URL, "/123456789012/dead-letters"),
			"AWS_LAMBDA_LOG_GROUP_NAME": ownLogGroup,
		}, 20*time.Second)

		answer, err := function.Invoke(t.Context(), eventOf(t, payloadOf("a", "b")))
		require.NoError(t, err)
		assert.JSONEq(t, `{"events":2,"delivered":2,"duplicates":0,"flattened":0,"dead_lettered":0}`, string(answer))
		assert.Len(t, domain.Documents(), 2)
		assert.Contains(t, domain.Headers()[0].Get("Authorization"), "Credential=AKIDEXAMPLE/",
			"signed by the role's credentials")

		domain.SetFaults(always(testdomain.Fault{Status: 403}))
		answer, err = function.Invoke(t.Context(), eventOf(t, payloadOf("c")))
		require.NoError(t, err)
		assert.Contains(t, string(answer), `"dead_lettered":1`)
		assert.Len(t, queue.Bodies(), 1)

		_, err = function.Invoke(t.Context(), map[string]string{"action": "unknown"})
		require.ErrorContains(t, err, "allowed are replay and setup")
	})

	t.Run("says what is missing from its environment and ends", func(t *testing.T) {
		function := testruntime.Start(t, program, nil, time.Second)

		<-function.Ended()

		assert.Contains(t, function.Output(), "OPENSEARCH_ENDPOINT")
		assert.Contains(t, function.Output(), "DEAD_LETTER_QUEUE_URL")
	})
}

func TestMemoryLimit(t *testing.T) {
	for size, want := range map[string]int64{"512": 456340275, "128": 114085068, "": 0, "much": 0, "-1": 0} {
		t.Run(size, func(t *testing.T) {
			got := memoryLimit(environmentOf(map[string]string{"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": size}))
			assert.Equal(t, want, got)
		})
	}
}
