package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/preview/report"
)

func estimate(t *testing.T, content string) *report.Estimate {
	t.Helper()
	file := filepath.Join(t.TempDir(), "cost.json")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	e, err := report.ReadEstimate(file)
	require.NoError(t, err)
	return e
}

func TestCostChange(t *testing.T) {
	before := estimate(t,
		`{"stack":"prod","region":"us-east-1","currency":"USD","priceDate":"2026-10-01","monthlyUSD":1234.5,
		"assumptions":{"hours":730},"components":[{"name":"database","monthlyUSD":60.1,"resources":[]},{"name":"network","monthlyUSD":100},{"name":"search","monthlyUSD":10}]}`)
	after := estimate(t,
		`{"stack":"prod","region":"us-east-1","currency":"USD","priceDate":"2026-11-01","monthlyUSD":1364.4,
		"components":[{"name":"database","monthlyUSD":180},{"name":"network","monthlyUSD":100.001},{"name":"waf | x","monthlyUSD":20}]}`)
	c, err := report.NewCostChange(before, after)
	require.NoError(t, err)
	assert.Equal(t, "cost +$129.90 a month", c.Headline())
	assert.Equal(t, []report.ComponentChange{
		{Name: "database", Before: 60.1, After: 180}, {Name: "waf | x", After: 20}, {Name: "search", Before: 10},
	}, c.Components)
	markdown := report.Markdown(report.New(logs(t)["no-change"], report.Options{Cost: c}))
	assert.Contains(t, markdown, `cost +\$129.90 a month`)
	assert.Contains(t, markdown, `<details><summary>Cost (3)</summary>

\$1234.50 → \$1364.40 a month, prices of 2026-11-01.

| Component | Before | After | Difference |
|---|---:|---:|---:|
| `+"`database`"+` | 60.10 | 180.00 | +119.90 |
| `+"`waf \\| x`"+` | 0.00 | 20.00 | +20.00 |
| `+"`search`"+` | 10.00 | 0.00 | -10.00 |

</details>`)

	same, err := report.NewCostChange(before, before)
	require.NoError(t, err)
	assert.Equal(t, "cost unchanged at $1234.50 a month", same.Headline())
	cheaper, err := report.NewCostChange(after, before)
	require.NoError(t, err)
	assert.Equal(t, "cost -$129.90 a month", cheaper.Headline())
}

func TestEstimatesThatCannotBeCompared(t *testing.T) {
	usd := estimate(t, `{"region":"us-east-1","monthlyUSD":1}`)
	_, err := report.NewCostChange(usd, estimate(t, `{"region":"eu-west-1","monthlyUSD":1}`))
	require.ErrorContains(t, err, "found the regions us-east-1 and eu-west-1")
	_, err = report.NewCostChange(usd, estimate(t, `{"currency":"EUR","monthlyUSD":1}`))
	require.ErrorContains(t, err, "found a currency other than USD")
	file := filepath.Join(t.TempDir(), "cost.json")
	for content, want := range map[string]string{
		"{": "expected what webapp cost estimate --json prints", "{}": "found no monthlyUSD",
	} {
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		_, err := report.ReadEstimate(file)
		require.ErrorContains(t, err, want)
	}
	_, err = report.ReadEstimate(file + ".none")
	require.ErrorContains(t, err, "read the cost estimate: ")
}
