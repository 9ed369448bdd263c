package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const jobImage = "111111111111.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.0.0"

// jobs are one on a schedule, and one that people start, with all that a service may have.
var jobs = map[string]string{
	"jobs[0].name":                 "nightly",
	"jobs[0].image":                jobImage,
	"jobs[0].command[0]":           "report",
	"jobs[0].schedule":             "cron(0 3 * * ? *)",
	"jobs[0].timezone":             "Europe/Berlin",
	"jobs[0].databaseAccess":       "true",
	"jobs[0].bucketAccess":         "read-write",
	"jobs[1].name":                 "import",
	"jobs[1].image":                jobImage,
	"jobs[1].egress[0].to":         "203.0.113.0/24",
	"jobs[1].egress[0].port":       "22",
	"jobs[1].egress[0].reason":     "files of the bank",
	"services[0].tasks[0].name":    "reindex",
	"services[0].tasks[0].command": `["reindex", "--all"]`,
}

// TestJobsComeUp: staging and prod come up with jobs under the policies, the outputs have what it takes to run one, the
// next preview is empty, and removing them leaves nothing behind.
func TestJobsComeUp(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"staging", "prod"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			s := fresh(t, setup{stack: stack, pack: policies, packConfig: packConfig(t, stack), config: jobs})
			result, err := s.Up(t.Context())
			require.NoError(t, err)
			for _, violation := range result.Violations {
				assert.False(t, violation.Mandatory(), "%s: %s", violation.Policy, violation.Message)
			}
			made, _ := result.Outputs["jobs"].(map[string]any)
			nightly, _ := made["nightly"].(map[string]any)
			assert.Contains(t, nightly["taskDefinitionArn"], "task-definition/aws-webapp-"+stack+"-nightly:1")
			assert.Contains(t, nightly["deadLetterUrl"], "aws-webapp-"+stack+"-nightly-dead-letters")
			assert.Equal(t, "Europe/Berlin", nightly["timezone"])
			tasks, _ := result.Outputs["tasks"].(map[string]any)
			reindex, _ := tasks["reindex"].(map[string]any)
			assert.Equal(t, []any{"reindex", "--all"}, reindex["command"])
			s.requireNoOrphans()

			again, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Empty(t, steps(again))
		})
	}
}
