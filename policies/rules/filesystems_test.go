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

func TestFileSystems(t *testing.T) {
	noPlain := policyOf(denied("elasticfilesystem:ClientMount", `"*"`, `"Bool":{"aws:SecureTransport":"false"}`))
	policy := func(text any) []made {
		return []made{{filePolicyType, "policy", p{"fileSystemId": "it", "policy": text}}}
	}
	volume := p{"efsVolumeConfiguration": p{
		"transitEncryption": "ENABLED", "authorizationConfig": p{"iam": "ENABLED", "accessPointId": "point"},
	}}
	const mounted = "volumes.1.efsVolumeConfiguration."
	judgeAll(t, []judged{
		ownKeyed("efs-encrypted", "", "kmsKeyId", p{"encrypted": true, "kmsKeyId": ours}),
		{control: "efs-encrypted", want: passes, base: p{"encrypted": true, "kmsKeyId": ours}, changes: []change{
			{"encrypted", false, fails}, {"encrypted", nil, fails},
		}},
		{control: "efs-tls-only", want: passes, others: policy(noPlain)},
		{control: "efs-tls-only", want: fails, others: policy(policyOf(weMay))},
		{control: "efs-tls-only", want: open, others: policy(unknownText)},
		{control: "efs-tls-only", want: fails},
		{control: "efs-no-anonymous-access", want: passes, others: policy(policyOf(weMay))},
		{control: "efs-no-anonymous-access", want: fails, others: policy(policyOf(everyoneMay))},
		{control: "efs-no-anonymous-access", want: fails},
		{
			control: "efs-access-point-folder", want: passes, base: p{"rootDirectory": p{"path": "/files"}},
			changes: []change{{"rootDirectory.path", "/", fails}, {"rootDirectory", nil, fails}},
		},
		{
			control: "efs-access-point-user", want: passes, base: p{"posixUser": p{"uid": 1, "gid": 1}}, changes: []change{
				{"posixUser.uid", 0, fails}, {"posixUser.gid", 0, fails}, {"posixUser.uid", nil, fails}, {
					"posixUser", nil,
					fails,
				},
			},
		},
		{control: "efs-private-subnets", want: outside, base: p{"subnetId": "subnet-1"}, changes: []change{{
			"subnetId", nil,
			fails,
		}}},
		{
			control: "efs-private-subnets", want: fails, base: p{"subnetId": "out"}, others: []made{
				{subnetType, "out", nil},
				{routeTableType, "table", p{"routes": []any{p{"gatewayId": "igw-1"}}}},
				{routeAssociationType, "a", p{"subnetId": "out", "routeTableId": "table"}},
			}, changes: []change{{"subnetId", "subnet-1", outside}},
		},
		{control: "ecs-files-by-role", want: none, changes: []change{{"volumes", []any{}, none}, {
			"volumes", unknownText,
			open,
		}}},
		{
			control: "ecs-files-by-role", want: passes, base: p{"volumes": []any{p{"name": "tmp"}, volume}}, changes: []change{
				{mounted + "transitEncryption", "DISABLED", fails},
				{mounted + "transitEncryption", nil, fails},
				{mounted + "authorizationConfig.iam", "DISABLED", fails},
				{mounted + "authorizationConfig.iam", nil, fails},
				{mounted + "authorizationConfig.accessPointId", nil, fails},
				{mounted + "authorizationConfig", nil, fails},
			},
		},
	})
}
