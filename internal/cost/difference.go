package cost

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Difference between two estimates of a stack.
type Difference struct {
	Stack  string `json:"stack"`
	Region string `json:"region"`
	// BeforeUSD and AfterUSD per month, with the fewest tasks, and their difference.
	BeforeUSD float64 `json:"beforeUSD"`
	AfterUSD  float64 `json:"afterUSD"`
	ChangeUSD float64 `json:"changeUSD"`
	// MaxBeforeUSD and MaxAfterUSD per month, with the most tasks.
	MaxBeforeUSD float64 `json:"maxBeforeUSD"`
	MaxAfterUSD  float64 `json:"maxAfterUSD"`
	// BudgetUSD that the estimate after must stay within, 0 for none.
	BudgetUSD float64 `json:"budgetUSD,omitempty"`
	// Components whose cost changes, the largest change first.
	Components []ComponentDifference `json:"components"`
	// Notes about the comparison.
	Notes []string `json:"notes,omitempty"`
}

// ComponentDifference is the difference for one component.
type ComponentDifference struct {
	Name      string  `json:"name"`
	BeforeUSD float64 `json:"beforeUSD"`
	AfterUSD  float64 `json:"afterUSD"`
	ChangeUSD float64 `json:"changeUSD"`
}

// Compare returns the difference between two estimates.
func Compare(before, after *Estimate) *Difference {
	d := &Difference{
		Stack: after.Stack, Region: after.Region, BeforeUSD: before.MonthlyUSD, AfterUSD: after.MonthlyUSD,
		ChangeUSD:    round(after.MonthlyUSD-before.MonthlyUSD, 2),
		MaxBeforeUSD: before.MaxMonthlyUSD, MaxAfterUSD: after.MaxMonthlyUSD, BudgetUSD: after.BudgetUSD,
	}
	type pair struct{ before, after float64 }
	pairs := map[string]pair{}
	for _, component := range before.Components {
		pairs[component.Name] = pair{before: component.MonthlyUSD}
	}
	for _, component := range after.Components {
		p := pairs[component.Name]
		p.after = component.MonthlyUSD
		pairs[component.Name] = p
	}
	for _, name := range sortedKeys(pairs) {
		if change := round(pairs[name].after-pairs[name].before, 2); change != 0 {
			d.Components = append(d.Components, ComponentDifference{name, pairs[name].before, pairs[name].after, change})
		}
	}
	slices.SortStableFunc(d.Components, func(a, b ComponentDifference) int {
		return cmp.Compare(math.Abs(b.ChangeUSD), math.Abs(a.ChangeUSD))
	})
	var differing []string
	for _, compared := range []struct {
		what          string
		before, after any
	}{
		{"stacks", before.Stack, after.Stack},
		{"regions", before.Region, after.Region},
		{"price tables", before.PriceDate, after.PriceDate},
		{"assumptions", before.Usage, after.Usage},
	} {
		if compared.before != compared.after {
			differing = append(differing, compared.what)
		}
	}
	if len(differing) > 0 {
		d.Notes = []string{fmt.Sprintf("The estimates have different %s: not all of the change is the program's.",
			strings.Join(differing, " and "))}
	}
	return d
}

// ReadEstimate reads an estimate's JSON form.
func ReadEstimate(content []byte) (*Estimate, error) {
	var e Estimate
	if err := json.Unmarshal(content, &e); err != nil {
		return nil, fmt.Errorf("read an estimate: %w: expected the output of webapp cost estimate --json", err)
	}
	if e.Stack == "" || e.PriceDate == "" {
		return nil, fmt.Errorf(
			"read an estimate: found no stack and price date: expected the output of webapp cost estimate --json")
	}
	return &e, nil
}
