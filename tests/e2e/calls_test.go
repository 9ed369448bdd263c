//go:build e2e

package e2e

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
)

// checkCalls holds what the provider has asked of the cloud so far against AWS's published
// models: required members, enums, lengths, ranges and patterns, of which moto knows few.
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

// keepRecord writes down what a whole life of a stack asked of AWS, for tests of what a deploy
// role has to be allowed. It is whole with the log search alone.
func keepRecord(t *testing.T, d *deployment) {
	record, err := moto.Record(got(d.server.Calls(t.Context()))(t))
	require.NoError(t, err)
	folder := repository(t, "tests", "e2e", "testdata", "calls")
	require.NoError(t, os.MkdirAll(folder, 0o750))
	require.NoError(t, os.WriteFile(folder+"/"+d.name+".txt", record, 0o600))
}
