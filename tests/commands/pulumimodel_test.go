package commands_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"aws-webapp/tests/commands"
)

var (
	pulumiUsage = regexp.MustCompile(`(?m)^Usage:\n  pulumi (.*)$`)
	pulumiAlias = regexp.MustCompile(`(?m)^Aliases:\n  (.*)$`)
	pulumiFlag  = regexp.MustCompile(`(?m)^ {2,6}(-\w)?,? *(--[\w-]+)( [a-zA-Z]\w*)?(\[=)?`)
)

// writePulumi writes what the Pulumi CLI that the project builds says of each command that is used.
func writePulumi(t *testing.T, all []commands.Command) {
	t.Helper()
	program, err := filepath.Abs("../../.sandbox/bin/pulumi")
	require.NoError(t, err)
	if _, err := os.Stat(program); err != nil {
		t.Skip("make pulumi has not built .sandbox/bin/pulumi: testdata/pulumi.json stays as it is")
	}
	table := map[string]commands.PulumiCommand{}
	for _, c := range all {
		if c.Program() != "pulumi" {
			continue
		}
		path, _ := commands.PulumiPath(c.Words)
		if _, found := table[path]; found {
			continue
		}
		call := exec.Command(program, append(strings.Fields(path), "--help")...)
		call.Env = append(os.Environ(), "PULUMI_DEBUG_COMMANDS=true") // shows --event-log
		help, err := call.Output()
		require.NoError(t, err, path)
		usage := pulumiUsage.FindStringSubmatch(string(help))
		require.NotNil(t, usage, path)
		words := strings.Fields(path)
		name := words[len(words)-1]
		called := strings.Fields(usage[1])[:len(words)]
		if alias := pulumiAlias.FindStringSubmatch(string(help)); called[len(words)-1] != name &&
			(alias == nil || !slices.Contains(strings.Split(alias[1], ", "), name)) {
			continue // the help of the group above: there is no such command
		}
		row := commands.PulumiCommand{
			Usage: strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(usage[1], strings.Join(called, " ")), "[flags]")),
			Flags: map[string]bool{},
		}
		for _, flag := range pulumiFlag.FindAllStringSubmatch(string(help), -1) {
			value := flag[3] != "" && flag[4] == "" // string[="true"] takes one after = alone
			row.Flags[flag[2]] = value
			if flag[1] != "" {
				row.Flags[flag[1]] = value
			}
		}
		table[path] = row
	}
	text, err := json.MarshalIndent(table, "", "\t")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("testdata/pulumi.json", append(text, '\n'), 0o600))
}
