package components

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/logsgrammar"
)

// maxFilterPattern is CloudWatch Logs' limit on a filter pattern.
const maxFilterPattern = 1024

func TestAuditFiltersCoverTheBenchmark(t *testing.T) {
	var controls []string
	for _, filter := range auditFilters() {
		controls = append(controls, filter.cis)
		assert.LessOrEqual(t, len(filter.pattern), maxFilterPattern, filter.role)
		assert.Positive(t, filter.threshold, filter.role)
		// AWS takes a pattern that matches nothing, and the alarm is quiet for good.
		assert.NoError(t, logsgrammar.Filter(filter.pattern), filter.role)
	}
	assert.Equal(t, []string{
		"4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9", "4.10", "4.11", "4.12", "4.13", "4.14", "4.15", "",
	}, controls)
}

// Whoever wants no alarm to be heard has to do one of these.
func TestWhoSilencesAlarmsIsHeard(t *testing.T) {
	patterns := map[string]string{}
	for _, filter := range auditFilters() {
		patterns[filter.role] = filter.pattern
	}
	for role, calls := range map[string][]string{
		"alert-changes": {
			"DeleteAlarms", "DisableAlarmActions", "Unsubscribe", "DeleteTopic", "SetTopicAttributes", "DeleteMetricFilter",
			"DeleteLogGroup", "DisableRule", "RemoveTargets",
		},
		"trail-changes": {"StopLogging", "PutEventSelectors", "DeleteTrail"},
	} {
		for _, call := range calls {
			assert.Contains(t, patterns[role], `($.eventName = "`+call+`")`, role)
		}
	}
}
