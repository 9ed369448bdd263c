package stack_test

import (
	"flag"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/endoflife"
	"aws-webapp/internal/awsdata/resourcetypes"
)

var today = flag.String("today", "", "the date (yyyy-mm-dd) that TestNothingEndsSoon judges by; it is skipped without")

const (
	noticeDays = 120
	// reviewDays after which somebody should compare the table with its sources again.
	reviewDays = 90
)

// TestNothingEndsSoon is `make freshness`. It runs weekly, and never as a part of `make test`:
// a date that passes must not stop a change.
func TestNothingEndsSoon(t *testing.T) {
	if *today == "" {
		t.Skip("without -today: run `make freshness`")
	}
	date, err := time.Parse(time.DateOnly, *today)
	require.NoError(t, err)
	for _, stack := range stacks {
		for _, use := range used(t, stack) {
			finding := endoflife.Near(use.kind, use.name, date, noticeDays)
			assert.Empty(t, finding, "%s: %s", stack, use.resource)
			end, _ := endoflife.Of(use.kind, use.name)
			t.Logf("%s: %s: %s", stack, use.resource, end)
		}
	}
	review := endoflife.Reviewed.AddDate(0, 0, reviewDays)
	assert.False(t, date.After(review), "the table of what AWS ends was reviewed on %s: compare "+
		"internal/awsdata/endoflife with its sources, and set Reviewed", endoflife.Reviewed.Format(time.DateOnly))
}

// TestTheTableKnowsWhatTheStacksUse has no clock: a name is in the table, and had not ended
// when the table was reviewed. It fails if AWS has retired a default.
func TestTheTableKnowsWhatTheStacksUse(t *testing.T) {
	kinds := map[endoflife.Kind]bool{}
	for _, stack := range stacks {
		for _, use := range used(t, stack) {
			assert.Empty(t, endoflife.Near(use.kind, use.name, endoflife.Reviewed, 0), "%s: %s", stack, use.resource)
			kinds[use.kind] = true
		}
	}
	for _, row := range resourcetypes.All() {
		for _, version := range row.Versions {
			assert.True(t, kinds[version.Kind], "no stack has %s of %s: the path is wrong, or the row does not need it",
				version.Property, row.Token)
		}
	}
}

// usedName is a name of the table that a stack uses, and the resource that does.
type usedName struct {
	resource, name string
	kind           endoflife.Kind
}

// used returns the names of the table in a stack, each once.
func used(t *testing.T, stack string) []usedName {
	t.Helper()
	var found []usedName
	for _, r := range deploy(t, stack) {
		row, _ := resourcetypes.Of(r.typ)
		for _, version := range row.Versions {
			if name := textAt(r.inputs, version.Property); name != "" && !slices.ContainsFunc(found, func(f usedName) bool {
				return f.kind == version.Kind && f.name == name
			}) {
				found = append(found, usedName{resource: r.name, name: name, kind: version.Kind})
			}
		}
	}
	return found
}

// textAt returns the string at a dotted path, or "" if there is none.
func textAt(object resource.PropertyMap, path string) string {
	key, rest, deeper := strings.Cut(path, ".")
	value := object[resource.PropertyKey(key)]
	switch {
	case deeper && value.IsObject():
		return textAt(value.ObjectValue(), rest)
	case !deeper && value.IsString():
		return value.StringValue()
	}
	return ""
}
