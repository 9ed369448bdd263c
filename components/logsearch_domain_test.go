package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDomainIsClosedAndEncrypted(t *testing.T) {
	inputs := deployed(t, logSearchProgram(testLogSearchArgs(t))).one(t, domainToken, "search").inputs
	for key, want := range map[string]any{
		"domainName":            "aws-webapp-prod-search",
		"engineVersion":         "OpenSearch_2.19",
		"encryptAtRest":         map[string]any{"enabled": true, "kmsKeyId": testLogKeyARN},
		"nodeToNodeEncryption":  map[string]any{"enabled": true},
		"domainEndpointOptions": map[string]any{"enforceHttps": true, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
		"ebsOptions":            map[string]any{"ebsEnabled": true, "volumeType": "gp3", "volumeSize": 100.0},
		"vpcOptions": map[string]any{
			"subnetIds": []any{"subnet-app-1", "subnet-app-2"}, "securityGroupIds": []any{"search-domain-id"},
		},
		// There is no user with a password, so none can be in the state.
		"advancedSecurityOptions": map[string]any{
			"enabled": true, "anonymousAuthEnabled": false, "internalUserDatabaseEnabled": false,
			"masterUserOptions": map[string]any{"masterUserArn": testSetupARN},
		},
		"softwareUpdateOptions": map[string]any{"autoSoftwareUpdateEnabled": true},
		"offPeakWindowOptions": map[string]any{
			"enabled": true, "offPeakWindow": map[string]any{"windowStartTime": map[string]any{"hours": 22.0, "minutes": 0.0}},
		},
		"advancedOptions": map[string]any{"rest.action.multi.allow_explicit_index": "true"},
	} {
		assert.Equal(t, want, inputs[key], key)
	}
}

func TestDomainSpreadsOverZones(t *testing.T) {
	tests := map[string]struct {
		change  func(*LogSearchArgs)
		cluster map[string]any
		subnets []any
	}{
		"two of three": {
			func(*LogSearchArgs) {},
			map[string]any{
				"zoneAwarenessEnabled": true, "zoneAwarenessConfig": map[string]any{"availabilityZoneCount": 2.0},
				"instanceCount": 2.0,
			},
			[]any{"subnet-app-1", "subnet-app-2"},
		},
		"three": {
			func(a *LogSearchArgs) { a.InstanceCount = 3 },
			map[string]any{
				"zoneAwarenessEnabled": true, "zoneAwarenessConfig": map[string]any{"availabilityZoneCount": 3.0},
				"instanceCount": 3.0,
			},
			[]any{"subnet-app-1", "subnet-app-2", "subnet-app-3"},
		},
		"six nodes in a network of two": {
			func(a *LogSearchArgs) { a.InstanceCount, a.ZoneCount = 6, 2 },
			map[string]any{
				"zoneAwarenessEnabled": true, "zoneAwarenessConfig": map[string]any{"availabilityZoneCount": 2.0},
				"instanceCount": 6.0,
			},
			[]any{"subnet-app-1", "subnet-app-2"},
		},
		"one": {
			func(a *LogSearchArgs) { a.InstanceCount, a.ZoneAwareness = 1, false },
			map[string]any{"zoneAwarenessEnabled": false, "instanceCount": 1.0},
			[]any{"subnet-app-1"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inputs := deployed(t, changedLogSearch(t, test.change)).one(t, domainToken, "search").inputs
			test.cluster["instanceType"] = "r6g.large.search"
			assert.Equal(t, test.cluster, inputs["clusterConfig"])
			assert.Equal(t, test.subnets, inputs["vpcOptions"].(map[string]any)["subnetIds"])
		})
	}
}

// The small instances refuse Auto-Tune.
func TestDomainTunesWhatCanBeTuned(t *testing.T) {
	large := deployed(t, logSearchProgram(testLogSearchArgs(t))).one(t, domainToken, "search").inputs
	small := deployed(t, changedLogSearch(t, func(a *LogSearchArgs) { a.InstanceType = "t3.small.search" })).one(t,
		domainToken, "search").inputs

	assert.Equal(t, map[string]any{
		"desiredState": "ENABLED", "useOffPeakWindow": true,
		"rollbackOnDisable": "NO_ROLLBACK",
	}, large["autoTuneOptions"])
	assert.NotContains(t, small, "autoTuneOptions")
}

// A reviewer of a preview sees who may reach the domain before anything exists.
func TestDomainLetsInNamedRolesOnTheirPaths(t *testing.T) {
	rec := previewed(t, changedLogSearch(t, func(a *LogSearchArgs) {
		a.ReaderRoleARNs, a.AdministratorRoleARNs = []string{testReaderARN}, []string{"arn:aws:iam::123456789012:role/oncall"}
	}))
	policy := rec.one(t, domainToken, "search").policy(t, "accessPolicies")

	assert.Equal(t, []map[string]any{
		{
			"Sid": "Shipper", "Effect": "Allow", "Principal": map[string]any{"AWS": []any{testShipperARN}},
			"Action": []any{"es:ESHttpPost"}, "Resource": []any{testDomainARN + "/_bulk"},
		},
		{
			"Sid": "Setup", "Effect": "Allow", "Principal": map[string]any{"AWS": []any{testSetupARN}},
			"Action": []any{"es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"},
			"Resource": []any{
				testDomainARN + "/_index_template/*", testDomainARN + "/_plugins/*", testDomainARN + "/app-logs-*/_settings",
			},
		},
		{
			"Sid": "Readers", "Effect": "Allow", "Principal": map[string]any{"AWS": []any{testReaderARN}},
			"Action": []any{
				"es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPatch", "es:ESHttpPost", "es:ESHttpPut",
			},
			"Resource": []any{testDomainARN + "/*"},
		},
		{
			"Sid": "Administrators", "Effect": "Allow",
			"Principal": map[string]any{"AWS": []any{"arn:aws:iam::123456789012:role/oncall"}},
			"Action": []any{
				"es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPatch", "es:ESHttpPost", "es:ESHttpPut",
			},
			"Resource": []any{testDomainARN + "/*"},
		},
	}, policy.Statement)
}

// OpenSearch refuses a domain if it may not write the domain's logs, if the policy names roles
// that do not exist, or if its service-linked role is missing.
func TestDomainWaitsForWhatItNeeds(t *testing.T) {
	rec := deployed(t, changedLogSearch(t, func(a *LogSearchArgs) { a.ServiceLinkedRole = true }))
	domain := rec.one(t, domainToken, "search")

	for _, before := range []*recorded{
		rec.one(t, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "search-domain-logs"),
		rec.one(t, "aws:iam/serviceLinkedRole:ServiceLinkedRole", "search-service"),
		rec.one(t, "aws:iam/role:Role", "search-shipper"),
		rec.one(t, "aws:iam/role:Role", "search-setup"),
	} {
		assert.True(t, domain.dependsOn(before), before.name)
	}
	assert.Equal(t, "6h", domain.request.GetCustomTimeouts().GetUpdate())
	none := deployed(t, logSearchProgram(testLogSearchArgs(t)))
	assert.Empty(t, none.ofType("aws:iam/serviceLinkedRole:ServiceLinkedRole"), "an account has one")
}

func TestDomainPublishesItsLogs(t *testing.T) {
	rec := previewed(t, logSearchProgram(testLogSearchArgs(t)))
	const prefix = "/aws/OpenSearchService/domains/aws-webapp-prod-search/"
	var groups []any
	for _, role := range []string{"application", "index-slow", "search-slow", "audit"} {
		group := rec.one(t, logGroupToken, "search-domain-"+role)
		assert.Equal(t, prefix+role, group.inputs["name"])
		assert.Equal(t, testLogKeyARN, group.inputs["kmsKeyId"])
		assert.InDelta(t, 30, group.inputs["retentionInDays"], 0)
		groups = append(groups, "arn:aws:logs:us-east-1:123456789012:log-group:"+prefix+role+":*")
	}
	policy := rec.one(t, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "search-domain-logs").policy(t,
		"policyDocument")
	assert.Equal(t, map[string]any{
		"Effect": "Allow", "Principal": map[string]any{"Service": "es.amazonaws.com"}, "Resource": groups,
		"Action": []any{"logs:CreateLogStream", "logs:PutLogEvents", "logs:PutLogEventsBatch"},
		"Condition": map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
			"ArnLike":      map[string]any{"aws:SourceArn": testDomainARN},
		},
	}, policy.sid(t, "DomainLogs"))

	var types []any
	for _, option := range rec.one(t, domainToken, "search").inputs["logPublishingOptions"].([]any) {
		types = append(types, option.(map[string]any)["logType"])
	}
	assert.Equal(t, []any{"ES_APPLICATION_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS", "AUDIT_LOGS"}, types)
}
