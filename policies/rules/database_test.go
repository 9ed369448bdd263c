package rules

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/control"
)

const ours = "arn:aws:kms:us-east-1:123456789012:key/1"

// onlyTrue wants a property that is true, with the verdict on an absent one.
func onlyTrue(name, property string, absent control.Verdict, typeTokens ...string) []judged {
	var rows []judged
	for _, typeToken := range typeTokens {
		rows = append(rows, judged{
			control: name, typeToken: typeToken, want: passes, base: p{property: true},
			changes: []change{
				{property, false, fails}, {property, nil, absent}, {property, unknownText, open}, {property, "true", passes},
			},
		})
	}
	return rows
}

// ownKeyed wants a property that names a key of our own.
func ownKeyed(name, typeToken, path string, base p) judged {
	return judged{control: name, typeToken: typeToken, want: passes, base: base, changes: []change{
		{path, nil, fails},
		{path, "", fails},
		{path, "alias/aws/rds", fails},
		{path, "alias/ours", passes},
		{path, "arn:aws:kms:us-east-1:123456789012:alias/aws/rds", fails},
		{path, unknownText, open},
	}}
}

func TestDatabases(t *testing.T) {
	for _, row := range []struct {
		control, property string
		absent            control.Verdict
		types             []string
	}{
		{"rds-encrypted", "storageEncrypted", fails, []string{dbInstanceType, dbClusterType}},
		{"rds-multi-az", "multiAz", fails, []string{dbInstanceType}},
		{"rds-deletion-protection", "deletionProtection", fails, []string{dbInstanceType, dbClusterType}},
		{"rds-minor-upgrades", "autoMinorVersionUpgrade", passes, []string{dbInstanceType, dbClusterMemberType}},
		{"rds-tags-to-snapshots", "copyTagsToSnapshot", fails, []string{dbInstanceType, dbClusterType}},
		{"rds-iam-authentication", "iamDatabaseAuthenticationEnabled", fails, []string{dbInstanceType, dbClusterType}},
	} {
		judgeAll(t, onlyTrue(row.control, row.property, row.absent, row.types...))
	}
	secret := resource.MakeSecret(resource.NewStringProperty("x"))
	judgeAll(t, []judged{
		{control: "rds-not-public", want: passes, changes: []change{
			{"publiclyAccessible", true, fails}, {"publiclyAccessible", false, passes}, {
				"publiclyAccessible", unknownText,
				open,
			},
		}},
		{control: "rds-not-public", typeToken: dbClusterMemberType, want: passes, changes: []change{
			{"publiclyAccessible", true, fails},
		}},
		{control: "rds-not-public", typeToken: dbSnapshotType, want: passes, changes: []change{
			{"sharedAccounts", []any{"123456789012"}, passes},
			{"sharedAccounts", []any{"123456789012", "all"}, fails},
			{"publiclyAccessible", true, passes},
		}},
		ownKeyed("rds-customer-key", dbInstanceType, "kmsKeyId", p{"kmsKeyId": ours}),
		{control: "rds-enhanced-monitoring", want: passes, base: p{"monitoringInterval": 1}, changes: []change{
			{"monitoringInterval", 0, fails}, {"monitoringInterval", nil, fails}, {"monitoringInterval", 60, passes},
		}},
		{control: "rds-iam-authentication", want: fails, base: p{"engine": "postgres"}, changes: []change{
			{"engine", "oracle-se2", none},
			{"engine", "sqlserver-se", none},
			{"engine", "mysql", fails},
			{"engine", "x", fails},
			{"engine", "db2-se", none},
			{"engine", "mariadb", fails},
		}},
		{control: "rds-backups", want: passes, base: p{"backupRetentionPeriod": 7}, changes: []change{
			{"backupRetentionPeriod", 6, fails},
			{"backupRetentionPeriod", 8, passes},
			{"backupRetentionPeriod", nil, fails},
			{"replicateSourceDb", "a", none},
			{"replicationSourceIdentifier", "a", passes},
		}},
		{
			control: "rds-backups", want: fails, base: p{"backupRetentionPeriod": 29},
			params:  control.Params{"minimumDays": 30.0},
			changes: []change{{"backupRetentionPeriod", 30, passes}},
		},
		{
			control: "rds-backups", typeToken: dbClusterType, want: passes, base: p{"backupRetentionPeriod": 7},
			changes: []change{{"replicateSourceDb", "a", passes}, {"replicationSourceIdentifier", "a", none}},
		},
		{control: "rds-admin-user-name", want: passes, base: p{"username": "app"}, changes: []change{
			{"username", "admin", fails},
			{"username", "postgres", fails},
			{"username", "root", fails},
			{"username", "master", fails},
			{"username", "mysql", fails},
			{"username", "sa", fails},
			{"username", nil, passes},
			{"masterUsername", "admin", passes},
		}},
		{control: "rds-admin-user-name", typeToken: dbClusterType, want: passes, changes: []change{
			{"masterUsername", "admin", fails}, {"username", "admin", passes},
		}},
		ownKeyed("rds-performance-insights", dbInstanceType, "performanceInsightsKmsKeyId",
			p{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": ours}),
		{
			control: "rds-performance-insights", want: passes,
			base:    p{"performanceInsightsEnabled": true, "performanceInsightsKmsKeyId": ours},
			changes: []change{{"performanceInsightsEnabled", false, fails}, {"performanceInsightsEnabled", nil, fails}},
		},
		{
			control: "rds-log-exports", want: passes,
			base: p{"engine": "postgres", "enabledCloudwatchLogsExports": []any{"postgresql"}}, changes: []change{
				{"enabledCloudwatchLogsExports", []any{"upgrade"}, fails},
				{"enabledCloudwatchLogsExports", nil, fails},
				{"engine", unknownText, open},
				{"engine", nil, passes},
				{"engine", "informix", passes},
				{"engine", "mysql", fails},
			},
		},
		{control: "rds-log-exports", want: fails, changes: []change{{"engine", unknownText, open}}},
		{
			control: "rds-log-exports", want: passes, params: control.Params{"logs": []string{"audit", "error"}},
			base: p{"engine": "postgres", "enabledCloudwatchLogsExports": []any{"audit", "error"}}, changes: []change{
				{"enabledCloudwatchLogsExports", []any{"postgresql", "audit"}, fails},
			},
		},
		{control: "rds-no-plaintext-password", want: passes, base: p{"manageMasterUserPassword": true}, changes: []change{
			{"manageMasterUserPassword", nil, fails},
			{"manageMasterUserPassword", false, fails},
			{"password", "x", fails},
			{"password", secret, passes},
			{"password", unknownText, open},
			{"masterPassword", "x", passes},
		}},
		{control: "rds-no-plaintext-password", want: fails, changes: []change{
			{"replicateSourceDb", "a", passes},
			{"snapshotIdentifier", "a", passes},
			{"restoreToPointInTime", p{"useLatestRestorableTime": true}, passes},
			{"replicationSourceIdentifier", "a", fails},
		}},
		{
			control: "rds-no-plaintext-password", typeToken: dbClusterType, want: passes,
			base:    p{"manageMasterUserPassword": true},
			changes: []change{{"masterPassword", "x", fails}, {"masterPassword", secret, passes}, {"password", "x", passes}},
		},
	})
}

// Where a database is: in a subnet group of subnets whose tables are known and lead to no internet gateway.
func TestSubnetsOfDatabases(t *testing.T) {
	table := func(name string, routes ...any) []made {
		return []made{
			{subnetType, "in-" + name, nil},
			{routeTableType, name, p{"routes": routes}},
			{routeAssociationType, "of-" + name, p{"subnetId": "in-" + name, "routeTableId": name}},
		}
	}
	var others []made
	for _, one := range [][]made{
		table("inner"), table("nat", p{"cidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1"}),
		table("outer", p{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}),
		table("half", p{"cidrBlock": "10.9.0.0/16", "gatewayId": "vgw-1"}, p{
			"cidrBlock": "10.8.0.0/16",
			"gatewayId": "igw-1",
		}),
		{{subnetType, "main", nil}, {dbSubnetGroupType, "group", p{"subnetIds": []any{"in-inner"}}}},
	} {
		others = append(others, one...)
	}
	judgeAll(t, []judged{
		{
			control: "rds-private-subnets", want: passes, base: p{"subnetIds": []any{"in-inner", "in-nat"}}, others: others,
			changes: []change{
				{"subnetIds", []any{"in-inner", "in-outer"}, fails},
				{"subnetIds", []any{"in-half"}, fails},
				{"subnetIds", []any{"main"}, outside},
				{"subnetIds", []any{"in-inner", "subnet-1"}, outside},
				{"subnetIds", unknownText, open},
				{"subnetIds", nil, fails},
			},
		},
		{
			control: "rds-private-subnets", typeToken: dbInstanceType, want: passes, base: p{"dbSubnetGroupName": "group"},
			others: others, changes: []change{
				{"dbSubnetGroupName", nil, fails}, {"dbSubnetGroupName", "default", outside},
			},
		},
		{control: "rds-private-subnets", typeToken: dbInstanceType, want: fails, changes: []change{
			{"replicateSourceDb", "a", passes}, {"snapshotIdentifier", "a", passes}, {"engine", "postgres", fails},
		}},
		{control: "cache-private-subnets", want: passes, base: p{"subnetGroupName": "caches"}, others: append([]made{
			{cacheSubnetGroupType, "caches", p{"subnetIds": []any{"in-inner"}}},
			{cacheSubnetGroupType, "outside", p{"subnetIds": []any{"in-inner", "in-outer"}}},
		}, others...), changes: []change{
			{"subnetGroupName", nil, fails}, {"subnetGroupName", "outside", fails}, {"subnetGroupName", "x", outside},
		}},
	})
}

// What a parameter group has to set, by engine.
func TestParametersOfDatabases(t *testing.T) {
	group := func(name, family string, parameters ...string) made {
		var list []any
		for i := 0; i < len(parameters); i += 2 {
			list = append(list, p{"name": parameters[i], "value": parameters[i+1]})
		}
		return made{dbParameterGroupType, name, p{"family": family, "parameters": list}}
	}
	const force, ddl, slow = "rds.force_ssl", "log_statement", "log_min_duration_statement"
	option := func(name, setting, value string) made {
		return made{dbOptionGroupType, name + setting + value, p{"options": []any{
			p{"optionName": name, "optionSettings": []any{p{"name": setting, "value": value}}},
		}}}
	}
	const encryption, server = "NATIVE_NETWORK_ENCRYPTION", "SQLNET.ENCRYPTION_SERVER"
	groups := []made{
		group("on", "postgres14", force, "1"), group("off", "postgres17", force, "0"), group("left", "postgres17"),
		group("old", "postgres14"), group("twice", "postgres14", force, "1", force, "0"), group("my", "mysql8.0",
			"require_secure_transport", "1"), group("strange", "informix", force, "1"),
		group("logs", "postgres17", ddl, "ddl", slow, "1000"), group("changes", "postgres17", ddl, "ddl"),
		group("slow", "postgres17", slow, "1000"), group("none", "postgres17", ddl, "none", slow, "1000"),
		{dbInstanceType, "source", p{"engine": "postgres"}},
		option(encryption, server, "REQUIRED"), option(encryption, server, "ACCEPTED"), option("SSL", server, "REQUIRED"),
		option(encryption, "SQLNET.ENCRYPTION_CLIENT", "REQUIRED"),
		{dbClusterParamsType, "cluster", p{"family": "aurora-postgresql16", "parameters": []any{p{
			"name":  force,
			"value": "1",
		}}}},
	}
	judgeAll(t, []judged{
		{
			control: "rds-force-ssl", want: passes, others: groups,
			base: p{"engine": "postgres", "engineVersion": "14.20", "parameterGroupName": "on"}, changes: []change{
				{"parameterGroupName", "off", fails},
				{"parameterGroupName", "old", fails},
				{"parameterGroupName", "left", passes},
				{"parameterGroupName", "twice", fails},
				{"parameterGroupName", "strange", fails},
				{"parameterGroupName", "elsewhere", outside},
				{"parameterGroupName", nil, fails},
				{"parameterGroupName", "default.postgres14", fails},
				{"parameterGroupName", "default.postgres17", passes},
				{"engine", nil, passes},
				{"engine", "informix", fails},
				{"engine", unknownText, open},
			},
		},
		{
			control: "rds-force-ssl", want: passes, others: groups, base: p{"engine": "postgres", "engineVersion": "17.5"},
			changes: []change{
				{"engineVersion", "14.20", fails},
				{"engineVersion", unknownText, open},
				{"engineVersion", nil, fails},
				{"engine", nil, outside},
				{"engine", "mysql", passes},
			},
		},
		{
			control: "rds-force-ssl", want: fails, others: groups, base: p{
				"replicateSourceDb": "source",
				"engineVersion":     "14.20",
			},
			changes: []change{{"engineVersion", "17.5", passes}, {"replicateSourceDb", "another", outside}},
		},
		{
			control: "rds-force-ssl", typeToken: dbClusterType, want: passes, others: groups,
			base: p{"engine": "aurora-postgresql", "dbClusterParameterGroupName": "cluster"}, changes: []change{
				{"dbClusterParameterGroupName", "on", outside}, {"dbClusterParameterGroupName", nil, fails},
			},
		},
		{
			control: "rds-force-ssl", want: passes, others: groups,
			base: p{"engine": "oracle-se2", "optionGroupName": encryption + server + "REQUIRED"}, changes: []change{
				{"optionGroupName", nil, fails},
				{"optionGroupName", encryption + server + "ACCEPTED", fails},
				{"optionGroupName", "SSL" + server + "REQUIRED", fails},
				{"optionGroupName", encryption + "SQLNET.ENCRYPTION_CLIENT" + "REQUIRED", fails},
				{"optionGroupName", "elsewhere", outside},
			},
		},
		{
			control: "rds-statement-logging", want: passes, others: groups,
			base: p{"engine": "postgres", "engineVersion": "17.5", "parameterGroupName": "logs"}, changes: []change{
				{"parameterGroupName", "changes", fails},
				{"parameterGroupName", "slow", fails},
				{"parameterGroupName", "none", fails},
				{"parameterGroupName", nil, fails},
				{"engine", "oracle-se2", none},
			},
		},
	})
}
