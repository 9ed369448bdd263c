package config

import "testing"

var badBackups = map[string]bad{
	"backup time without minutes": {
		edits{"backup.startTime": `"6"`},
		Error{"backup.startTime", `"6"`, "hh:mm in UTC, in quotes", `write it like "06:00"`},
	},
	"backup while RDS makes its own": {
		edits{"backup.startTime": `"02:01"`},
		Error{
			"backup.startTime", `"02:01"`, "an hour apart from database.backupWindow, 03:00-04:00 every day",
			"move one of them",
		},
	},
	"backup over midnight while RDS makes its own": {
		edits{"backup.startTime": `"23:30"`, "database.backupWindow": `"00:15-00:45"`},
		Error{
			"backup.startTime", `"23:30"`, "an hour apart from database.backupWindow, 00:15-00:45 every day",
			"move one of them",
		},
	},
	"backup before maintenance": {
		edits{"backup.startTime": `"04:15"`},
		Error{
			"backup.startTime", `"04:15"`,
			"an hour that ends an hour before database.maintenanceWindow, sun:04:30-sun:05:30, or begins after it",
			"move one of them: RDS takes no snapshot then",
		},
	},
	"backup during maintenance": {
		edits{"backup.startTime": `"05:29"`},
		Error{
			"backup.startTime", `"05:29"`,
			"an hour that ends an hour before database.maintenanceWindow, sun:04:30-sun:05:30, or begins after it",
			"move one of them: RDS takes no snapshot then",
		},
	},
	"backups for more than a century": {
		edits{"backup.retentionDays": `36501`},
		Error{"backup.retentionDays", "36501", "1 to 36500", "set a number in that range"},
	},
	"monthly backups that go with the daily ones": {
		edits{"backup.monthlyRetentionDays": `35`},
		Error{
			"backup.monthlyRetentionDays", "35", "0, or more than the 35 of backup.retentionDays",
			"raise it, or set 0: the daily backups are kept as long",
		},
	},
	"lock of another name": {
		edits{"backup.lock.mode": `"governence"`},
		Error{"backup.lock.mode", `"governence"`, "none, governance, compliance", `did you mean "governance"?`},
	},
	"lock that keeps longer than the backups": {
		edits{"backup.lock": `{"mode": "governance", "minRetentionDays": 36}`},
		Error{
			"backup.lock.minRetentionDays", "36", "at most the 35 of backup.retentionDays",
			"lower it, or keep backups longer: AWS Backup fails jobs that the lock does not take",
		},
	},
	"lock that keeps longer than the continuous backup": {
		edits{"backup.continuous": `true`, "backup.lock": `{"mode": "governance", "minRetentionDays": 8}`},
		Error{
			"backup.lock.minRetentionDays", "8", "at most the 7 of database.backupRetentionDays",
			"lower it, or keep backups longer: AWS Backup fails jobs that the lock does not take",
		},
	},
	"lock that keeps shorter than the backups": {
		edits{"backup.monthlyRetentionDays": `365`, "backup.lock": `{"mode": "governance", "maxRetentionDays": 364}`},
		Error{
			"backup.lock.maxRetentionDays", "364", "0, or at least the 365 days that backups are kept",
			"raise it, or keep backups for a shorter time: AWS Backup fails jobs that the lock does not take",
		},
	},
	"lock for good, unawares": {
		edits{"backup.lock": `{"mode": "compliance", "graceDays": 3}`},
		Error{
			"backup.lock.mode", `"compliance"`, "compliance with backup.lock.irreversible: true alone",
			"set irreversible to true if you are sure: after the days of grace nobody lifts the lock, shortens a retention or " +
				"deletes the vault; governance can be lifted",
		},
	},
	"lock for good at once": {
		edits{"backup.lock": `{"mode": "compliance", "irreversible": true}`},
		Error{
			"backup.lock.graceDays", "0", "3 to 36500 with compliance",
			"set the days in which the lock can still be lifted, such as 14",
		},
	},
	"days of grace that AWS does not give": {
		edits{"backup.lock": `{"mode": "compliance", "irreversible": true, "graceDays": 2}`},
		Error{"backup.lock.graceDays", "2", "0, 3 to 36500", "set one of these numbers"},
	},
	"days of grace without compliance": {
		edits{"backup.lock": `{"mode": "governance", "graceDays": 14}`},
		Error{
			"backup.lock.mode", `"governance"`, "compliance with graceDays and irreversible",
			"set compliance, or remove the two",
		},
	},
	"lock for good of a vault to be emptied": {
		edits{"backup.forceDestroy": `true`, "backup.lock": `{"mode": "compliance", "irreversible": true, "graceDays": 3}`},
		Error{
			"backup.lock.mode", `"compliance"`, "none or governance with backup.forceDestroy",
			"set forceDestroy to false: AWS deletes nothing that a compliance lock holds",
		},
	},
}

func TestGoodBackups(t *testing.T) {
	tests := map[string]edits{
		"as soon as RDS is done":    {"backup.startTime": `"04:00"`, "database.maintenanceWindow": `"sun:06:00-sun:07:00"`},
		"just before RDS begins":    {"backup.startTime": `"02:00"`},
		"at the end of maintenance": {"backup.startTime": `"05:30"`},
		"at once, with continuous": {
			"backup.startTime": `"03:00"`, "backup.continuous": `true`,
			"database.maintenanceWindow": `"sun:06:00-sun:07:00"`,
		},
		"locked for good, knowingly": {
			"backup.lock": `{"mode": "compliance", "irreversible": true, "graceDays": 3, "minRetentionDays": 35, ` +
				`"maxRetentionDays": 35}`,
		},
		"off, whatever else it says":  {"backup": `{"enabled": false, "startTime": "03:00", "lock": {"mode": "compliance"}}`},
		"governance of a destroyable": {"backup": `{"forceDestroy": true, "lock": {"mode": "governance"}}`},
	}
	for name, changes := range tests {
		t.Run(name, func(t *testing.T) {
			parse(t, stagingStack, changes)
		})
	}
}
