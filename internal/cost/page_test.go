package cost

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// Two stacks side by side, and below them everything that an estimate is made of.
func TestThePage(t *testing.T) {
	gateway := Item{
		Resource: "a", What: "NAT gateway", Quantity: 730, Unit: "gateway-hour", UnitUSD: 0.045, MonthlyUSD: 32.85,
	}
	var small []Item
	for i := range 12 {
		small = append(small, Item{What: fmt.Sprint("kind ", i), Quantity: 1, Unit: "piece", UnitUSD: 1, MonthlyUSD: 1})
	}
	prod := &Estimate{
		Stack: "prod", Region: "us-east-1", MonthlyUSD: 100, MaxMonthlyUSD: 150, BudgetUSD: 120, Usage: DefaultUsage(),
		Notes: []string{"A note."},
		Components: []Component{
			{Name: "database", MonthlyUSD: 30, MaxMonthlyUSD: 80, Items: small},
			{Name: "network", MonthlyUSD: 70, MaxMonthlyUSD: 70, Items: []Item{gateway, gateway}},
		},
	}
	staging := &Estimate{
		Stack: "staging", Region: "eu-west-1", MonthlyUSD: 25, MaxMonthlyUSD: 30, MaxBudgetUSD: 40, Usage: DefaultUsage(),
		Components: []Component{{
			Name: "search", MonthlyUSD: 25, MaxMonthlyUSD: 30,
			Items: []Item{{What: "node", Price: "opensearch.x", Assumed: true, MonthlyUSD: 25}},
		}},
	}
	staging.Usage.NATGB = 7
	page := Page([]*Estimate{prod, staging})
	assert.Contains(t, page, "\n\n"+`## The stacks

| Component | prod, us-east-1 | at the most | staging, eu-west-1 | at the most |
|---|---:|---:|---:|---:|
| network | 70.00 | 70.00 | 0.00 | 0.00 |
| database | 30.00 | 80.00 | 0.00 | 0.00 |
| search | 0.00 | 0.00 | 25.00 | 30.00 |
| **total** | **100.00** | **150.00** | **25.00** | **30.00** |
| budget | 120.00 | none | none | 40.00 |
| share of prod | 100 % | 100 % | 25 % | 20 % |

prod: A note.

staging: No source was found for eu-west-1 of: opensearch.x. Those of us-east-1 stand in, for 25.00 USD of the total.

## What costs most in prod

| Component | What | Quantity | Price | USD a month |
|---|---|---:|---:|---:|
| network | NAT gateway | 1460 gateway-hour | 0.045 | 65.70 |
| database | kind 0 | 1 piece | 1 | 1.00 |
`)
	assert.Contains(t, page, "| database | kind 10 | 1 piece | 1 | 1.00 |\n\n## What costs most in staging\n",
		"twelve kinds are enough")
	assert.Contains(t, page, "| Key | Default | prod | staging | Meaning |\n|---|---:|---:|---:|---|\n| `hoursPerMonth` |")
	assert.Contains(t, page, "\n| `natGB` | 50 | 50 | 7 | Traffic through all NAT gateways |\n")
	assert.Contains(t, page, "\n| Price | Unit | us-east-1 | us-west-2 | eu-west-1 | Sources |\n"+
		"|---|---|---:|---:|---:|---|\n")
	assert.Contains(t, page, "\n| `nat.hour` | gateway-hour | 0.045 | | 0.048 | test |\n")
	assert.Contains(t, page, "\n| `kms.key` | key-month | 1 | 1 | 1 | test |\n")
	assert.Contains(t, page, "\n| test | [The prices of the tests](https://aws.amazon.com/pricing/) | 2026-10-07 |\n")
	for _, f := range fields() {
		assert.Contains(t, page, fmt.Sprintf("\n| `%s` | %g |", f.name, f.fallback))
	}
	for name, price := range Prices().Prices {
		assert.Contains(t, page, "\n| `"+name+"` | "+price.Unit+" |")
	}
	for _, row := range resourcetypes.All() {
		line := "\n| `" + row.Token + "` |"
		if row.Free == "" {
			assert.NotContains(t, page, line)
		} else {
			assert.Contains(t, page, line+" "+row.Free+" |\n")
		}
	}
}
