package stack_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// come maps an output to the property of the resource that it is, or is made of.
var come = map[string]map[string]struct{ from, property string }{
	"prod": {
		"albDnsName":                       {"aws:lb/loadBalancer:LoadBalancer::web", "dnsName"},
		"alertTopicArn":                    {"aws:sns/topic:Topic::app-alerts", "arn"},
		"applicationBucket":                {"aws:s3/bucketV2:BucketV2::storage-application", "bucket"},
		"artifactBucket":                   {"aws:s3/bucketV2:BucketV2::storage-artifacts", "bucket"},
		"logBucket":                        {"aws:s3/bucketV2:BucketV2::storage-logs", "bucket"},
		"backup.roleArn":                   {"aws:iam/role:Role::aws-webapp-prod-backup", "arn"},
		"backup.vaultName":                 {"aws:backup/vault:Vault::backup", "name"},
		"certificateArn":                   {"aws:acm/certificateValidation:CertificateValidation::web", "certificateArn"},
		"clusterName":                      {"aws:ecs/cluster:Cluster::cluster", "name"},
		"dashboardUrl":                     {"aws:cloudwatch/dashboard:Dashboard::dashboard", "dashboardName"},
		"databaseEndpoint":                 {"aws:rds/instance:Instance::database", "endpoint"},
		"databaseSecretArn":                {"aws:rds/instance:Instance::database", "masterUserSecrets"},
		"logSearch.dashboardsUrl":          {"aws:opensearch/domain:Domain::search", "endpoint"},
		"logSearch.deadLetterQueueUrl":     {"aws:sqs/queue:Queue::search-dead-letters", "url"},
		"logSearch.domainName":             {"aws:opensearch/domain:Domain::search", "domainName"},
		"logSearch.functionName":           {"aws:lambda/function:Function::search-shipper", "name"},
		"logSearch.setupFunctionName":      {"aws:lambda/function:Function::search-setup", "name"},
		"logSearch.lastResortBucket":       {"aws:s3/bucketV2:BucketV2::storage-artifacts", "bucket"},
		"savedQueries":                     {"aws:cloudwatch/queryDefinition:QueryDefinition::queries-latest-errors", "name"},
		"probeAlarm":                       {"aws:cloudwatch/metricAlarm:MetricAlarm::probe-unreachable", "name"},
		"rotationRelay.deadLetterQueueUrl": {"aws:sqs/queue:Queue::rotation-dead-letters", "url"},
		"rotationRelay.functionName":       {"aws:lambda/function:Function::rotation", "name"},
		"rotationRelay.logGroup":           {"aws:cloudwatch/logGroup:LogGroup::rotation", "name"},
		"services.*.alarms":                {"aws:cloudwatch/metricAlarm:MetricAlarm::visitor-book-5xx", "name"},
		"services.*.appSpec":               {"aws:lambda/function:Function::deployment-test", "name"},
		"services.*.codeDeployApplication": {"aws:codedeploy/application:Application::visitor-book", "name"},
		"services.*.codeDeployGroup":       {deploymentGroup, "deploymentGroupName"},
		"services.*.image":                 {"aws:ecs/taskDefinition:TaskDefinition::visitor-book", "containerDefinitions"},
		"services.*.logGroup":              {"aws:cloudwatch/logGroup:LogGroup::visitor-book", "name"},
		"services.*.name":                  {"aws:ecs/service:Service::visitor-book", "name"},
		"services.*.taskDefinitionArn":     {"aws:ecs/taskDefinition:TaskDefinition::visitor-book", "arn"},
		"services.*.taskFamily":            {"aws:ecs/taskDefinition:TaskDefinition::visitor-book", "family"},
		"services.*.url":                   {"aws:route53/record:Record::web-alias-visitors.example.com", "name"},
		"url":                              {"aws:route53/record:Record::web-alias-visitors.example.com", "name"},
		"vpcId":                            {"awsx:ec2:Vpc::network", "vpcId"},
		// The following come from the stack file.
		"alertSubscriptions":                  {},
		"privateUrl":                          {},
		"services.*.after":                    {},
		"services.*.kind":                     {},
		"services.*.queueUrl":                 {},
		"services.*.deadLetterUrl":            {},
		"services.*.migration.command":        {},
		"services.*.migration.timeoutMinutes": {},
		"services.*.protocolVersion":          {},
	},
	"delivery": {
		"connectionArn":               {"aws:codestarconnections/connection:Connection::pipeline", "arn"},
		"pipelineName":                {"aws:codepipeline/pipeline:Pipeline::pipeline", "name"},
		"repositoryUrl":               {"aws:ecr/repository:Repository::registry", "name"},
		"secretsProvider":             {"aws:kms/key:Key::keys-state", "arn"},
		"stateBackendUrl":             {"aws:s3/bucketV2:BucketV2::state", "bucket"},
		"roles.*.deploy":              {},
		"roles.*.permissionsBoundary": {},
		"roles.*.preview":             {},
	},
}

const deploymentGroup = "aws:codedeploy/deploymentGroup:DeploymentGroup::visitor-book"

// TestOutputs: commands, workflows and people read outputs by their names.
func TestOutputs(t *testing.T) {
	for name, all := range come {
		t.Run(name, func(t *testing.T) {
			g := graphOf(t, name)
			found := map[string]string{}
			flatten("", resource.NewProperty(g.outputs.inputs), found)
			for output, value := range found {
				from, known := all[output]
				assert.Truef(t, known, "output %s is new: say here where it comes from", output)
				if from.from == "" {
					continue
				}
				at := slices.IndexFunc(g.resources, func(r recorded) bool { return r.key() == from.from })
				require.GreaterOrEqual(t, at, 0, from.from)
				want := strings.Trim(renderValue(g.resources[at].outputs[resource.PropertyKey(from.property)]), "[]")
				// An image is in a document, and a secret in a list of objects.
				assert.Truef(t, strings.Contains(value, want) || strings.Contains(want, value),
					"output %s is %s, which has nothing of %s of %s, %s", output, value, from.property, from.from, want)
			}
			for output := range all {
				assert.Containsf(t, found, output, "output %s is gone: whoever reads it fails", output)
			}
		})
	}
}

// What only some stacks have is published as it is, too: it is what the commands run and look at.
func TestOutputsOfParts(t *testing.T) {
	subnets := "[subnet-network-app-1, subnet-network-app-2, subnet-network-app-3]"
	const definition, queue = "arn:aws:mock:us-east-1:123456789012:", "https://sqs.us-east-1.amazonaws.com/123456789012/"
	for name, want := range map[string]map[string]string{
		"prod with a task for operators": {
			"operator.minutes": "60", "operator.securityGroupId": "security-groups-app-operator-id",
			"operator.sessionLogGroup": "/ecs-exec/aws-webapp-prod-cluster", "operator.subnetIds": subnets,
			"operator.taskDefinitionArn": definition + "operator",
		},
		"prod with jobs": {
			"jobs.often.container": "often", "jobs.often.deadLetterUrl": queue + "often-dead-letters",
			"jobs.often.image": "visitor-book:1.0.0", "jobs.often.logGroup": "/ecs/often",
			"jobs.often.schedule": "rate(10 minutes)", "jobs.often.securityGroupId": "security-groups-app-often-id",
			"jobs.often.subnetIds": subnets, "jobs.often.taskDefinitionArn": definition + "often",
			"jobs.often.timeoutMinutes": "8", "jobs.nightly.timezone": "Europe/Berlin", "jobs.import.schedule": "",
			"jobs.import.deadLetterUrl": "", "jobs.import.timeoutMinutes": "600", "jobs.nightly.container": "nightly",
			"tasks.reindex.command": "[reindex]", "tasks.reindex.container": "visitor-book",
			"tasks.reindex.logGroup": "/ecs/visitor-book", "tasks.reindex.subnetIds": subnets,
			"tasks.reindex.securityGroupId":   "security-groups-app-visitor-book-id",
			"tasks.reindex.taskDefinitionArn": definition + "visitor-book", "tasks.reindex.timeoutMinutes": "60",
		},
		"staging with a cache": {
			"cache.name": "aws-webapp-staging-cache", "cache.address": "master.cache.abcdef.use1.cache.amazonaws.com",
			"cache.logGroups": "[/aws/elasticache/aws-webapp-staging-cache/slow-log, " +
				"/aws/elasticache/aws-webapp-staging-cache/engine-log]",
		},
		"prod with a worker": {
			"services.news.kind": "worker", "services.news.queueUrl": queue + "news",
			"services.news.deadLetterUrl": queue + "news-dead-letters", "services.news.url": "",
			"services.api.queueUrl": "", "services.api.after": "[visitor-book]", "services.visitor-book.kind": "web",
		},
	} {
		for output, value := range want {
			at := resource.NewProperty(graphOf(t, name).outputs.inputs)
			for _, key := range strings.Split(output, ".") {
				require.Truef(t, at.IsObject() && at.ObjectValue().HasValue(resource.PropertyKey(key)), "%s: %s", name, output)
				at = at.ObjectValue()[resource.PropertyKey(key)]
			}
			assert.Equal(t, value, renderValue(at), "%s: %s", name, output)
		}
	}
}

// flatten lists outputs with * for names of services and stacks.
func flatten(name string, value resource.PropertyValue, found map[string]string) {
	if !value.IsObject() {
		found[name] = renderValue(value)
		return
	}
	for key, member := range value.ObjectValue() {
		switch name {
		case "":
			flatten(string(key), member, found)
		case "services", "roles", "jobs", "tasks", "fileSystems":
			flatten(name+".*", member, found)
		default:
			flatten(name+"."+string(key), member, found)
		}
	}
}

var outputRow = regexp.MustCompile("(?m)^\\| (`[^|]+`) \\|")

// TestOutputsAreDocumented: docs/operations.md lists exactly the existing outputs.
func TestOutputsAreDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## Stack outputs\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	documented := map[string]bool{}
	for _, row := range outputRow.FindAllStringSubmatch(section, -1) {
		for _, output := range strings.Split(row[1], ", ") {
			documented[strings.Trim(output, "`")] = true
		}
	}
	left := maps.Clone(documented)
	for _, name := range []string{"prod with a task for operators", "prod with jobs", "prod with files", "delivery"} {
		outputs := map[string]string{}
		flatten("", resource.NewProperty(graphOf(t, name).outputs.inputs), outputs)
		for output := range outputs {
			assert.Truef(t, documented[output], "docs/operations.md: Stack outputs lacks %s", output)
			delete(left, output)
		}
	}
	assert.Empty(t, left, "docs/operations.md: Stack outputs lists what no stack has")
}
