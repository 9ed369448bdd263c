package main

import (
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
	"aws-webapp/policies/testgraph"
)

const (
	instance       = "aws:rds/instance:Instance"
	subnetGroup    = "aws:rds/subnetGroup:SubnetGroup"
	parameterGroup = "aws:rds/parameterGroup:ParameterGroup"
)

// parameter changes an entry of the parameter group.
func parameter(name, value string) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		entries, _ := s.Get(testgraph.First(parameterGroup)).Get("parameters").List()
		for i, entry := range entries {
			if text, _ := entry.Get("name").Text(); text == name {
				s.Set(testgraph.First(parameterGroup), value, "parameters", strconv.Itoa(i), "value")
				return
			}
		}
		panic("the parameter group has no " + name)
	}
}

func databaseMutants() []mutant {
	db := testgraph.First(instance)
	return []mutant{
		{control: "rds-not-public", fault: "public", mutate: set(db, true, "publiclyAccessible")},
		{control: "rds-not-public", fault: "snapshot for everybody", mutate: func(s *testgraph.Stack) {
			s.Add("aws:rds/snapshot:Snapshot", "extra", testgraph.Props{
				"dbInstanceIdentifier": "db", "sharedAccounts": []any{"all"},
			})
		}},
		{control: "rds-private-subnets", fault: "no subnet group", mutate: set(db, nil, "dbSubnetGroupName")},
		{control: "rds-private-subnets", fault: "public subnets", mutate: func(s *testgraph.Stack) {
			s.Point(testgraph.First(subnetGroup), "id", s.Every(testgraph.Subnet("Public")), "subnetIds")
		}},
		{control: "rds-encrypted", fault: "in the clear", mutate: set(db, false, "storageEncrypted")},
		{control: "rds-encrypted", fault: "left out", mutate: set(db, nil, "storageEncrypted")},
		{control: "rds-customer-key", fault: "AWS's key by alias", mutate: set(db, "alias/aws/rds", "kmsKeyId")},
		{control: "rds-customer-key", fault: "AWS's key", mutate: set(db, nil, "kmsKeyId")},
		{control: "rds-multi-az", fault: "one zone", mutate: set(db, false, "multiAz")},
		{control: "rds-enhanced-monitoring", fault: "off", mutate: set(db, 0, "monitoringInterval")},
		{control: "rds-deletion-protection", fault: "off", mutate: set(db, false, "deletionProtection")},
		{
			control: "rds-log-exports", fault: "upgrade only",
			mutate: set(db, []any{"upgrade"}, "enabledCloudwatchLogsExports"),
		},
		{control: "rds-iam-authentication", fault: "off", mutate: set(db, nil, "iamDatabaseAuthenticationEnabled")},
		{control: "rds-backups", fault: "six days", mutate: set(db, 6, "backupRetentionPeriod")},
		{control: "rds-backups", fault: "none", mutate: set(db, nil, "backupRetentionPeriod")},
		{control: "rds-minor-upgrades", fault: "off", mutate: set(db, false, "autoMinorVersionUpgrade")},
		{control: "rds-tags-to-snapshots", fault: "off", mutate: set(db, nil, "copyTagsToSnapshot")},
		{control: "rds-admin-user-name", fault: "default", mutate: set(db, "postgres", "username")},
		{control: "rds-performance-insights", fault: "off", mutate: set(db, false, "performanceInsightsEnabled")},
		{control: "rds-performance-insights", fault: "AWS's key", mutate: set(db, nil, "performanceInsightsKmsKeyId")},
		{control: "rds-force-ssl", fault: "off", mutate: parameter("rds.force_ssl", "0")},
		{control: "rds-force-ssl", fault: "on and off", mutate: func(s *testgraph.Stack) {
			group := s.Get(testgraph.First(parameterGroup))
			entries, _ := group.Inputs["parameters"].V.([]resource.PropertyValue)
			var all []any
			for _, entry := range entries {
				all = append(all, entry)
			}
			s.Set(testgraph.First(parameterGroup),
				append(all, testgraph.Nested(testgraph.Props{"name": "rds.force_ssl", "value": "0"})), "parameters")
		}},
		{control: "rds-force-ssl", fault: "left out below version 15", mutate: func(s *testgraph.Stack) {
			s.Set(testgraph.First(parameterGroup), "postgres14", "family")
			renameParameter(s, "rds.force_ssl", "rds.logical_replication")
		}},
		{control: "rds-force-ssl", fault: "MySQL by PostgreSQL's parameter", mutate: anotherEngine("mysql", "mysql8.4", 3306,
			[]any{"error"}, setting("rds.force_ssl", "1"), setting("slow_query_log", "1"))},
		{control: "rds-force-ssl", fault: "MariaDB", mutate: anotherEngine("mariadb", "mariadb11.8", 3306, []any{"error"},
			setting("require_secure_transport", "0"), setting("slow_query_log", "1"))},
		{control: "rds-force-ssl", fault: "SQL Server", mutate: anotherEngine("sqlserver-se", "sqlserver-se-16.0", 1433,
			[]any{"error"})},
		{control: "rds-force-ssl", fault: "Db2 with both", mutate: anotherEngine("db2-se", "db2-se-11.5", 50000,
			[]any{"diag.log", "notify.log"}, setting("db2comm", "TCPIP,SSL"))},
		{control: "rds-force-ssl", fault: "Oracle, by wish", mutate: oracle("NATIVE_NETWORK_ENCRYPTION", "REQUESTED")},
		{control: "rds-force-ssl", fault: "Oracle, on a second port", mutate: oracle("SSL", "REQUIRED")},
		{control: "rds-statement-logging", fault: "MySQL", mutate: anotherEngine("mysql", "mysql8.4", 3306, []any{"error"},
			setting("require_secure_transport", "ON"))},
		{control: "rds-log-exports", fault: "MySQL", mutate: anotherEngine("mysql", "mysql8.4", 3306, []any{"slowquery"},
			setting("require_secure_transport", "1"), setting("slow_query_log", "1"))},
		{control: "rds-statement-logging", fault: "none", mutate: parameter("log_statement", "none")},
		{control: "rds-certificate-authority", fault: "retired", mutate: signedBy("rds-ca-2019")},
		{control: "rds-certificate-authority", fault: "unheard of", mutate: signedBy("our-own")},
		{control: "rds-certificate-authority", fault: "a cluster's", madeUp: true, mutate: func(s *testgraph.Stack) {
			addCluster(s, testgraph.Props{"caCertificateIdentifier": "rds-ca-2019"})
		}},
		{control: "rds-certificate-authority", fault: "a member's", madeUp: true, mutate: func(s *testgraph.Stack) {
			addCluster(s, nil)
			s.Set(testgraph.Named("aws:rds/clusterInstance:ClusterInstance", "aurora"), "rds-ca-2019", "caCertIdentifier")
		}},
		{control: "rds-no-plaintext-password", fault: "plain text", mutate: set(db, "hunter2hunter2", "password")},
		{control: "rds-no-plaintext-password", fault: "nobody's", mutate: func(s *testgraph.Stack) {
			s.Set(db, nil, "manageMasterUserPassword")
		}},
	}
}

// renameParameter replaces a parameter by another one.
func renameParameter(s *testgraph.Stack, from, to string) {
	entries, _ := s.Get(testgraph.First(parameterGroup)).Get("parameters").List()
	for i, entry := range entries {
		if entry.Get("name").Is(from) == prop.Yes {
			s.Set(testgraph.First(parameterGroup), to, "parameters", strconv.Itoa(i), "name")
			return
		}
	}
	panic("the parameter group has no " + from)
}

// anotherEngine turns the database into one of another engine, compliant except for the
// parameters in more.
func anotherEngine(engine, family string, port int, logs []any, parameters ...any) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		db := testgraph.First(instance)
		s.Set(db, engine, "engine")
		s.Set(db, nil, "engineVersion")
		s.Set(db, port, "port")
		s.Set(db, logs, "enabledCloudwatchLogsExports")
		s.Set(testgraph.First(parameterGroup), family, "family")
		s.Set(testgraph.First(parameterGroup), parameters, "parameters")
		movePort(s, "app", "db", port)
	}
}

// setting returns an entry of a parameter group.
func setting(name, value string) any {
	return testgraph.Nested(testgraph.Props{"name": name, "value": value})
}

// oracle turns the database into an Oracle database with an option.
func oracle(option, encryption string) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		anotherEngine("oracle-se2", "oracle-se2-19", 1521, []any{"alert", "audit", "listener"})(s)
		options := s.Add("aws:rds/optionGroup:OptionGroup", "db", testgraph.Props{
			"engineName": "oracle-se2", "majorEngineVersion": "19", "options": []any{testgraph.Props{
				"optionName": option,
				"optionSettings": []any{testgraph.Nested(testgraph.Props{
					"name": "SQLNET.ENCRYPTION_SERVER", "value": encryption,
				})},
			}},
		})
		s.Point(testgraph.First(instance), "name", []*graph.Resource{options}, "optionGroupName")
	}
}

// signedBy gives the database another certificate authority.
func signedBy(authority string) func(*testgraph.Stack) {
	return set(testgraph.First(instance), authority, "caCertIdentifier")
}

// addCluster adds an Aurora cluster, compliant except for the properties in more.
func addCluster(s *testgraph.Stack, more testgraph.Props) {
	key, cluster := testgraph.Of(s.Get(testgraph.First(kmsKey)), "arn"), "aws:rds/cluster:Cluster"
	parameters := s.Add("aws:rds/clusterParameterGroup:ClusterParameterGroup", "aurora", testgraph.Props{
		"family": "aurora-postgresql16", "parameters": []any{
			testgraph.Props{"name": "rds.force_ssl", "value": "1"},
			testgraph.Props{"name": "log_statement", "value": "ddl"},
			testgraph.Props{"name": "log_min_duration_statement", "value": "500"},
		},
	})
	inputs := testgraph.Props{
		"engine": "aurora-postgresql", "storageEncrypted": true, "kmsKeyId": key, "deletionProtection": true,
		"copyTagsToSnapshot":           true,
		"enabledCloudwatchLogsExports": []any{"postgresql"}, "iamDatabaseAuthenticationEnabled": true,
		"backupRetentionPeriod": 7,
		"masterUsername":        "owner", "manageMasterUserPassword": true, "masterUserSecretKmsKeyId": key,
		"dbSubnetGroupName":           testgraph.Of(s.Get(testgraph.First(subnetGroup)), "name"),
		"dbClusterParameterGroupName": testgraph.Of(parameters, "name"),
	}
	for name, value := range more {
		inputs[name] = value
	}
	added := s.Add(cluster, "aurora", inputs)
	s.Add("aws:rds/clusterInstance:ClusterInstance", "aurora", testgraph.Props{
		"clusterIdentifier": testgraph.Of(added, "id"), "engine": "aurora-postgresql", "instanceClass": "db.t4g.medium",
		"monitoringInterval": 60, "autoMinorVersionUpgrade": true, "performanceInsightsEnabled": true,
		"performanceInsightsKmsKeyId": key,
	})
}

func clusterMutants() []mutant {
	with := func(property string, value any) func(*testgraph.Stack) {
		return func(s *testgraph.Stack) { addCluster(s, testgraph.Props{property: value}) }
	}
	member := func(property string, value any) func(*testgraph.Stack) {
		return func(s *testgraph.Stack) {
			addCluster(s, nil)
			s.Set(testgraph.First("aws:rds/clusterInstance:ClusterInstance"), value, property)
		}
	}
	return []mutant{
		{control: "rds-not-public", fault: "cluster", mutate: member("publiclyAccessible", true)},
		{control: "rds-private-subnets", fault: "cluster", mutate: with("dbSubnetGroupName", "")},
		{control: "rds-encrypted", fault: "cluster", mutate: with("storageEncrypted", false)},
		{control: "rds-customer-key", fault: "cluster", mutate: with("kmsKeyId", "")},
		{control: "rds-enhanced-monitoring", fault: "cluster", mutate: member("monitoringInterval", 0)},
		{control: "rds-deletion-protection", fault: "cluster", mutate: with("deletionProtection", false)},
		{control: "rds-log-exports", fault: "cluster", mutate: with("enabledCloudwatchLogsExports", []any{})},
		{control: "rds-iam-authentication", fault: "cluster", mutate: with("iamDatabaseAuthenticationEnabled", false)},
		{control: "rds-backups", fault: "cluster", mutate: with("backupRetentionPeriod", 1)},
		{control: "rds-minor-upgrades", fault: "cluster", mutate: member("autoMinorVersionUpgrade", false)},
		{control: "rds-tags-to-snapshots", fault: "cluster", mutate: with("copyTagsToSnapshot", false)},
		{control: "rds-admin-user-name", fault: "cluster", mutate: with("masterUsername", "admin")},
		{control: "rds-performance-insights", fault: "cluster", mutate: member("performanceInsightsEnabled", false)},
		{control: "rds-no-plaintext-password", fault: "cluster", mutate: with("masterPassword", "hunter2hunter2")},
		{
			control: "secret-customer-key", fault: "the cluster's",
			mutate: with("masterUserSecretKmsKeyId", "alias/aws/secretsmanager"),
		},
		{control: "rds-force-ssl", fault: "cluster", mutate: func(s *testgraph.Stack) {
			addCluster(s, nil)
			s.Set(testgraph.First("aws:rds/clusterParameterGroup:ClusterParameterGroup"), "0", "parameters", "0", "value")
		}},
	}
}
