package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cost"
	"aws-webapp/internal/criticalpath"
	"aws-webapp/internal/sandbox/engine"
)

// facts of a stack that is up, beside what the engine says.
type facts struct {
	// cost a month, and how long AWS takes until everything is ready.
	cost, ready string
	// failed says that the operation did not get through.
	failed bool
	// hint of the cloud, such as how to reach what it runs.
	hint string
	// log that keeps what the engine printed.
	log string
}

// lookUp estimates the stack from its state. What cannot be estimated says why: the stack is up nevertheless.
func (f *flags) lookUp(opened *engine.Engine) facts {
	found := facts{hint: opened.Hint()}
	state, err := opened.State()
	if err != nil {
		found.cost = fmt.Sprintf("unknown: %v", err)
		return found
	}
	if found.cost, err = f.estimate(state); err != nil {
		found.cost = fmt.Sprintf("unknown: %v", err)
	}
	longest := criticalpath.Of(state).Actual()
	if longest.Time >= time.Minute {
		slowest := slices.MaxFunc(longest.Steps, func(a, b criticalpath.Step) int { return cmp.Compare(a.Time, b.Time) })
		found.ready = fmt.Sprintf("ready after about %.0f minutes; %s takes longest",
			longest.Time.Minutes(), slowest.Resource)
	}
	return found
}

func (f *flags) estimate(state *apitype.DeploymentV3) (string, error) {
	assumed, err := cost.LoadStack(f.root, f.stack)
	if err != nil {
		return "", err
	}
	graph, err := cost.FromState(state)
	if err != nil {
		return "", err
	}
	estimate, err := cost.New(graph, assumed, "")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("about %.0f USD a month, %.0f with everything scaled out; "+
		"go run ./cmd/webapp cost estimate --stack %s%s says what for",
		estimate.MonthlyUSD, estimate.MaxMonthlyUSD, f.stack, f.rootFlag()), nil
}

// stepsShown is the number of changes up to which each is named.
const stepsShown = 25

// print shows what an operation came to, on one screen, or all of it as JSON.
func (f *flags) print(out io.Writer, result *engine.Result, facts facts) error {
	if result == nil {
		return nil
	}
	if f.json {
		return cli.PrintJSON(out, result)
	}
	did := summary(result)
	if facts.failed {
		did = "failed, " + did
	}
	fmt.Fprintf(out, "\n%s of %s: %s, %s\n", result.Operation, result.Stack, did,
		result.Duration.Round(100*time.Millisecond))
	if len(result.Steps) <= stepsShown {
		printSteps(out, result)
	} else {
		printParts(out, result)
	}
	printPolicies(out, result)
	for _, line := range []struct{ name, text string }{
		{"cost", facts.cost}, {"on AWS", facts.ready}, {"url", f.url(result)},
	} {
		if line.text != "" {
			fmt.Fprintf(out, "%s: %s\n", line.name, line.text)
		}
	}
	if facts.hint != "" {
		fmt.Fprintln(out, facts.hint)
	}
	if _, workload := result.Outputs["url"]; workload && facts.log != "" {
		f.printNext(out, facts.log)
	}
	return nil
}

// columns prints lines whose cells are separated by tabs.
func columns(out io.Writer, rows func(io.Writer)) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.TabIndent)
	rows(w)
	_ = w.Flush() // an error of standard output has nobody to be told
}

func printSteps(out io.Writer, result *engine.Result) {
	columns(out, func(w io.Writer) {
		for _, step := range result.Steps {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", step.Op, labelOf(step.Name, step.Type), strings.Join(step.Changed, ", "))
		}
	})
}

// url of the application. In the simulation nothing answers there.
func (f *flags) url(result *engine.Result) string {
	url, ok := result.Outputs["url"]
	switch {
	case !ok:
		return ""
	case f.cloud == cloudSim:
		return fmt.Sprintf("%v on AWS; the simulation runs nothing, so nothing answers there", url)
	default:
		return fmt.Sprint(url)
	}
}

// partsPerRow is the number of parts to a line.
const partsPerRow = 4

// printParts counts the changes by component of the stack.
func printParts(out io.Writer, result *engine.Result) {
	counts := map[string]int{}
	for _, step := range result.Steps {
		counts[partOf(step)]++
	}
	parts := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	columns(out, func(w io.Writer) {
		for row := range slices.Chunk(parts, partsPerRow) {
			for _, part := range row {
				fmt.Fprintf(w, "  %3d %s\t", counts[part], part)
			}
			fmt.Fprintln(w)
		}
	})
}

// partOf is the component directly below the stack that a resource belongs to, as its URN says.
func partOf(step engine.Step) string {
	for _, typ := range strings.Split(string(urn.URN(step.URN).QualifiedType()), "$") {
		if component, ok := strings.CutPrefix(typ, "aws-webapp:"); ok {
			return component[strings.LastIndexByte(component, ':')+1:]
		}
	}
	return "the stack itself"
}

// printPolicies counts the violations and names each.
func printPolicies(out io.Writer, result *engine.Result) {
	mandatory, advisory := violations(result)
	if mandatory+advisory == 0 {
		return
	}
	fmt.Fprintf(out, "policies: %d mandatory and %d advisory violations\n", mandatory, advisory)
	columns(out, func(w io.Writer) {
		for _, v := range result.Violations {
			on := "the whole stack"
			if v.URN != "" {
				on = urn.URN(v.URN).Name()
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\n", v.Level, v.Policy, on)
		}
	})
}

// rootFlag is what a command on the same files needs.
func (f *flags) rootFlag() string {
	if f.root == "" || f.root == "." {
		return ""
	}
	return " --root " + f.root
}

// printNext says what to try.
func (f *flags) printNext(out io.Writer, log string) {
	run := "make preview"
	switch {
	case f.root == "examples": // make up EXAMPLE=...
		run += " EXAMPLE=" + f.stack
	case f.stack != "prod":
		run += " STACK=" + f.stack
	}
	fmt.Fprintln(out, "next:")
	columns(out, func(w io.Writer) {
		fmt.Fprintf(w, "  %s ARGS='--config logging.retentionDays=731'\tchange a setting, and see what would follow\n", run)
		fmt.Fprintf(w, "  %s ARGS='--config database.multiAz=false'\tbreak a rule, and see what stops it\n", run)
		fmt.Fprintf(w, "  less %s\tread all that the engine printed\n", log)
	})
}

// summary counts the changes, such as "create 12, update 1, unchanged 3".
func summary(result *engine.Result) string {
	counts := result.Counts()
	parts := make([]string, 0, len(counts)+1)
	for _, op := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", op, counts[op]))
	}
	if len(parts) == 0 {
		parts = append(parts, "no change")
	}
	if result.Unchanged > 0 {
		parts = append(parts, fmt.Sprintf("unchanged %d", result.Unchanged))
	}
	return strings.Join(parts, ", ")
}

func violations(result *engine.Result) (mandatory, advisory int) {
	for _, violation := range result.Violations {
		if violation.Mandatory() {
			mandatory++
		} else {
			advisory++
		}
	}
	return mandatory, advisory
}

// explain adds the way out to a refusal that the engine words in its own terms.
func explain(err error) error {
	var failure *engine.Failure
	if !errors.As(err, &failure) {
		return err
	}
	destroy := failure.Result.Operation == "destroy"
	for _, text := range failure.Result.Errors {
		switch {
		case destroy && strings.Contains(text, "protect"):
			return fmt.Errorf("%w\n\n%s", err, unprotect(failure.Result.Stack))
		case strings.Contains(text, "account ID not allowed"):
			return fmt.Errorf("%w\n\n%s", err, otherAccount)
		}
	}
	return err
}

// otherAccount says what to do with a sandbox that another account's stack is in.
const otherAccount = "The sandbox holds this stack as it was brought up for another account. Put the account of the " +
	"stack file back, or forget what is in the sandbox and start again: make reset"

// unprotect says how to take down a stack that defends itself, in two reviewed steps.
func unprotect(stack string) string {
	return fmt.Sprintf(`Database, load balancer, network and application bucket of a prod workload refuse to be deleted.
To take the stack down, change in Pulumi.%[1]s.yaml, below the project's name, and deploy that first:
  environment: staging
  database.deletionProtection: false
  loadBalancer.deletionProtection: false
  storage.forceDestroy: true    (deletes the buckets' objects, too)
  backup.forceDestroy: true     (deletes the recovery points, too)
Then destroy. The database leaves a final snapshot unless database.finalSnapshot is false.
In a delivery stack it is the states that refuse; there change instead
  environment: staging
  state.forceDestroy: true      (deletes every stack's state, too)
  registry.forceDelete: true    (deletes the images, too)`, stack)
}
