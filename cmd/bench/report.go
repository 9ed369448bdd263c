package main

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3"

	"aws-webapp/internal/sandbox/engine"
)

// The targets.
const (
	budget         = 2500 * time.Millisecond
	growthTarget   = 1.1
	makespanTarget = 1.05
)

// row is one measured thing.
type row struct {
	title   string
	samples []sample
}

// grown is a stack with so many services.
type grown struct {
	services    int
	preview, up row
}

// report holds the figures.
type report struct {
	command    string
	bench      *bench
	programs   []row
	operations []row
	growth     []grown
	ready      []readiness
}

// text writes the report.
func (r *report) text() string {
	var out strings.Builder
	fmt.Fprintf(&out, `# Performance

Written by %[1]s on %[2]s; do not edit. %[3]d CPUs (%[4]s/%[5]s), %[6]s, Pulumi %[7]s. Figures are medians of
%[8]d runs, ups of %[9]d. Compare ratios: a busy machine shifts all times alike. Processor time
depends less on what else runs; it is that of engine, policy pack, program and simulation together.
Every figure is what the command that stands with it does, measured inside cmd/bench.

`, "`"+r.command+"`", r.bench.started.UTC().Format(time.DateOnly), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH,
		runtime.Version(), sdk.Version, r.bench.repeat, max(1, r.bench.repeat/2))
	r.writePrograms(&out)
	r.writeOperations(&out)
	r.writeGrowth(&out)
	for _, ready := range r.ready {
		ready.write(&out, r.bench.pace)
		if ready.stack == "prod" {
			writeRemoved(&out, ready.graph)
		}
	}
	return out.String()
}

func (r *report) writePrograms(out *strings.Builder) {
	fmt.Fprint(out, "## The program alone\n\n"+
		"`pulumi.RunErr` of the program with the stack files of the tests (tests/fixtures/stacks; all figures of this page\n"+
		"are of them), against mocks that answer at once: no engine, and no children of the VPC.\n\n"+
		"| Stack | Resources | Time | Resources/s |\n|---|---:|---:|---:|\n")
	for _, row := range r.programs {
		fmt.Fprintf(out, "| %s | %d | %s | %s |\n", row.title, row.resources(), short(row.wall()), row.rate())
	}
}

func (r *report) writeOperations(out *strings.Builder) {
	fmt.Fprint(out, "\n## Previews and ups\n\n`sandbox preview` and `sandbox up`, with `--stack` and where it says so with `--policy-pack none`: the real engine with the real\n"+
		"policy pack and the simulated AWS, which answers at once. This is Pulumi's time and ours, not AWS's. Everything is warm: built,\n"+
		"and run once. Before, program and after split the time at the start and at the end of the program; up with policies previews\n"+
		"first, and only its second part is split. Up writes the whole state with every step, as Pulumi does into a file or a bucket;\n"+
		"with `--fast` once, at the end. Memory is the peak of the engine's process.\n\n"+
		"| Operation | Resources | Time | Processor | Before | Program | After | Memory | Resources/s |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, row := range r.operations {
		fmt.Fprintf(out, "| %s | %d | %s | %s | %s | %s | %s | %s | %s |\n", row.title, row.resources(), short(row.wall()), short(row.cpu()),
			short(median(row.samples, func(s sample) time.Duration { return s.before })),
			short(median(row.samples, func(s sample) time.Duration { return s.program })),
			short(median(row.samples, func(s sample) time.Duration { return s.after })),
			megabytes(row.peak()), row.rate())
	}
	for _, row := range r.operations {
		if row.title == "prod: "+previewTitle {
			fmt.Fprintf(out, "\nTarget for the preview of prod with policies, warm, on 2 cores: %s, half of what `terraform plan` takes for the same content.\n"+
				"Measured %s, %.2f of it. %s\n", short(budget), short(row.wall()), row.wall().Seconds()/budget.Seconds(), previewBefore)
		}
	}
}

func (r *report) writeGrowth(out *strings.Builder) {
	fmt.Fprint(out, "\n## Growth\n\nStaging with more entries under `services`: "+
		"`sandbox preview --stack staging --config 'services[1].name=...' ...`, judged by\n"+
		"the policy pack, and `sandbox up --fast --policy-pack none` with the same, once. Compared with itself at other sizes.\n\n"+
		"| Services | Resources | Preview | Processor | Resources/s | Up | Processor | Resources/s |\n|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	var resources, previews, ups []float64
	for _, g := range r.growth {
		fmt.Fprintf(out, "| %d | %d | %s | %s | %s | %s | %s | %s |\n", g.services, g.preview.resources(), short(g.preview.wall()),
			short(g.preview.cpu()), g.preview.rate(), short(g.up.wall()), short(g.up.cpu()), g.up.rate())
		resources = append(resources, float64(g.preview.resources()))
		previews, ups = append(previews, g.preview.cpu().Seconds()), append(ups, g.up.cpu().Seconds())
	}
	if len(resources) > 1 {
		fmt.Fprintf(out, "\nProcessor time grows with the number n of resources as n^%.2f (preview) and n^%.2f (up), fitted over all sizes, and between the two\n"+
			"largest as n^%.2f and n^%.2f. Target: at most n^%.1f. `TestGrowth` counts resources, what each waits for and what each says, and\n"+
			"fails above the target.\n", exponent(resources, previews), exponent(resources, ups),
			exponent(tail(resources), tail(previews)), exponent(tail(resources), tail(ups)), growthTarget)
	}
}

// shownDelays is how many waits the report lists.
const shownDelays = 15

func (ready readiness) write(out *strings.Builder, pace float64) {
	g := ready.graph
	unavoidable, actual := g.Unavoidable(), g.Actual()
	fmt.Fprintf(out, "\n## Time to ready: %s\n\nModelled with the creation times of AWS in "+
		"`internal/awsdata/resourcetypes`, which names the source of each, on\n"+
		"the graph of the stack's state after an up. The longest chain in which each resource needs what the one before returned is\n"+
		"unavoidable; target: at most %.2f of it.\n\n| | Time | To the unavoidable |\n|---|---:|---:|\n", ready.stack, makespanTarget)
	line := func(title string, d time.Duration) {
		fmt.Fprintf(out, "| %s | %s | %.3f |\n", title, d.Round(time.Second), d.Seconds()/unavoidable.Time.Seconds())
	}
	line("unavoidable chain", unavoidable.Time)
	line("longest chain with every wait that the program and awsx ask for", actual.Time)
	for _, parallel := range []int{8, 16, engine.Parallel} {
		line(fmt.Sprintf("makespan, %d at a time", parallel), g.Makespan(parallel))
	}
	line(fmt.Sprintf("measured: an up that takes %g of AWS's time, scaled, with the engine's own time in it", pace), ready.paced)
	if before, ok := removed[ready.stack]; ok {
		line(fmt.Sprintf("before false dependencies were removed (commit %s): longest chain", removedSince), before.chain)
		line(fmt.Sprintf("before: makespan, %d at a time", engine.Parallel), before.makespan)
	}
	fmt.Fprintf(out, "\nThe sandbox has the engine do %d things at a time; Pulumi's own default is four for each core, `--parallel` and\n"+
		"`PULUMI_PARALLEL` change it.\n\nThe longest chain:\n\n", engine.Parallel)
	for _, step := range actual.Steps {
		fmt.Fprintf(out, "1. %s: %s, ready at %s (%s)\n", step.Resource, step.Time, step.Ready, step.Source)
	}
	delays := g.Delays()
	fmt.Fprintf(out, "\nWaits that are left: who waits for what it needs no data of, and what the whole stack would gain without that wait. "+
		"The code\nsays why where it asks for one. %d of %d:\n\n| Resource | Could start | Starts | Waits for | Gain |\n|---|---:|---:|---|---:|\n",
		min(shownDelays, len(delays)), len(delays))
	for _, d := range delays[:min(shownDelays, len(delays))] {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", d.Resource, d.CouldStart, d.Starts, d.WaitsFor, d.Gain)
	}
}

func (r row) wall() time.Duration { return median(r.samples, wall) }

func (r row) cpu() time.Duration {
	return median(r.samples, func(s sample) time.Duration { return s.cpu })
}

func (r row) resources() int { return r.samples[len(r.samples)-1].resources }

func (r row) peak() int64 { return median(r.samples, func(s sample) int64 { return s.peak }) }

func (r row) rate() string {
	return fmt.Sprintf("%.0f", math.Round(float64(r.resources())/r.wall().Seconds()))
}

func tail(values []float64) []float64 { return values[max(0, len(values)-2):] }

func short(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func megabytes(bytes int64) string {
	if bytes == 0 {
		return "unknown"
	}
	return fmt.Sprintf("%d MB", bytes/1_000_000)
}
