package preflight

import (
	"fmt"
	"io"
	"strings"

	"aws-webapp/internal/table"
)

// Status of a finding.
type Status string

// The statuses. [Blocked] stops the operation; [Warning] may surprise; [Unchecked] could not be
// determined.
const (
	OK        Status = "ok"
	Warning   Status = "warning"
	Blocked   Status = "blocked"
	Unchecked Status = "not checked"
)

// Finding is one line of the table.
type Finding struct {
	Check  string `json:"check"`
	Status Status `json:"status"`
	Found  string `json:"found"`
	Needed string `json:"needed,omitempty"`
	// Fix says what to change if the status is not ok.
	Fix string `json:"fix,omitempty"`
}

// Report holds the findings before an operation.
type Report struct {
	Operation string    `json:"operation"`
	Stack     string    `json:"stack"`
	Account   string    `json:"account"`
	Region    string    `json:"region"`
	Findings  []Finding `json:"findings"`
}

// Count returns the number of findings with a status.
func (r *Report) Count(status Status) int {
	count := 0
	for _, finding := range r.Findings {
		if finding.Status == status {
			count++
		}
	}
	return count
}

// Print writes the report as a table for people. Findings that stop the operation come last,
// where the reader looks first.
func (r *Report) Print(w io.Writer, width int) {
	var rows [][]string
	for _, status := range []Status{OK, Unchecked, Warning, Blocked} {
		for _, finding := range r.Findings {
			if finding.Status == status {
				rows = append(rows, []string{string(finding.Status), finding.Check, finding.Found, finding.Needed, finding.Fix})
			}
		}
	}
	table.Write(w, width, []string{"STATUS", "CHECK", "FOUND", "NEEDED", "FIX"}, rows)
	fmt.Fprintf(w, "\n%s of %s in account %s, %s: %s\n", r.Operation, r.Stack, r.Account, r.Region, r.summary())
}

func (r *Report) summary() string {
	var parts []string
	for _, status := range []Status{Blocked, Warning, Unchecked, OK} {
		if count := r.Count(status); count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count, status))
		}
	}
	if r.Count(Blocked) == 0 {
		return "found nothing that would stop it (" + strings.Join(parts, ", ") + ")"
	}
	return strings.Join(parts, ", ")
}
