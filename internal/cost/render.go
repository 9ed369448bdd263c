package cost

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Text writes the estimate for a terminal, with each item where detailed.
func (e *Estimate) Text(w io.Writer, detailed bool) error {
	fmt.Fprintf(w, "%s in %s, %s a month at list prices of %s\n\n", e.Stack, e.Region, e.Currency, e.PriceDate)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "least\tmost\t  component\n")
	for _, component := range e.Components {
		fmt.Fprintf(table, "%.2f\t%.2f\t  %s\n", component.MonthlyUSD, component.MaxMonthlyUSD, component.Name)
		if !detailed {
			continue
		}
		for _, item := range component.Items {
			fmt.Fprintf(table, "%.2f\t%.2f\t      %s: %s, %s %s at %s%s\n", item.MonthlyUSD, item.MaxMonthlyUSD,
				item.Resource, item.What, decimal(item.Quantity), item.Unit, figure(item.UnitUSD), assumedMark(item.Assumed))
		}
	}
	fmt.Fprintf(table, "%.2f\t%.2f\t  total\n", e.MonthlyUSD, e.MaxMonthlyUSD)
	if e.BudgetUSD > 0 || e.MaxBudgetUSD > 0 {
		fmt.Fprintf(table, "%s\t%s\t  budget\n", limit(e.BudgetUSD), limit(e.MaxBudgetUSD))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, note := range append(e.Notes, e.assumedNote()...) {
		fmt.Fprintf(w, "\n%s\n", note)
	}
	return nil
}

// Markdown writes the estimate for a comment or a page.
func (e *Estimate) Markdown(w io.Writer) error {
	fmt.Fprintf(w, "| %s, %s | USD a month | at the most |\n|---|---:|---:|\n", e.Stack, e.Region)
	for _, component := range e.Components {
		fmt.Fprintf(w, "| %s | %.2f | %.2f |\n", component.Name, component.MonthlyUSD, component.MaxMonthlyUSD)
	}
	fmt.Fprintf(w, "| **total** | **%.2f** | **%.2f** |\n", e.MonthlyUSD, e.MaxMonthlyUSD)
	if e.BudgetUSD > 0 || e.MaxBudgetUSD > 0 {
		fmt.Fprintf(w, "| budget | %s | %s |\n", limit(e.BudgetUSD), limit(e.MaxBudgetUSD))
	}
	return markdownNotes(w, append(e.Notes, e.assumedNote()...))
}

// Text writes the difference for a terminal.
func (d *Difference) Text(w io.Writer) error {
	fmt.Fprintf(w, "%s in %s, USD a month\n\n", d.Stack, d.Region)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "before\tafter\tchange\t  component\n")
	for _, component := range d.Components {
		fmt.Fprintf(table, "%.2f\t%.2f\t%+.2f\t  %s\n", component.BeforeUSD, component.AfterUSD, component.ChangeUSD,
			component.Name)
	}
	fmt.Fprintf(table, "%.2f\t%.2f\t%+.2f\t  total\n", d.BeforeUSD, d.AfterUSD, d.ChangeUSD)
	fmt.Fprintf(table, "%.2f\t%.2f\t%+.2f\t  at the most\n", d.MaxBeforeUSD, d.MaxAfterUSD, d.MaxAfterUSD-d.MaxBeforeUSD)
	if err := table.Flush(); err != nil {
		return err
	}
	for _, note := range d.Notes {
		fmt.Fprintf(w, "\n%s\n", note)
	}
	return nil
}

// Markdown writes the difference for a pull request's comment.
func (d *Difference) Markdown(w io.Writer) error {
	if d.ChangeUSD == 0 && len(d.Components) == 0 {
		fmt.Fprintf(w, "**%s** costs %.2f USD a month as before.\n", d.Stack, d.AfterUSD)
		return markdownNotes(w, d.Notes)
	}
	fmt.Fprintf(w, "**%s** changes by **%+.2f USD a month**, from %.2f to %.2f%s.\n\n", d.Stack, d.ChangeUSD, d.BeforeUSD,
		d.AfterUSD, ofBudget(d.AfterUSD, d.BudgetUSD))
	fmt.Fprintf(w, "| USD a month | before | after | change |\n|---|---:|---:|---:|\n")
	for _, component := range d.Components {
		fmt.Fprintf(w, "| %s | %.2f | %.2f | %+.2f |\n", component.Name, component.BeforeUSD, component.AfterUSD,
			component.ChangeUSD)
	}
	fmt.Fprintf(w, "| **total** | **%.2f** | **%.2f** | **%+.2f** |\n", d.BeforeUSD, d.AfterUSD, d.ChangeUSD)
	fmt.Fprintf(w, "| at the most | %.2f | %.2f | %+.2f |\n", d.MaxBeforeUSD, d.MaxAfterUSD, d.MaxAfterUSD-d.MaxBeforeUSD)
	return markdownNotes(w, d.Notes)
}

func ofBudget(cost, budget float64) string {
	if budget == 0 {
		return ""
	}
	const percent = 100
	return fmt.Sprintf(", which is %.0f %% of the budget of %.2f", percent*cost/budget, budget)
}

func markdownNotes(w io.Writer, notes []string) error {
	for _, note := range notes {
		if _, err := fmt.Fprintf(w, "\n%s\n", note); err != nil {
			return err
		}
	}
	return nil
}

// assumedNote mentions prices that were taken from another region.
func (e *Estimate) assumedNote() []string {
	names := map[string]bool{}
	total := 0.0
	for _, component := range e.Components {
		for _, item := range component.Items {
			if item.Assumed {
				names[item.Price] = true
				total += item.MonthlyUSD
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("No source was found for %s of: %s. Those of %s stand in, for %.2f USD of the total.",
		e.Region, strings.Join(sortedKeys(names), ", "), Prices().BaseRegion, total)}
}

func assumedMark(assumed bool) string {
	if assumed {
		return " (another region's)"
	}
	return ""
}

func limit(budget float64) string {
	if budget == 0 {
		return "none"
	}
	return fmt.Sprintf("%.2f", budget)
}

// figure prints a price as the table has it.
func figure(usd float64) string {
	text := strings.TrimRight(fmt.Sprintf("%.10f", usd), "0")
	return strings.TrimSuffix(text, ".")
}
