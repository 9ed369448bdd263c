package main

import (
	"strconv"

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
		{control: "rds-private-subnets", fault: "public subnets", mutate: func(s *testgraph.Stack) {
			s.Point(testgraph.First(subnetGroup), "id", s.Every(testgraph.Subnet("Public")), "subnetIds")
		}},
		{control: "rds-encrypted", fault: "in the clear", mutate: set(db, false, "storageEncrypted")},
		{control: "rds-encrypted", fault: "left out", mutate: set(db, nil, "storageEncrypted")},
		{control: "rds-customer-key", fault: "AWS's key", mutate: set(db, nil, "kmsKeyId")},
		{control: "rds-multi-az", fault: "one zone", mutate: set(db, false, "multiAz")},
		{control: "rds-enhanced-monitoring", fault: "off", mutate: set(db, 0, "monitoringInterval")},
		{control: "rds-deletion-protection", fault: "off", mutate: set(db, false, "deletionProtection")},
		{control: "rds-log-exports", fault: "upgrade only", mutate: set(db, []any{"upgrade"}, "enabledCloudwatchLogsExports")},
		{control: "rds-iam-authentication", fault: "off", mutate: set(db, nil, "iamDatabaseAuthenticationEnabled")},
		{control: "rds-backups", fault: "six days", mutate: set(db, 6, "backupRetentionPeriod")},
		{control: "rds-backups", fault: "none", mutate: set(db, nil, "backupRetentionPeriod")},
		{control: "rds-minor-upgrades", fault: "off", mutate: set(db, false, "autoMinorVersionUpgrade")},
		{control: "rds-tags-to-snapshots", fault: "off", mutate: set(db, nil, "copyTagsToSnapshot")},
		{control: "rds-admin-user-name", fault: "default", mutate: set(db, "postgres", "username")},
		{control: "rds-performance-insights", fault: "off", mutate: set(db, false, "performanceInsightsEnabled")},
		{control: "rds-performance-insights", fault: "AWS's key", mutate: set(db, nil, "performanceInsightsKmsKeyId")},
		{control: "rds-force-ssl", fault: "off", mutate: parameter("rds.force_ssl", "0")},
		{control: "rds-statement-logging", fault: "none", mutate: parameter("log_statement", "none")},
		{control: "rds-no-plaintext-password", fault: "plain text", mutate: set(db, "hunter2hunter2", "password")},
		{control: "rds-no-plaintext-password", fault: "nobody's", mutate: func(s *testgraph.Stack) {
			s.Set(db, nil, "manageMasterUserPassword")
		}},
	}
}
