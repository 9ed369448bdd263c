package rules

import "testing"

// A file system is backed up by AWS's own daily plan, by a plan that names it, or by one whose tag it has.
func TestBackupsOfFiles(t *testing.T) {
	selects := func(key string, value any) []made {
		return []made{{selectionType, "plan", p{"selectionTags": []any{p{
			"type": "STRINGEQUALS", "key": key,
			"value": value,
		}}}}}
	}
	base := p{"tags": p{"backup": "daily"}}
	judgeAll(t, []judged{
		{control: "efs-backups", want: passes, base: base, others: selects("backup", "daily"), changes: []change{
			{"tags.backup", "weekly", fails}, {"tags", nil, fails}, {"tags.backup", unknownText, open},
		}},
		{control: "efs-backups", want: fails, base: base, others: selects("plan", "daily")},
		{control: "efs-backups", want: open, base: base, others: selects("backup", unknownText)},
		{control: "efs-backups", want: fails, base: base},
		{control: "efs-backups", want: passes, others: []made{{selectionType, "plan", p{"resources": []any{"it"}}}}},
		{control: "efs-backups", want: fails, others: []made{{selectionType, "plan", p{"resources": []any{"another"}}}}},
		{
			control: "efs-backups", want: passes,
			others: []made{{fileBackupType, "own", p{"fileSystemId": "it", "backupPolicy": p{"status": "ENABLED"}}}},
		},
		{
			control: "efs-backups", want: fails,
			others: []made{{fileBackupType, "own", p{"fileSystemId": "it", "backupPolicy": p{"status": "DISABLED"}}}},
		},
	})
}
