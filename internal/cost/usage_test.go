package cost

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatTheFileLeavesOutHasItsDefault(t *testing.T) {
	stack, err := parseStack([]byte("stacks: {prod: {budgetUSD: 500, usage: {natGB: 7}}}"), "prod")
	require.NoError(t, err)
	want := DefaultUsage()
	want.NATGB = 7
	assert.Equal(t, Stack{BudgetUSD: 500, Usage: want}, stack)

	other, err := parseStack([]byte("stacks: {prod: {budgetUSD: 500}}"), "staging")
	require.NoError(t, err)
	assert.Equal(t, Stack{Usage: DefaultUsage()}, other)

	missing, err := LoadStack(t.TempDir(), "prod")
	require.NoError(t, err)
	assert.Equal(t, other, missing)
}

func TestEveryAssumptionIsDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range fields() {
		assert.NotEmpty(t, f.meaning, f.name)
		assert.False(t, seen[f.name], f.name)
		seen[f.name] = true
	}
}

func TestAMistakeInTheFileIsReported(t *testing.T) {
	for name, tc := range map[string]struct{ content, want string }{
		"an unknown assumption": {"stacks: {prod: {usage: {natGb: 7}}}", "field natGb not found"},
		"an unknown key":        {"stacks: {prod: {budget: 7}}", "field budget not found"},
		"a text":                {"stacks: {prod: {budgetUSD: much}}", "cannot unmarshal"},
		"a negative budget": {"stacks: {prod: {budgetUSD: -1}}", "stacks.prod.budgetUSD: found -1, allowed is 0 or " +
			"more: correct it"},
		"a negative assumption": {"stacks: {prod: {usage: {natGB: -1}}}", "stacks.prod.usage.natGB: found -1, allowed is 0 " +
			"or more: correct it"},
		"a division by zero": {
			"stacks: {prod: {usage: {requestsPerConnection: 0}}}",
			"stacks.prod.usage.requestsPerConnection: found 0, allowed is more",
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(root, FileName), []byte(tc.content), 0o600))
			_, err := LoadStack(root, "prod")
			require.ErrorContains(t, err, tc.want)
			assert.ErrorContains(t, err, FileName)
		})
	}
}
