package stack_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A part that a stack file switches off leaves nothing behind, and its readers work without it.
func TestPartsThatAreSwitchedOff(t *testing.T) {
	for name, test := range map[string]struct {
		change map[string]string
		// gone lists prefixes of "type::name" that must not exist any more.
		gone []string
		// missing is a text that the dashboard and the queries must not contain any more.
		missing string
	}{
		"a relay only where a service reads the password": {
			map[string]string{"services": withoutReaders(t)},
			[]string{
				"aws-webapp:secrets:", "aws:lambda/function:Function::rotation",
				"aws:cloudwatch/eventRule:EventRule::rotation",
			},
			"aws-webapp-staging-rotation",
		},
		"no vault": {
			map[string]string{"backup": `{"enabled": false}`},
			[]string{"aws-webapp:backup:", "aws:backup/", "aws:cloudwatch/eventRule:EventRule::backup"},
			"backup",
		},
		"no search": {
			map[string]string{"logSearch": `{"enabled": false}`},
			[]string{"aws-webapp:logsearch:", "aws:opensearch/"},
			"LogsToOpenSearch",
		},
		"the organization's trail": {
			map[string]string{"auditTrail": `{"enabled": false, "organizationTrail": true}`},
			[]string{"aws-webapp:audit:AuditTrail", "aws:cloudtrail/", "aws:cloudwatch/logMetricFilter:"},
			"cloudtrail",
		},
		"no trail at all": {
			map[string]string{"auditTrail": `{"enabled": false}`},
			[]string{"aws-webapp:audit:AuditTrail", "aws:cloudwatch/eventRule:EventRule::rotation-failed", metricAlarmType +
				"::rotation-failed"},
			"rotation-failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			resources := deployWith(t, "staging", replaced(test.change))
			readers := 0
			for _, r := range resources {
				for _, gone := range test.gone {
					assert.Falsef(t, strings.HasPrefix(r.key(), gone), "%s is still there", r.key())
				}
				if r.typ == "aws:cloudwatch/dashboard:Dashboard" || r.typ == "aws:cloudwatch/queryDefinition:QueryDefinition" {
					readers++
					assert.NotContainsf(t, renderValue(r.inputs["dashboardBody"])+renderValue(r.inputs["logGroupNames"]),
						test.missing, r.key())
				}
			}
			assert.Greater(t, readers, 5)
		})
	}
}

// withoutReaders returns the staging file's services without access to the database's password.
func withoutReaders(t *testing.T) string {
	t.Helper()
	var services []map[string]any
	require.NoError(t, json.Unmarshal([]byte(stackConfig(t, "staging")[project+":services"]), &services))
	for _, service := range services {
		service["databaseAccess"] = false
	}
	text, err := json.Marshal(services)
	require.NoError(t, err)
	return string(text)
}

// A program without its functions must say how to get them, before anything is created.
func TestMissingPackagesSayWhatToDo(t *testing.T) {
	for _, change := range []map[string]string{nil, {"logSearch": `{"enabled": false}`}} {
		root := t.TempDir()
		_, err := deployIn(t, root, "staging", replaced(change))
		require.ErrorContains(t, err, filepath.Join(root, "dist", "lambda"))
		assert.ErrorContains(t, err, "run make lambda")
	}
}
