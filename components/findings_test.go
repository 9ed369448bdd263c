package components

import (
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
