//go:build e2e

// Package documents runs the calls of the AWS CLI in the project's documents against a moto server, as they are
// written.
package documents

import (
	"bufio"
	"context"
	_ "embed" // for cli.py
	"encoding/json"
	"io"
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

// cli runs calls of the AWS CLI, one a line.
//
//go:embed cli.py
var cli string

// cloud is a moto server with what documents speak of.
type cloud struct {
	server *moto.Server
	folder string
	// things have ids that the cloud gave, by their name in tests/commands/stand.go.
	things map[string]string
	calls  io.Writer
	said   *bufio.Scanner
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	home, err := filepath.Abs(filepath.Join(root, ".sandbox"))
	require.NoError(t, err)
	server, err := moto.Start(context.WithoutCancel(t.Context()), t.TempDir(),
		moto.WithEnvironment(filepath.Join(home, "venv")), moto.WithProgress(os.Stderr))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	c := &cloud{server: server, folder: t.TempDir(), things: map[string]string{}}
	run := exec.CommandContext(t.Context(), "python3", "-c", cli, c.folder)
	run.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + c.folder, "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_MAX_ATTEMPTS=1",
	}
	for name, value := range server.Client() {
		if name != "AWS_PROFILE" { // the CLI looks for a profile without a name
			run.Env = append(run.Env, name+"="+value)
		}
	}
	run.Stderr = os.Stderr
	c.calls, err = run.StdinPipe()
	require.NoError(t, err)
	out, err := run.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, run.Start(), "python3 is not on the PATH")
	t.Cleanup(func() { _ = run.Wait() }) // the test's context has ended it
	c.said = bufio.NewScanner(out)
	c.said.Buffer(nil, 16<<20)
	return c
}

// aws runs a call and returns what it printed, and whether it ended well.
func (c *cloud) aws(t *testing.T, words ...string) (output string, ok bool) {
	t.Helper()
	// This is version 1 of the CLI, and the documents are for version 2: 1 has no such option, and takes the payload as
	// it is. It asks SQS at an address of its own, whatever the environment says.
	if at := slices.Index(words, "--cli-binary-format"); at >= 0 {
		words = slices.Delete(slices.Clone(words), at, at+2)
	}
	line, err := json.Marshal(append([]string{"--endpoint-url", c.server.Endpoint()}, words...))
	require.NoError(t, err)
	_, err = c.calls.Write(append(line, '\n'))
	require.NoError(t, err)
	require.True(t, c.said.Scan(), "the AWS CLI does not answer: pip install awscli")
	var answer struct {
		Code int
		Out  string
	}
	require.NoError(t, json.Unmarshal(c.said.Bytes(), &answer))
	return answer.Out, answer.Code == 0
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
	"backup start-backup-job", "backup start-restore-job", "backup describe-restore-job",
	"backup list-recovery-points-by-resource",
	"ce update-cost-allocation-tags-status",
	"cloudtrail lookup-events", "deploy continue-deployment", "deploy get-deployment-target", "deploy stop-deployment",
	"ecs execute-command", // the CLI calls AWS's session-manager-plugin
	"kms get-key-policy",  // moto wants --policy-name, which AWS does not
	"opensearch describe-domain-health", "opensearch describe-domain-nodes",
	"rds describe-db-engine-versions", "rds describe-db-major-engine-versions",
	"service-quotas list-service-quotas", "service-quotas request-service-quota-increase",
	"wafv2 describe-managed-rule-group",
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
			if operation == "sqs delete-message" { // another call of the documents may have purged the queue
				c.make(t, "", "", "sqs send-message --queue-url {deadLetters} --message-body {}")
				c.make(t, "handle", "Messages[0].ReceiptHandle", "sqs receive-message --queue-url {deadLetters}")
			}
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
