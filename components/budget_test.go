package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

// A budget hears of this stack's costs alone, and tells the topic before the money is spent.
func TestBudget(t *testing.T) {
	budget := deployed(t, func(ctx *pulumi.Context) error {
		_, err := NewBudget(ctx, "spending", &BudgetArgs{
			Scope: testScope, MonthlyUSD: 900, TopicARN: pulumi.String(testTopicARN),
		})
		return err
	}).one(t, "aws:budgets/budget:Budget", "spending").inputs
	assert.Equal(t, "900", budget["limitAmount"])
	assert.Equal(t, "USD", budget["limitUnit"])
	assert.Equal(t, "MONTHLY", budget["timeUnit"])
	assert.Equal(t, "aws-webapp-prod-spending", budget["name"])
	ours := map[string]any{"name": "TagKeyValue", "values": []any{"user:Stack$prod"}}
	assert.Equal(t, []any{ours}, budget["costFilters"])
	told := map[string][]any{}
	for _, one := range budget["notifications"].([]any) {
		notification := one.(map[string]any)
		kind := notification["notificationType"].(string)
		told[kind] = append(told[kind], notification["threshold"])
		assert.Equal(t, []any{testTopicARN}, notification["subscriberSnsTopicArns"])
		assert.Equal(t, "GREATER_THAN", notification["comparisonOperator"])
		assert.Equal(t, "PERCENTAGE", notification["thresholdType"])
	}
	assert.Equal(t, map[string][]any{"ACTUAL": {80.0, 100.0}, "FORECASTED": {100.0}}, told)
}
