package engine

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEventLogHasOneObjectToALine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "events.jsonl")
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte("of an earlier operation\n"), 0o600))
	log, err := newEventLog(path)
	require.NoError(t, err)
	stream := make(chan events.EngineEvent)
	go func() {
		stream <- events.EngineEvent{EngineEvent: apitype.EngineEvent{
			Sequence: 1, PolicyEvent: &apitype.PolicyEvent{PolicyName: "a", Message: "<b>", EnforcementLevel: "mandatory"},
		}}
		stream <- events.EngineEvent{Error: errors.New("not the engine's")}
		stream <- events.EngineEvent{EngineEvent: apitype.EngineEvent{Sequence: 2, CancelEvent: &apitype.CancelEvent{}}}
		close(stream)
	}()
	result := &Result{}
	result.collect(stream, log, nil)
	require.NoError(t, log.close())

	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t,
		`{"sequence":1,"timestamp":0,"policyEvent":{"message":"<b>","color":"","policyName":"a","policyPackName":"",`+
			`"policyPackVersion":"","policyPackVersionTag":"","enforcementLevel":"mandatory"}}
{"sequence":2,"timestamp":0,"cancelEvent":{}}
`, string(content))
	assert.Len(t, result.Violations, 1)
}

func TestEventLogThatCannotBeWrittenIsAnError(t *testing.T) {
	_, err := newEventLog(t.TempDir())
	require.ErrorContains(t, err, "write the event log: ")
}
