package verify

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/live"
)

// exports puts a pulumi into the path that answers with a state, and returns how it was called.
func exports(t *testing.T, state string) (called func() string) {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "state"), []byte(state), 0o600))
	calls := clitest.Program(t, "pulumi",
		fmt.Sprintf("cd %q; echo \"in $OLDPWD, $PULUMI_SKIP_UPDATE_CHECK\" > said; cat state", folder))
	return func() string {
		text, err := os.ReadFile(filepath.Join(folder, "said"))
		require.NoError(t, err)
		return calls()[0] + " " + string(text)
	}
}

// A topic with the stack's subscription, to which a hand may have added one.
func TestWhatWasAddedByHandIsNamedWithWhatUndoesIt(t *testing.T) {
	const topic = "arn:aws:sns:eu-west-1:222222222222:alerts"
	state := `{"deployment": {"resources": [
		{"type": "pulumi:providers:aws", "id": "p", "inputs": {"region": "eu-west-1"}},
		{"type": "aws:sns/topic:Topic", "id": "` + topic + `", "outputs": {"name": "alerts"}},
		{"type": "aws:sns/topicSubscription:TopicSubscription", "id": "` + topic + `:ours"}]}}`
	subscriptions := func(ends ...string) map[string]string {
		var members strings.Builder
		for _, end := range ends {
			fmt.Fprintf(&members, "<member><SubscriptionArn>%s:%s</SubscriptionArn><Protocol>https</Protocol></member>",
				topic, end)
		}
		return map[string]string{"ListSubscriptionsByTopic": "<ListSubscriptionsByTopicResponse>" +
			"<ListSubscriptionsByTopicResult><Subscriptions>" + members.String() + "</Subscriptions>" +
			"</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>"}
	}
	hand := live.Stray{
		ID:   topic + ":hand",
		What: "subscription to topic alerts", Detail: "by https, " + topic + ":hand",
		Undo: "aws sns unsubscribe --subscription-arn " + topic + ":hand --region eu-west-1",
	}
	for name, row := range map[string]struct {
		answers       map[string]string
		out, log, err string
		code          int
		strays        []live.Stray
	}{
		"nothing": {
			answers: subscriptions("ours"), log: "found nothing that the stack has not made\n", strays: []live.Stray{},
		},
		"something": {
			answers: subscriptions("ours", "hand"), code: cli.ExitFailed, strays: []live.Stray{hand},
			out: hand.What + ": " + hand.Detail + "\n  id " + hand.ID + "\n  " + hand.Undo + "\n",
			err: "found 1 addition that the stack has not made",
		},
		"AWS does not say": {
			code: cli.ExitCannotAsk, strays: []live.Stray{},
			err: "The caller needs the permission sns:ListSubscriptionsByTopic; docs/operations.md has the whole policy",
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			called := exports(t, state)
			awsfake.Serve(t, row.answers)
			people := clitest.Call(t, NewLive(), "--stack", "prod", "--root", root)
			assert.Equal(t, "stack export --stack prod in "+root+", true\n", called())
			programs := clitest.Call(t, NewLive(), "--stack", "prod", "--root", root, "--json")
			assert.Equal(t, row.out, people.Out)
			var strays []live.Stray
			require.NoError(t, json.Unmarshal([]byte(programs.Out), &strays), programs.Out)
			assert.Equal(t, row.strays, strays)
			for _, result := range []clitest.Result{people, programs} {
				assert.Equal(t, row.code, result.Code())
				assert.Equal(t, "+ pulumi stack export --stack prod\n"+row.log, result.Err)
				if row.err == "" {
					assert.NoError(t, result.Error)
				} else {
					assert.ErrorContains(t, result.Error, row.err)
				}
			}
		})
	}
}

func TestAStateThatCannotBeReadIsNoVerdict(t *testing.T) {
	called := awsfake.Serve(t, nil)
	for name, row := range map[string]struct {
		args, state string
		code        int
		want        string
	}{
		"no stack":     {"", "", cli.ExitUsage, "--stack: found nothing"},
		"no JSON":      {"--stack prod", "no", cli.ExitCannotAsk, "found no JSON of pulumi stack export"},
		"never was up": {"--stack prod", `{"deployment": {}}`, cli.ExitCannotAsk, "the stack has not been deployed"},
	} {
		exports(t, row.state)
		result := clitest.Call(t, NewLive(), strings.Fields(row.args)...)
		require.ErrorContains(t, result.Error, row.want, name)
		assert.Equal(t, row.code, result.Code(), name)
		assert.Empty(t, result.Out, name)
	}
	t.Setenv("PATH", t.TempDir())
	result := clitest.Call(t, NewLive(), "--stack", "prod")
	require.ErrorContains(t, result.Error, "pulumi stack export")
	assert.Equal(t, cli.ExitCannotAsk, result.Code())
	assert.Empty(t, called())
}
