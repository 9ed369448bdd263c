//go:build e2e

package e2e

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
)

// checkCalls compares the provider's calls so far with AWS's published models: required
// members, enums, lengths, ranges and patterns, few of which moto checks.
func checkCalls(t *testing.T, d *deployment) {
	calls := got(d.server.Calls(t.Context()))(t)
	operations := map[string]bool{}
	for _, call := range calls {
		operations[call.Service+" "+call.Operation] = true
		for _, fault := range call.Faults {
			t.Errorf("AWS refuses %s %s: %s", call.Service, call.Operation, fault)
		}
	}
	t.Logf("%d different calls of %d operations", len(calls), len(operations))
	assert.Greater(t, len(operations), 100, "the provider was not listened to")
}

// keepRecord records the calls of a stack's whole life, for tests of the permissions of a
// deploy role. It is only complete with the log search.
func keepRecord(t *testing.T, d *deployment) {
	record, err := moto.Record(got(d.server.Calls(t.Context()))(t))
	require.NoError(t, err)
	folder := repository(t, "tests", "e2e", "testdata", "calls")
	require.NoError(t, os.MkdirAll(folder, 0o750))
	require.NoError(t, os.WriteFile(folder+"/"+d.name+".txt", record, 0o600))
}
