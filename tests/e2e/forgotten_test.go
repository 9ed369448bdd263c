//go:build e2e

package e2e

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/sandbox/engine"
)

// forgotten is a setting that moto does not return as it was made, so Pulumi sees a change
// where there is none. Gaps that break a deployment are filled in the server instead.
type forgotten struct {
	// stack in which it is seen; empty means all.
	stack string
	// step as steps writes it.
	step string
	// reason why moto is to blame.
	reason string
}

// forgottenByPreview lists what a preview after an update would change again.
var forgottenByPreview = []forgotten{}

// forgottenByRefresh lists what a refresh takes for drift.
var forgottenByRefresh = []forgotten{}

// checkNamed fails on a change that is not listed, and on an entry that is no longer needed.
func checkNamed(t *testing.T, d *deployment, named []forgotten, result *engine.Result) {
	t.Helper()
	seen := steps(result)
	for _, step := range seen {
		assert.True(t, slices.ContainsFunc(named, func(f forgotten) bool { return f.is(d.name, step) }),
			"%s of %s: nothing was changed, but: %s", result.Operation, d.name, step)
	}
	for _, f := range named {
		if f.stack == "" || f.stack == d.name {
			assert.Contains(t, seen, f.step, "moto remembers it now, remove it from the list of what it forgets (%s)", f.reason)
		}
	}
}

func (f forgotten) is(stack, step string) bool {
	return f.step == step && (f.stack == "" || f.stack == stack)
}
