package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// parameter is an entry of a parameter group.
func parameter(name, value, method string) map[string]any {
	return map[string]any{"name": name, "value": value, "applyMethod": method}
}

func TestDatabaseParameterGroup(t *testing.T) {
	group := previewed(t, databaseProgram(testDatabaseArgs())).one(t, parameterGroupToken, "database-postgres17")
	assert.Equal(t, map[string]any{
		"description": "Parameters of " + testIdentifier,
		"family":      "postgres17",
		"parameters": []any{
			parameter("log_connections", "1", "immediate"),
			parameter("log_disconnections", "1", "immediate"),
			parameter("log_min_duration_statement", "500", "immediate"),
			parameter("log_statement", "ddl", "immediate"),
			parameter("rds.force_ssl", "1", "pending-reboot"),
		},
		"tags": map[string]any{"Name": "database-postgres17"},
	}, group.inputs)
	assert.False(t, group.request.GetDeleteBeforeReplace(), "the instance must have left the old group first")
}

func TestDatabaseParametersOfTheCaller(t *testing.T) {
	group := previewed(t, changedDatabase(func(a *DatabaseArgs) {
		a.LogMinDurationMilliseconds = -1
		a.Parameters = map[string]string{
			"log_statement":            "all",
			"rds.force_ssl":            "1",
			"shared_preload_libraries": "pg_stat_statements",
			"work_mem":                 "8192",
		}
	})).one(t, parameterGroupToken, "database-postgres17")
	assert.Equal(t, []any{
		parameter("log_connections", "1", "immediate"),
		parameter("log_disconnections", "1", "immediate"),
		parameter("log_min_duration_statement", "-1", "immediate"),
		parameter("log_statement", "all", "immediate"),
		parameter("rds.force_ssl", "1", "pending-reboot"),
		parameter("shared_preload_libraries", "pg_stat_statements", "pending-reboot"),
		parameter("work_mem", "8192", "immediate"),
	}, group.inputs["parameters"])
}

func TestParameterGroupFamilies(t *testing.T) {
	for version, want := range map[string]string{"17": "postgres17", "17.12": "postgres17", "16": "postgres16"} {
		assert.Equal(t, want, DatabaseArgs{EngineVersion: version}.family(), version)
	}
}
