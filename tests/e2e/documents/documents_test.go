//go:build e2e

// Package documents runs the calls of the AWS CLI in the project's documents against a moto server, as they are
// written.
package documents

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
	"aws-webapp/tests/commands"
)

const root = "../../.."

// cloud is a moto server with what documents speak of.
type cloud struct {
	server *moto.Server
	folder string
	// things have ids that the cloud gave, by their name in tests/commands/stand.go.
	things map[string]string
	two    bool // version 2 of the CLI, for which the documents are written
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	home, err := filepath.Abs(filepath.Join(root, ".sandbox"))
	require.NoError(t, err)
	server, err := moto.Start(context.WithoutCancel(t.Context()), t.TempDir(),
		moto.WithEnvironment(filepath.Join(home, "venv")), moto.WithProgress(os.Stderr))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	version, err := exec.Command("aws", "--version").CombinedOutput()
	require.NoError(t, err, "the AWS CLI is not on the PATH: pip install awscli, or version 2")
	return &cloud{
		server: server, folder: t.TempDir(), things: map[string]string{},
		two: strings.HasPrefix(string(version), "aws-cli/2"),
	}
}

// aws runs a call and returns what it printed, and whether it ended well.
func (c *cloud) aws(t *testing.T, words ...string) (output string, ok bool) {
	t.Helper()
	// Version 1 has no such option, and takes the payload as it is.
	for i, word := range words {
		if !c.two && word == "--cli-binary-format" {
			words = append(append([]string(nil), words[:i]...), words[i+2:]...)
			break
		}
	}
	// Version 1 asks SQS at an address of its own, whatever the environment says.
	call := exec.CommandContext(t.Context(), "aws", append([]string{"--endpoint-url", c.server.Endpoint()}, words...)...)
	call.Dir = c.folder
	call.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + c.folder, "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_MAX_ATTEMPTS=1",
	}
	for name, value := range c.server.Client() {
		if name != "AWS_PROFILE" { // the CLI looks for a profile without a name
			call.Env = append(call.Env, name+"="+value)
		}
	}
	out, err := call.CombinedOutput()
	return string(out), err == nil
}

// make makes something; the field of the answer is its id.
func (c *cloud) make(t *testing.T, thing, field, call string) {
	t.Helper()
	words := strings.Fields(call)
	for i, word := range words {
		words[i] = c.named(word)
	}
	if field != "" {
		words = append(words, "--query", field, "--output", "text")
	}
	out, ok := c.aws(t, words...)
	require.True(t, ok, "%s\n%s", call, out)
	if thing != "" {
		c.things[thing] = strings.TrimSpace(out)
	}
}

// named puts ids in place of the things' names.
func (c *cloud) named(word string) string {
	for thing, id := range c.things {
		word = strings.ReplaceAll(word, "{"+thing+"}", id)
	}
	return word
}

// unserved are operations that moto does not have. They stay checked against AWS's models; one that moto learns has
// to leave this list.
var unserved = []string{
	"accessanalyzer validate-policy", "application-autoscaling describe-scaling-activities",
	"backup describe-backup-job", "backup list-backup-jobs", "backup list-recovery-points-by-backup-vault",
	"backup start-backup-job",
	"cloudtrail lookup-events", "deploy continue-deployment", "deploy get-deployment-target", "deploy stop-deployment",
	"ecs execute-command", // the CLI calls AWS's session-manager-plugin
	"opensearch describe-domain-health", "opensearch describe-domain-nodes",
	"rds describe-db-engine-versions", "rds describe-db-major-engine-versions",
	"service-quotas list-service-quotas", "wafv2 describe-managed-rule-group",
}

// tried is how AWS answers a call with --dry-run that would have done its work.
const tried = "DryRunOperation"

func TestTheCallsOfTheDocumentsRun(t *testing.T) {
	c := newCloud(t)
	c.build(t)
	all, err := commands.Read(root)
	require.NoError(t, err)
	run, known := map[string]bool{}, map[string]bool{}
	for _, command := range all {
		call := strings.Join(command.Words, " ")
		if command.Program() != "aws" || !command.Whole || run[call] {
			continue
		}
		run[call] = true
		operation := command.Words[1] + " " + command.Words[2]
		known[operation] = true
		filled, err := commands.Filled(command.Words)
		require.NoError(t, err, command.String())
		t.Run(operation, func(t *testing.T) {
			words := filled[1:]
			for i, word := range words {
				words[i] = c.named(word)
				require.NotRegexp(t, `\{[a-zA-Z]+\}`, words[i], "build makes no such thing: %s", command)
			}
			out, ok := c.aws(t, words...)
			if slices.Contains(unserved, operation) {
				require.False(t, ok, "moto has it by now: take it from the list")
				return
			}
			require.True(t, ok || strings.Contains(out, tried), "%s\n%s", command, out)
		})
	}
	assert.Greater(t, len(run), 50)
	for _, operation := range unserved {
		assert.True(t, known[operation], "no document calls %s: take it from the list", operation)
	}
}
