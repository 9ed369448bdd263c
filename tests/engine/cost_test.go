package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cost"
	"aws-webapp/tests/fixtures"
	"aws-webapp/tests/golden"
)

// estimates of the stacks that docs/cost.md shows, in its order.
func estimates(t *testing.T) []*cost.Estimate {
	t.Helper()
	var found []*cost.Estimate
	for _, name := range []string{"prod", "staging", "delivery"} {
		state, err := deployed(t, setup{stack: name}).State()
		require.NoError(t, err)
		graph, err := cost.FromState(state)
		require.NoError(t, err)
		assumed, err := cost.LoadStack(fixtures.Stacks(t), name)
		require.NoError(t, err)
		estimate, err := cost.New(graph, assumed, "")
		require.NoError(t, err, "every resource of %s has a price or a reason to be free", name)
		found = append(found, estimate)
	}
	return found
}

func TestTheStacksKeepTheirBudgets(t *testing.T) {
	t.Parallel()
	for _, estimate := range estimates(t) {
		assert.NoError(t, estimate.CheckBudget())
		assert.Positive(t, estimate.BudgetUSD, "%s has a budget in %s", estimate.Stack, cost.FileName)
	}
}

func TestStagingCostsBelow35PercentOfProd(t *testing.T) {
	t.Parallel()
	monthly := map[string]*cost.Estimate{}
	for _, estimate := range estimates(t) {
		monthly[estimate.Stack] = estimate
	}
	prod, staging := monthly["prod"], monthly["staging"]
	assert.Less(t, staging.MonthlyUSD, 0.35*prod.MonthlyUSD)
	assert.Less(t, staging.MaxMonthlyUSD, 0.35*prod.MaxMonthlyUSD)

	// That is not only because less use is assumed of it.
	graph := deployed(t, setup{stack: "staging"})
	state, err := graph.State()
	require.NoError(t, err)
	resources, err := cost.FromState(state)
	require.NoError(t, err)
	asBusy, err := cost.New(resources, cost.Stack{Usage: prod.Usage}, "")
	require.NoError(t, err)
	assert.Less(t, asBusy.MonthlyUSD, 0.35*prod.MonthlyUSD, "with prod's use")
}

func TestTheCostPageIsCurrent(t *testing.T) {
	t.Parallel()
	golden.Equal(t, fixtures.Repository(t, "docs", "cost.md"), cost.Page(estimates(t)), "make cost")
}
