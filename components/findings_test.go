package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func findingsProgram(severity FindingSeverity) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := NewFindings(ctx, "findings", &FindingsArgs{
			Scope: testScope, Severity: severity, TopicARN: pulumi.String(topicARN),
		})
		return err
	}
}

// What each service's events look like, and what of them a message says.
func TestWhichFindingsAreReported(t *testing.T) {
	rec := deployed(t, findingsProgram(FindingHigh))
	for name, want := range map[string]struct {
		source, kind string
		says         []string
		paths        map[string]any
	}{
		"guardduty": {
			"aws.guardduty", "GuardDuty Finding",
			[]string{"GuardDuty, severity <severity>: <title> (<type>, <id>)."},
			map[string]any{
				"severity": "$.detail.severity", "title": "$.detail.title", "type": "$.detail.type", "id": "$.detail.id",
			},
		},
		"securityhub": {
			"aws.securityhub", "Security Hub Findings - Imported",
			[]string{"Security Hub, <severity>: <title> (<resource>)."},
			map[string]any{
				"severity": "$.detail.findings[0].Severity.Label", "title": "$.detail.findings[0].Title",
				"resource": "$.detail.findings[0].Resources[0].Id",
			},
		},
		"access": {
			"aws.access-analyzer", "Access Analyzer Finding",
			[]string{"IAM Access Analyzer: <resource> can be reached from outside the account."},
			map[string]any{"resource": "$.detail.resource"},
		},
	} {
		name = "findings-" + name
		rule := rec.one(t, "aws:cloudwatch/eventRule:EventRule", name).inputs
		assert.Equal(t, "aws-webapp-prod-"+name, rule["name"])
		var pattern map[string]any
		require.NoError(t, json.Unmarshal([]byte(rule["eventPattern"].(string)), &pattern))
		assert.Equal(t, []any{want.source}, pattern["source"])
		assert.Equal(t, []any{want.kind}, pattern["detail-type"])
		target := rec.one(t, "aws:cloudwatch/eventTarget:EventTarget", name).inputs
		assert.Equal(t, "alerts", target["targetId"])
		message := target["inputTransformer"].(map[string]any)
		assert.Equal(t, want.paths, message["inputPaths"], name)
		for _, text := range want.says {
			assert.Contains(t, message["inputTemplate"], text)
		}
		alarm := rec.one(t, alarmType, name+"-undelivered").inputs
		assert.Equal(t, []any{topicARN}, alarm["alarmActions"])
		assert.Equal(t, map[string]any{"RuleName": "aws-webapp-prod-" + name}, alarm["dimensions"])
	}
	var pattern struct {
		Detail struct{ Findings map[string]any }
	}
	text := rec.one(t, "aws:cloudwatch/eventRule:EventRule", "findings-securityhub").inputs["eventPattern"].(string)
	require.NoError(t, json.Unmarshal([]byte(text), &pattern))
	delete(pattern.Detail.Findings, "Severity")
	assert.Equal(t, map[string]any{
		"Workflow": map[string]any{"Status": []any{"NEW"}}, "RecordState": []any{"ACTIVE"},
		"ProductName": []any{map[string]any{"anything-but": []any{"GuardDuty", "IAM Access Analyzer"}}},
	}, pattern.Detail.Findings, "new ones, each once")
}

// Each floor lets through what is as severe, or more, in the words of each service.
func TestFindingsFromASeverityOn(t *testing.T) {
	for severity, want := range map[FindingSeverity]struct {
		floor  float64
		labels []any
	}{
		FindingMedium:   {4, []any{"MEDIUM", "HIGH", "CRITICAL"}},
		FindingHigh:     {7, []any{"HIGH", "CRITICAL"}},
		FindingCritical: {9, []any{"CRITICAL"}},
	} {
		rec := deployed(t, func(ctx *pulumi.Context) error {
			made, err := NewFindings(ctx, "findings", &FindingsArgs{
				Scope: testScope, Severity: severity, TopicARN: pulumi.String(topicARN),
			})
			if err == nil {
				assert.Len(t, made.AlarmNames, 3)
			}
			return err
		})
		const ruleType, targetType = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
		details := map[string]map[string]any{}
		for _, name := range []string{"findings-guardduty", "findings-securityhub", "findings-access"} {
			var pattern struct{ Detail map[string]any }
			text := rec.one(t, ruleType, name).inputs["eventPattern"].(string)
			require.NoError(t, json.Unmarshal([]byte(text), &pattern))
			details[name] = pattern.Detail
			target := rec.one(t, targetType, name).inputs
			assert.Equal(t, topicARN, target["arn"])
			template := target["inputTransformer"].(map[string]any)["inputTemplate"]
			assert.Regexp(t, `^"Security team: .*\."$`, template, "who acts comes first")
		}
		assert.Equal(t, []any{map[string]any{"numeric": []any{">=", want.floor}}}, details["findings-guardduty"]["severity"])
		findings := details["findings-securityhub"]["findings"].(map[string]any)
		assert.Equal(t, want.labels, findings["Severity"].(map[string]any)["Label"])
		assert.Equal(t, []any{"ACTIVE"}, details["findings-access"]["status"])
	}
}
