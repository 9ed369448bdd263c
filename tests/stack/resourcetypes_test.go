package stack_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// TestEveryTypeOfTheStacksHasARow compares the rows with the types that the stacks create, both ways. The
// types that awsx creates for a network are in a separate list, since these tests run without awsx.
func TestEveryTypeOfTheStacksHasARow(t *testing.T) {
	made, ofWorkloads := map[string]bool{}, map[string]bool{}
	everyVariant(t, func(_ *testing.T, g *graph) int {
		delivery := len(g.ofType(resourcetypes.Pipeline)) > 0
		for _, r := range g.resources {
			if strings.HasPrefix(r.typ, "aws:") {
				made[r.typ] = true
				ofWorkloads[r.typ] = ofWorkloads[r.typ] || !delivery
			}
		}
		return len(g.resources)
	})
	network, err := os.ReadFile(filepath.FromSlash("../../internal/sandbox/moto/awsplugin/testdata/awsx.txt"))
	require.NoError(t, err)
	for line := range strings.Lines(string(network)) {
		if token, _, _ := strings.Cut(line, " "); strings.HasPrefix(token, "aws:") {
			made[token], ofWorkloads[token] = true, true
		}
	}
	var rows []string
	for _, row := range resourcetypes.All() {
		rows = append(rows, row.Token)
		assert.Equal(t, ofWorkloads[row.Token], len(row.Actions) > 0,
			"%s: a type of a workload needs the IAM actions that keep it, others need none", row.Token)
	}
	assert.Equal(t, slices.Sorted(maps.Keys(made)), rows, "the rows of internal/awsdata/resourcetypes are those of the "+
		"types that the stacks make, no more and no fewer")
}
