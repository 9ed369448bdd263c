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

func TestDatabaseRefusesBadArguments(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*DatabaseArgs)
		want   string
	}{
		"no scope":                {func(a *DatabaseArgs) { a.Scope = Scope{} }, "Scope.AccountID is"},
		"no subnets":              {func(a *DatabaseArgs) { a.SubnetIDs = nil }, "SubnetIDs is missing"},
		"no security group":       {func(a *DatabaseArgs) { a.SecurityGroupID = nil }, "SecurityGroupID is missing"},
		"no data key":             {func(a *DatabaseArgs) { a.DataKeyARN = nil }, "DataKeyARN is missing"},
		"no log key":              {func(a *DatabaseArgs) { a.LogKeyARN = nil }, "LogKeyARN is missing"},
		"no name":                 {func(a *DatabaseArgs) { a.Name = "" }, "Name is missing"},
		"no owner":                {func(a *DatabaseArgs) { a.Username = "" }, "Username is missing"},
		"no class":                {func(a *DatabaseArgs) { a.InstanceClass = "" }, "InstanceClass is missing"},
		"no backup window":        {func(a *DatabaseArgs) { a.BackupWindow = "" }, "BackupWindow is missing"},
		"no maintenance window":   {func(a *DatabaseArgs) { a.MaintenanceWindow = "" }, "MaintenanceWindow is missing"},
		"old engine":              {func(a *DatabaseArgs) { a.EngineVersion = "9.6" }, `EngineVersion is "9.6": give a PostgreSQL version since 10`},
		"no engine version":       {func(a *DatabaseArgs) { a.EngineVersion = "" }, `EngineVersion is ""`},
		"small storage":           {func(a *DatabaseArgs) { a.AllocatedStorageGiB = 19 }, "AllocatedStorageGiB is 19: allowed are 20 to 65536"},
		"storage that shrinks":    {func(a *DatabaseArgs) { a.MaxAllocatedStorageGiB = 20 }, "MaxAllocatedStorageGiB is 20: give more than AllocatedStorageGiB, 20"},
		"no backups":              {func(a *DatabaseArgs) { a.BackupRetentionDays = 0 }, "BackupRetentionDays is 0: allowed are 1 to 35"},
		"odd insights":            {func(a *DatabaseArgs) { a.PerformanceInsightsDays = 30 }, "PerformanceInsightsDays is 30: allowed are 7"},
		"insights for ever":       {func(a *DatabaseArgs) { a.PerformanceInsightsDays = 744 }, "PerformanceInsightsDays is 744"},
		"no enhanced monitoring":  {func(a *DatabaseArgs) { a.MonitoringIntervalSeconds = 0 }, "MonitoringIntervalSeconds is 0: allowed are [1 5 10 15 30 60]"},
		"no rotation":             {func(a *DatabaseArgs) { a.RotationDays = 0 }, "RotationDays is 0: allowed are 1 to 1000"},
		"negative duration":       {func(a *DatabaseArgs) { a.LogMinDurationMilliseconds = -2 }, "LogMinDurationMilliseconds is -2"},
		"plain connections":       {func(a *DatabaseArgs) { a.Parameters = map[string]string{"rds.force_ssl": "0"} }, `Parameters sets rds.force_ssl to "0"`},
		"no topic":                {func(a *DatabaseArgs) { a.Alarms.TopicARN = nil }, "Alarms.TopicARN is missing"},
		"CPU beyond all":          {func(a *DatabaseArgs) { a.Alarms.CPUPercent = 101 }, "Alarms.CPUPercent is 101: allowed are 1 to 100"},
		"no storage threshold":    {func(a *DatabaseArgs) { a.Alarms.FreeStorageMiB = 0 }, "Alarms.FreeStorageMiB is 0"},
		"no memory threshold":     {func(a *DatabaseArgs) { a.Alarms.FreeMemoryMiB = 0 }, "Alarms.FreeMemoryMiB is 0"},
		"no connection threshold": {func(a *DatabaseArgs) { a.Alarms.Connections = 0 }, "Alarms.Connections is 0"},
		"a stack RDS cannot name": {
			func(a *DatabaseArgs) { a.Scope.Stack = "my_stack" },
			`RDS does not accept the identifier "aws-webapp-my_stack-database"`,
		},
		"no time for the major version": {
			func(a *DatabaseArgs) { a.AllowMajorVersionUpgrade = true },
			"AllowMajorVersionUpgrade is set without ApplyImmediately",
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := refused(t, changedDatabase(test.change))
			assert.ErrorContains(t, err, `database "database": `)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func TestPerformanceInsightsPeriods(t *testing.T) {
	for _, days := range []int{7, 31, 62, 713, 731} {
		args := testDatabaseArgs()
		args.PerformanceInsightsDays = days
		assert.NoError(t, args.validate(), days)
	}
}
