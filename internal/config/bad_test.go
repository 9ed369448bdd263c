package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// bad is a configuration with one error, the stack file staging with changes.
type bad struct {
	changes edits
	want    Error
}

// tableOfBad holds all bad configurations by their mistake.
var tableOfBad = []map[string]bad{
	badDecoding, badAccounts, badNetworks, badRetention, badDatabases, badBackups, badCaches, badFileSystems,
	badEntries, badIngress,
	badFirewalls,
	badContainers, badJobs, badSidecars, badKinds, badCalls, badEgress, badPermissions,
	badShortForms, badServices, badSecrets, badTargets, badScaling,
	badMonitoring, badLimits,
}

func TestBadConfigurations(t *testing.T) {
	for _, subject := range tableOfBad {
		for name, test := range subject {
			t.Run(name, func(t *testing.T) {
				want := test.want
				want.Key = "aws-webapp:" + want.Key
				assert.Equal(t, Errors{&want}, errorsOf(t, stagingStack, test.changes))
			})
		}
	}
}

// The table should have every kind of error; a hundred is about one for each rule.
func TestTableOfBadIsLarge(t *testing.T) {
	count := 0
	for _, subject := range tableOfBad {
		count += len(subject)
	}
	assert.GreaterOrEqual(t, count, 100)
}
