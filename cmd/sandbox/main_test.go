package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/tests/commands"
)

// call runs the command as the shell would and returns what it printed.
func call(t *testing.T, args ...string) (string, error) {
	t.Helper()
	result := clitest.Call(t, newRoot(), append(args, "--home", t.TempDir())...)
	return result.Out + result.Err, result.Error
}

func TestWrongCallsSayWhatIsAllowed(t *testing.T) {
	project := filepath.Join("..", "..")
	for name, tc := range map[string]struct {
		args []string
		want string
		code int
	}{
		"unknown command": {
			[]string{"deploy"},
			`unknown command "deploy" of sandbox: allowed are destroy, outputs, preview, refresh, stack, up`,
			cli.ExitUsage,
		},
		"unknown flag": {[]string{"up", "--quick"}, "unknown flag: --quick", cli.ExitUsage},
		"unknown cloud": {
			[]string{"up", "--cloud", "mars"}, `--cloud: found "mars", allowed are sim and moto`, cli.ExitUsage,
		},
		"argument": {[]string{"up", "prod"}, `found the argument "prod", sandbox up takes flags alone`, cli.ExitUsage},
		"half a setting": {
			[]string{"up", "--config", "database.multiAz"},
			`--config: found "database.multiAz", expected key=value`,
			cli.ExitUsage,
		},
		"stack without a file": {
			[]string{"up", "--root", project, "--stack", "nope"}, `stack "nope" has no file`, cli.ExitFailed,
		},
		"no policy pack": {
			[]string{"up", "--root", project, "--policy-pack", "nosuch"},
			`policy pack "nosuch": found nothing at`,
			cli.ExitFailed,
		},
		"no project": {[]string{"up", "--root", t.TempDir()}, "Pulumi.yaml", cli.ExitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := call(t, tc.args...)
			require.ErrorContains(t, err, tc.want)
			assert.Equal(t, tc.code, cli.ExitCode(err))
		})
	}
}

func TestParseConfig(t *testing.T) {
	values, err := parseConfig([]string{"database.name=a=b", "logging.retentionDays=7"})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"database.name": "a=b", "logging.retentionDays": "7"}, values)
}

// printed shows a result as an operation would.
func printed(t *testing.T, f *flags, result *engine.Result) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, f.print(&out, result, facts{}))
	return out.String()
}

func TestSummary(t *testing.T) {
	const web = "urn:pulumi:prod::aws-webapp::aws-webapp:edge:LoadBalancer$aws:lb/loadBalancer:LoadBalancer::web"
	result := &engine.Result{
		Operation: "up", Stack: "prod", Duration: 1234 * time.Millisecond, Unchanged: 3,
		Steps: []engine.Step{
			{Op: "create", Name: "data", Type: "aws:kms/key:Key"},
			{Op: "update", Name: "web", Type: "aws:lb/loadBalancer:LoadBalancer", Changed: []string{"idleTimeout", "tags"}},
		},
		Violations: []engine.Violation{
			{Level: "mandatory", Policy: "lb-https", URN: web}, {Level: "advisory", Policy: "vpc-flow-logs"},
		},
		Outputs: map[string]any{"url": "https://visitors.example.com"},
	}
	assert.Equal(t, `
up of prod: create 1, update 1, unchanged 3, 1.2s
  create  data (Key)          
  update  web (LoadBalancer)  idleTimeout, tags
policies: 1 mandatory and 1 advisory violations
  mandatory  lb-https       web
  advisory   vpc-flow-logs  the whole stack
url: https://visitors.example.com
`, printed(t, &flags{cloud: cloudMoto}, result))
	assert.Equal(t, "\npreview of prod: no change, 0s\n",
		printed(t, &flags{}, &engine.Result{Operation: "preview", Stack: "prod"}))
	var out bytes.Buffer
	failed := &engine.Result{Operation: "preview", Stack: "prod"}
	require.NoError(t, (&flags{}).print(&out, failed, facts{failed: true}))
	assert.Equal(t, "\npreview of prod: failed, no change, 0s\n", out.String())
}

// Many changes are counted by part: the answer has to fit a screen.
func TestSummaryOfManyChanges(t *testing.T) {
	result := &engine.Result{Operation: "up", Stack: "staging", Outputs: map[string]any{"url": "https://a"}}
	for range 300 {
		result.Steps = append(result.Steps, engine.Step{
			Op: "create", URN: "urn:pulumi:staging::aws-webapp::aws-webapp:network:Network$aws:ec2/route:Route::app-1",
		})
	}
	result.Steps = append(result.Steps, engine.Step{
		Op: "create", URN: "urn:pulumi:staging::aws-webapp::pulumi:providers:aws::aws",
	})
	var out bytes.Buffer
	f := &flags{stack: "staging", cloud: cloudSim}
	found := facts{cost: "about 5 USD", ready: "ready after 9 minutes", hint: "curl it", log: "up.log"}
	require.NoError(t, f.print(&out, result, found))
	assert.Equal(t, `
up of staging: create 301, 0s
  300 Network      1 the stack itself  
cost: about 5 USD
on AWS: ready after 9 minutes
url: https://a on AWS; the simulation runs nothing, so nothing answers there
curl it
next:
  make preview STACK=staging ARGS='--config logging.retentionDays=731'  change a setting, and see what would follow
  make preview STACK=staging ARGS='--config database.multiAz=false'     break a rule, and see what stops it
  less up.log                                                           read all that the engine printed
`, out.String())

	out.Reset()
	f.root = "examples"
	require.NoError(t, f.print(&out, result, found))
	assert.Contains(t, out.String(), "make preview EXAMPLE=staging ARGS=")
	assert.Equal(t, " --root examples", f.rootFlag())
}

// The line of progress counts what ended, knows from the preview how much there is, and names what is at work.
func TestProgress(t *testing.T) {
	step := func(name string) apitype.StepEventMetadata {
		return apitype.StepEventMetadata{
			URN: "urn:pulumi:prod::p::aws:rds/instance:Instance::" + name, Type: "aws:rds/instance:Instance",
		}
	}
	event := func(one apitype.EngineEvent) events.EngineEvent { return events.EngineEvent{EngineEvent: one} }
	begin := func(name string) events.EngineEvent {
		return event(apitype.EngineEvent{ResourcePreEvent: &apitype.ResourcePreEvent{Metadata: step(name)}})
	}
	var out bytes.Buffer
	p := &progress{out: &out, done: make(chan struct{}), started: time.Now()}
	p.show()
	assert.Empty(t, out.String(), "nothing has begun")
	p.watch(begin("preview"))
	p.watch(event(apitype.EngineEvent{SummaryEvent: &apitype.SummaryEvent{
		ResourceChanges: map[apitype.OpType]int{apitype.OpCreate: 3, apitype.OpSame: 1},
	}}))
	for _, name := range []string{"a", "b", "c"} {
		p.watch(begin(name))
	}
	p.watch(event(apitype.EngineEvent{ResOutputsEvent: &apitype.ResOutputsEvent{Metadata: step("a")}}))
	p.watch(event(apitype.EngineEvent{ResOpFailedEvent: &apitype.ResOpFailedEvent{Metadata: step("c")}}))
	p.show()
	assert.Equal(t, "  0s: 2 of 4 resources, at work on b (Instance)\n", out.String())
	out.Reset()
	p.terminal = true
	p.show()
	p.stop()
	assert.Equal(t, "\r\x1b[K  0s: 2 of 4 resources, at work on b (Instance)\r\x1b[K", out.String())
}

// What the engine prints is kept, unless somebody asks to see it.
func TestEngineOutputIsKept(t *testing.T) {
	home := t.TempDir()
	command := newUp(&flags{})
	var out bytes.Buffer
	command.SetOut(&out)
	kept, err := (&flags{home: home, stack: "prod"}).openOutput(command)
	require.NoError(t, err)
	_, err = io.WriteString(kept.engine, "+ aws:kms:Key data created")
	require.NoError(t, err)
	kept.close()
	content, err := os.ReadFile(filepath.Join(home, "logs", "prod-up.log"))
	require.NoError(t, err)
	assert.Equal(t, "+ aws:kms:Key data created", string(content))
	assert.Equal(t, kept.log, filepath.Join(home, "logs", "prod-up.log"))
	assert.Empty(t, out.String())
	for _, f := range []*flags{{verbose: true}, {diff: true}} {
		shown, err := f.openOutput(command)
		require.NoError(t, err)
		assert.Equal(t, &out, shown.engine)
		assert.Empty(t, shown.log)
	}
}

func TestSummaryAsJSON(t *testing.T) {
	text := printed(t, &flags{json: true}, &engine.Result{Operation: "up", Stack: "prod", Steps: []engine.Step{
		{Op: "create", Name: "web"},
	}})
	var decoded engine.Result
	require.NoError(t, json.Unmarshal([]byte(text), &decoded))
	assert.Equal(t, "web", decoded.Steps[0].Name)
}

func TestOutputText(t *testing.T) {
	assert.Equal(t, "https://a", outputText("https://a"))
	assert.JSONEq(t, `{"name":"web"}`, outputText(map[string]any{"name": "web"}))
}

// Whoever is refused a destroy must be told what to change, and only then.
func TestExplainNamesTheKeysToFlip(t *testing.T) {
	refusal := func(operation, text string) error {
		return &engine.Failure{
			Result: &engine.Result{Operation: operation, Stack: "prod", Errors: []string{text}},
			Cause:  errors.New("exit status 255"),
		}
	}
	explained := explain(refusal("destroy", `resource "..." cannot be deleted because it is protected.`))
	for _, key := range []string{
		"Pulumi.prod.yaml", "environment: staging", "database.deletionProtection: false",
		"loadBalancer.deletionProtection: false", "storage.forceDestroy: true",
	} {
		assert.ErrorContains(t, explained, key)
	}
	for _, operation := range []string{"up", "destroy"} {
		assert.ErrorContains(t, explain(refusal(operation, "AWS account ID not allowed: 111111111111")), "make reset")
	}
	for _, other := range []error{refusal("up", "protected"), refusal("destroy", "throttled"), errors.New("protected")} {
		assert.Equal(t, other, explain(other))
	}
}

func TestCommandsOfTheDocumentsAreValid(t *testing.T) {
	problems, checked, err := commands.CheckOwn("../..", "sandbox", "./cmd/sandbox", newRoot)
	require.NoError(t, err)
	assert.NotZero(t, checked)
	assert.Empty(t, problems)
}
