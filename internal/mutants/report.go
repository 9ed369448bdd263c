package mutants

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Count returns the number of mutants with any of the outcomes.
func (m *Measured) Count(outcomes ...Outcome) int {
	n := 0
	for _, result := range m.Results {
		if slices.Contains(outcomes, result.Outcome) {
			n++
		}
	}
	return n
}

// Tried returns the number of mutants that were tried.
func (m *Measured) Tried() int { return len(m.Results) - m.Count(Untried) }

// Score returns the share of the mutants tried that were killed or timed out, in percent; 0 if none was
// tried.
func (m *Measured) Score() float64 { return m.share(Killed, GoldenOnly, TimedOut) }

func (m *Measured) share(outcomes ...Outcome) float64 {
	if m.Tried() == 0 {
		return 0
	}
	return 100 * float64(m.Count(outcomes...)) / float64(m.Tried())
}

// Write reports one target: its score, then the mutants that somebody should look at.
func (m *Measured) Write(w io.Writer) {
	fmt.Fprintf(w, "== %s: %.0f %% of %d killed (%d of them timed out, %d by golden files alone), %d survive "+
		"(%d not covered); drawn from %d, %s\n", m.Target.Name, m.Score(), m.Tried(), m.Count(TimedOut), m.Count(GoldenOnly),
		m.Count(Survived, NotCovered), m.Count(NotCovered), m.Of, m.Took.Round(time.Second))
	if n := m.Count(Untried); n > 0 {
		fmt.Fprintf(w, "%d more were not tried: the time was over\n", n)
	}
	if len(m.LeftOut) > 0 {
		fmt.Fprintf(w, "left out, because they fail in a copy without mutants: %s\n", strings.Join(m.LeftOut, ", "))
	}
	for _, result := range m.Results {
		if slices.Contains([]Outcome{Survived, NotCovered, GoldenOnly}, result.Outcome) {
			fmt.Fprintf(w, "%s:%d: %s: %s\n%s", result.File, result.Line, result.Operator, result.Outcome, result.Diff())
		}
	}
	fmt.Fprintln(w)
}

// Summarize reports all targets in a table, one per line.
func Summarize(w io.Writer, seed uint64, all []*Measured) {
	fmt.Fprintf(w, "%-12s %6s %6s %7s %9s %12s  (seed %d)\n",
		"target", "tried", "score", "golden", "survived", "not covered", seed)
	for _, m := range all {
		fmt.Fprintf(w, "%-12s %6d %4.0f %% %5.1f %% %9d %12d\n", m.Target.Name, m.Tried(), m.Score(),
			m.share(GoldenOnly), m.Count(Survived), m.Count(NotCovered))
	}
}
