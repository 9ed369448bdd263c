package components

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func testWAFArgs() LoadBalancerArgs {
	args := testLoadBalancerArgs()
	args.WAF = &WAFArgs{
		ManagedRuleGroups:      []string{"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet"},
		RequestsPerFiveMinutes: 2000,
		RuleOverrides: []WAFRuleOverride{
			{"AWSManagedRulesCommonRuleSet", "SizeRestrictions_BODY", "count"},
			{"AWSManagedRulesCommonRuleSet", "NoUserAgent_HEADER", "allow"},
			{"AWSManagedRulesAmazonIpReputationList", "AWSManagedIPDDoSList", "block"},
		},
		LogKeyARN:        pulumi.String(logsKey),
		LogRetentionDays: 30,
	}
	return args
}

func wafRule(name string, priority float64, effect string, action, statement map[string]any) map[string]any {
	return map[string]any{
		"name": name, "priority": priority, effect: action, "statement": statement,
		"visibilityConfig": map[string]any{
			"cloudwatchMetricsEnabled": true, "sampledRequestsEnabled": true,
			"metricName": name,
		},
	}
}

var (
	reputation = managed("AWSManagedRulesAmazonIpReputationList", "AWSManagedIPDDoSList", "block")
	core       = managed("AWSManagedRulesCommonRuleSet", "SizeRestrictions_BODY", "count", "NoUserAgent_HEADER", "allow")
)

// managed is a group of AWS with the actions of its rules, by pairs.
func managed(name string, actions ...string) map[string]any {
	var overrides []any
	for pair := range slices.Chunk(actions, 2) {
		overrides = append(overrides, map[string]any{
			"name": pair[0], "actionToUse": map[string]any{pair[1]: map[string]any{}},
		})
	}
	return map[string]any{"managedRuleGroupStatement": map[string]any{
		"vendorName": "AWS", "name": name, "ruleActionOverrides": overrides,
	}}
}

var rateLimit = map[string]any{"rateBasedStatement": map[string]any{
	"aggregateKeyType": "IP", "evaluationWindowSec": 300.0, "limit": 2000.0,
}}

func TestWAFRules(t *testing.T) {
	none := map[string]any{"none": map[string]any{}}
	count := map[string]any{"count": map[string]any{}}
	tests := map[string]struct {
		countOnly bool
		want      []any
	}{
		"blocking": {false, []any{
			wafRule("AWSManagedRulesAmazonIpReputationList", 0, "overrideAction", none, reputation),
			wafRule("AWSManagedRulesCommonRuleSet", 1, "overrideAction", none, core),
			wafRule("rate-limit", 2, "action",
				map[string]any{"block": map[string]any{"customResponse": map[string]any{"responseCode": 429.0}}}, rateLimit),
		}},
		"counting": {true, []any{
			wafRule("AWSManagedRulesAmazonIpReputationList", 0, "overrideAction", count, reputation),
			wafRule("AWSManagedRulesCommonRuleSet", 1, "overrideAction", count, core),
			wafRule("rate-limit", 2, "action", count, rateLimit),
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			args := testWAFArgs()
			args.WAF.CountOnly = test.countOnly
			acl := previewed(t, loadBalancerProgram(&args)).one(t, "aws:wafv2/webAcl:WebAcl", "web")
			assert.Equal(t, map[string]any{
				"scope":                "REGIONAL",
				"description":          "Managed rules and a rate limit before the load balancer.",
				"defaultAction":        map[string]any{"allow": map[string]any{}},
				"rules":                test.want,
				"dataProtectionConfig": map[string]any{"dataProtections": []any{credentialsProtected()}},
				"visibilityConfig": map[string]any{
					"cloudwatchMetricsEnabled": true, "sampledRequestsEnabled": true, "metricName": "aws-webapp-prod-web",
				},
				"tags": map[string]any{"Name": "web"},
			}, acl.inputs)
		})
	}
}

func TestWAFGuardsTheLoadBalancer(t *testing.T) {
	args := testWAFArgs()
	rec := deployed(t, loadBalancerProgram(&args))
	assert.Equal(t, map[string]any{
		"resourceArn": arnOf("aws:lb/loadBalancer:LoadBalancer", "web"),
		"webAclArn":   arnOf("aws:wafv2/webAcl:WebAcl", "web"),
	}, rec.one(t, "aws:wafv2/webAclAssociation:WebAclAssociation", "web").inputs)
	assert.Equal(t, arnOf("aws:wafv2/webAcl:WebAcl", "web"), rec.one(t, loadBalancerType, "web").outputs["webAclArn"])
}

func TestWAFLogIsEncryptedAndKeepsCredentialsOut(t *testing.T) {
	args := testWAFArgs()
	rec := deployed(t, loadBalancerProgram(&args))
	assert.Equal(t, map[string]any{
		"name":            "aws-waf-logs-aws-webapp-prod-web-waf",
		"retentionInDays": 30.0,
		"kmsKeyId":        logsKey,
	}, rec.one(t, "aws:cloudwatch/logGroup:LogGroup", "web-waf").inputs)

	logging := rec.one(t, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "web-waf")
	assert.Equal(t, map[string]any{
		"resourceArn":           arnOf("aws:wafv2/webAcl:WebAcl", "web"),
		"logDestinationConfigs": []any{arnOf("aws:cloudwatch/logGroup:LogGroup", "web-waf")},
		"redactedFields": []any{
			map[string]any{"singleHeader": map[string]any{"name": "authorization"}},
			map[string]any{"singleHeader": map[string]any{"name": "cookie"}},
		},
		"loggingFilter": map[string]any{
			"defaultBehavior": "DROP",
			"filters": []any{map[string]any{
				"behavior": "KEEP", "requirement": "MEETS_ANY",
				"conditions": []any{condition("BLOCK"), condition("COUNT"), condition("EXCLUDED_AS_COUNT")},
			}},
		},
	}, logging.inputs)
	assert.True(t, logging.dependsOn(rec.one(t, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy", "web-waf")),
		"without it AWS extends an account-wide policy of its own")
}

func condition(action string) map[string]any {
	return map[string]any{"actionCondition": map[string]any{"action": action}}
}

// credentialsProtected keeps credentials out of sampled requests, which the log's redaction does not reach.
func credentialsProtected() map[string]any {
	return map[string]any{"action": "SUBSTITUTION", "field": map[string]any{
		"fieldType": "SINGLE_HEADER", "fieldKeys": []any{"authorization", "cookie"},
	}}
}

func TestWAFLogsAllRequestsWithoutTheirQueryStrings(t *testing.T) {
	args := testWAFArgs()
	args.WAF.LogAll, args.WAF.RedactQueryStrings = true, true
	rec := deployed(t, loadBalancerProgram(&args))
	logging := rec.one(t, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "web-waf")
	assert.NotContains(t, logging.inputs, "loggingFilter")
	assert.Contains(t, logging.inputs["redactedFields"], map[string]any{"queryString": map[string]any{}})
	want := map[string]any{"dataProtections": []any{credentialsProtected(), map[string]any{
		"action": "SUBSTITUTION", "field": map[string]any{"fieldType": "QUERY_STRING"},
	}}}
	acl := rec.one(t, "aws:wafv2/webAcl:WebAcl", "web")
	assert.Equal(t, want, acl.inputs["dataProtectionConfig"], "sampled requests show them otherwise")
}

func TestWAFLogDeliveryIsKnownAtPreview(t *testing.T) {
	args := testWAFArgs()
	policy := previewed(t, loadBalancerProgram(&args)).one(t, "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
		"web-waf")
	assert.Equal(t, "aws-webapp-prod-web-waf", policy.inputs["policyName"])
	assert.Equal(t, map[string]any{
		"Effect":    "Allow",
		"Principal": map[string]any{"Service": "delivery.logs.amazonaws.com"},
		"Action":    []any{"logs:CreateLogStream", "logs:PutLogEvents"},
		"Resource":  "arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-aws-webapp-prod-web-waf:log-stream:*",
		"Condition": map[string]any{
			"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"},
			"ArnLike":      map[string]any{"aws:SourceArn": "arn:aws:logs:us-east-1:123456789012:*"},
		},
	}, policy.policy(t, "policyDocument").sid(t, "DeliverWAFLogs"))
}

func TestNoWAFUnlessAskedFor(t *testing.T) {
	args := testLoadBalancerArgs()
	rec := deployed(t, loadBalancerProgram(&args))
	assert.Empty(t, rec.ofType("aws:wafv2/webAcl:WebAcl"))
	assert.Empty(t, rec.ofType("aws:cloudwatch/logGroup:LogGroup"))
}
