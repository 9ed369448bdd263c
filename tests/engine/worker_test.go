package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// workers are a worker with a queue to which the stack's own service sends, and one that finds its work by itself.
var workers = map[string]string{
	"services[0].calls[0]":       "mailer",
	"services[1].name":           "mailer",
	"services[1].kind":           "worker",
	"services[1].command[0]":     "work",
	"services[1].queue.enabled":  "true",
	"services[1].databaseAccess": "true",
	"services[1].scaling.min":    "0",
	"services[1].scaling.max":    "4",
	"services[1].desiredCount":   "0",
	"services[1].oneTaskReason":  "mails may wait for a minute",
	"services[2].name":           "clock",
	"services[2].kind":           "worker",
	"services[2].command[0]":     "tick",
}

// TestWorkersComeUp: staging and prod come up with workers under the policies, and the next preview is empty.
func TestWorkersComeUp(t *testing.T) {
	t.Parallel()
	for stack, image := range map[string]string{
		"staging": "111111111111.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.0.0",
		"prod":    "111111111111.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.0.0",
	} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			s := fresh(t, setup{stack: stack, pack: policies, packConfig: packConfig(t, stack), config: all(workers,
				map[string]string{"services[1].image": image, "services[2].image": image})})
			result, err := s.Up(t.Context())
			require.NoError(t, err)
			for _, violation := range result.Violations {
				assert.False(t, violation.Mandatory(), "%s: %s", violation.Policy, violation.Message)
			}
			services, _ := result.Outputs["services"].(map[string]any)
			mailer, _ := services["mailer"].(map[string]any)
			assert.Equal(t, "worker", mailer["kind"])
			assert.Contains(t, mailer["queueUrl"], "aws-webapp-"+stack+"-mailer")
			assert.Empty(t, mailer["url"])
			s.requireNoOrphans()

			again, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Empty(t, steps(again))
		})
	}
}
