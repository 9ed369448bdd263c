package verify

import (
	"fmt"
	"io"

	"aws-webapp/internal/outcome"
)

// Print writes the report as a table for people.
func (r *Report) Print(w io.Writer, width int) {
	fmt.Fprintln(w)
	outcome.Write(w, width, r.Findings)
	fmt.Fprintf(w, "\n%s in %s: %s after %d s\n", r.Service, r.Cluster, r.Verdict, r.Seconds)
	if r.Reason != "" {
		fmt.Fprintln(w, r.Reason)
	}
}
