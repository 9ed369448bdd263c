package cost

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// recorded returns a graph of the real program, as recorded by the sandbox.
func recorded(t *testing.T, name string) *Graph {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "policies", "testgraph", "testdata", name+".json"))
	require.NoError(t, err)
	graph, err := Decode(content)
	require.NoError(t, err)
	return graph
}

// Values that are unknown before the update must not change the estimate.
func TestAPreviewCostsWhatTheDeployedStackDoes(t *testing.T) {
	for _, name := range []string{"prod", "staging"} {
		t.Run(name, func(t *testing.T) {
			preview, err := New(recorded(t, name+"-preview"), Stack{Usage: DefaultUsage()}, "us-east-1")
			require.NoError(t, err)
			deployed, err := New(recorded(t, name+"-deployed"), Stack{Usage: DefaultUsage()}, "us-east-1")
			require.NoError(t, err)
			assert.Equal(t, deployed, preview)
			assert.Positive(t, deployed.MonthlyUSD)
		})
	}
}

func TestTheSumIsThatOfItsParts(t *testing.T) {
	estimate, err := New(recorded(t, "prod-deployed"), Stack{Usage: DefaultUsage()}, "eu-west-1")
	require.NoError(t, err)
	var total, most float64
	for _, component := range estimate.Components {
		var sum float64
		for _, item := range component.Items {
			sum += item.MonthlyUSD
			assert.GreaterOrEqual(t, item.MaxMonthlyUSD, item.MonthlyUSD)
			assert.InDelta(t, item.Quantity*item.UnitUSD, item.MonthlyUSD, 0.01)
		}
		assert.InDelta(t, sum, component.MonthlyUSD, 0.01)
		total += component.MonthlyUSD
		most += component.MaxMonthlyUSD
	}
	assert.InDelta(t, total, estimate.MonthlyUSD, 0.01)
	assert.InDelta(t, most, estimate.MaxMonthlyUSD, 0.01)
	for _, figure := range []float64{estimate.MonthlyUSD, estimate.MaxMonthlyUSD, estimate.Components[0].MonthlyUSD} {
		assert.Regexp(t, `^\d+(\.\d{1,2})?$`, figure, "whole cents")
	}
	assert.Contains(t, estimate.assumedNote()[0], "rds.db.t3.small")
	nothing, err := New(newGraph(nil), Stack{}, "eu-west-1")
	require.NoError(t, err)
	assert.Equal(t, &Estimate{Region: "eu-west-1", Currency: "USD", PriceDate: Prices().Date}, nothing)
}

// The names are an interface: the preview report reads them.
func TestTheJSONForm(t *testing.T) {
	graph := newGraph([]*Resource{
		component("database"),
		in("database", "aws:kms/key:Key", "data", nil),
		{URN: "urn:pulumi:test::aws-webapp::pulumi:providers:aws::aws", Type: "pulumi:providers:aws", Inputs: inputs{
			"region": "us-west-2",
		}},
	})
	estimate, err := New(graph, Stack{BudgetUSD: 5, Usage: DefaultUsage()}, "")
	require.NoError(t, err)
	estimate.Usage = Usage{}
	content, err := json.Marshal(estimate)
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(content, &got))
	delete(got, "usage")
	assert.Equal(t, map[string]any{
		"stack": "test", "region": "us-west-2", "currency": "USD", "priceDate": Prices().Date, "monthlyUSD": 2.5,
		"maxMonthlyUSD": 2.5, "budgetUSD": 5.0,
		"components": []any{map[string]any{
			"name": "database", "monthlyUSD": 2.5, "maxMonthlyUSD": 2.5,
			"items": []any{
				map[string]any{
					"resource": "data", "type": "aws:kms/key:Key", "what": "requests", "quantity": 500000.0, "unit": "request",
					"unitUSD": 0.000003, "price": "kms.request", "source": "test", "monthlyUSD": 1.5, "maxMonthlyUSD": 1.5,
				},
				map[string]any{
					"resource": "data", "type": "aws:kms/key:Key", "what": "key", "quantity": 1.0, "unit": "key-month",
					"unitUSD": 1.0, "price": "kms.key", "source": "test", "monthlyUSD": 1.0, "maxMonthlyUSD": 1.0,
				},
			},
		}},
	}, got)
	back, err := ReadEstimate(content)
	require.NoError(t, err)
	assert.Equal(t, estimate, back)
}

func TestABudgetIsKept(t *testing.T) {
	within := &Estimate{
		Stack: "prod", Currency: "USD", MonthlyUSD: 100, MaxMonthlyUSD: 150, BudgetUSD: 100,
		MaxBudgetUSD: 150,
	}
	require.NoError(t, within.CheckBudget())
	require.NoError(t, (&Estimate{MonthlyUSD: 100}).CheckBudget(), "no budget is no limit")

	above := &Estimate{
		Stack: "prod", Currency: "USD", MonthlyUSD: 100.01, MaxMonthlyUSD: 151, BudgetUSD: 100,
		MaxBudgetUSD: 150,
	}
	assert.EqualError(t, above.CheckBudget(),
		"stack \"prod\": found an estimate of 100.01 USD a month, allowed are 100.00: save, or raise stacks.prod.budgetUSD "+
			"in cost.yaml\n"+
			"stack \"prod\": found an estimate of 151.00 USD a month at the most, allowed are 150.00: save, or raise "+
			"stacks.prod.maxBudgetUSD in cost.yaml")
}

func TestTheBreakEvenOfEndpointsIsTold(t *testing.T) {
	estimate, err := New(recorded(t, "prod-deployed"), Stack{Usage: DefaultUsage()}, "us-east-1")
	require.NoError(t, err)
	// 0.01 x 730 / (0.045 - 0.01)
	assert.Contains(t, estimate.Notes[0], "7 interface endpoints in 3 zones cost 153.30 a month")
	assert.Contains(t, estimate.Notes[0], "above 209 GB a month in a zone")
}

// One endpoint and one gateway can be compared, and nothing else says more than its figures.
func TestNotesAreAboutWhatThereIs(t *testing.T) {
	endpoint := in("c", endpointToken, "kms", inputs{"vpcEndpointType": "Interface", "subnetIds": list{"a"}})
	gateway := in("c", natToken, "nat", nil)
	service := in("c", serviceToken, "web", inputs{
		"desiredCount": 1.0, "deploymentController": inputs{"type": "CODE_DEPLOY"},
		"capacityProviderStrategies": list{inputs{"capacityProvider": "FARGATE_SPOT", "weight": 1.0}},
	})
	task := in("c", taskToken, "web", inputs{"cpu": "512", "memory": "1024"})
	notes := func(resources ...*Resource) string {
		estimate, err := New(newGraph(resources), Stack{Usage: DefaultUsage()}, "us-east-1")
		require.NoError(t, err)
		return strings.Join(estimate.Notes, "\n")
	}
	assert.Empty(t, notes(gateway)+notes(endpoint))
	assert.Contains(t, notes(endpoint, gateway), "1 interface endpoints in 1 zones cost 7.30 a month")
	assert.Contains(t, notes(service, task), "Service web runs its tasks twice")
	assert.Contains(t, notes(service, task), "Spot tasks of web are reckoned at 30 %")
}

func TestAnEstimateForATerminalAndForAPage(t *testing.T) {
	estimate := &Estimate{
		Stack: "prod", Region: "eu-west-1", Currency: "USD", PriceDate: "2026-10-07", MonthlyUSD: 32.85, MaxMonthlyUSD: 40,
		Notes: []string{"A note."}, Components: []Component{{
			Name: "network", MonthlyUSD: 32.85, MaxMonthlyUSD: 40, Items: []Item{{
				Resource: "nat", What: "NAT gateway", Quantity: 730, Unit: "gateway-hour", UnitUSD: 0.045, Price: "nat.hour",
				Assumed: true, MonthlyUSD: 32.85, MaxMonthlyUSD: 40,
			}},
		}},
	}
	const notes = "\nA note.\n\nNo source was found for eu-west-1 of: nat.hour. Those of us-east-1 stand in, " +
		"for 32.85 USD of the total.\n"
	var text, markdown bytes.Buffer
	require.NoError(t, estimate.Text(&text, true))
	require.NoError(t, estimate.Markdown(&markdown))
	assert.Equal(t, `prod in eu-west-1, USD a month at list prices of 2026-10-07

  least   most  component
  32.85  40.00  network
  32.85  40.00      nat: NAT gateway, 730 gateway-hour at 0.045 (another region's)
  32.85  40.00  total
`+notes, text.String())
	assert.Equal(t, `| prod, eu-west-1 | USD a month | at the most |
|---|---:|---:|
| network | 32.85 | 40.00 |
| **total** | **32.85** | **40.00** |
`+notes, markdown.String())
	for _, budgets := range [][2]float64{{50, 0}, {0, 60}} {
		text.Reset()
		markdown.Reset()
		estimate.BudgetUSD, estimate.MaxBudgetUSD = budgets[0], budgets[1]
		require.NoError(t, estimate.Text(&text, false))
		require.NoError(t, estimate.Markdown(&markdown))
		assert.NotContains(t, text.String(), "NAT gateway")
		assert.Regexp(t, fmt.Sprintf(`\n +%s +%s  budget\n`, limit(budgets[0]), limit(budgets[1])), text.String())
		assert.Contains(t, markdown.String(), fmt.Sprintf("\n| budget | %s | %s |\n", limit(budgets[0]), limit(budgets[1])))
	}
	assert.Equal(t, []string{"none", "50.00"}, []string{limit(0), limit(50)})
}

// No task is lost, however ECS places them.
func TestASplitKeepsAllTasks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tasks := float64(rapid.IntRange(0, 100).Draw(t, "tasks"))
		var strategies list
		for _, provider := range []string{"FARGATE", "FARGATE_SPOT"} {
			if rapid.Bool().Draw(t, provider) {
				strategies = append(strategies, inputs{
					"capacityProvider": provider,
					"base":             float64(rapid.IntRange(0, 20).Draw(t, "base")),
					"weight":           float64(rapid.IntRange(0, 5).Draw(t, "weight")),
				})
			}
		}
		placed := split(tasks, strategies)
		if sum := placed.onDemand + placed.spot; sum < tasks-1e-9 || sum > tasks+1e-9 {
			t.Fatalf("%g of %g tasks", sum, tasks)
		}
	})
}

func TestDifference(t *testing.T) {
	before := &Estimate{
		Stack: "prod", Region: "us-east-1", PriceDate: "2026-10-02", MonthlyUSD: 100, MaxMonthlyUSD: 120,
		Components: []Component{
			{Name: "network", MonthlyUSD: 60}, {Name: "database", MonthlyUSD: 30}, {Name: "keys", MonthlyUSD: 10},
		},
	}
	after := &Estimate{
		Stack: "prod", Region: "us-east-1", PriceDate: "2026-10-02", MonthlyUSD: 130.5, MaxMonthlyUSD: 200,
		BudgetUSD: 150, Components: []Component{
			{Name: "network", MonthlyUSD: 40}, {Name: "search", MonthlyUSD: 80.5}, {Name: "keys", MonthlyUSD: 10},
		},
	}
	var text, markdown bytes.Buffer
	difference := Compare(before, after)
	require.NoError(t, difference.Text(&text))
	require.NoError(t, difference.Markdown(&markdown))
	assert.Equal(t, `prod in us-east-1, USD a month

  before   after  change  component
    0.00   80.50  +80.50  search
   30.00    0.00  -30.00  database
   60.00   40.00  -20.00  network
  100.00  130.50  +30.50  total
  120.00  200.00  +80.00  at the most
`, text.String())
	assert.Equal(t,
		`**prod** changes by **+30.50 USD a month**, from 100.00 to 130.50, which is 87 % of the budget of 150.00.

| USD a month | before | after | change |
|---|---:|---:|---:|
| search | 0.00 | 80.50 | +80.50 |
| database | 30.00 | 0.00 | -30.00 |
| network | 60.00 | 40.00 | -20.00 |
| **total** | **100.00** | **130.50** | **+30.50** |
| at the most | 120.00 | 200.00 | +80.00 |
`, markdown.String())

	var same bytes.Buffer
	require.NoError(t, Compare(after, after).Markdown(&same))
	assert.Equal(t, "**prod** costs 130.50 USD a month as before.\n", same.String())

	after.PriceDate, after.Usage.NATGB = "2027-01-01", 1
	assert.Equal(t, []string{"The estimates have different price tables and assumptions: not all of the change is the " +
		"program's."}, Compare(before, after).Notes)
}

func TestAnEstimateThatIsNoneIsRefused(t *testing.T) {
	for _, content := range []string{"", "[]", "{}", `{"stack":"prod"}`} {
		_, err := ReadEstimate([]byte(content))
		assert.ErrorContains(t, err, "expected the output of webapp cost estimate --json", content)
	}
}
