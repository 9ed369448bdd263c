package config

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each stack file has a value that is wrong by itself, and others that do not fit it. The wrong one alone is told: the
// others may be right once it is mended.
func TestValuesBesideAWrongOneAreNotToBlame(t *testing.T) {
	const (
		serves  = "services[0]."
		works   = "services[1]."
		lock    = "backup.lock."
		ticket  = `[{"to": "10.9.0.0/16", "port": 5671, "reason": "the broker of all shops"`
		foreign = `{"A": "arn:aws:secretsmanager:eu-west-1:222222222222:secret:a-AbCdEf"}`
		alone   = `["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs", "ssmmessages", "kms"]`
	)
	for wrong, changes := range map[string][]edits{
		"backup.retentionDays": {
			{"backup.retentionDays": "36501", "backup.monthlyRetentionDays": "36500"},
			{"backup.retentionDays": "0", "backup.lock": `{"mode": "governance"}`},
			{"backup.retentionDays": "36501", "backup.lock": `{"mode": "governance", "maxRetentionDays": 40}`},
		},
		"backup.monthlyRetentionDays": {
			{"backup.monthlyRetentionDays": "36501", "backup.lock": `{"mode": "governance", "maxRetentionDays": 40}`},
		},
		lock + "mode":      {{lock + "mode": `"legal"`, lock + "graceDays": "5"}},
		lock + "graceDays": {{lock + "graceDays": "1"}, {lock + "mode": `"compliance"`, lock + "graceDays": "1"}},
		lock + "minRetentionDays": {
			{"backup.lock": `{"mode": "governance", "minRetentionDays": 36501}`},
		},
		lock + "maxRetentionDays": {
			{"backup.lock": `{"mode": "governance", "maxRetentionDays": -1}`},
		},
		"database.backupRetentionDays": {{
			"backup.continuous": "true", "backup.lock": `{"mode": "governance", "minRetentionDays": 1}`,
			"database.backupRetentionDays": "0",
		}},
		"backup.startTime": {
			{"backup.startTime": `"03.30"`}, {"backup.startTime": `"3:30"`, "database.backupWindow": `"00:00-01:00"`},
		},
		"database.backupWindow": {
			{"database.backupWindow": `"05.00-07.00"`}, {"database.backupWindow": `"3-4"`},
		},
		"database.maintenanceWindow": {
			{"database.maintenanceWindow": `"sun:03.30-sun:05.30"`},
			{"database.maintenanceWindow": `"sun:06.30-sun:08.00"`},
			{"database.maintenanceWindow": `"Sunday"`},
		},
		"cache.snapshotWindow":    {{"cache.snapshotWindow": `"03.00-04.30"`}, {"cache.snapshotWindow": `"2-3"`}},
		"cache.maintenanceWindow": {{"cache.maintenanceWindow": `"Sunday"`}},
		"database.allocatedStorageGiB": {
			{"database.allocatedStorageGiB": "65537", "database.maxAllocatedStorageGiB": "100"},
		},
		"database.maxAllocatedStorageGiB": {{"database.maxAllocatedStorageGiB": "21"}},
		"database.engineVersion": {
			{"database.engineVersion": `"9.6.x"`, "database.allowMajorVersionUpgrade": "true"},
		},
		"dns.domain": {
			{"dns.domain": `"app_x.example.com"`, "dns.alternativeNames": `["app-x.example.org"]`},
			{"dns.domain": `"app_x.example.com"`, "loadBalancer.certificateArn": jsonOf(certificate)},
		},
		"loadBalancer.certificateArn": {
			{"loadBalancer.certificateArn": `"arn"`},
			{"loadBalancer.certificateArn": `"arn"`, "dns": ""},
		},
		"loadBalancer.hostName": {{"loadBalancer.hostName": `"app_x.example.com"`}},
		"network.cidrBlock":     {{"network.cidrBlock": `"10.0.0.0/27"`}},
		"network.subnetPrefix": {
			{"network.subnetPrefix": "17"},
			{"network.subnetPrefix": "99", serves + "scaling.max": "50"},
			{"network.subnetPrefix": "28", serves + "scaling.max": "50"},
		},
		"network.availabilityZoneCount": {
			{"network.availabilityZoneCount": "7", "network.subnetPrefix": "18"},
			{"network.availabilityZoneCount": "1", "network.subnetPrefix": "27", serves + "scaling.max": "50"},
		},
		"network.availabilityZones[0]": {
			{"network.availabilityZones": `["eu-west-1-a", "eu-west-1b"]`},
			{"network.availabilityZones": `["eu-west-1-a", "eu-west-1b"]`, "network.cidrBlock": `"10.0.0.0/18"`},
		},
		"logSearch.instanceCount": {
			{"logSearch.instanceCount": "81"}, {"logSearch.instanceCount": "-1", "logSearch.retentionDays": "3650"},
		},
		"logSearch.retentionDays": {{"logSearch.retentionDays": "3651", "logSearch.enabled": "true"}},
		"monitoring.subscriptions[0].protocol": {
			{"monitoring.subscriptions": `[{"protocol": "Email", "endpoint": "https://example.com/alerts"}]`},
		},
		"monitoring.subscriptions[0].endpoint": {
			{"monitoring.subscriptions": `[{"protocol": "email", "endpoint": "oncall"}]`},
			{"monitoring.subscriptions": `[{"protocol": "sqs", "endpoint": "queue"}]`},
		},
		"aws.region": {
			{"aws.region": `"Ireland"`, "operator.enabled": "true"},
		},
		serves + "memoryMiB": {
			{serves + "memoryMiB": "511", serves + "tmp.sizeMiB": "511"},
			{serves + "memoryMiB": `"much"`, serves + "tmp.sizeMiB": "2000"},
		},
		serves + "cpu": {
			{serves + "cpu": "300", serves + "memoryMiB": "700"}, {serves + "cpu": `"two"`, serves + "memoryMiB": "700"},
		},
		serves + "tmp.sizeMiB": {{serves + "tmp.sizeMiB": "122880"}},
		serves + "desiredCount": {
			{serves + "desiredCount": "5001"}, {serves + "desiredCount": "-1"},
		},
		serves + "scaling.min": {
			{serves + "scaling.min": "5001"},
			{serves + "scaling.min": "-1", serves + "deployment.maximumPercent": "199"},
			{serves + "scaling.min": "-1", serves + "desiredCount": "20"},
		},
		serves + "scaling.max": {
			{serves + "scaling.max": "0"},
			{serves + "scaling.max": "5001", "network.subnetPrefix": "27"},
			{serves + "scaling.max": "-1", serves + "scaling.min": "0", serves + "desiredCount": "0"},
		},
		serves + "capacity.fargateBase": {{serves + "capacity.fargateBase": "5001"}},
		serves + "scaling.schedules[0].max": {
			{serves + "scaling.schedules": `[{"name": "a", "expression": "rate(1 day)", "min": 2, "max": 0}]`},
		},
		serves + "containerCheck.timeoutSeconds": {
			{serves + "containerCheck.timeoutSeconds": "61", serves + "containerCheck.command": `["true"]`},
		},
		serves + "containerCheck.intervalSeconds": {
			{serves + "containerCheck.intervalSeconds": "4", serves + "containerCheck.command": `["true"]`},
		},
		serves + "healthCheck.intervalSeconds": {{serves + "healthCheck.intervalSeconds": "4"}},
		serves + "healthCheck.timeoutSeconds":  {{serves + "healthCheck.timeoutSeconds": "121"}},
		serves + "healthCheck.matcher": {
			{
				serves + "healthCheck.matcher": `"2xx"`, serves + "protocolVersion": `"GRPC"`,
				serves + "healthCheck.path": `"/a.B/C"`,
			},
			{serves + "healthCheck.matcher": `"99,x"`},
		},
		serves + "healthCheck.path": {{
			serves + "healthCheck.path": `"health"`, serves + "protocolVersion": `"GRPC"`,
			serves + "healthCheck.matcher": `"0"`,
		}},
		serves + "protocolVersion": {
			{serves + "protocolVersion": `"grpc"`, serves + "healthCheck.matcher": `"0"`},
			{
				serves + "protocolVersion": `"HTTP/2"`,
				serves + "deployment":      `{"controller": "blue-green", "testPaths": ["/"]}`,
			},
		},
		serves + "scratchPaths[0]": {{serves + "scratchPaths": `["/tmp/"]`}},
		serves + "deployment.maximumPercent": {
			{serves + "deployment.maximumPercent": "99"},
			{serves + "deployment.maximumPercent": "-1"},
			{serves + "deployment.maximumPercent": "201", serves + "scaling.max": "50", "network.subnetPrefix": "27"},
		},
		serves + "deployment.minimumHealthyPercent": {
			{serves + "deployment.minimumHealthyPercent": "101", serves + "deployment.maximumPercent": "101"},
		},

		serves + "egress[0].to": {
			{serves + "egress": `[{"to": "10.0.1.0/8x", "port": 5671, "reason": "the broker of all shops"}]`},
		},
		serves + "egress[1].port": {
			{serves + "egress": ticket + `}, {"to": "10.0.0.0/24", "port": 65536, "reason": "the broker of all shops"}]`},
		},
		serves + "egress[0].protocol": {
			{serves + "egress": `[{"to": "10.0.0.0/24", "port": 5671, "protocol": "TCP", "reason": "broker of shops"}]`},
		},
		serves + "secretKeyArns[0]": {{
			serves + "secretKeyArns": `["key"]`, serves + "secrets": foreign,
		}},
		serves + "secretKeyArns": {{serves + "secretKeyArns": `"key"`, serves + "secrets": foreign}},
		serves + "secrets.A":     {{serves + "secrets": `{"A": "/aws/x y"}`}, {serves + "secrets": `{"A": "arn:aws:x"}`}},
		serves + "kind":          {{serves + "kind": `"job"`, serves + "queue.enabled": "true"}},
		serves + "image": {
			{serves + "image": `"Web:1.0.0"`, "network.nat": `"none"`, "network.interfaceEndpoints": alone},
		},
		works + "port": {worker(edits{works + "port": "0"})},
		works + "queue.retentionDays": {
			queued(edits{works + "queue.retentionDays": "0"}),
		},
		works + "queue.ageMinutes":          {queued(edits{works + "queue.ageMinutes": "20161"})},
		works + "queue":                     {worker(edits{works + "queue": `"on"`})},
		works + "scaling.requestsPerTarget": {worker(edits{works + "scaling.requestsPerTarget": "-1"})},
		works + "stickinessSeconds":         {worker(edits{works + "stickinessSeconds": "-1"})},
		works + "calls[0]":                  {worker(edits{works + "calls": `["Mailer"]`})},
		serves + "routing.priority": {
			{serves + "routing.priority": "25001"}, {serves + "routing.priority": `"low"`},
		},
		serves + "routing.rules[0].headers[0].name": {further(`"headers": [{"name": "", "values": ["a"]}]`)},
	} {
		for _, edited := range changes {
			assert.Equal(t, []string{"aws-webapp:" + wrong}, keysOfErrors(errorsOf(t, stagingStack, edited)), edited)
		}
	}
}

// The same of a delivery stack.
func TestTargetsBesideAWrongValueAreNotToBlame(t *testing.T) {
	for wrong, changes := range map[string]edits{
		"staging.accountId":        {"staging.accountId": `"33"`},
		"production.accountId":     {"production.accountId": `"33"`},
		"aws.allowedAccountIds[0]": {"aws.allowedAccountIds": `["33"]`},
		"github.repository": {
			"github.repository": `"aws-webapp"`, "github.subjectPrefix": `"repo:example@1/aws-webapp@2"`,
		},
		"staging.deployRoleArn": {
			"aws.allowedAccountIds": `["444444444444"]`, "staging.accountId": `"222222222222"`,
			"staging.deployRoleArn": `"deploy"`, "staging.previewRoleArn": `"arn:aws:iam::222222222222:role/preview"`,
		},
		"github.subjectPrefix": {"github.subjectPrefix": `"example/other"`},
	} {
		_, err := ParseDelivery(project, valuesOf(t, deliveryStack, changes))
		var errs Errors
		require.True(t, errors.As(err, &errs), wrong)
		assert.Equal(t, []string{"aws-webapp:" + wrong}, keysOfErrors(errs), changes)
	}
}
