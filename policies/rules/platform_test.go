package rules

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/control"
)

func TestLogs(t *testing.T) {
	actions := func(arn ...any) p { return p{"name": "errors", "alarmActions": arn} }
	rule := func(text any, actions ...any) made {
		return made{compositeAlarmType, "sum", p{"alarmName": "sum", "alarmRule": text, "alarmActions": actions}}
	}
	judgeAll(t, []judged{
		{control: "log-retention", want: passes, base: p{"retentionInDays": 30}, changes: []change{
			{"retentionInDays", 14, fails},
			{"retentionInDays", nil, fails},
			{"retentionInDays", 0, fails},
			{"retentionInDays", unknownText, open},
		}},
		{control: "log-retention", env: control.Prod, want: fails, base: p{"retentionInDays": 29}},
		{control: "log-retention", env: "staging", want: passes, base: p{"retentionInDays": 7}, changes: []change{
			{"retentionInDays", 6, fails},
		}},
		ownKeyed("log-customer-key", "", "kmsKeyId", p{"kmsKeyId": ours}),
		{control: "alarm-has-action", want: passes, base: actions("arn:topic"), changes: []change{
			{"alarmActions", []any{}, fails},
			{"alarmActions", nil, fails},
			{"actionsEnabled", false, fails},
			{"actionsEnabled", true, passes},
			{"alarmActions", unknownText, open},
		}},
		{control: "alarm-has-action", want: passes, base: actions(), others: []made{rule(`ALARM("errors")`, "arn:topic")}},
		{control: "alarm-has-action", want: passes, base: actions(), others: []made{rule(`ALARM(errors) OR ALARM(x)`,
			"arn:topic")}},
		{control: "alarm-has-action", want: passes, base: actions(), others: []made{
			rule(`ALARM("arn:aws:cloudwatch:us-east-1:123456789012:alarm:errors")`, "arn:topic"),
		}},
		{control: "alarm-has-action", want: fails, base: actions(), others: []made{rule(`ALARM("no-errors")`,
			"arn:topic")}},
		{control: "alarm-has-action", want: fails, base: actions(), others: []made{rule(`ALARM("errors-2")`, "arn:topic")}},
		{control: "alarm-has-action", want: fails, base: actions(), others: []made{rule(`ALARM("errors")`)}},
		{control: "alarm-has-action", want: open, base: actions(), others: []made{rule(unknownText, "arn:topic")}},
		{
			control: "alarm-has-action", typeToken: compositeAlarmType, want: passes,
			base: p{"alarmName": "inner"}, others: []made{rule(`ALARM("inner")`, "arn:topic")},
			changes: []change{{"alarmName", "x", fails}, {"name", "x", passes}},
		},
		{
			control: "alarm-has-action", typeToken: compositeAlarmType, want: fails, // two that name each other
			base: p{"alarmName": "inner", "alarmRule": `ALARM("sum")`}, others: []made{rule(`ALARM("inner")`)},
		},
	})
}

const (
	everyoneMay = `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}`
	weMay       = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},` +
		`"Action":"sqs:SendMessage","Resource":"*"}`
	noPlain = `{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*",` +
		`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
)

func TestMessaging(t *testing.T) {
	noPublish := policyOf(denied("sns:Publish", `"*"`, `"Bool":{"aws:SecureTransport":"false"}`))
	var rows []judged
	for _, row := range []struct{ of, policy, property, good string }{
		{topicType, topicPolicyType, "arn", noPublish}, {queueType, queuePolicyType, "queueUrl", policyOf(noPlain)},
	} {
		companion := func(policy any) []made {
			return []made{{row.policy, "policy", p{row.property: "it", "policy": policy}}}
		}
		for _, c := range []struct {
			policy any
			want   control.Verdict
		}{{row.good, passes}, {policyOf(weMay), fails}, {unknownText, open}, {"x", fails}} {
			rows = append(rows,
				judged{control: "messaging-tls-only", typeToken: row.of, want: c.want, others: companion(c.policy)},
				judged{
					control: "messaging-tls-only", typeToken: row.policy, want: c.want,
					base: p{row.property: "another", "policy": c.policy},
				},
				judged{control: "messaging-tls-only", typeToken: row.of, want: c.want, base: p{"policy": c.policy}})
		}
		rows = append(rows,
			judged{control: "messaging-tls-only", typeToken: row.of, want: fails},
			judged{
				control: "messaging-tls-only", typeToken: row.policy, want: none,
				base: p{row.property: "mine", "policy": row.good}, others: []made{{row.of, "mine", nil}},
			})
	}
	judgeAll(t, append(rows,
		judged{
			control: "messaging-tls-only", typeToken: queueType, want: fails, // a queue can do more than publish
			others: []made{{queuePolicyType, "policy", p{"queueUrl": "it", "policy": policyOf(
				denied("sqs:SendMessage", `"*"`, `"Bool":{"aws:SecureTransport":"false"}`))}}},
		},
		ownKeyed("sns-customer-key", "", "kmsMasterKeyId", p{"kmsMasterKeyId": ours}),
		ownKeyed("sqs-customer-key", "", "kmsMasterKeyId", p{"kmsMasterKeyId": ours}),
		judged{control: "sqs-encrypted", want: passes, changes: []change{
			{"sqsManagedSseEnabled", false, fails}, {"sqsManagedSseEnabled", true, passes},
		}},
		judged{
			control: "sqs-encrypted", want: passes, base: p{"kmsMasterKeyId": ours},
			changes: []change{{"sqsManagedSseEnabled", false, passes}},
		},
		judged{control: "sqs-no-wildcard-actions", typeToken: queueType, want: none, changes: []change{
			{"policy", policyOf(weMay), passes}, {"policy", policyOf(everyoneMay), fails}, {"policy", unknownText, open},
		}},
		judged{control: "sns-not-public", want: passes, base: p{"policy": noPublish}, changes: []change{
			{"policy", policyOf(everyoneMay), fails},
		}},
	))
}

func TestKeysAndSecrets(t *testing.T) {
	var rows []judged
	for _, typeToken := range allKeys {
		property, other := "enabled", "isEnabled"
		if typeToken == keyType {
			property, other = other, property
		}
		rows = append(rows,
			judged{control: "kms-key-enabled", typeToken: typeToken, want: passes, changes: []change{
				{property, false, fails}, {property, true, passes}, {other, false, passes},
			}},
			judged{
				control: "kms-key-not-public", typeToken: typeToken, want: passes, base: p{"policy": policyOf(weMay)},
				changes: []change{
					{"policy", policyOf(everyoneMay), fails}, {"policy", nil, passes},
				},
			})
	}
	rotated := func(rules p) p { return p{"rotationRules": rules} }
	for _, c := range []struct {
		rules p
		want  control.Verdict
	}{
		{p{"automaticallyAfterDays": 90}, passes},
		{p{"automaticallyAfterDays": 1}, passes},
		{p{"automaticallyAfterDays": 91}, fails},
		{p{"automaticallyAfterDays": 0}, fails},
		{nil, fails},
		{p{"scheduleExpression": "rate(90 days)"}, passes},
		{p{"scheduleExpression": "rate(91 days)"}, fails},
		{p{"scheduleExpression": "x"}, fails},
		{p{"scheduleExpression": unknownText}, open},
		{p{"automaticallyAfterDays": 91, "scheduleExpression": "rate(1 day)"}, fails},
	} {
		rows = append(rows,
			judged{control: "secret-rotation", typeToken: secretRotationType, want: c.want, base: rotated(c.rules)},
			judged{control: "secret-rotation", typeToken: secretType, want: c.want, others: []made{
				{secretRotationType, "of-it", p{"secretId": "it", "rotationRules": c.rules}},
			}})
	}
	judgeAll(t, append(rows,
		judged{control: "secret-rotation", typeToken: secretType, want: fails, others: []made{
			{secretRotationType, "of-another", p{"secretId": "x", "rotationRules": p{"automaticallyAfterDays": 1}}},
		}},
		ownKeyed("secret-customer-key", secretType, "kmsKeyId", p{"kmsKeyId": ours}),
		ownKeyed("secret-customer-key", dbInstanceType, "masterUserSecretKmsKeyId",
			p{"manageMasterUserPassword": true, "masterUserSecretKmsKeyId": ours}),
		judged{control: "secret-customer-key", typeToken: dbClusterType, want: none, changes: []change{
			{"manageMasterUserPassword", true, fails}, {"manageMasterUserPassword", false, none},
		}},
		judged{control: "kms-key-rotation", want: passes, base: p{"enableKeyRotation": true}, changes: []change{
			{"enableKeyRotation", false, fails},
			{"enableKeyRotation", nil, fails},
			{"rotationPeriodInDays", 366, passes},
			{"rotationPeriodInDays", 367, fails},
			{"rotationPeriodInDays", 90, passes},
			{"rotationPeriodInDays", 89, fails},
			{"customerMasterKeySpec", "RSA_2048", none},
			{"customerMasterKeySpec", "SYMMETRIC_DEFAULT", passes},
			{"customerMasterKeySpec", "", passes},
			{"keyUsage", "SIGN_VERIFY", none},
			{"keyUsage", "ENCRYPT_DECRYPT", passes},
			{"keyUsage", "", passes},
		}},
	))
}

// What the pack repairs is repaired to what the control wants.
func TestRepairs(t *testing.T) {
	for _, c := range All() {
		if c.Remedy == nil {
			continue
		}
		params := control.Defaults(c.Params)
		wrong := any(p{"rotationPeriodInDays": 1000})
		for _, patch := range c.Remedy(in{Resource: build(made{c.Types[0], "it", p{}}), Params: params}) {
			if patch.Value == true {
				wrong = with(wrong, patch.Path, false)
			}
		}
		inputs, _ := wrong.(p)
		verdict, _ := judged{typeToken: c.Types[0]}.verdict(c, inputs)
		assert.Equal(t, fails, verdict, "%s has nothing to repair in %v", c.Name, inputs)
		for _, patch := range c.Remedy(in{Resource: build(made{c.Types[0], "it", inputs}), Params: params}) {
			wrong = with(wrong, patch.Path, patch.Value)
		}
		inputs, _ = wrong.(p)
		verdict, why := judged{typeToken: c.Types[0]}.verdict(c, inputs)
		assert.Equal(t, passes, verdict, "%s repairs %s to what it refuses: %v", c.Name, c.Types[0], why)
	}
}

func TestFunctions(t *testing.T) {
	variables := func(v any) p { return p{"environment": p{"variables": v}, "kmsKeyArn": ours} }
	judgeAll(t, []judged{
		{control: "lambda-environment", want: passes, base: variables(p{"STAGE": "prod"}), changes: []change{
			{"kmsKeyArn", nil, fails},
			{"environment.variables.DB_PASSWORD", "hunter2", fails},
			{"environment.variables", unknownText, open},
			{"environment.variables.STAGE", unknownText, passes},
		}},
		{control: "lambda-environment", want: passes, changes: []change{{"environment.variables", p{}, passes}}},
		{control: "lambda-in-vpc", want: passes, base: p{"vpcConfig": p{"subnetIds": []any{"a", "b"}}}, changes: []change{
			{"vpcConfig.subnetIds", []any{"a"}, fails}, {"vpcConfig", nil, fails}, {"vpcConfig.subnetIds", unknownText, open},
		}},
		{
			control: "lambda-permission-narrow", typeToken: functionURLType, want: passes,
			base: p{"authorizationType": "AWS_IAM"}, changes: []change{
				{"authorizationType", "NONE", fails}, {"authorizationType", nil, fails},
			},
		},
		{
			control: "lambda-permission-narrow", typeToken: permissionType, want: passes,
			base: p{"principal": "events.amazonaws.com", "sourceArn": "arn:aws:events:us-east-1:123456789012:rule/a"},
			changes: []change{
				{"sourceArn", nil, fails},
				{"sourceArn", "arn:aws:s3:::*", fails},
				{"sourceArn", unknownText, open},
				{"sourceArn", "arn:aws:events:us-east-1:*:rule/a", fails},
				{"principal", unknownText, open},
				{"principal", "*", fails},
				{"principal", "123456789012", passes},
				{"principal", "s3.amazonaws.com.cn", passes},
			},
		},
		{
			control: "lambda-permission-narrow", typeToken: permissionType, want: fails,
			base: p{"principal": "s3.amazonaws.com.cn"},
		},
		{
			control: "lambda-permission-narrow", typeToken: permissionType, want: passes,
			base: p{"principal": "*", "principalOrgId": "o-1"}, changes: []change{{"principalOrgId", nil, fails}},
		},
	})
}

// A function needs a place for events that failed, unless all of its callers wait for the answer.
func TestDeadLettersOfFunctions(t *testing.T) {
	invokes := func(arn string) string {
		return policyOf(`{"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"` + arn + `"}`)
	}
	deploying := func(service, arn string) []made {
		trust := policyOf(`{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}`)
		return []made{
			{iamRoleType, "role", p{"assumeRolePolicy": trust}}, {iamRolePolicyType, "p", p{
				"role":   "role",
				"policy": invokes(arn),
			}},
		}
	}
	inline := func(arn string) made {
		return made{iamRoleType, "role", p{
			"assumeRolePolicy": policyOf(
				`{"Effect":"Allow","Principal":{"Service":"ecs.amazonaws.com"},"Action":"sts:AssumeRole"}`),
			"inlinePolicies": []any{p{"name": "x", "policy": invokes(arn)}},
		}}
	}
	calls := func(principal any) made {
		return made{permissionType, "calls", p{"function": "it", "principal": principal}}
	}
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:fn"
	base := p{"name": "fn", "arn": arn}
	rows := []judged{
		{control: "lambda-dead-letters", want: fails, base: base, changes: []change{
			{"deadLetterConfig.targetArn", "arn:queue", passes},
		}},
		{control: "lambda-dead-letters", want: passes, base: base, others: []made{
			{eventInvokeConfigType, "c", p{
				"functionName":      "it",
				"destinationConfig": p{"onFailure": p{"destination": "arn:q"}},
			}},
		}},
		{control: "lambda-dead-letters", want: fails, base: base, others: []made{
			{eventInvokeConfigType, "c", p{
				"functionName":      "it",
				"destinationConfig": p{"onSuccess": p{"destination": "arn:q"}},
			}},
		}},
		{control: "lambda-dead-letters", want: none, base: base, others: []made{{
			invocationType, "i",
			p{"functionName": "it"},
		}}},
		{control: "lambda-dead-letters", want: fails, base: base, others: []made{calls("events.amazonaws.com")}},
		{
			control: "lambda-dead-letters", want: fails, base: base,
			others: []made{{invocationType, "i", p{"functionName": "it"}}, calls("events.amazonaws.com")},
		},
		{control: "lambda-dead-letters", want: none, base: base, others: deploying("codedeploy.amazonaws.com", arn)},
		{control: "lambda-dead-letters", want: none, base: base, others: deploying("ecs.amazonaws.com", arn+":live")},
		{control: "lambda-dead-letters", want: fails, base: base, others: deploying("ec2.amazonaws.com", arn)},
		{control: "lambda-dead-letters", want: fails, base: base, others: deploying("ecs.amazonaws.com", arn+"2")},
		{control: "lambda-dead-letters", want: none, base: base, others: []made{inline(arn)}},
		{control: "lambda-dead-letters", want: fails, base: base, others: []made{inline(arn + "2")}},
		{control: "lambda-dead-letters", want: fails, base: base, others: []made{{
			iamRoleType, "role",
			p{"inlinePolicies": []any{
				p{"name": "x", "policy": invokes(arn)},
			}},
		}}},
	}
	for _, waits := range []string{
		"apigateway.amazonaws.com", "elasticloadbalancing.amazonaws.com", "cognito-idp.amazonaws.com", "lex.amazonaws.com",
		"lexv2.amazonaws.com", "alexa-appkit.amazon.com",
	} {
		rows = append(rows, judged{control: "lambda-dead-letters", want: none, base: base, others: []made{calls(waits)}})
	}
	judgeAll(t, rows)
}

// Messages name a variable that looks like a secret, unless its name is one, too.
func TestNamesOfVariables(t *testing.T) {
	secret := func(s string) resource.PropertyValue { return resource.MakeSecret(resource.NewStringProperty(s)) }
	project := func(name any) []string {
		r := build(made{buildProjectType, "build", p{"environment": p{"environmentVariables": []any{
			p{"name": "STAGE", "value": "prod"}, p{"name": name, "value": "hunter2"},
		}}}})
		return judgeBuildSecrets(in{Resource: r}).Problems
	}
	function := func(variables any) []string {
		r := build(made{functionType, "fn", p{"environment": p{"variables": variables}, "kmsKeyArn": ours}})
		return judgeFunctionEnvironment(in{Resource: r}).Problems
	}
	assert.Len(t, project("DB_PASSWORD"), 1)
	assert.Contains(t, project("DB_PASSWORD")[0],
		`variable "DB_PASSWORD" of project build looks like a secret in plain text: `)
	assert.Len(t, project(secret("DB_PASSWORD")), 1)
	assert.Contains(t, project(secret("DB_PASSWORD"))[0],
		`variable 2 of project build looks like a secret in plain text: `)
	assert.Contains(t, project("AWS_ACCESS_KEY_ID")[0],
		`variable "AWS_ACCESS_KEY_ID" of project build looks like a secret in plain text: its name says so`)
	assert.Contains(t, function(p{"DB_PASSWORD": "hunter2"})[0],
		`environment variable "DB_PASSWORD" of function fn looks like a secret: `)
	hidden := resource.MakeSecret(resource.NewObjectProperty(resource.PropertyMap{
		"DB_PASSWORD": resource.NewStringProperty("hunter2"),
	}))
	for _, problem := range function(hidden) {
		assert.NotContains(t, problem, "DB_PASSWORD")
	}
}
