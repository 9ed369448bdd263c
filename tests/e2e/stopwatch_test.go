//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// stopwatch measures the time of each phase of a stack's life, and reports when it ends.
type stopwatch struct {
	stack  string
	phases []phase
}

type phase struct {
	name string
	took time.Duration
}

func newStopwatch(t *testing.T, stack string) *stopwatch {
	t.Helper()
	s := &stopwatch{stack: stack}
	t.Cleanup(func() { fmt.Print(s) })
	return s
}

// phase runs one phase as a subtest, and reports whether it passed.
func (s *stopwatch) phase(t *testing.T, name string, run func(t *testing.T)) bool {
	t.Helper()
	started := time.Now()
	passed := t.Run(name, run)
	s.phases = append(s.phases, phase{name, time.Since(started)})
	return passed
}

func (s *stopwatch) String() string {
	var text strings.Builder
	total := time.Duration(0)
	fmt.Fprintf(&text, "\n%s took\n", s.stack)
	for _, p := range s.phases {
		fmt.Fprintf(&text, "  %8s  %s\n", p.took.Round(time.Second), p.name)
		total += p.took
	}
	fmt.Fprintf(&text, "  %8s  in all\n", total.Round(time.Second))
	return text.String()
}
