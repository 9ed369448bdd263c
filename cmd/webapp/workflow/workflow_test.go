package workflow

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/live"
	"aws-webapp/internal/release"
	"aws-webapp/tests/fixtures"
)

// logs are real event logs.
const logs = "../../../internal/preview/report/testdata/"

// fakeRunner stands for the programs that are run.
type fakeRunner struct {
	t *testing.T
	// log is the event log that an engine writes; empty for none.
	log string
	// fail makes the commands fail that begin so.
	fail []string
	// answers are what commands print, by how they begin.
	answers map[string]string
	// ran are the commands, with folders shortened.
	ran []string
	// env of the last engine.
	env []string
	// rollout is the last release, failed what it ends with.
	rollout *release.Rollout
	failed  error
	// added lists what was added by hand; unseen is the error if the list is incomplete.
	added  []live.Stray
	unseen error

	out string
}

func (f *fakeRunner) Run(_ context.Context, c process.Command) error {
	text := strings.ReplaceAll(c.String(), f.out, "OUT")
	if c.Dir != "" {
		text = strings.ReplaceAll(c.Dir, f.out, "OUT") + "$ " + text
	}
	f.ran = append(f.ran, text)
	if c.Args[0] == "git" && c.Args[2] == "add" {
		require.NoError(f.t, os.MkdirAll(c.Args[5], 0o750))
	}
	if at := slices.Index(c.Args, "--event-log"); at > 0 {
		f.env = c.Env
		f.write(c.Args[at+1])
	}
	for prefix, answer := range f.answers {
		if strings.HasPrefix(text, prefix) && c.Out != nil {
			_, err := io.WriteString(c.Out, answer)
			require.NoError(f.t, err)
		}
	}
	if _, answered := f.answers[history]; !answered && strings.HasPrefix(text, history) {
		_, err := io.WriteString(c.Out, "[]")
		require.NoError(f.t, err)
	}
	if slices.ContainsFunc(f.fail, func(prefix string) bool { return strings.HasPrefix(text, prefix) }) {
		return errors.New(text + ": exit status 1")
	}
	return nil
}

// write unpacks the event log.
func (f *fakeRunner) write(path string) {
	if f.log == "" {
		return
	}
	packed, err := os.Open(logs + f.log + ".jsonl.gz")
	require.NoError(f.t, err)
	defer packed.Close() //nolint:errcheck // it was only read
	unpacked, err := gzip.NewReader(packed)
	require.NoError(f.t, err)
	content, err := io.ReadAll(unpacked)
	require.NoError(f.t, err)
	require.NoError(f.t, os.WriteFile(path, content, 0o600))
}

// history is the command that lists a stack's operations; a stack that was never deployed has none.
const history = "pulumi stack history"

// aws is the environment of a job with credentials.
var aws = map[string]string{"AWS_ACCESS_KEY_ID": "a", "PULUMI_BACKEND_URL": "s3://state"}

// judged are the policies of staging, with their configuration.
const judged = "--policy-pack policies --policy-pack-config policies/config/staging.json"

func call(t *testing.T, f *fakeRunner, env map[string]string, args ...string) (string, error) {
	t.Helper()
	f.t, f.out = t, t.TempDir()
	webapp := commands(&workflow{
		runner: f, getenv: func(name string) string { return env[name] }, root: fixtures.Stacks(t),
		rollout: func(_ context.Context, o release.Rollout) error {
			f.rollout = &o
			return f.failed
		},
		added: f.look,
	})
	result := clitest.Call(t, webapp, append(args, "--out", f.out)...)
	return result.Out + result.Err, result.Error
}

// commands are those of the package, below one that holds them.
func commands(w *workflow) *cobra.Command {
	return cli.Group(&cobra.Command{Use: cli.Self}, newPreview(w), newDrift(w), newDeploy(w))
}

// wrote reads a report on staging.
func (f *fakeRunner) wrote(name string) string {
	f.t.Helper()
	content, err := os.ReadFile(filepath.Join(f.out, "staging", name))
	require.NoError(f.t, err)
	return string(content)
}

func TestPreviewOfTheRealStack(t *testing.T) {
	f := &fakeRunner{log: "iam-widened", answers: map[string]string{
		"webapp cost": `{"monthlyUSD":3}`, "OUT/staging/base$ go run ./cmd/webapp cost": `{"monthlyUSD":1}`,
	}}
	out, err := call(t, f, aws, "preview", "--stack", "staging", "--base", "abc", "--commit", "0123456")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"git worktree add --detach --force OUT/staging/base abc",
		"go run ./cmd/lambdazip",
		"pulumi preview --stack staging " + judged + " --event-log OUT/staging/events.jsonl --non-interactive",
	}, f.ran[:3])
	assert.ElementsMatch(t, []string{
		"OUT/staging/base$ go run ./cmd/webapp cost estimate --stack staging --json",
		"webapp cost estimate --stack staging --json",
	}, f.ran[3:5])
	assert.Equal(t, []string{"git worktree remove --force OUT/staging/base"}, f.ran[5:])
	assert.Contains(t, f.env, "PULUMI_DEBUG_COMMANDS=true", "without it the CLI does not know --event-log")
	assert.Contains(t, out, `staging: 2 high, 2 medium · 2 to delete, 2 to create · cost +$2.00 a month`)
	assert.Contains(t, f.wrote("report.md"), "Commit `0123456`")
	assert.NotContains(t, f.wrote("report.md"), "Simulated")
	assert.Contains(t, f.wrote("report.sarif"), `"2.1.0"`)
	assert.Contains(t, f.wrote("report.json"), `"level": "high"`)
}

func TestPreviewWithoutCredentialsIsSimulated(t *testing.T) {
	for name, env := range map[string]map[string]string{
		"nothing":          {},
		"state alone":      {"PULUMI_BACKEND_URL": "s3://state"},
		"credentials only": {"AWS_ACCESS_KEY_ID": "a"},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeRunner{log: "image-changed", fail: []string{"webapp cost"}}
			out, err := call(t, f, env, "preview", "--stack", "staging")
			require.NoError(t, err)
			assert.Equal(t, []string{
				"git worktree add --detach --force OUT/staging/base HEAD^1",
				"go run ./cmd/lambdazip",
				"OUT/staging/base$ go run ./cmd/lambdazip",
				"OUT/staging/base$ go run ./cmd/sandbox up --stack staging --home OUT/staging/sandbox --policy-pack none --fast",
				"go run ./cmd/sandbox preview --stack staging --home OUT/staging/sandbox --event-log OUT/staging/events.jsonl",
			}, f.ran[:5])
			assert.Contains(t, f.wrote("report.md"), "**Simulated:**")
			assert.Contains(t, out, "warning: no difference in cost")
		})
	}
}

func TestPreviewWithoutABaseShowsEverythingAsNew(t *testing.T) {
	f := &fakeRunner{log: "first-deployment", fail: []string{"git worktree add"}}
	out, err := call(t, f, nil, "preview", "--stack", "staging")
	require.NoError(t, err)
	assert.Contains(t, out, "warning: the base HEAD^1 cannot be had")
	assert.Len(t, f.ran, 3)
	f = &fakeRunner{log: "first-deployment", fail: []string{"OUT/staging/base$ go run ./cmd/sandbox up"}}
	out, err = call(t, f, nil, "preview", "--stack", "staging")
	require.NoError(t, err)
	assert.Contains(t, out, "warning: the base did not come up")
}

func TestFailedPreviewIsStillReported(t *testing.T) {
	f := &fakeRunner{log: "policy-violated", fail: []string{"pulumi preview"}}
	_, err := call(t, f, aws, "preview", "--stack", "staging")
	require.ErrorContains(t, err, "pulumi preview")
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
	assert.Contains(t, f.wrote("report.md"), "Mandatory policies violated")
	assert.Equal(t, "git worktree remove --force OUT/staging/base", f.ran[len(f.ran)-1])

	f = &fakeRunner{fail: []string{"pulumi preview"}}
	_, err = call(t, f, aws, "preview", "--stack", "staging")
	require.ErrorContains(t, err, "pulumi preview", "why there is no log is what matters")
	require.ErrorContains(t, err, "read the event log")
	assert.Contains(t, f.wrote("report.md"), "There is no whole log",
		"the comment must not go on telling of an earlier push")
}

// A log that an earlier run left must not pass for this one's.
func TestStaleLogsAreNotReported(t *testing.T) {
	f := &fakeRunner{log: "no-change"}
	_, err := call(t, f, aws, "preview", "--stack", "staging")
	require.NoError(t, err)
	folder := f.out
	again := &fakeRunner{t: t, out: folder}
	root := commands(&workflow{runner: again, getenv: func(name string) string { return aws[name] }})
	result := clitest.Call(t, root, "preview", "--stack", "staging", "--out", folder)
	require.ErrorContains(t, result.Error, "read the event log")
}

func TestFailAt(t *testing.T) {
	f := &fakeRunner{log: "iam-widened"}
	_, err := call(t, f, aws, "preview", "--stack", "staging", "--fail-at", "critical")
	require.NoError(t, err)
	_, err = call(t, f, aws, "preview", "--stack", "staging", "--fail-at", "high")
	require.ErrorContains(t, err, "found a change of level high in staging")
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
}

// look stands for AWS.
func (f *fakeRunner) look(_ context.Context, export []byte) ([]live.Stray, error) {
	assert.Equal(f.t, f.answers["pulumi stack export"], string(export))
	return f.added, f.unseen
}

func TestCostAboveTheBudgetIsStillShown(t *testing.T) {
	f := &fakeRunner{log: "no-change", fail: []string{"webapp cost"}, answers: map[string]string{
		"webapp cost": `{"monthlyUSD":3}`, "OUT/staging/base$ go run ./cmd/webapp cost": `{"monthlyUSD":1}`,
	}}
	out, err := call(t, f, aws, "preview", "--stack", "staging")
	require.NoError(t, err)
	assert.Contains(t, out, "cost +$2.00 a month")
}

func TestDrift(t *testing.T) {
	f := &fakeRunner{log: "drifted"}
	out, err := call(t, f, aws, "drift", "--stack", "staging")
	require.NoError(t, err, "drift is told by the issue, not by a failure")
	assert.Equal(t, []string{
		"pulumi refresh --preview-only --stack staging --event-log OUT/staging/events.jsonl --non-interactive",
		"pulumi stack export --stack staging",
	}, f.ran)
	assert.Contains(t, out, "1 changed outside of Pulumi")
	assert.Contains(t, f.wrote("report.json"), `"kind": "drift"`)

	f = &fakeRunner{log: "program-failed", fail: []string{"pulumi refresh"}}
	_, err = call(t, f, aws, "drift", "--stack", "staging")
	require.ErrorContains(t, err, "pulumi refresh")
	assert.Contains(t, f.wrote("report.json"), `"failed": true`)
}

// A refresh looks at what is in the state alone: what a hand has added is drift all the same.
func TestDriftNamesWhatWasAddedByHand(t *testing.T) {
	const undo = "aws ec2 revoke-security-group-ingress --group-id sg-db --security-group-rule-ids sgr-hand"
	f := &fakeRunner{
		log: "no-change", answers: map[string]string{"pulumi stack export": "the state"},
		added: []live.Stray{{What: "a rule of sg-db", Detail: "5432 from 0.0.0.0/0", Undo: undo}},
	}
	out, err := call(t, f, aws, "drift", "--stack", "staging")
	require.NoError(t, err)
	assert.Contains(t, out, "1 added by hand")
	assert.NotContains(t, out, "no drift")
	assert.Contains(t, f.wrote("report.json"), `"undo": "`+undo)
	assert.Contains(t, f.wrote("report.md"), "#### Added by hand")
	assert.Contains(t, f.wrote("report.md"), "`"+undo+"`")
	assert.Contains(t, f.wrote("report.md"), "🟠")

	// Nobody looked: that is neither drift nor none.
	f = &fakeRunner{log: "no-change", unseen: errors.New("sns:ListSubscriptionsByTopic denied")}
	_, err = call(t, f, aws, "drift", "--stack", "staging")
	require.ErrorContains(t, err, "look for what was added by hand: sns:ListSubscriptionsByTopic denied")
	assert.Contains(t, f.wrote("report.json"), `"failed": true`)
	assert.Contains(t, f.wrote("report.md"), "look for what was added by hand")

	f = &fakeRunner{log: "no-change", fail: []string{"pulumi stack export"}}
	_, err = call(t, f, aws, "drift", "--stack", "staging")
	require.ErrorContains(t, err, "pulumi stack export")
	assert.Contains(t, f.wrote("report.json"), `"failed": true`)
}

func TestDeploy(t *testing.T) {
	const outputs = `{"url":"https://a","services":{"web":{"codeDeployApplication":"web"},"api":{}}}`
	f := &fakeRunner{log: "image-changed", answers: map[string]string{"pulumi stack output": outputs}}
	_, err := call(t, f, aws, "deploy", "--stack", "staging")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"pulumi stack history --json --page 1 --page-size 20 --stack staging",
		"go run ./cmd/lambdazip",
		"webapp preflight --stack staging",
		"pulumi up --yes --stack staging " + judged + " --event-log OUT/staging/events.jsonl --non-interactive",
		"pulumi stack output --json --stack staging",
	}, f.ran)
	require.NotNil(t, f.rollout)
	assert.Equal(t, outputs, string(f.rollout.Outputs))
	assert.Empty(t, f.rollout.Only, "every service is released, whoever deploys it")
	assert.False(t, f.rollout.DryRun)
}

// Programs read the report from standard output, and nothing else.
func TestReportsAsJSON(t *testing.T) {
	for operation, log := range map[string]string{"preview": "iam-widened", "drift": "drifted"} {
		f := &fakeRunner{log: log, t: t, out: t.TempDir()}
		webapp := commands(&workflow{
			runner: f, getenv: func(name string) string { return aws[name] }, root: fixtures.Stacks(t), added: f.look,
		})
		result := clitest.Call(t, webapp, operation, "--stack", "staging", "--json", "--out", f.out)
		require.NoError(t, result.Error)
		assert.Equal(t, f.wrote("report.json"), result.Out)
	}
}

func TestACancelledDeploymentIsWaitedFor(t *testing.T) {
	f := &fakeRunner{}
	out, err := call(t, f, nil, "deploy", "wait", "--stack", "staging")
	require.NoError(t, err)
	assert.Equal(t, "no engine is at work on staging\n", out)

	// This process is one that does not end.
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "staging"), 0o750))
	pid := []byte(strconv.Itoa(os.Getpid()))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "staging", "engine.pid"), pid, 0o600))
	result := clitest.Call(t, commands(system()),
		"deploy", "wait", "--stack", "staging", "--out", folder, "--patience", "10ms")
	require.ErrorContains(t, result.Error, "run pulumi cancel -s staging and pulumi refresh -s staging, then deploy again")
	assert.Equal(t, cli.ExitFailed, result.Code())
}

// A release that did not arrive ends the command as webapp release rollout would.
func TestDeployEndsAsItsReleaseDoes(t *testing.T) {
	for code, ends := range map[int]error{
		cli.ExitFailed: release.FailureError{}, cli.ExitUndecided: release.TimeoutError{},
		cli.ExitCannotAsk: release.CannotLook(errors.New("denied")),
	} {
		_, err := call(t, &fakeRunner{log: "image-changed", failed: ends}, aws, "deploy", "--stack", "staging")
		assert.Equal(t, code, cli.ExitCode(err))
	}
}

func TestDeployStopsAtTheFirstObjection(t *testing.T) {
	for objection, ran := range map[string]int{
		history: 1, "go run ./cmd/lambdazip": 2, "webapp preflight": 3, "pulumi up": 4, "pulumi stack output": 5,
	} {
		f := &fakeRunner{log: "image-changed", fail: []string{objection}}
		_, err := call(t, f, aws, "deploy", "--stack", "staging")
		require.ErrorContains(t, err, objection)
		assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
		assert.Len(t, f.ran, ran, objection)
		assert.Nil(t, f.rollout, objection)
	}
	f := &fakeRunner{log: "image-changed", failed: errors.New("rolled back")}
	_, err := call(t, f, aws, "deploy", "--stack", "staging")
	require.ErrorContains(t, err, "rolled back")
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
}

// Git's image would take back what the pipeline released.
func TestReleasedImagesStay(t *testing.T) {
	const pin = "webapp release pin --stack staging"
	run := func(by string, operation string) (*fakeRunner, error) {
		f := &fakeRunner{log: "image-changed", answers: map[string]string{"pulumi stack output": `{}`}}
		env := map[string]string{"DELIVERED_BY": by}
		maps.Copy(env, aws)
		_, err := call(t, f, env, operation, "--stack", "staging")
		return f, err
	}
	for operation, engine := range map[string]string{"preview": "pulumi preview", "deploy": "pulumi up"} {
		f, err := run("pipeline", operation)
		require.NoError(t, err)
		pinned := slices.Index(f.ran, pin)
		started := slices.IndexFunc(f.ran, func(ran string) bool { return strings.HasPrefix(ran, engine) })
		assert.GreaterOrEqual(t, pinned, 0)
		assert.Less(t, pinned, started, "%s: images are pinned before the engine reads the file", operation)

		f, err = run("workflow", operation)
		require.NoError(t, err)
		assert.NotContains(t, f.ran, pin)

		_, err = run("pipelin", operation)
		assert.ErrorContains(t, err, `DELIVERED_BY: found "pipelin", allowed are pipeline and workflow`)
	}
}

// A run that waited for its approval must not take back what was deployed meanwhile.
func TestAnOlderCommitIsNotDeployedOverANewerOne(t *testing.T) {
	const head = "3f2a1bc"
	deployed := func(commit string) map[string]string {
		return map[string]string{
			"git rev-parse HEAD": head + "\n", "pulumi stack output": "{}",
			history: `[{"kind":"refresh","result":"succeeded","environment":{"git.head":"x"}},
				{"kind":"update","result":"failed","environment":{"git.head":"y"}},
				{"kind":"update","result":"succeeded","environment":{}},
				{"kind":"update","result":"succeeded","environment":{"git.head":"` + commit + `"}}]`,
		}
	}
	ancestor := "git merge-base --is-ancestor " + head + " 99aabbc"

	f := &fakeRunner{log: "image-changed", answers: deployed("99aabbc")}
	_, err := call(t, f, aws, "deploy", "--stack", "staging")
	require.ErrorContains(t, err, "staging has the newer commit 99aabbc already: found 3f2a1bc to deploy over it")
	assert.Equal(t, ancestor, f.ran[len(f.ran)-1], "nothing is touched")

	f = &fakeRunner{log: "image-changed", answers: deployed("99aabbc"), fail: []string{ancestor}}
	_, err = call(t, f, aws, "deploy", "--stack", "staging")
	require.NoError(t, err, "what is deployed is older, or another branch's")

	f = &fakeRunner{log: "image-changed", answers: deployed(head)}
	_, err = call(t, f, aws, "deploy", "--stack", "staging")
	require.NoError(t, err, "the same commit may be deployed again, after a failure")
	assert.NotContains(t, f.ran, "git merge-base --is-ancestor "+head+" "+head)
}

func TestWhatNeedsAWSSaysSo(t *testing.T) {
	for _, operation := range []string{"drift", "deploy"} {
		f := &fakeRunner{}
		_, err := call(t, f, nil, operation, "--stack", "staging")
		require.ErrorContains(t, err, "found no credentials (AWS_PROFILE or others) or no PULUMI_BACKEND_URL")
		assert.Empty(t, f.ran)
	}
	// Drift that nobody can look for is told of in the same place.
	f := &fakeRunner{}
	_, err := call(t, f, nil, "drift", "--stack", "staging")
	require.Error(t, err)
	assert.Contains(t, f.wrote("report.json"), `"failed": true`)
}

func TestWrongCalls(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"stack":    {[]string{"preview", "--stack", "../x"}, `--stack: found "../x"`},
		"no stack": {[]string{"deploy"}, "--stack: found nothing, expected: stack to deploy"},
		"option":   {[]string{"drift", "--stack", "--yes"}, `--stack: found "--yes"`},
		"no base":  {[]string{"preview", "--stack", "prod", "--base", ""}, "--base: found nothing"},
		"option 2": {[]string{"preview", "--stack", "prod", "--base", "--lock"}, `--base: found "--lock"`},
		"level":    {[]string{"preview", "--stack", "prod", "--fail-at", "x"}, `--fail-at: found the risk level "x"`},
		"argument": {[]string{"preview", "x"}, `found the argument "x", webapp preview takes flags alone`},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fakeRunner{}
			_, err := call(t, f, aws, tc.args...)
			require.ErrorContains(t, err, tc.want)
			assert.Equal(t, cli.ExitUsage, cli.ExitCode(err))
			assert.Empty(t, f.ran)
		})
	}
}
