package config

var badRetention = map[string]bad{
	"key deletion window": {
		edits{"encryption.deletionWindowDays": `5`},
		Error{"encryption.deletionWindowDays", "5", "7 to 30", "set a number in that range"},
	},
	"log retention between two periods": {
		edits{"logging.retentionDays": `45`},
		Error{
			"logging.retentionDays", "45",
			"1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
			"set one of these numbers",
		},
	},
	"log group prefix without slash": {
		edits{"logging.servicePrefix": `"ecs"`},
		Error{"logging.servicePrefix", `"ecs"`, logGroupPrefixes, "write it like /ecs"},
	},
	"log group prefix with a slash at the end": {
		edits{"logging.servicePrefix": `"/ecs/"`},
		Error{"logging.servicePrefix", `"/ecs/"`, logGroupPrefixes, "write it like /ecs"},
	},
	"log group prefix of AWS": {
		edits{"logging.servicePrefix": `"/aws/ecs"`},
		Error{
			"logging.servicePrefix", `"/aws/ecs"`, "a prefix that does not begin with /aws/",
			"choose one of your own, such as /ecs",
		},
	},
	"early move to Standard-IA": {
		edits{"storage.infrequentAccessDays": `29`},
		Error{"storage.infrequentAccessDays", "29", "0, 30 to 3650", "set one of these numbers"},
	},
	"access logs for no time": {
		edits{"storage.accessLogDays": `0`},
		Error{"storage.accessLogDays", "0", "1 to 3650", "set a number in that range"},
	},
}

const logGroupPrefixes = "a slash, then up to 400 letters, digits and _ - / . #, no slash at the end"

var badDatabases = map[string]bad{
	"database name with a hyphen": {
		edits{"database.name": `"visitor-book"`},
		Error{
			"database.name", `"visitor-book"`, "1 to 63 letters, digits and underscores, a letter first",
			"write it like visitorbook",
		},
	},
	"database name that PostgreSQL reserves": {
		edits{"database.name": `"Order"`},
		Error{
			"database.name", `"Order"`, "a name that PostgreSQL and RDS do not reserve",
			"choose another, such as order_data",
		},
	},
	"database name that RDS reserves": {
		edits{"database.name": `"catalog"`},
		Error{
			"database.name", `"catalog"`, "a name that PostgreSQL and RDS do not reserve",
			"choose another, such as catalog_data",
		},
	},
	"default user": {
		edits{"database.username": `"postgres"`},
		Error{"database.username", `"postgres"`, freeUsers, "choose another, such as app_owner"},
	},
	"reserved prefix of users": {
		edits{"database.username": `"rds_owner"`},
		Error{"database.username", `"rds_owner"`, freeUsers, "choose another, such as app_owner"},
	},
	"old PostgreSQL": {
		edits{"database.engineVersion": `"9.6.24"`},
		Error{
			"database.engineVersion", `"9.6.24"`, "a major or minor version, in quotes", `write it like "17"`,
		},
	},
	"PostgreSQL past its standard support": {
		edits{"database.engineVersion": `"13"`},
		Error{
			"database.engineVersion", `"13", but AWS ends the standard support of PostgreSQL 13 on 2026-02-28`,
			"a version that AWS makes and supports", `set "17", which AWS supports until 2030-02-28`,
		},
	},
	"retired minor version of PostgreSQL": {
		edits{"database.engineVersion": `"16.10"`},
		Error{
			"database.engineVersion",
			`"16.10", but AWS makes no new PostgreSQL 16.10 from 2026-10-01 on, and ends its standard support on 2026-10-31`,
			"a version that AWS makes and supports", `set "16", which AWS supports until 2029-02-28`,
		},
	},
	"major version in the maintenance window": {
		edits{"database.allowMajorVersionUpgrade": `true`},
		Error{
			"database.applyImmediately", "false with allowMajorVersionUpgrade", "true while allowMajorVersionUpgrade is",
			"set both for the one update that raises the major version: the old parameter group can be deleted only when the " +
				"instance has left it",
		},
	},
	"instance class of EC2": {
		edits{"database.instanceClass": `"t3.small"`},
		Error{"database.instanceClass", `"t3.small"`, "an RDS instance class", "write it like db.t3.small"},
	},
	"small volume": {
		edits{"database.allocatedStorageGiB": `10`},
		Error{"database.allocatedStorageGiB", "10", "20 to 65536", "set a number in that range"},
	},
	"storage autoscaling without room": {
		edits{"database.allocatedStorageGiB": `105`, "database.maxAllocatedStorageGiB": `115`},
		Error{
			"database.maxAllocatedStorageGiB", "115", "0, or 116 and more (10 % above allocatedStorageGiB)",
			"set 116 or more, or 0 to switch storage autoscaling off",
		},
	},
	"no backups": {
		edits{"database.backupRetentionDays": `0`},
		Error{"database.backupRetentionDays", "0", "1 to 35", "set a number in that range"},
	},
	"backup window of one time": {
		edits{"database.backupWindow": `"03:00"`},
		Error{"database.backupWindow", `"03:00"`, "hh:mm-hh:mm in UTC", "write it like 03:00-04:00"},
	},
	"hour that a day does not have": {
		edits{"database.backupWindow": `"23:30-24:30"`},
		Error{"database.backupWindow", `"23:30-24:30"`, "hh:mm-hh:mm in UTC", "write it like 03:00-04:00"},
	},
	"short backup window": {
		edits{"database.backupWindow": `"23:45-00:14"`},
		Error{"database.backupWindow", `"23:45-00:14"`, "a window of at least 30 minutes", "let it end later"},
	},
	"maintenance window without day": {
		edits{"database.maintenanceWindow": `"04:30-05:30"`},
		Error{
			"database.maintenanceWindow", `"04:30-05:30"`, "ddd:hh:mm-ddd:hh:mm in UTC",
			"write it like sun:04:30-sun:05:30",
		},
	},
	"long maintenance window": {
		edits{"database.maintenanceWindow": `"sun:04:30-sun:04:29"`, "database.backupWindow": `"04:29-04:59"`},
		Error{
			"database.maintenanceWindow", `"sun:04:30-sun:04:29"`, "a window of 30 minutes to 24 hours",
			"move its end to 30 minutes or more after its start",
		},
	},
	"windows that meet": {
		edits{"database.maintenanceWindow": `"sun:03:59-sun:04:59"`},
		Error{"database.maintenanceWindow", `"sun:03:59-sun:04:59"`, "a window apart from backupWindow, 03:00-04:00 " +
			"every day", "move one of them"},
	},
	"windows that meet over midnight": {
		edits{"database.backupWindow": `"23:30-00:30"`, "database.maintenanceWindow": `"mon:00:00-mon:01:00"`},
		Error{"database.maintenanceWindow", `"mon:00:00-mon:01:00"`, "a window apart from backupWindow, 23:30-00:30 " +
			"every day", "move one of them"},
	},
	"Performance Insights for two months and a day": {
		edits{"database.performanceInsightsDays": `63`},
		Error{"database.performanceInsightsDays", "63", "7, multiples of 31 up to 713, 731", "set one of these numbers"},
	},
	"enhanced monitoring off": {
		edits{"database.monitoringIntervalSeconds": `0`},
		Error{"database.monitoringIntervalSeconds", "0", "1, 5, 10, 15, 30, 60", "set one of these numbers"},
	},
	"rare rotation": {
		edits{"database.rotationDays": `91`},
		Error{"database.rotationDays", "91", "1 to 90", "set a number in that range"},
	},
	"unencrypted mode": {
		edits{"database.sslMode": `"prefer"`},
		Error{"database.sslMode", `"prefer"`, "require, verify-full", "set one of them"},
	},
	"statement logging": {
		edits{"database.logMinDurationMilliseconds": `-2`},
		Error{"database.logMinDurationMilliseconds", "-2", "-1 to 2147483647", "set a number in that range"},
	},
	"TLS lowered": {
		edits{"database.parameters": `{"rds.force_ssl": "0"}`},
		Error{
			`database.parameters["rds.force_ssl"]`, `"0"`, "parameters that the program does not set",
			"remove it: the program sets it to 1",
		},
	},
	"parameter with a key of its own": {
		edits{"database.parameters": `{"log_min_duration_statement": "100"}`},
		Error{
			"database.parameters.log_min_duration_statement", `"100"`, "parameters that the program does not set",
			"set logMinDurationMilliseconds instead",
		},
	},
	"parameter that cannot be": {
		edits{"database.parameters": `{"Work-Mem": "1"}`},
		Error{
			"database.parameters.Work-Mem", `"Work-Mem" as a key`, "the name of a PostgreSQL parameter",
			"write it like work_mem",
		},
	},
}

const freeUsers = "a name that is neither reserved nor the first one to be guessed"
