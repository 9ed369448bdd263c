package report

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
)

// Estimate is the monthly cost of a stack, as webapp cost prints it. Other fields of the file
// are not read.
type Estimate struct {
	Stack      string          `json:"stack"`
	Region     string          `json:"region"`
	Currency   string          `json:"currency"`
	PriceDate  string          `json:"priceDate"`
	MonthlyUSD *float64        `json:"monthlyUSD"`
	Components []ComponentCost `json:"components"`
}

// ComponentCost is the monthly cost of one component of a stack.
type ComponentCost struct {
	Name       string  `json:"name"`
	MonthlyUSD float64 `json:"monthlyUSD"`
}

// CostChange is the difference between two estimates.
type CostChange struct {
	// Before and After the change, in US dollars per month.
	Before float64 `json:"beforeMonthlyUSD"`
	After  float64 `json:"afterMonthlyUSD"`
	// PriceDate of the prices.
	PriceDate string `json:"priceDate,omitempty"`
	// Components whose cost changes, the largest difference first.
	Components []ComponentChange `json:"components"`
}

// ComponentChange is the difference for one component.
type ComponentChange struct {
	Name   string  `json:"name"`
	Before float64 `json:"beforeMonthlyUSD"`
	After  float64 `json:"afterMonthlyUSD"`
}

// ReadEstimate reads an estimate from a file.
func ReadEstimate(path string) (*Estimate, error) {
	content, err := os.ReadFile(path) //nolint:gosec // the file is the caller's to name
	if err != nil {
		return nil, fmt.Errorf("read the cost estimate: %w", err)
	}
	var e Estimate
	if err := json.Unmarshal(content, &e); err != nil {
		return nil, fmt.Errorf("read the cost estimate %s: %w: expected what webapp cost estimate --json prints", path, err)
	}
	if e.MonthlyUSD == nil {
		return nil, fmt.Errorf(
			"read the cost estimate %s: found no monthlyUSD, expected what webapp cost estimate --json prints", path)
	}
	return &e, nil
}

// cent is the smallest difference worth showing.
const cent = 0.005

// NewCostChange compares the estimates before and after a change.
func NewCostChange(before, after *Estimate) (*CostChange, error) {
	if before.Region != after.Region && before.Region != "" && after.Region != "" {
		return nil, fmt.Errorf("compare the cost estimates: found the regions %s and %s: the prices of two regions say "+
			"nothing about the change",
			before.Region, after.Region)
	}
	if currency := cmp.Or(after.Currency, "USD"); currency != "USD" || cmp.Or(before.Currency, "USD") != "USD" {
		return nil, errors.New("compare the cost estimates: found a currency other than USD")
	}
	c := &CostChange{
		Before: *before.MonthlyUSD, After: *after.MonthlyUSD, PriceDate: after.PriceDate,
		Components: []ComponentChange{},
	}
	index := map[string]int{}
	at := func(name string) *ComponentChange {
		if _, seen := index[name]; !seen {
			index[name] = len(c.Components)
			c.Components = append(c.Components, ComponentChange{Name: name})
		}
		return &c.Components[index[name]]
	}
	for _, component := range before.Components {
		at(component.Name).Before += component.MonthlyUSD
	}
	for _, component := range after.Components {
		at(component.Name).After += component.MonthlyUSD
	}
	c.Components = slices.DeleteFunc(c.Components, func(d ComponentChange) bool {
		return math.Abs(d.After-d.Before) < cent
	})
	slices.SortStableFunc(c.Components, func(a, b ComponentChange) int {
		if x, y := math.Abs(a.After-a.Before), math.Abs(b.After-b.Before); math.Abs(x-y) >= cent {
			return int(math.Copysign(1, y-x))
		}
		return strings.Compare(a.Name, b.Name)
	})
	return c, nil
}

// Headline returns the difference in a few words.
func (c *CostChange) Headline() string {
	if math.Abs(c.After-c.Before) < cent {
		return fmt.Sprintf("cost unchanged at $%.2f a month", c.After)
	}
	return fmt.Sprintf("cost %s a month", signed(c.After-c.Before))
}

// signed formats an amount with the sign before the currency.
func signed(amount float64) string {
	if amount < 0 {
		return fmt.Sprintf("-$%.2f", -amount)
	}
	return fmt.Sprintf("+$%.2f", amount)
}
