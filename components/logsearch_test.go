package components

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	domainToken       = "aws:opensearch/domain:Domain"
	functionToken     = "aws:lambda/function:Function"
	invocationToken   = "aws:lambda/invocation:Invocation"
	permissionToken   = "aws:lambda/permission:Permission"
	subscriptionToken = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"

	testDomainARN  = "arn:aws:es:us-east-1:123456789012:domain/aws-webapp-prod-search"
	testShipperARN = "arn:aws:iam::123456789012:role/aws-webapp-prod-LogsToOpenSearch"
	testSetupARN   = "arn:aws:iam::123456789012:role/aws-webapp-prod-LogsToOpenSearch-setup"
	testReaderARN  = "arn:aws:iam::123456789012:role/support"
	testEndpoint   = "vpc-search.us-east-1.es.amazonaws.com"
)

func testLogSearchArgs(t *testing.T) LogSearchArgs {
	t.Helper()
	code := filepath.Join(t.TempDir(), "logshipper.zip")
	require.NoError(t, os.WriteFile(code, []byte("code"), 0o600))
	return LogSearchArgs{
		Scope:            testScope,
		VPCID:            pulumi.String("vpc-1"),
		SubnetIDs:        pulumi.ToStringArray([]string{"subnet-app-1", "subnet-app-2", "subnet-app-3"}),
		ZoneCount:        3,
		LogKeyARN:        pulumi.String(testLogKeyARN),
		LogRetentionDays: 30,
		EngineVersion:    "2.19",
		InstanceType:     "r6g.large.search",
		InstanceCount:    2,
		VolumeGiB:        100,
		ZoneAwareness:    true,
		OffPeakStartHour: 22,
		PackagePath:      code,
		RetentionDays:    30,
		IndexPeriod:      "day",
		LastResort:       LastResort{Bucket: "artifacts", KeyARN: pulumi.String(testDataKeyARN)},
		Sources:          []LogSource{{Name: "web", LogGroupName: "/ecs/web"}, {Name: "api", LogGroupName: "/ecs/api"}},
		TopicARN:         pulumi.String(testTopicARN),
	}
}

func logSearchProgram(args LogSearchArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewLogSearch(ctx, "search", &args)
		return err
	}
}

func changedLogSearch(t *testing.T, change func(*LogSearchArgs)) pulumi.RunFunc {
	t.Helper()
	args := testLogSearchArgs(t)
	change(&args)
	return logSearchProgram(args)
}

func TestLogSearchKeepsTheContract(t *testing.T) {
	deployed(t, logSearchProgram(testLogSearchArgs(t))).keepsContract(t, logSearchType, "search", map[string]any{
		"domainName":          "aws-webapp-prod-search",
		"domainArn":           testDomainARN,
		"endpoint":            testEndpoint,
		"dashboardsUrl":       "https://" + testEndpoint + "/_dashboards",
		"functionName":        "aws-webapp-prod-LogsToOpenSearch",
		"deadLetterQueueName": "aws-webapp-prod-search-dead-letters",
		"deadLetterQueueUrl":  "https://sqs.us-east-1.amazonaws.com/123456789012/search-dead-letters",
	})
}

func TestLogSearchRefusesItsOwnLogs(t *testing.T) {
	for _, own := range []string{
		"/aws/lambda/aws-webapp-prod-LogsToOpenSearch",
		"/aws/lambda/aws-webapp-prod-LogsToOpenSearch-setup",
		"/aws/OpenSearchService/domains/aws-webapp-prod-search/audit",
	} {
		err := refused(t, changedLogSearch(t, func(a *LogSearchArgs) { a.Sources[0].LogGroupName = own }))
		assert.ErrorContains(t, err, `log search "search": source "web" is `+own+", log search's own log group")
	}
}

func TestLogSearchRefusesMoreZonesThanSubnets(t *testing.T) {
	err := refused(t, changedLogSearch(t, func(a *LogSearchArgs) { a.ZoneCount = 4 }))
	assert.ErrorContains(t, err, "ZoneCount is 4 with 3 SubnetIDs")
	deployed(t, changedLogSearch(t, func(a *LogSearchArgs) { a.ZoneCount = 3 }))
}

func TestLogSearchNeedsItsPackage(t *testing.T) {
	err := refused(t, changedLogSearch(t, func(a *LogSearchArgs) { a.PackagePath = "nowhere/logshipper.zip" }))
	assert.ErrorContains(t, err, "PackagePath: open nowhere/logshipper.zip")
}

// Only the functions and the readers' networks reach the domain, and the domain reaches
// nothing.
func TestLogSearchFlows(t *testing.T) {
	rec := deployed(t, changedLogSearch(t, func(a *LogSearchArgs) { a.ReaderCIDRs = []string{"10.8.0.0/16"} }))
	for group, tier := range map[string]string{"search-domain": "search", "search-functions": "shipper"} {
		inputs := rec.one(t, "aws:ec2/securityGroup:SecurityGroup", group).inputs
		assert.Equal(t, tier, inputs["tags"].(map[string]any)[TierTag])
		assert.NotContains(t, inputs, "ingress")
		assert.NotContains(t, inputs, "egress")
	}
	flows := map[string]map[string]any{}
	for _, typ := range []string{
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
		"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
	} {
		for _, rule := range rec.ofType(typ) {
			assert.NotEmpty(t, rule.inputs["description"], rule.name)
			delete(rule.inputs, "description")
			delete(rule.inputs, "tags")
			flows[rule.name] = rule.inputs
		}
	}
	tcp := func(owner, key, peer string) map[string]any {
		return map[string]any{"securityGroupId": owner, key: peer, "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0}
	}
	assert.Equal(t, map[string]map[string]any{
		"search-functions-to-domain":     tcp("search-functions-id", "referencedSecurityGroupId", "search-domain-id"),
		"search-functions-to-anywhere":   tcp("search-functions-id", "cidrIpv4", "0.0.0.0/0"),
		"search-domain-from-functions":   tcp("search-domain-id", "referencedSecurityGroupId", "search-functions-id"),
		"search-domain-from-10.8.0.0_16": tcp("search-domain-id", "cidrIpv4", "10.8.0.0/16"),
	}, flows)
}

func TestLogSearchAlarms(t *testing.T) {
	rec := deployed(t, logSearchProgram(testLogSearchArgs(t)))
	type alarm struct {
		metric, comparison string
		threshold          float64
		dimensions         map[string]any
	}
	domain := map[string]any{"DomainName": "aws-webapp-prod-search", "ClientId": "123456789012"}
	shipper := map[string]any{"FunctionName": "aws-webapp-prod-LogsToOpenSearch"}
	found := map[string]alarm{}
	for _, a := range rec.ofType("aws:cloudwatch/metricAlarm:MetricAlarm") {
		if a.name == "search-key" {
			assert.Len(t, a.inputs["metricQueries"], 3, "the sum of two metrics")
			continue
		}
		found[a.name] = alarm{
			a.inputs["namespace"].(string) + "/" + a.inputs["metricName"].(string), a.inputs["comparisonOperator"].(string),
			a.inputs["threshold"].(float64), a.inputs["dimensions"].(map[string]any),
		}
		assert.Equal(t, []any{testTopicARN}, a.inputs["alarmActions"], a.name)
		assert.Equal(t, []any{testTopicARN}, a.inputs["okActions"], a.name)
	}
	assert.Equal(t, map[string]alarm{
		"search-red":            {"AWS/ES/ClusterStatus.red", comparisonAtLeast, 1, domain},
		"search-yellow":         {"AWS/ES/ClusterStatus.yellow", comparisonAtLeast, 1, domain},
		"search-writes-blocked": {"AWS/ES/ClusterIndexWritesBlocked", comparisonAtLeast, 1, domain},
		"search-storage":        {"AWS/ES/FreeStorageSpace", comparisonBelow, 25600, domain},
		"search-snapshots":      {"AWS/ES/AutomatedSnapshotFailure", comparisonAtLeast, 1, domain},
		"search-nodes":          {"AWS/ES/Nodes", comparisonBelow, 2, domain},
		"search-jvm":            {"AWS/ES/JVMMemoryPressure", comparisonAtLeast, 95, domain},
		"search-errors":         {"AWS/Lambda/Errors", comparisonAtLeast, 1, shipper},
		"search-dropped":        {"AWS/Lambda/AsyncEventsDropped", comparisonAtLeast, 1, shipper},
		"search-oversized":      {"AWS/Lambda/DeadLetterErrors", comparisonAtLeast, 1, shipper},
		"search-lost":           {"AWS/Lambda/DestinationDeliveryFailures", comparisonAtLeast, 1, shipper},
		"search-flattened":      {"LogShipper/Flattened", comparisonAtLeast, 10, shipper},
		"search-dead-letters": {
			"AWS/SQS/ApproximateNumberOfMessagesVisible", comparisonAbove, 0,
			map[string]any{"QueueName": "aws-webapp-prod-search-dead-letters"},
		},
	}, found)
}

// Index management gives its own indices a replica: a domain with one node stays yellow.
func TestOneNodeHasNoAlarmOnReplicas(t *testing.T) {
	rec := deployed(t, changedLogSearch(t, func(a *LogSearchArgs) { a.InstanceCount, a.ZoneAwareness = 1, false }))
	names := rec.names("aws:cloudwatch/metricAlarm:MetricAlarm")
	assert.Contains(t, names, "search-red")
	assert.NotContains(t, names, "search-yellow")
}

// The alarm on flattened lines watches the metric as the function writes it.
func TestFlattenedLinesAreCountedForTheFunction(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "lambda", "logshipper", "metrics.go"))
	require.NoError(t, err)
	assert.Contains(t, string(source), `{"FunctionName"}}`)
	assert.Contains(t, string(source), `{"Flattened", "Count"}`)
}
