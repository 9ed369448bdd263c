package cost

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// Page returns docs/cost.md: the stacks side by side, compared with the first one, and
// everything that the estimates are based on.
func Page(estimates []*Estimate) string {
	var b strings.Builder
	table := Prices()
	fmt.Fprintf(&b, `# Cost

<!-- Written by make cost -->

What two environments and their delivery stack cost a month at AWS's list prices of %s, in %s, without taxes,
discounts and free tiers. The first figure is with the least tasks that autoscaling allows, the second with the most,
and with storage grown to its limit. The figures come from the resource graph of each stack file, as the real engine
makes it in the sandbox, from the assumptions in cost.yaml and from the price table in
[internal/cost/prices.yaml](../internal/cost/prices.yaml). The stack files and the assumptions of this page are those
of the tests, in [tests/fixtures/stacks](../tests/fixtures/stacks). Yours are at the top; this is how to estimate them:

`+"```sh\n"+`go run ./cmd/webapp cost estimate --stack prod --items     # text; or --json, --markdown
pulumi stack export -s prod > state.json
go run ./cmd/webapp cost estimate --stack prod --file state.json   # also of pulumi preview --json --show-sames
go run ./cmd/webapp cost diff before.json after.json          # two estimates in JSON
`+"```\n"+`
It exits with 1 when a stack exceeds its budget in cost.yaml, which fails CI, and when the graph holds a resource type that
has neither a price nor a reason to be free.

Left out, because the graph and the assumptions cannot tell: CPU credits of T3 databases above their baseline, the price of a
key that each of a KMS key's first two rotations adds, restores, queries of logs, support plans.

`, table.Date, table.Currency)
	pageComparison(&b, estimates)
	pageItems(&b, estimates)
	pageAssumptions(&b, estimates)
	pagePrices(&b, table)
	pageFree(&b)
	return b.String()
}

func pageComparison(b *strings.Builder, estimates []*Estimate) {
	b.WriteString("## The stacks\n\n| Component |")
	for _, e := range estimates {
		fmt.Fprintf(b, " %s, %s | at the most |", e.Stack, e.Region)
	}
	fmt.Fprintf(b, "\n|---|%s\n", strings.Repeat("---:|---:|", len(estimates)))
	find := func(e *Estimate, name string) Component {
		i := slices.IndexFunc(e.Components, func(c Component) bool { return c.Name == name })
		if i < 0 {
			return Component{}
		}
		return e.Components[i]
	}
	names := map[string]float64{}
	for _, e := range estimates {
		for _, component := range e.Components {
			names[component.Name] += component.MonthlyUSD
		}
	}
	order := sortedKeys(names)
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(names[b], names[a]) })
	for _, name := range order {
		fmt.Fprintf(b, "| %s |", name)
		for _, e := range estimates {
			component := find(e, name)
			fmt.Fprintf(b, " %.2f | %.2f |", component.MonthlyUSD, component.MaxMonthlyUSD)
		}
		b.WriteString("\n")
	}
	row := func(name string, of func(*Estimate) (string, string)) {
		fmt.Fprintf(b, "| %s |", name)
		for _, e := range estimates {
			least, most := of(e)
			fmt.Fprintf(b, " %s | %s |", least, most)
		}
		b.WriteString("\n")
	}
	row("**total**", func(e *Estimate) (string, string) {
		return fmt.Sprintf("**%.2f**", e.MonthlyUSD), fmt.Sprintf("**%.2f**", e.MaxMonthlyUSD)
	})
	row("budget", func(e *Estimate) (string, string) { return limit(e.BudgetUSD), limit(e.MaxBudgetUSD) })
	first := estimates[0]
	row("share of "+first.Stack, func(e *Estimate) (string, string) {
		return share(e.MonthlyUSD, first.MonthlyUSD), share(e.MaxMonthlyUSD, first.MaxMonthlyUSD)
	})
	for _, e := range estimates {
		for _, note := range append(e.Notes, e.assumedNote()...) {
			fmt.Fprintf(b, "\n%s: %s\n", e.Stack, note)
		}
	}
}

func share(part, whole float64) string {
	const percent = 100
	return fmt.Sprintf("%.0f %%", percent*part/whole)
}

// pageItems lists the items worth a look, items of the same kind together.
func pageItems(b *strings.Builder, estimates []*Estimate) {
	const dearest = 12
	for _, e := range estimates {
		items := kinds(e)
		fmt.Fprintf(b, "\n## What costs most in %s\n\n| Component | What | Quantity | Price | USD a month "+
			"|\n|---|---|---:|---:|---:|\n", e.Stack)
		for _, item := range items[:min(dearest, len(items))] {
			fmt.Fprintf(b, "| %s | %s | %s %s | %s | %.2f |\n", item.Resource, item.What, decimal(item.Quantity), item.Unit,
				figure(item.UnitUSD), item.MonthlyUSD)
		}
	}
}

// kinds adds up items of the same kind in a component, most expensive first. Their resource is the
// component.
func kinds(e *Estimate) []Item {
	type kind struct{ component, what string }
	at := map[kind]int{}
	var items []Item
	for _, component := range e.Components {
		for _, item := range component.Items {
			k := kind{component.Name, item.What}
			if i, ok := at[k]; ok {
				items[i].Quantity += item.Quantity
				items[i].MonthlyUSD += item.MonthlyUSD
				continue
			}
			at[k] = len(items)
			item.Resource = component.Name
			items = append(items, item)
		}
	}
	slices.SortStableFunc(items, func(a, b Item) int { return cmp.Compare(b.MonthlyUSD, a.MonthlyUSD) })
	return items
}

func pageAssumptions(b *strings.Builder, estimates []*Estimate) {
	b.WriteString("\n## Assumptions\n\nPer month, unless the key says otherwise; set them below `stacks.<stack>.usage` " +
		"in cost.yaml.\n\n| Key | Default |")
	for _, e := range estimates {
		fmt.Fprintf(b, " %s |", e.Stack)
	}
	fmt.Fprintf(b, " Meaning |\n|---|---:|%s---|\n", strings.Repeat("---:|", len(estimates)))
	for i, f := range fields() {
		fmt.Fprintf(b, "| `%s` | %g |", f.name, f.fallback)
		for _, e := range estimates {
			fmt.Fprintf(b, " %g |", e.Usage.values()[i])
		}
		fmt.Fprintf(b, " %s |\n", f.meaning)
	}
}

func pagePrices(b *strings.Builder, table *Table) {
	fmt.Fprintf(b, "\n## Prices\n\nUSD. Where a region has no figure, none with a source was found; the one of %s "+
		"stands in and estimates say so. "+
		"The sources are AWS's price list files and pages as public documents quote them; prices.yaml says how to refresh "+
		"one.\n\n| Price | Unit |", table.BaseRegion)
	for _, region := range table.Regions {
		fmt.Fprintf(b, " %s |", region)
	}
	fmt.Fprintf(b, " Sources |\n|---|---|%s---|\n", strings.Repeat("---:|", len(table.Regions)))
	for _, name := range sortedKeys(table.Prices) {
		price := table.Prices[name]
		fmt.Fprintf(b, "| `%s` | %s |", name, price.Unit)
		var sources []string
		for _, region := range table.Regions {
			found, ok := price.Regions[region]
			if price.Everywhere != nil {
				found, ok = *price.Everywhere, true
			}
			if !ok {
				b.WriteString(" |")
				continue
			}
			if !slices.Contains(sources, found.Source) {
				sources = append(sources, found.Source)
			}
			fmt.Fprintf(b, " %s |", figure(found.USD))
		}
		fmt.Fprintf(b, " %s |\n", strings.Join(sources, ", "))
	}
	b.WriteString("\n| Source | What | Date |\n|---|---|---|\n")
	for _, name := range sortedKeys(table.Sources) {
		source := table.Sources[name]
		fmt.Fprintf(b, "| %s | [%s](%s) | %s |\n", name, source.Title, source.URL, source.Date)
	}
}

func pageFree(b *strings.Builder) {
	b.WriteString("\n## What is free, and why\n\n| Type | Reason |\n|---|---|\n")
	for _, row := range resourcetypes.All() {
		if row.Free != "" {
			fmt.Fprintf(b, "| `%s` | %s |\n", row.Token, row.Free)
		}
	}
}
