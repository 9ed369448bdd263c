package verify

import (
	"fmt"
	"io"

	"aws-webapp/internal/table"
)

// Print writes the report as a table for people.
func (r *Report) Print(w io.Writer, width int) {
	rows := make([][]string, len(r.Checks))
	for i, check := range r.Checks {
		rows[i] = []string{string(check.State), check.Name, check.Found, check.Wanted, check.Note}
	}
	fmt.Fprintln(w)
	table.Write(w, width, []string{"STATE", "CHECK", "FOUND", "WANTED", "NOTE"}, rows)
	fmt.Fprintf(w, "\n%s in %s: %s after %d s\n", r.Service, r.Cluster, r.Verdict, r.Seconds)
	if r.Reason != "" {
		fmt.Fprintln(w, r.Reason)
	}
}
