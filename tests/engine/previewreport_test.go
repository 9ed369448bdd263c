package engine_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/report"
	"aws-webapp/internal/sandbox/attach"
	"aws-webapp/internal/sandbox/simulation"
	"aws-webapp/tests/golden"
)

// logs is the folder of the report's tests for the logs.
const logs = root + "/internal/preview/report/testdata"

// TestPreviewReport reports on each scenario as the real engine runs it. With -update it keeps
// the event logs, which the tests of the report then read; write their golden files next, with
// go test ./internal/preview/report -update.
func TestPreviewReport(t *testing.T) {
	t.Parallel()
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "events.jsonl")
			sc.run(t, file)
			if golden.Updating() {
				keep(t, file, filepath.Join(logs, sc.name+".jsonl.gz"), sc.drift != nil)
			}
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.NotContains(t, string(content), canary)
			log, err := eventlog.ReadFile(file)
			require.NoError(t, err)
			options := report.Options{}
			if sc.drift != nil {
				options.Kind = report.Drift
			}
			markdown := report.Markdown(report.New(log, options))
			assert.NotContains(t, markdown, unmarked)
			for _, want := range sc.want {
				assert.Contains(t, markdown, want)
			}
		})
	}
}

// run writes the event log of the scenario.
func (sc scenario) run(t *testing.T, file string) {
	t.Helper()
	base := setup{stack: cmp.Or(sc.stack, "staging"), config: sc.before, program: sc.existing}
	var s *sandbox
	if sc.fresh {
		s = fresh(t, base)
	} else {
		s = deployed(t, base)
	}
	if len(sc.before) > 0 || sc.existing != nil {
		_, err := s.Up(t.Context())
		require.NoError(t, err)
	}
	again := s.again(setup{config: sc.after, pack: sc.pack, program: sc.program, eventLog: file})
	if sc.drift != nil {
		sc.drift(s)
		s.refreshPreview(file)
		return
	}
	_, err := again.Preview(t.Context())
	assert.Equal(t, sc.fails, err != nil, "%v", err)
}

// refreshPreview looks for drift as the drift workflow does: with the CLI itself, without the
// Automation API, and without changing state or cloud. It needs no program, and so no language
// host.
func (s *sandbox) refreshPreview(file string) {
	s.t.Helper()
	stack := filepath.Join(s.home, "stacks", s.name)
	cloud, err := simulation.Simulation{}.Open(s.t.Context(), filepath.Join(stack, "cloud"))
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, cloud.Close()) }()
	cli, err := exec.LookPath("pulumi")
	if err != nil {
		cli = filepath.Join(s.home, "bin", "pulumi")
	}
	refresh := exec.CommandContext(s.t.Context(), cli, "refresh", "--preview-only", "--stack", s.name, "--event-log", file,
		"--non-interactive")
	refresh.Dir = filepath.Join(stack, "work")
	refresh.Env = append(os.Environ(),
		"PULUMI_BACKEND_URL=file://"+filepath.ToSlash(filepath.Join(s.home, "state")), "PULUMI_HOME="+
			filepath.Join(s.home, "home"),
		"PULUMI_CONFIG_PASSPHRASE=sandbox", "PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"PULUMI_DEBUG_COMMANDS=true", attach.EnvVar+"="+attach.Value(cloud.Providers()),
	)
	output, err := refresh.CombinedOutput()
	require.NoError(s.t, err, "%s", output)
}

// keep compresses a log, and leaves out what no report reads: outcomes of announced steps, except the findings of a
// refresh and a component's outputs; unchanged resources, except rules of security groups; the policies' counts for
// each resource; and the folders of this machine.
func keep(t *testing.T, from, to string, drift bool) {
	t.Helper()
	content, err := os.ReadFile(from)
	require.NoError(t, err)
	project, err := filepath.Abs(root)
	require.NoError(t, err)
	content = bytes.ReplaceAll(content, []byte(project), []byte("/project"))
	content = bytes.ReplaceAll(content, []byte(filepath.Dir(t.TempDir())), []byte("/temporary"))
	var kept bytes.Buffer
	for line := range bytes.Lines(content) {
		var event apitype.EngineEvent
		require.NoError(t, json.Unmarshal(line, &event))
		if event.PolicyAnalyzeSummaryEvent != nil || event.PolicyRemediateSummaryEvent != nil {
			continue
		}
		if pre := event.ResourcePreEvent; pre != nil {
			pre.Metadata = shortened(pre.Metadata)
		}
		if outcome := event.ResOutputsEvent; outcome != nil && !drift {
			if outcome.Metadata = shortenedOutputs(outcome.Metadata); outcome.Metadata.New == nil {
				continue
			}
		} else if outcome != nil && outcome.Metadata.Op == apitype.OpSame {
			continue
		}
		short, err := json.Marshal(event)
		require.NoError(t, err)
		kept.Write(append(short, '\n'))
	}
	require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o750))
	file, err := os.Create(to)
	require.NoError(t, err)
	packed, err := gzip.NewWriterLevel(file, gzip.BestCompression)
	require.NoError(t, err)
	_, err = packed.Write(kept.Bytes())
	require.NoError(t, errors.Join(err, packed.Close(), file.Close()))
}

// shortened returns a step without its properties, if nobody reads them.
func shortened(m apitype.StepEventMetadata) apitype.StepEventMetadata {
	rule := strings.Contains(m.Type, "securityGroup") || strings.Contains(m.Type, "SecurityGroup")
	if m.Op != apitype.OpSame && m.Op != apitype.OpRefresh || rule {
		return m
	}
	for _, state := range []**apitype.StepEventStateMetadata{&m.Old, &m.New} {
		if *state != nil {
			*state = &apitype.StepEventStateMetadata{Type: (*state).Type, URN: (*state).URN, Custom: (*state).Custom}
		}
	}
	return m
}

// shortenedOutputs keeps only the documents in a component's outputs, and nothing of other steps.
func shortenedOutputs(m apitype.StepEventMetadata) apitype.StepEventMetadata {
	if m.Old == nil || m.New == nil || m.New.Custom || m.Type == string(resource.RootStackType) {
		return apitype.StepEventMetadata{}
	}
	for _, state := range []*apitype.StepEventStateMetadata{m.Old, m.New} {
		state.Inputs = nil
		maps.DeleteFunc(state.Outputs, func(_ string, value any) bool {
			text, isText := value.(string)
			return !isText || !strings.HasPrefix(text, "{")
		})
	}
	if len(m.Old.Outputs)+len(m.New.Outputs) == 0 {
		return apitype.StepEventMetadata{}
	}
	return m
}
