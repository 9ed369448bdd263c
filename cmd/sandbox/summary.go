package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/sandbox/engine"
)

// print shows what an operation came to: a few lines, or all of it as JSON.
func (f *flags) print(cmd *cobra.Command, result *engine.Result) error {
	if result == nil {
		return nil
	}
	out := cmd.OutOrStdout()
	if f.json {
		return cli.PrintJSON(out, result)
	}
	fmt.Fprintf(out, "\n%s of %s: %s, %s\n", result.Operation, result.Stack, summary(result), result.Duration.Round(100*time.Millisecond))
	if mandatory, advisory := violations(result); mandatory+advisory > 0 {
		fmt.Fprintf(out, "policies: %d mandatory and %d advisory violations\n", mandatory, advisory)
	}
	if url, ok := result.Outputs["url"]; ok {
		fmt.Fprintf(out, "url: %v\n", url)
	}
	return nil
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
	if !errors.As(err, &failure) || failure.Result.Operation != "destroy" {
		return err
	}
	for _, text := range failure.Result.Errors {
		if strings.Contains(text, "protected") || strings.Contains(text, "protect") {
			return fmt.Errorf("%w\n\n%s", err, unprotect(failure.Result.Stack))
		}
	}
	return err
}

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
