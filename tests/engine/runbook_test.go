package engine_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/tests/commands"
	"aws-webapp/tests/damage"
	"aws-webapp/tests/fixtures"
)

// elsewhere are the commands of procedures that ask AWS themselves, or make what is there; they have tests of their
// own: cmd/webapp, tests/releases, tests/e2e/operations.
var elsewhere = regexp.MustCompile(
	`^(aws|jq|go run \./cmd/(lambdazip|webapp (release|live|preflight|deploy|verify)))\b`)

// procedure returns the calls of pulumi in a section of the runbook, as they are written but for the folder that they
// are called in: the pack is the repository's.
func procedure(t *testing.T, title string) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "runbook.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n### "+title+"\n")
	require.True(t, found, "the runbook has no section %s", title)
	section, _, _ = strings.Cut(section, "\n### ")
	all, err := commands.Parse(title, section)
	require.NoError(t, err)
	var calls [][]string
	for _, one := range all {
		switch {
		case !one.Whole: // a sentence names it
		case one.Program() == "pulumi":
			for i, word := range one.Words {
				if word == policies || strings.HasPrefix(word, policies+"/") {
					one.Words[i] = fixtures.Repository(t, word)
				}
			}
			calls = append(calls, one.Words[1:])
		default:
			assert.Regexp(t, elsewhere, strings.Join(one.Words, " "), "who runs it?")
		}
	}
	return calls
}

// Whoever follows the procedures types these commands. They run here as they are written, by the pulumi of an
// installation, which compiles program and policies.
func TestTheProceduresOfTheRunbookRun(t *testing.T) {
	t.Parallel()
	s := newStock(t, "prod")
	s.environment = append(s.environment, "PULUMI_SKIP_CONFIRMATIONS=true") // nobody is here to say yes
	account, err := cloud.Open(s.account)
	require.NoError(t, err)

	deploy := procedure(t, "Deploy by hand")
	require.Len(t, deploy, 1)
	_, err = s.run(deploy[0]...)
	require.NoError(t, err)
	before := map[string]resource.PropertyMap{}
	for drill, d := range damage.ByDrill {
		found := recordOf(t, account, d.Token, d.Name)
		require.NotNil(t, found, drill)
		before[drill] = found.Outputs
		if d.Property == "" {
			require.NoError(t, account.Remove(found.Token, found.ID))
			continue
		}
		require.NoError(t, account.Edit(found.Token, found.ID, func(p props) {
			p[resource.PropertyKey(d.Property)] = resource.NewPropertyValue(d.Value)
		}))
	}
	repair := procedure(t, "Put back what was changed by hand")
	require.Len(t, repair, 3)
	told := repair[2]
	require.Contains(t, told, "--expect-no-changes")
	if *whole { // an update shows the same, and stops where a preview does
		shown, err := s.run(repair[0]...)
		require.NoError(t, err)
		for drill, d := range damage.ByDrill {
			assert.Regexp(t, `(?m)\b`+regexp.QuoteMeta(d.Name)+`\b`, shown, "the preview shows %s", drill)
		}
	}
	_, err = s.run(repair[1]...)
	require.NoError(t, err)
	for drill, d := range damage.ByDrill {
		found := recordOf(t, account, d.Token, d.Name)
		if !assert.NotNil(t, found, "%s: it is not back", drill) || d.Property == "" {
			continue
		}
		key := resource.PropertyKey(d.Property)
		assert.Equal(t, before[drill][key], found.Outputs[key], drill)
	}
	_, err = s.run(told...)
	require.NoError(t, err)
}
