package eventlog_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/preview/eventlog"
)

// logs is the folder of the logs that the engine wrote.
const logs = "../report/testdata"

// unpacked returns a real log as text.
func unpacked(t *testing.T, name string) string {
	t.Helper()
	packed, err := os.Open(filepath.Join(logs, name+".jsonl.gz"))
	require.NoError(t, err)
	defer packed.Close() //nolint:errcheck // it was only read
	content, err := gzip.NewReader(packed)
	require.NoError(t, err)
	var text bytes.Buffer
	_, err = text.ReadFrom(content)
	require.NoError(t, err)
	return text.String()
}

func TestReadReplacement(t *testing.T) {
	log, err := eventlog.Read(strings.NewReader(unpacked(t, "database-replaced")))
	require.NoError(t, err)
	assert.Equal(t, "aws-webapp", log.Project)
	assert.Equal(t, "staging", log.Stack)
	assert.True(t, log.Preview)
	assert.False(t, log.Failed)
	assert.Equal(t, map[string]string{"aws-webapp": "1.0.0"}, log.PolicyPacks)
	assert.NotEmpty(t, log.Violations)
	found := 0
	for _, s := range log.Steps {
		if s.Type != "aws:rds/instance:Instance" {
			continue
		}
		found++
		assert.Equal(t, eventlog.OpReplace, s.Op, "three events of the engine are one step")
		assert.Equal(t, []string{"dbName"}, s.ReplacedBy)
		assert.True(t, s.DeletedFirst)
		assert.Equal(t, "visitorbook", s.Old["dbName"].StringValue())
		assert.Equal(t, "guestbook", s.New["dbName"].StringValue())
		assert.Equal(t, "database", s.Name())
	}
	assert.Equal(t, 1, found)
}

func TestReadUnknownValuesAndSecrets(t *testing.T) {
	log, err := eventlog.ReadFile(filepath.Join(logs, "database-replaced.jsonl.gz"))
	require.NoError(t, err)
	for _, s := range log.Steps {
		if s.Type == "aws:secretsmanager/secretRotation:SecretRotation" {
			assert.True(t, s.New["secretId"].IsComputed())
		}
	}
	log, err = eventlog.ReadFile(filepath.Join(logs, "secret-changed.jsonl.gz"))
	require.NoError(t, err)
	for _, s := range log.Steps {
		if s.Type == "aws:ssm/parameter:Parameter" {
			assert.True(t, s.New["value"].IsSecret())
			assert.Empty(t, s.New["value"].SecretValue().Element.StringValue())
		}
	}
}

// A secret stays secret even in a log that contains its content.
func TestReadForgetsWhatIsInASecret(t *testing.T) {
	log, err := eventlog.Read(strings.NewReader(
		`{"sequence":1,"timestamp":1,"resourcePreEvent":{"metadata":{"op":"create","urn":"urn:pulumi:a::b::c:d:E::f",` +
			`"type":"c:d:E","old":null,` +
			`"new":{"custom":true,"inputs":{"v":[{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","plaintext":"\"canary\""}]}},"detailedDiff":null}}}
{"sequence":2,"timestamp":1,"cancelEvent":{}}`))
	require.NoError(t, err)
	value := log.Steps[0].New["v"].ArrayValue()[0]
	assert.True(t, value.IsSecret())
	assert.NotContains(t, value.String(), "canary")
}

func TestReadRefresh(t *testing.T) {
	log, err := eventlog.ReadFile(filepath.Join(logs, "drifted.jsonl.gz"))
	require.NoError(t, err)
	assert.Empty(t, log.Steps)
	require.Len(t, log.Drift, 2)
	for _, s := range log.Drift {
		if s.Op == eventlog.OpUpdate {
			assert.Equal(t, resource.NewNumberProperty(7), s.Old["backupRetentionPeriod"])
			assert.Equal(t, resource.NewNumberProperty(1), s.New["backupRetentionPeriod"])
			continue
		}
		assert.Equal(t, eventlog.OpDelete, s.Op)
		assert.Equal(t, "app-alerts-email-e909e8", s.Name())
	}
}

// A preview with --refresh first reports what it found, then what it would do about it.
func TestReadPreviewWithRefresh(t *testing.T) {
	event := func(kind, op, protect string) string {
		state := func(value, protect string) string {
			return `{"custom":true,"inputs":{"a":"program"},"outputs":{"a":"` + value + `"},"protect":` + protect + `}`
		}
		return `{"sequence":1,"timestamp":1,"` + kind + `":{"metadata":{"op":"` + op +
			`","urn":"urn:pulumi:a::b::c:d:E::f","type":"c:d:E",` +
			`"old":` + state("old", protect) + `,"new":` + state("new", "false") +
			`,"diffs":["a"],"detailedDiff":null},"planning":true}}` + "\n"
	}
	log, err := eventlog.Read(strings.NewReader(event("resourcePreEvent", "refresh", "false") +
		event("resOutputsEvent", "update", "false") +
		event("resourcePreEvent", "update", "true") + event("resOutputsEvent", "update", "true") +
		`{"sequence":2,"timestamp":1,"cancelEvent":{}}`))
	require.NoError(t, err)
	require.Len(t, log.Drift, 1, "the outcome of what the preview would do is no drift")
	assert.Equal(t, resource.NewStringProperty("old"), log.Drift[0].Old["a"])
	assert.Equal(t, resource.NewStringProperty("new"), log.Drift[0].New["a"])
	require.Len(t, log.Steps, 1)
	assert.Equal(t, resource.NewStringProperty("program"), log.Steps[0].New["a"])
	assert.True(t, log.Steps[0].Unprotected)
	assert.False(t, log.Drift[0].Unprotected)
}

func TestReadFailures(t *testing.T) {
	log, err := eventlog.ReadFile(filepath.Join(logs, "program-failed.jsonl.gz"))
	require.NoError(t, err, "a preview that failed still has a complete log")
	assert.True(t, log.Failed)
	require.Len(t, log.Errors, 1)
	assert.Contains(t, log.Errors[0], "the program gives up")
	log, err = eventlog.ReadFile(filepath.Join(logs, "policy-violated.jsonl.gz"))
	require.NoError(t, err)
	assert.True(t, log.Failed)
	mandatory := 0
	for _, v := range log.Violations {
		if v.Mandatory() {
			mandatory++
		}
	}
	assert.Equal(t, 1, mandatory)
}

func TestReadDropsColours(t *testing.T) {
	log, err := eventlog.Read(strings.NewReader(
		`{"sequence":1,"timestamp":1,"diagnosticEvent":{"message":"<{%fg 1%}>no <{%reset%}>way <{% ","color":"raw","severity":"error"}}
{"sequence":2,"timestamp":1,"diagnosticEvent":{"message":"careful","color":"raw","severity":"warning"}}
{"sequence":3,"timestamp":1,"diagnosticEvent":{"message":"working on it","color":"raw","severity":"error","ephemeral":true}}
{"sequence":4,"timestamp":1,"somethingNewEvent":{"a":1}}
{"sequence":5,"timestamp":1,"cancelEvent":{}}
`))
	require.NoError(t, err)
	assert.Equal(t, []string{"no way <{%"}, log.Errors)
	assert.Equal(t, []string{"careful"}, log.Warnings)
}

func TestDamagedLogsAreToldApart(t *testing.T) {
	whole := unpacked(t, "image-changed")
	lines := strings.SplitAfter(strings.TrimSpace(whole), "\n")
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	_, err := writer.Write([]byte(whole))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	for name, tc := range map[string]struct{ content, want string }{
		"empty":              {"", "found nothing in it"},
		"blank":              {"\n\n", "found nothing in it"},
		"without its end":    {strings.Join(lines[:len(lines)-1], ""), "but not the last one"},
		"cut within a line":  {whole[:len(whole)/2], "found no complete JSON object"},
		"preview --json":     {"{\n  \"config\": {},\n", "the output of `pulumi preview --json` is something else"},
		"another JSON":       {`{"steps":[]}`, "which is not an event of the engine"},
		"text":               {"Previewing update (prod):\n", `found "Previewing update (p"...`},
		"a list":             {"[]", "expected one JSON object to a line"},
		"damaged within":     {lines[0] + "garbage\n", "line 2: found no complete JSON object"},
		"half an archive":    {packed.String()[:packed.Len()/2], "the log is cut off or damaged"},
		"no archive":         {"\x1f\x8bxx", "unpack: "},
		"event of no kind":   {"{}\n", "which is not an event of the engine"},
		"number for a field": {`{"sequence":"a"}`, "line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := eventlog.Read(strings.NewReader(tc.content))
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestMissingLogNamesTheWayToOne(t *testing.T) {
	_, err := eventlog.ReadFile(filepath.Join(t.TempDir(), "none"))
	require.ErrorContains(t, err, "PULUMI_DEBUG_COMMANDS=true pulumi preview --event-log FILE")
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(
		`{"sequence":1,"timestamp":1,"resourcePreEvent":{"metadata":{"op":"create","urn":"x","type":"y",` +
			`"new":{"inputs":{"a":[null,{"b":1}]}}}}}`))
	f.Add([]byte(`{"sequence":1,"timestamp":1,"resOutputsEvent":{"metadata":{"op":"update","urn":"x"}}}` + "\n" +
		`{"cancelEvent":{}}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		log, err := eventlog.Read(bytes.NewReader(content))
		assert.Equal(t, err == nil, log != nil)
	})
}

func TestOutputsOfComponents(t *testing.T) {
	log, err := eventlog.Read(strings.NewReader(unpacked(t, "spot-only")))
	require.NoError(t, err)
	require.Len(t, log.Outputs, 1, "of a component that tells them three times, and of those that stay the same")
	service := log.Outputs[0]
	assert.True(t, service.OfComponent)
	assert.Equal(t, []string{"appSpec"}, service.Changed)
	assert.Contains(t, service.New["appSpec"].StringValue(), "FARGATE_SPOT")
	assert.NotContains(t, service.Old["appSpec"].StringValue(), "FARGATE_SPOT")
}
