package preflight

import (
	"fmt"
	"io"
	"strings"

	"aws-webapp/internal/outcome"
)

// Report holds the findings before an operation.
type Report struct {
	Operation string            `json:"operation"`
	Stack     string            `json:"stack"`
	Account   string            `json:"account"`
	Region    string            `json:"region"`
	Findings  []outcome.Finding `json:"findings"`
}

// Count returns the number of findings with a status.
func (r *Report) Count(status outcome.Status) int {
	count := 0
	for i := range r.Findings {
		if r.Findings[i].Status == status {
			count++
		}
	}
	return count
}

// Print writes the report as a table for people. Findings that stop the operation come last,
// where the reader looks first.
func (r *Report) Print(w io.Writer, width int) {
	var sorted []outcome.Finding
	for _, status := range []outcome.Status{outcome.OK, outcome.Unchecked, outcome.Warning, outcome.Blocked} {
		for i := range r.Findings {
			if r.Findings[i].Status == status {
				sorted = append(sorted, r.Findings[i])
			}
		}
	}
	outcome.Write(w, width, sorted)
	fmt.Fprintf(w, "\n%s of %s in account %s, %s: %s\n", r.Operation, r.Stack, r.Account, r.Region, r.summary())
}

func (r *Report) summary() string {
	var parts []string
	for _, status := range []outcome.Status{outcome.Blocked, outcome.Warning, outcome.Unchecked, outcome.OK} {
		if count := r.Count(status); count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count, status))
		}
	}
	if r.Count(outcome.Blocked) == 0 {
		return "found nothing that would stop it (" + strings.Join(parts, ", ") + ")"
	}
	return strings.Join(parts, ", ")
}
