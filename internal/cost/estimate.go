package cost

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Estimate of a stack's monthly cost. Other commands read its JSON form.
type Estimate struct {
	Stack    string `json:"stack"`
	Region   string `json:"region"`
	Currency string `json:"currency"`
	// PriceDate of the price table.
	PriceDate string `json:"priceDate"`
	// MonthlyUSD is the cost with the fewest tasks that autoscaling allows, MaxMonthlyUSD with the
	// most tasks and with storage grown to its limit.
	MonthlyUSD    float64 `json:"monthlyUSD"`
	MaxMonthlyUSD float64 `json:"maxMonthlyUSD"`
	// BudgetUSD and MaxBudgetUSD that they must stay within, 0 for none.
	BudgetUSD    float64 `json:"budgetUSD,omitempty"`
	MaxBudgetUSD float64 `json:"maxBudgetUSD,omitempty"`
	// Components, most expensive first.
	Components []Component `json:"components"`
	// Notes for the people who decide on the cost.
	Notes []string `json:"notes,omitempty"`
	// Usage that was assumed.
	Usage Usage `json:"usage"`
}

// Component of a stack.
type Component struct {
	Name          string  `json:"name"`
	MonthlyUSD    float64 `json:"monthlyUSD"`
	MaxMonthlyUSD float64 `json:"maxMonthlyUSD"`
	Items         []Item  `json:"items"`
}

// Item is one line of the bill.
type Item struct {
	// Resource by its logical name, its Type, and What is charged for.
	Resource string `json:"resource"`
	Type     string `json:"type"`
	What     string `json:"what"`
	// Quantity of Unit at UnitUSD each. Price is the name of the price in the table.
	Quantity float64 `json:"quantity"`
	Unit     string  `json:"unit"`
	UnitUSD  float64 `json:"unitUSD"`
	Price    string  `json:"price"`
	Source   string  `json:"source"`
	// Assumed says that the price is the base region's.
	Assumed       bool    `json:"assumed,omitempty"`
	MonthlyUSD    float64 `json:"monthlyUSD"`
	MaxMonthlyUSD float64 `json:"maxMonthlyUSD"`
}

// estimator collects the costs of a graph's resources.
type estimator struct {
	table  *Table
	region string
	usage  Usage
	graph  *Graph
	items  map[string][]Item
	errs   []error
}

// New estimates a stack. If the region is empty, that of the graph's provider is used.
func New(graph *Graph, stack Stack, region string) (*Estimate, error) {
	table := Prices()
	region = cmp.Or(region, graph.region())
	if err := table.checkRegion(region); err != nil {
		return nil, err
	}
	e := &estimator{table: table, region: region, usage: stack.Usage, graph: graph, items: map[string][]Item{}}
	unknown := map[string]bool{}
	for _, r := range graph.Resources {
		rule, ok := ruleOf(r.Type)
		if !ok {
			unknown[r.Type] = true
			continue
		}
		if rule.price != nil {
			rule.price(e, r)
		}
	}
	if len(unknown) > 0 {
		e.errs = append(e.errs, fmt.Errorf("resource types: found %s, which have no price and are not known to be free: "+
			"give them a row in internal/awsdata/resourcetypes that says why they are free, or a price in "+
			"internal/cost/rules.go",
			strings.Join(sortedKeys(unknown), ", ")))
	}
	if err := errors.Join(e.errs...); err != nil {
		return nil, err
	}
	return e.estimate(stack), nil
}

// charge is a quantity of something, with its possible maximum.
type charge struct {
	what, price   string
	quantity, max float64
	// share of the price, 0 for all of it.
	share float64
}

// add books a charge.
func (e *estimator) add(r *Resource, c charge) {
	rate, err := e.table.rate(c.price, e.region)
	if err != nil {
		e.errs = append(e.errs, fmt.Errorf("%s: %w", r.Name(), err))
		return
	}
	if c.share > 0 {
		rate.USD *= c.share
	}
	if c.max = max(c.max, c.quantity); c.max == 0 {
		return
	}
	component := e.graph.component(r)
	e.items[component] = append(e.items[component], Item{
		Resource: r.Name(), Type: r.Type, What: c.what,
		Quantity: round(c.quantity, 4), Unit: rate.Unit, UnitUSD: rate.USD, Price: c.price, Source: rate.Source,
		Assumed:    rate.Assumed,
		MonthlyUSD: round(c.quantity*rate.USD, 4), MaxMonthlyUSD: round(c.max*rate.USD, 4),
	})
}

// usd returns the amount of a price, for rules that calculate with it.
func (e *estimator) usd(name string) float64 {
	rate, err := e.table.rate(name, e.region)
	if err != nil {
		e.errs = append(e.errs, err)
	}
	return rate.USD
}

func (e *estimator) estimate(stack Stack) *Estimate {
	result := &Estimate{
		Stack: e.graph.stack(), Region: e.region, Currency: e.table.Currency, PriceDate: e.table.Date,
		BudgetUSD: stack.BudgetUSD, MaxBudgetUSD: stack.MaxBudgetUSD, Usage: stack.Usage, Notes: e.notes(),
	}
	for _, name := range sortedKeys(e.items) {
		component := Component{Name: name, Items: e.items[name]}
		for _, item := range component.Items {
			component.MonthlyUSD += item.MonthlyUSD
			component.MaxMonthlyUSD += item.MaxMonthlyUSD
		}
		component.MonthlyUSD, component.MaxMonthlyUSD = round(component.MonthlyUSD, 2), round(component.MaxMonthlyUSD, 2)
		slices.SortStableFunc(component.Items, func(a, b Item) int {
			return cmp.Or(cmp.Compare(b.MonthlyUSD, a.MonthlyUSD), strings.Compare(a.Resource+a.What, b.Resource+b.What))
		})
		result.MonthlyUSD += component.MonthlyUSD
		result.MaxMonthlyUSD += component.MaxMonthlyUSD
		result.Components = append(result.Components, component)
	}
	result.MonthlyUSD, result.MaxMonthlyUSD = round(result.MonthlyUSD, 2), round(result.MaxMonthlyUSD, 2)
	slices.SortStableFunc(result.Components, func(a, b Component) int { return cmp.Compare(b.MonthlyUSD, a.MonthlyUSD) })
	return result
}

// CheckBudget returns an error when the estimate exceeds a budget.
func (e *Estimate) CheckBudget() error {
	var errs []error
	for _, limit := range []struct {
		key, when    string
		cost, budget float64
	}{
		{"budgetUSD", "", e.MonthlyUSD, e.BudgetUSD},
		{"maxBudgetUSD", " at the most", e.MaxMonthlyUSD, e.MaxBudgetUSD},
	} {
		if limit.budget > 0 && limit.cost > limit.budget {
			errs = append(errs,
				fmt.Errorf("stack %q: found an estimate of %.2f %s a month%s, allowed are %.2f: save, or raise stacks.%s.%s in %s",
					e.Stack, limit.cost, e.Currency, limit.when, limit.budget, e.Stack, limit.key, FileName))
		}
	}
	return errors.Join(errs...)
}

// round rounds to a number of decimals.
func round(value float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(value*scale) / scale
}
