package cost

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// current is the table that the program carries. The tests calculate with another, whose figures never change.
var current = Prices

func TestMain(m *testing.M) {
	content, err := os.ReadFile(filepath.Join("testdata", "prices.yaml"))
	if err != nil {
		panic(err)
	}
	fixed, err := readTable(content)
	if err != nil {
		panic(err)
	}
	Prices = func() *Table { return fixed }
	os.Exit(m.Run())
}

// Whatever the stacks ask for, the program's table has.
func TestTheTablePricesTheStacks(t *testing.T) {
	fixed := Prices
	Prices = current
	t.Cleanup(func() { Prices = fixed })
	for _, name := range []string{"prod", "staging", "delivery"} {
		estimate, err := New(recorded(t, name+"-deployed"), Stack{Usage: DefaultUsage()}, "")
		require.NoError(t, err, name)
		assert.Positive(t, estimate.MonthlyUSD, name)
	}
}

func TestEveryFigureHasAUnitAndASource(t *testing.T) {
	table := current()
	used := map[string]bool{}
	newest := ""
	for name, price := range table.Prices {
		assert.NotEmpty(t, price.Unit, name)
		figures := map[string]Figure{}
		if price.Everywhere != nil {
			assert.Empty(t, price.Regions, "%s: a price is everywhere's or the regions'", name)
			figures["everywhere"] = *price.Everywhere
		} else {
			assert.Contains(t, price.Regions, table.BaseRegion, "%s: the base region stands in for the others", name)
		}
		for region, figure := range price.Regions {
			assert.Contains(t, table.Regions, region, name)
			figures[region] = figure
		}
		for region, figure := range figures {
			assert.Positive(t, figure.USD, "%s in %s", name, region)
			require.Contains(t, table.Sources, figure.Source, "%s in %s", name, region)
			used[figure.Source] = true
		}
	}
	for name, source := range table.Sources {
		assert.True(t, used[name], "source %s is used", name)
		assert.NotEmpty(t, source.Title, name)
		assert.Regexp(t, `^https://`, source.URL, name)
		_, err := time.Parse(time.DateOnly, source.Date)
		assert.NoError(t, err, name)
		newest = max(newest, source.Date)
	}
	assert.Equal(t, newest, table.Date, "the table is as old as its newest figure")
	assert.Equal(t, "USD", table.Currency)
	assert.GreaterOrEqual(t, len(table.Regions), 3)
	assert.True(t, slices.Contains(table.Regions, table.BaseRegion))
}

func TestAMissingFigureIsTheBaseRegionsAndSaysSo(t *testing.T) {
	own, err := Prices().rate("nat.hour", "eu-west-1")
	require.NoError(t, err)
	assert.Equal(t, 0.048, own.USD)
	assert.False(t, own.Assumed)

	standIn, err := Prices().rate("rds.db.t3.small", "eu-west-1")
	require.NoError(t, err)
	assert.Equal(t, 0.036, standIn.USD)
	assert.True(t, standIn.Assumed)

	everywhere, err := Prices().rate("kms.key", "eu-west-1")
	require.NoError(t, err)
	assert.False(t, everywhere.Assumed)
}

func TestATableWithATypingErrorIsRefused(t *testing.T) {
	_, err := readTable([]byte("date: 2026-01-01\npricess: {}\n"))
	require.ErrorContains(t, err, "pricess")
	_, err = readTable([]byte("prices: {nat.hour: {unit: hour, us-east-1: 0.045}}\n"))
	require.ErrorContains(t, err, "expected [price, source]")
	_, err = readTable([]byte("prices: {nat.hour: {unit: hour, us-east-1: [much, aws]}}\n"))
	require.ErrorContains(t, err, "much")
	_, err = readTable([]byte("prices: {nat.hour: {unit: hour, us-east-1: [0.045, [aws]]}}\n"))
	require.ErrorContains(t, err, "into string")
}
