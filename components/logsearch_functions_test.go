package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const testQueueURL = "https://sqs.us-east-1.amazonaws.com/123456789012/search-dead-letters"

func TestFunctionsRunInTheVPC(t *testing.T) {
	rec := deployed(t, logSearchProgram(testLogSearchArgs(t)))
	for logical, physical := range map[string]string{
		"search-shipper": "aws-webapp-prod-LogsToOpenSearch", "search-setup": "aws-webapp-prod-LogsToOpenSearch-setup",
	} {
		inputs := rec.one(t, functionToken, logical).inputs
		for key, want := range map[string]any{
			"name": physical, "runtime": "provided.al2023", "handler": "bootstrap", "architectures": []any{"arm64"},
			"kmsKeyArn": testLogKeyARN,
			"vpcConfig": map[string]any{
				"subnetIds":        []any{"subnet-app-1", "subnet-app-2", "subnet-app-3"},
				"securityGroupIds": []any{"search-functions-id"},
			},
			"loggingConfig": map[string]any{"logFormat": "Text", "logGroup": "/aws/lambda/" + physical},
		} {
			assert.Equal(t, want, inputs[key], "%s of %s", key, logical)
		}
		group := rec.one(t, logGroupToken, logical)
		assert.Equal(t, testLogKeyARN, group.inputs["kmsKeyId"])
		assert.InDelta(t, 30, group.inputs["retentionInDays"], 0)
	}
}

// The variables are those of lambda/logshipper, which refuses to start without them.
func TestFunctionsGetTheirSettings(t *testing.T) {
	rec := deployed(t, changedLogSearch(t, func(a *LogSearchArgs) {
		a.ReaderRoleARNs = []string{testReaderARN, "arn:aws:iam::123456789012:role/oncall"}
		a.AdministratorRoleARNs = []string{"arn:aws:iam::123456789012:role/oncall", testReaderARN}
	}))
	variables := func(function string) any {
		return rec.one(t, functionToken, function).inputs["environment"].(map[string]any)["variables"]
	}

	assert.Equal(t, map[string]any{
		"OPENSEARCH_ENDPOINT": testEndpoint, "DEAD_LETTER_QUEUE_URL": testQueueURL, "INDEX_PREFIX": "app-logs",
		"INDEX_PERIOD": "day",
	}, variables("search-shipper"))
	assert.Equal(t, map[string]any{
		"OPENSEARCH_ENDPOINT": testEndpoint, "DEAD_LETTER_QUEUE_URL": testQueueURL, "INDEX_PREFIX": "app-logs",
		"INDEX_PERIOD": "day", "RETENTION_DAYS": "30", "INDEX_SHARDS": "1", "INDEX_REPLICAS": "1",
		"WRITER_ROLE_ARN": testShipperARN, "READER_ROLE_ARNS": "arn:aws:iam::123456789012:role/oncall," + testReaderARN,
		"ADMINISTRATOR_ROLE_ARNS": "arn:aws:iam::123456789012:role/oncall," + testReaderARN,
	}, variables("search-setup"))
}

// With a single node there is nowhere to put a replica: the domain would stay yellow for ever.
func TestOneNodeHasNoReplicas(t *testing.T) {
	rec := deployed(t, changedLogSearch(t, func(a *LogSearchArgs) { a.InstanceCount, a.ZoneAwareness = 1, false }))
	setup := rec.one(t, functionToken, "search-setup").inputs["environment"].(map[string]any)["variables"].(map[string]any)
	assert.Equal(t, "0", setup["INDEX_REPLICAS"])
}

func TestFailedEventsAreKept(t *testing.T) {
	rec := deployed(t, logSearchProgram(testLogSearchArgs(t)))
	queue := rec.one(t, "aws:sqs/queue:Queue", "search-dead-letters")
	shipper := rec.one(t, functionToken, "search-shipper")

	assert.Equal(t, map[string]any{"targetArn": arnOf("aws:sqs/queue:Queue", "search-dead-letters")},
		shipper.inputs["deadLetterConfig"])
	assert.Equal(t, testLogKeyARN, queue.inputs["kmsMasterKeyId"])
	assert.InDelta(t, 14*86400, queue.inputs["messageRetentionSeconds"], 0, "as long as SQS keeps a message")
	assert.Greater(t, queue.inputs["visibilityTimeoutSeconds"], shipper.inputs["timeout"],
		"a replay would meet its own messages")
	policy := rec.one(t, "aws:sqs/queuePolicy:QueuePolicy", "search-dead-letters").policy(t, "policy")
	assert.Equal(t, map[string]any{
		"Effect": "Deny", "Principal": "*", "Action": "sqs:*",
		"Resource":  "arn:aws:sqs:us-east-1:123456789012:aws-webapp-prod-search-dead-letters",
		"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
	}, policy.sid(t, "TLSOnly"))
}

// A message of the queue holds 256 KiB, an event up to 1 MiB. Larger events go to S3; Lambda tests the
// function's role there before it accepts the destination.
func TestLargeEventsAreKept(t *testing.T) {
	rec := deployed(t, logSearchProgram(testLogSearchArgs(t)))
	kept := rec.one(t, "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "search-shipper")

	assert.Equal(t, "aws-webapp-prod-LogsToOpenSearch", kept.inputs["functionName"])
	assert.Equal(t, map[string]any{"onFailure": map[string]any{"destination": "arn:aws:s3:::artifacts"}},
		kept.inputs["destinationConfig"])
	assert.InDelta(t, 2, kept.inputs["maximumRetryAttempts"], 0)
	assert.InDelta(t, 6*3600, kept.inputs["maximumEventAgeInSeconds"], 0)
	policy := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "search-shipper-last-resort")
	assert.True(t, kept.dependsOn(policy))
	assert.Equal(t, []map[string]any{
		{
			"Sid": "KeepUndelivered", "Effect": "Allow", "Action": "s3:PutObject",
			"Resource": "arn:aws:s3:::artifacts/aws/lambda/async/aws-webapp-prod-LogsToOpenSearch/*",
		},
		{"Sid": "FindBucket", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::artifacts"},
		{
			"Sid": "UseBucketKey", "Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": testDataKeyARN,
			"Condition": map[string]any{"StringEquals": map[string]any{"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
		},
	}, policy.policy(t, "policy").Statement)
}

func TestConcurrencyIsReservedOnRequest(t *testing.T) {
	without := deployed(t, logSearchProgram(testLogSearchArgs(t))).one(t, functionToken, "search-shipper")
	with := deployed(t, changedLogSearch(t, func(a *LogSearchArgs) { a.MaxConcurrency = 20 })).one(t, functionToken,
		"search-shipper")

	assert.NotContains(t, without.inputs, "reservedConcurrentExecutions")
	assert.InDelta(t, 20, with.inputs["reservedConcurrentExecutions"], 0)
}

func TestRolesHaveTheRightsOfTheirFunction(t *testing.T) {
	rec := previewed(t, logSearchProgram(testLogSearchArgs(t)))
	network := []any{
		"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
		"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
	}
	run := func(function string) []map[string]any {
		return []map[string]any{
			{
				"Sid": "WriteLog", "Effect": "Allow", "Action": []any{"logs:CreateLogStream", "logs:PutLogEvents"},
				"Resource": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/" + function + ":*",
			},
			{"Sid": "JoinVPC", "Effect": "Allow", "Action": network, "Resource": "*"},
			{
				"Sid": "KeepCodeFromNetworkInterfaces", "Effect": "Deny", "Action": network, "Resource": "*",
				"Condition": map[string]any{"ArnEquals": map[string]any{
					"lambda:SourceFunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:" + function,
				}},
			},
		}
	}
	statements := func(policy string) []map[string]any {
		return rec.one(t, "aws:iam/rolePolicy:RolePolicy", policy).policy(t, "policy").Statement
	}

	assert.Equal(t, append(
		run("aws-webapp-prod-LogsToOpenSearch"),
		map[string]any{
			"Sid": "WriteDocuments", "Effect": "Allow", "Action": "es:ESHttpPost",
			"Resource": testDomainARN + "/_bulk",
		},
		map[string]any{
			"Sid": "KeepAndReplayDeadLetters", "Effect": "Allow",
			"Action":   []any{"sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"},
			"Resource": "arn:aws:sqs:us-east-1:123456789012:aws-webapp-prod-search-dead-letters",
		},
	), statements("search-shipper-run"))
	assert.Equal(t, append(
		run("aws-webapp-prod-LogsToOpenSearch-setup"),
		map[string]any{
			"Sid": "PrepareDomain", "Effect": "Allow", "Action": []any{"es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"},
			"Resource": []any{
				testDomainARN + "/_index_template/*", testDomainARN + "/_plugins/*", testDomainARN + "/app-logs-*/_settings",
			},
		},
	), statements("search-setup-run"))
	assert.Equal(t, []map[string]any{{
		"Sid": "UseQueueKey", "Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"},
		"Resource":  testLogKeyARN,
		"Condition": map[string]any{"StringEquals": map[string]any{"kms:ViaService": "sqs.us-east-1.amazonaws.com"}},
	}}, statements("search-shipper-queue-key"))
	for role, function := range map[string]string{
		"search-shipper": "aws-webapp-prod-LogsToOpenSearch", "search-setup": "aws-webapp-prod-LogsToOpenSearch-setup",
	} {
		assert.Equal(t, []map[string]any{{
			"Sid": "DecryptOwnSettings", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": testLogKeyARN,
			"Condition": map[string]any{"StringEquals": map[string]any{
				"kms:EncryptionContext:aws:lambda:FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:" + function,
			}},
		}}, statements(role+"-settings-key"))
	}
}

// Lambda refuses a function whose role may not join the VPC, and a function without its
// security group rules reaches nothing.
func TestFunctionsWaitForWhatTheyNeed(t *testing.T) {
	rec := deployed(t, logSearchProgram(testLogSearchArgs(t)))
	for _, name := range []string{"search-shipper", "search-setup"} {
		function := rec.one(t, functionToken, name)
		for _, before := range []*recorded{
			rec.one(t, "aws:iam/rolePolicy:RolePolicy", name+"-run"),
			rec.one(t, domainToken, "search"),
			rec.one(t, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "search-functions-to-domain"),
			rec.one(t, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "search-domain-from-functions"),
		} {
			assert.True(t, function.dependsOn(before), "%s waits for %s", name, before.name)
		}
	}
}

// The domain is prepared again when the code, the settings or the domain changes.
func TestDomainIsPreparedAgainAfterAChange(t *testing.T) {
	rec := deployed(t, logSearchProgram(testLogSearchArgs(t)))
	invocation := rec.one(t, invocationToken, "search-setup")

	assert.Equal(t, `{"action":"setup"}`, invocation.inputs["input"])
	assert.Equal(t, "aws-webapp-prod-LogsToOpenSearch-setup", invocation.inputs["functionName"])
	assert.Equal(t, map[string]any{
		// SHA-256 of "code".
		"code":   "5694d08a2e53ffcae0c3103e5ad6f6076abd960eb1f8a56577040bc1028f702b",
		"domain": testEndpoint, "INDEX_PERIOD": "day", "RETENTION_DAYS": "30", "INDEX_SHARDS": "1", "INDEX_REPLICAS": "1",
		"WRITER_ROLE_ARN": testShipperARN, "READER_ROLE_ARNS": "", "ADMINISTRATOR_ROLE_ARNS": "",
	}, invocation.inputs["triggers"])
}

func TestGroupsAreSubscribedOnceEverythingIsReady(t *testing.T) {
	var group pulumi.Resource
	rec := deployed(t, func(ctx *pulumi.Context) error {
		alerts, err := NewAlerts(ctx, "alerts", &AlertsArgs{Scope: testScope, KeyARN: pulumi.String(testLogKeyARN)})
		if err != nil {
			return err
		}
		group = alerts
		args := testLogSearchArgs(t)
		args.Sources[0].After = []pulumi.Resource{group}
		return logSearchProgram(args)(ctx)
	})
	assert.Equal(t, []string{"search-logs-ecs"}, rec.names(permissionToken), "a function has 20 KB for all")
	permission := rec.one(t, permissionToken, "search-logs-ecs")
	assert.Equal(t, map[string]any{
		"function": "aws-webapp-prod-LogsToOpenSearch", "action": "lambda:InvokeFunction",
		"principal": "logs.us-east-1.amazonaws.com",
		"sourceArn": "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/*", "sourceAccount": "123456789012",
	}, permission.inputs)
	for _, name := range []string{"web", "api"} {
		filter := rec.one(t, subscriptionToken, "search-from-"+name)
		assert.Equal(t, map[string]any{
			"logGroup": "/ecs/" + name, "destinationArn": arnOf(functionToken, "search-shipper"), "filterPattern": "",
		}, filter.inputs)
		assert.True(t, filter.dependsOn(permission), "CloudWatch Logs tries the function first")
		assert.True(t, filter.dependsOn(rec.one(t, invocationToken, "search-setup")), "documents would get guessed types")
	}
	topic := rec.one(t, "aws:sns/topic:Topic", "alerts")
	assert.True(t, rec.one(t, subscriptionToken, "search-from-web").dependsOn(topic), "the group is there first")
	assert.False(t, rec.one(t, subscriptionToken, "search-from-api").dependsOn(topic))
}
