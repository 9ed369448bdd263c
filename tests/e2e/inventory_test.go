//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kind of thing that the account can have, and that a destroyed stack must not leave.
type kind struct {
	name string
	list func(context.Context, clients) ([]string, error)
	// absent reports whether a deployment does not have it; nil means that all have it.
	absent func(*deployment) bool
}

// belongings lists what an account has, by kind.
type belongings map[string][]string

// inventory asks every service what exists.
func inventory(t *testing.T, d *deployment) belongings {
	t.Helper()
	found := belongings{}
	for _, k := range slices.Concat(networkKinds, dataKinds, serviceKinds, operationsKinds) {
		listed, err := k.list(t.Context(), d.clients)
		require.NoError(t, err, k.name)
		slices.Sort(listed)
		found[k.name] = append([]string{}, listed...)
	}
	return found
}

// with adds further expected things.
func (b belongings) with(more belongings) belongings {
	sum := belongings{}
	for name, list := range b {
		sum[name] = append(slices.Clone(list), more[name]...)
		slices.Sort(sum[name])
	}
	return sum
}

// checkInventoryIsComplete fails if a list is empty although the stack is up: then it would not
// show leftovers either.
func checkInventoryIsComplete(t *testing.T, d *deployment, before belongings) {
	t.Helper()
	now := inventory(t, d)
	for _, k := range slices.Concat(networkKinds, dataKinds, serviceKinds, operationsKinds) {
		if k.absent == nil || !k.absent(d) {
			assert.Greater(t, len(now[k.name]), len(before[k.name]), "the stack is up, but made no %s", k.name)
		}
	}
}

// remainders returns what a destroyed stack leaves on purpose.
func remainders(t *testing.T, d *deployment) belongings {
	t.Helper()
	left := belongings{}
	// Revisions cost nothing, and a rollback needs them.
	for _, service := range d.cfg.Services {
		for revision := range d.task(t).Revision {
			left["task definitions"] = append(left["task definitions"],
				d.arn("ecs", fmt.Sprintf("task-definition/%s:%d", d.fixed(service.Name), revision+1)))
		}
	}
	if d.cfg.Database.FinalSnapshot {
		left["database snapshots"] = []string{d.fixed("database") + "-final"}
	}
	return left
}

// finalSnapshot returns the name of a final snapshot without its unique suffix.
func finalSnapshot(name string) string {
	before, _, found := strings.Cut(name, "-final-")
	if !found {
		return name
	}
	return before + "-final"
}

// names maps a list to the names of its elements.
func names[T any](list []T, name func(T) *string) []string {
	return each(list, func(element T) string { return aws.ToString(name(element)) })
}
