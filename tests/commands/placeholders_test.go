package commands_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/commands"
)

// leftOpen is what somebody, or the shell, puts into a command.
var leftOpen = regexp.MustCompile(`<[^>]+>|\$[A-Za-z_]+`)

// outputNames are those of the table of stack outputs.
var outputNames = regexp.MustCompile("(?m)^\\| (`[^|]+`) \\|")

// Whoever types a command at night does not guess: what it leaves open is the name of a stack output, or its section,
// or the beginning of the runbook, says what it is. A variable has its value in the section.
func TestTheRunbookSaysWhatItsCommandsLeaveOpen(t *testing.T) {
	operations, err := os.ReadFile(root + "/docs/operations.md")
	require.NoError(t, err)
	outputs := map[string]bool{}
	for _, row := range outputNames.FindAllStringSubmatch(string(operations), -1) {
		for _, name := range strings.Split(row[1], ", ") {
			outputs["<"+strings.Trim(name, "`")+">"] = true
		}
	}
	require.True(t, outputs["<clusterName>"], "the table of outputs reads otherwise")
	text, err := os.ReadFile(root + "/docs/runbook.md")
	require.NoError(t, err)
	head, rest, found := strings.Cut(string(text), "\n## ")
	require.True(t, found)
	seen := 0
	for _, section := range strings.Split(rest, "\n### ")[1:] {
		title, _, _ := strings.Cut(section, "\n")
		all, err := commands.Parse(title, section)
		require.NoError(t, err, title)
		for _, one := range all {
			for _, open := range leftOpen.FindAllString(strings.Join(one.Words, " "), -1) {
				seen++
				if name, variable := strings.CutPrefix(open, "$"); variable {
					assert.Contains(t, section, name+"=", "%s: %s has no value", one, open)
					continue
				}
				said := strings.Contains(section, "`"+open+"`") || strings.Contains(head, "`"+open+"`")
				assert.True(t, said || outputs[open],
					"%s: nothing says what %s is: add `%s` and where it comes from", one, open, open)
			}
		}
	}
	assert.Greater(t, seen, 50)
}
