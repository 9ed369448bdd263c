package simaws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
)

// delivery is a stack of which a part waits for something that never comes unless every permission is right.
type delivery struct {
	// steps make the stack from its permissions.
	steps func(permissions ...string) []step
	// right are the permissions with which everything arrives.
	right []string
	// wrong lists what else each of them could be, and what is then said about it.
	wrong []map[string]string
}

const (
	ruleOfStack = `{"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:123456789012:rule/r"}}`
	otherRule   = `{"ArnEquals":{"aws:SourceArn":"arn:aws:events:us-east-1:123456789012:rule/other"}}`
	theQueue    = `{"StringEquals":{"kms:EncryptionContext:aws:sqs:arn":"arn:aws:sqs:us-east-1:123456789012:q"}}`
	useKeys     = `["kms:GenerateDataKey","kms:Decrypt"]`
	writeLogs   = `["logs:CreateLogStream","logs:PutLogEvents"]`
	nothing     = `{"Sid":"Nothing","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}`
)

// keyWith returns a step that makes the key "k" with a statement.
func keyWith(statement string) step {
	return step{key, "k", props{"policy": policyOf(keyOfAccount, statement)}}
}

// lambdaRole returns the role "r" of a function.
func lambdaRole(statements ...string) []step {
	return []step{
		{role, "r", props{"name": "r", "assumeRolePolicy": trust("lambda.amazonaws.com")}},
		{rolePolicy, "rp", props{"role": "${r.name}", "policy": policyOf(statements...)}},
	}
}

// logPolicyOf returns a resource policy of CloudWatch Logs.
func logPolicyOf(statement string) step {
	return step{resourcetypes.LogResourcePolicy, "lp", props{"policyName": "lp", "policyDocument": policyOf(statement)}}
}

// toQueue returns a rule whose events go to the encrypted queue "q" in one of two ways.
func toQueue(target props) func(permissions ...string) []step {
	return func(permissions ...string) []step {
		target["rule"] = "${rule.name}"
		return []step{
			keyWith(permissions[1]),
			{resourcetypes.Queue, "q", props{"name": "q", "kmsMasterKeyId": "${k.arn}"}},
			{resourcetypes.QueuePolicy, "qp", props{"queueUrl": "${q.id}", "policy": policyOf(permissions[0])}},
			{eventRule, "rule", props{"name": "r", "eventPattern": "{}"}},
			{eventTarget, "target", target},
		}
	}
}

var (
	queueIsRight = []string{
		when("Send", "events.amazonaws.com", `"sqs:SendMessage"`, "*", ruleOfStack),
		when("Encrypt", "events.amazonaws.com", useKeys, "*", theQueue),
	}
	queueIsWrong = []map[string]string{
		{
			when("Send", "events.amazonaws.com", `"sqs:SendMessage"`, "*", otherRule): `sqs:SendMessage is refused by ` +
				`the policy of queue q: statement "Send" asks for another aws:SourceArn than ` +
				`arn:aws:events:us-east-1:123456789012:rule/r`,
			when("Send", "sns.amazonaws.com", `"sqs:SendMessage"`, "*", ""): "no statement is about it",
		},
		{nothing: "kms:GenerateDataKey is refused by the policy of key"},
	}
)

func deliveriesOfStacks() map[string]delivery {
	const alarmed = "cloudwatch.amazonaws.com"
	topic := func(user step) func(permissions ...string) []step {
		return func(permissions ...string) []step {
			return []step{
				keyWith(permissions[1]),
				{alertTopic, "t", props{"name": "t", "kmsMasterKeyId": "${k.arn}"}},
				{topicPolicy, "tp", props{"arn": "${t.arn}", "policy": policyOf(permissions[0])}},
				user,
			}
		}
	}
	topicIsRight := func(service, condition string) []string {
		return []string{
			when("Publish", service, `"sns:Publish"`, "*", condition), when("Encrypt", service, useKeys, "*", ""),
		}
	}
	topicIsWrong := []map[string]string{
		{when("Publish", "sqs.amazonaws.com", `"sns:Publish"`, "*", ""): "sns:Publish is refused by the policy of topic t"},
		{nothing: "kms:GenerateDataKey is refused by the policy of key"},
	}
	intoGroup := func(more ...step) func(permissions ...string) []step {
		return func(permissions ...string) []step {
			return append([]step{
				{group, "g", props{"name": "aws-waf-logs-g"}}, logPolicyOf(permissions[0]),
			}, more...)
		}
	}
	logsAreRight := []string{when("Write", "delivery.logs.amazonaws.com", writeLogs, "${g.arn}:*", "")}
	logsAreWrong := []map[string]string{{
		when("Write", "delivery.logs.amazonaws.com", writeLogs, "${g.arn}", ""): "logs:CreateLogStream is refused by the " +
			"resource policies of CloudWatch Logs",
		when("Write", "delivery.logs.amazonaws.com", `"logs:CreateLogStream"`, "*", ""): "logs:PutLogEvents is refused",
	}}
	flow := step{resourcetypes.FlowLog, "flow", props{
		"vpcId": "${vpc.id}", "trafficType": "ALL", "iamRoleArn": "${r.arn}", "logDestination": "${g.arn}",
		"logDestinationType": "cloud-watch-logs",
	}}
	flowRole := step{role, "r", props{"name": "r", "assumeRolePolicy": trust("vpc-flow-logs.amazonaws.com")}}
	flowIsWrong := []map[string]string{
		{when("Log", "", writeLogs, "${g.arn}x:*", ""): "logs:CreateLogStream is refused by the policies of role r"},
	}
	scheduled := func(ecsParameters props, permissions ...string) []step {
		ecsParameters["taskDefinitionArn"] = "${t.arn}"
		return []step{
			{key, "k", props{"policy": policyOf(keyOfAccount)}},
			{role, "er", props{"name": "er", "assumeRolePolicy": trust("ecs-tasks.amazonaws.com")}},
			{cluster, "c", props{"name": "c"}},
			{task, "t", props{
				"family": "t", "executionRoleArn": "${er.arn}", "containerDefinitions": `[{"name":"t","image":"nginx"}]`,
			}},
			{resourcetypes.Queue, "q", props{"name": "q", "kmsMasterKeyId": "${k.arn}"}},
			{role, "r", props{"name": "r", "assumeRolePolicy": trust("scheduler.amazonaws.com")}},
			{rolePolicy, "rp", props{"role": "${r.name}", "policy": policyOf(permissions...)}},
			{resourcetypes.Schedule, "s", props{
				"scheduleExpression": "rate(1 day)", "flexibleTimeWindow": props{"mode": "OFF"}, "target": props{
					"arn": "${c.arn}", "roleArn": "${r.arn}", "deadLetterConfig": props{"arn": "${q.arn}"},
					"ecsParameters": ecsParameters,
				},
			}},
		}
	}
	scheduledTask := func(permissions ...string) []step {
		return scheduled(props{"propagateTags": "TASK_DEFINITION"}, permissions...)
	}
	is := func(key, value string) string { return `{"StringEquals":{"` + key + `":"` + value + `"}}` }
	return map[string]delivery{
		"a task by Scheduler": {scheduledTask, []string{
			when("Run", "", `"ecs:RunTask"`, "${t.arn}", is("ecs:cluster", "${c.arn}")),
			when("Pass", "", `"iam:PassRole"`, "${er.arn}", is("iam:PassedToService", "ecs-tasks.amazonaws.com")),
			when("Tag", "", `"ecs:TagResource"`, "arn:aws:ecs:us-east-1:123456789012:task/c/*",
				is("ecs:CreateAction", "RunTask")),
			when("Send", "", `"sqs:SendMessage"`, "${q.arn}", ""),
			when("Encrypt", "", useKeys, "${k.arn}", is("kms:EncryptionContext:aws:sqs:arn", "${q.arn}")),
		}, []map[string]string{
			{when("Run", "", `"ecs:RunTask"`, "${t.arn}", is("ecs:cluster", "other")): "ecs:RunTask is refused by the " +
				`policies of role r: statement "Run" asks for another ecs:cluster than arn:aws:ecs:us-east-1:`},
			{when("Pass", "", `"iam:PassRole"`, "${r.arn}", ""): "iam:PassRole is refused"},
			{nothing: "ecs:TagResource is refused"},
			{nothing: "sqs:SendMessage is refused"},
			{nothing: "kms:GenerateDataKey is refused"},
		}},
		"a task by Scheduler that has no tags": {func(permissions ...string) []step {
			return scheduled(props{}, append(permissions, when("Send", "", `"sqs:SendMessage"`, "*", ""),
				when("Encrypt", "", useKeys, "*", ""), when("Pass", "", `"iam:PassRole"`, "*", ""))...)
		}, []string{when("Run", "", `"ecs:RunTask"`, "*", "")}, []map[string]string{{nothing: "ecs:RunTask is refused"}}},
		"events to a queue": {toQueue(props{"arn": "${q.arn}"}), queueIsRight, queueIsWrong},
		"events to a queue with a key of another account": {func(permissions ...string) []step {
			return []step{
				{resourcetypes.Queue, "q", props{"name": "q", "kmsMasterKeyId": "arn:aws:kms:us-east-1:999999999999:key/k"}},
				{resourcetypes.QueuePolicy, "qp", props{"queueUrl": "${q.id}", "policy": policyOf(permissions...)}},
				{eventRule, "rule", props{"name": "r", "eventPattern": "{}"}},
				{eventTarget, "target", props{"rule": "${rule.name}", "arn": "${q.arn}"}},
			}
		}, queueIsRight[:1], queueIsWrong[:1]},
		"messages to a function of another account": {func(...string) []step {
			return []step{
				{resourcetypes.Topic, "t", props{"name": "t"}},
				{resourcetypes.TopicSubscription, "s", props{
					"topic": "${t.arn}", "protocol": "lambda", "filterPolicy": "{}",
					"endpoint": "arn:aws:lambda:us-east-1:999999999999:function:f",
				}},
			}
		}, nil, nil},
		"events that are kept": {toQueue(props{
			"arn": "arn:aws:lambda:us-east-1:999999999999:function:f", "deadLetterConfig": props{"arn": "${q.arn}"},
		}), queueIsRight, queueIsWrong},
		"an alarm": {topic(step{resourcetypes.MetricAlarm, "a", props{
			"name": "a", "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1, "okActions": []any{"${t.arn}"},
		}}), topicIsRight(
			alarmed, `{"ArnLike":{"aws:SourceArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:a"}}`), topicIsWrong},
		"a budget": {topic(step{resourcetypes.Budget, "b", props{
			"name": "b", "budgetType": "COST", "timeUnit": "MONTHLY", "notifications": []any{props{
				"subscriberSnsTopicArns": []any{"${t.arn}"}, "threshold": 1,
			}},
		}}), topicIsRight(
			"budgets.amazonaws.com", `{"ArnLike":{"aws:SourceArn":"arn:aws:budgets::123456789012:budget/b"}}`), topicIsWrong},
		"the firewall's log": {intoGroup(
			step{resourcetypes.WebACL, "acl", props{
				"scope": "REGIONAL", "defaultAction": props{"allow": props{}}, "visibilityConfig": props{},
			}},
			step{resourcetypes.WebACLLogging, "l", props{
				"resourceArn": "${acl.arn}", "logDestinationConfigs": []any{"${g.arn}"},
			}},
		), logsAreRight, logsAreWrong},
		"a cache's log": {intoGroup(step{resourcetypes.CacheGroup, "c", props{
			"replicationGroupId": "c", "description": "Cache", "engine": "valkey",
			"logDeliveryConfigurations": []any{props{"destination": "${g.name}"}},
		}}), logsAreRight, logsAreWrong},
		"flow logs": {func(permissions ...string) []step {
			return []step{
				{group, "g", props{"name": "g"}},
				flowRole,
				{rolePolicy, "rp", props{"role": "${r.name}", "policy": policyOf(permissions[0])}},
				flow,
			}
		}, []string{when("Log", "", writeLogs, "${g.arn}:*", "")}, flowIsWrong},
		"flow logs by a managed policy": {func(permissions ...string) []step {
			return []step{
				{group, "g", props{"name": "g"}},
				flowRole,
				{resourcetypes.ManagedPolicy, "mp", props{"policy": policyOf(permissions[0])}},
				{role, "another", props{"name": "another", "assumeRolePolicy": trust("vpc-flow-logs.amazonaws.com")}},
				{resourcetypes.RolePolicyAttachment, "at", props{
					"role": "${" + permissions[1] + ".name}", "policyArn": "${mp.arn}",
				}},
				flow,
			}
		}, []string{when("Log", "", writeLogs, "${g.arn}:*", ""), "r"}, append(flowIsWrong, map[string]string{
			"another": "logs:CreateLogStream is refused by the policies of role r",
		})},
		"a bucket's access log": {func(permissions ...string) []step {
			return []step{
				{bucket, "b", props{"bucket": "books"}},
				{bucket, "logs", props{"bucket": "logs"}},
				{bucketPolicy, "bp", props{"bucket": "${logs.id}", "policy": policyOf(permissions[0])}},
				{resourcetypes.BucketLogging, "bl", props{"bucket": "books", "targetBucket": "logs", "targetPrefix": "web/"}},
			}
		}, []string{when("Log", "logging.s3.amazonaws.com", `"s3:PutObject"`, "arn:aws:s3:::logs/web/*",
			`{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::books"}}`)}, []map[string]string{{
			when("Log", "logging.s3.amazonaws.com", `"s3:PutObject"`, "arn:aws:s3:::logs/api/*", ""): "s3:PutObject is " +
				"refused by the policy of bucket logs",
		}}},
		"letters of a function": {
			func(permissions ...string) []step {
				return append(lambdaRole(permissions[0], when("Send", "", `"sqs:SendMessage"`, "*", "")),
					step{key, "k", props{"policy": policyOf(keyOfAccount)}},
					step{resourcetypes.Queue, "q", props{"name": "q", "kmsMasterKeyId": "${k.arn}"}},
					step{function, "f", props{
						"role": "${r.arn}", "imageUri": "i", "deadLetterConfig": props{"targetArn": "${q.arn}"},
					}})
			},
			[]string{when("Encrypt", "", useKeys, "*", `{"StringEquals":{"kms:ViaService":"sqs.us-east-1.amazonaws.com"}}`)},
			[]map[string]string{{nothing: "kms:GenerateDataKey is refused by the policies of role r"}},
		},
		"settings of a function": {
			func(permissions ...string) []step {
				return append(lambdaRole(permissions[0]),
					step{key, "k", props{"policy": policyOf(keyOfAccount)}},
					step{function, "f", props{
						"name": "f", "role": "${r.arn}", "imageUri": "i", "environment": props{"variables": props{"A": "1"}},
						"kmsKeyArn": "${k.arn}",
					}},
					step{function, "theirs", props{
						"name": "theirs", "role": "arn:aws:iam::123456789012:role/theirs", "imageUri": "i",
						"environment": props{"variables": props{"A": "1"}}, "kmsKeyArn": "${k.arn}",
					}},
					step{function, "bare", props{"name": "bare", "role": "${r.arn}", "imageUri": "i", "kmsKeyArn": "${k.arn}"}})
			},
			[]string{when("Decrypt", "", `"kms:Decrypt"`, "*", `{"StringEquals":`+
				`{"kms:EncryptionContext:aws:lambda:FunctionArn":`+
				`"arn:aws:lambda:us-east-1:123456789012:function:f"}}`)},
			[]map[string]string{{nothing: "kms:Decrypt is refused by the policies of role r"}},
		},
	}
}

// TestWhatNeverArrives makes stacks with the right permissions, and then with each wrong one in turn.
func TestWhatNeverArrives(t *testing.T) {
	for name, d := range deliveriesOfStacks() {
		t.Run(name, func(t *testing.T) {
			undelivered := func(permissions ...string) error {
				e := start(t, simaws.Options{}, nil)
				e.vpc()
				for _, s := range d.steps(permissions...) {
					e.make(s.token, s.name, s.inputs)
				}
				return simaws.Undelivered(e.cloud)
			}
			require.NoError(t, undelivered(d.right...))
			for i, others := range d.wrong {
				for other, want := range others {
					permissions := append([]string{}, d.right...)
					permissions[i] = other
					err := undelivered(permissions...)
					require.ErrorContains(t, err, want)
					assert.ErrorContains(t, err, "Fix: ")
				}
			}
		})
	}
}

// TestWhoInvokes: a permission lets one service invoke a function, for one source, in one account.
func TestWhoInvokes(t *testing.T) {
	for what, tc := range map[string]struct {
		permission props
		want       string
	}{
		"the rule": {props{"principal": "events.amazonaws.com", "sourceArn": "${rule.arn}"}, ""},
		"any rule": {props{"principal": "events.amazonaws.com"}, ""},
		"by ARN":   {props{"principal": "events.amazonaws.com", "function": "${f.arn}"}, ""},
		"another rule": {
			props{"principal": "events.amazonaws.com", "sourceArn": "arn:aws:events:us-east-1:123456789012:rule/other"},
			"permission p (Permission) asks for another aws:SourceArn than arn:aws:events:us-east-1:123456789012:rule/r",
		},
		"an account": {
			props{"principal": "events.amazonaws.com", "sourceAccount": "123456789012"},
			"permission p (Permission) asks for aws:SourceAccount, which is not sent",
		},
		"another service": {
			props{"principal": "sns.amazonaws.com"},
			"lambda:InvokeFunction is refused by the permissions of function f: no statement is about it",
		},
		"an account instead of a service": {props{"principal": "123456789012"}, "no statement is about it"},
		"another action": {
			props{"principal": "events.amazonaws.com", "action": "lambda:GetFunction"}, "no statement is about it",
		},
		"another function": {props{"principal": "events.amazonaws.com", "function": "${g.name}"}, "no statement is about it"},
	} {
		t.Run(what, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			for _, s := range lambdaRole(nothing) {
				e.make(s.token, s.name, s.inputs)
			}
			for _, name := range []string{"f", "g"} {
				e.make(function, name, props{"name": name, "role": "${r.arn}", "imageUri": "i"})
			}
			e.make(eventRule, "rule", props{"name": "r", "eventPattern": "{}"})
			e.make(eventTarget, "target", props{"rule": "${rule.name}", "arn": "${f.arn}"})
			permission := props{"function": "${f.name}", "action": "lambda:InvokeFunction"}
			for name, value := range tc.permission {
				permission[name] = value
			}
			e.make(resourcetypes.FunctionPermission, "p", permission)
			err := simaws.Undelivered(e.cloud)
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
		})
	}
}

// SNS does not say that a function refuses its messages.
func TestMessagesThatReachNoFunction(t *testing.T) {
	for what, tc := range map[string]struct {
		permission props
		want       string
	}{
		"of the topic": {props{"principal": "sns.amazonaws.com", "sourceArn": "${topic.arn}"}, ""},
		"of another topic": {
			props{"principal": "sns.amazonaws.com", "sourceArn": "${topic.arn}-2"}, "another aws:SourceArn",
		},
		"of another caller": {props{"principal": "events.amazonaws.com"}, "no statement is about it"},
	} {
		t.Run(what, func(t *testing.T) {
			e := start(t, simaws.Options{}, nil)
			for _, s := range lambdaRole(nothing) {
				e.make(s.token, s.name, s.inputs)
			}
			e.make(function, "f", props{"name": "f", "role": "${r.arn}", "imageUri": "i"})
			e.make(resourcetypes.Topic, "topic", props{"name": "t"})
			e.make(resourcetypes.TopicSubscription, "s", props{
				"topic": "${topic.arn}", "protocol": "lambda", "endpoint": "${f.arn}", "filterPolicy": "{}",
			})
			tc.permission["function"], tc.permission["action"] = "${f.name}", "lambda:InvokeFunction"
			e.make(resourcetypes.FunctionPermission, "p", tc.permission)
			err := simaws.Undelivered(e.cloud)
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
			require.ErrorContains(t, err, "SNS invokes a function")
		})
	}
}
