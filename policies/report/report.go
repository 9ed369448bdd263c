package report

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aws-webapp/policies/evidence"
)

// Status is the outcome of a control, or of a single judgement.
type Status string

// The statuses, worst first. Waived violations are neither failed nor passed. Partial is the
// status of a framework id of which the passed controls only judge a part. NotJudged is a control
// that found no resource to judge.
const (
	Failed    Status = "failed"
	Warning   Status = "warning"
	Waived    Status = "waived"
	Unknown   Status = "unknown"
	Partial   Status = "partly passed"
	Passed    Status = "passed"
	Disabled  Status = "disabled"
	NotJudged Status = "not judged"
)

// severity orders statuses, worst first.
var severity = map[Status]int{
	Failed: 0, Warning: 1, Waived: 2, Unknown: 3, Partial: 4, Passed: 5, Disabled: 6, NotJudged: 7,
}

// Files that [Write] writes.
const (
	SARIFFile = "compliance.sarif"
	JUnitFile = "compliance.junit.xml"
	JSONFile  = "compliance.json"
	HTMLFile  = "compliance.html"
)

// Write writes all reports on the runs into a folder, which it creates.
func Write(dir string, runs []evidence.Run) error {
	if len(runs) == 0 {
		return errors.New("write the compliance report: there are no runs: judge a stack first")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // reports are meant to be read by others
		return fmt.Errorf("write the compliance report: %w", err)
	}
	for _, r := range []struct {
		file   string
		render func([]evidence.Run) ([]byte, error)
	}{{SARIFFile, SARIF}, {JUnitFile, JUnit}, {JSONFile, JSON}, {HTMLFile, HTML}} {
		content, err := r.render(runs)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, r.file), content, 0o644) //nolint:gosec // as above
		}
		if err != nil {
			return fmt.Errorf("write the compliance report %s: %w", r.file, err)
		}
	}
	return nil
}

// StatusOf returns the status of a judgement.
func StatusOf(j evidence.Judgement) Status {
	switch {
	case j.Verdict == "pass":
		return Passed
	case j.Verdict == "unknown":
		return Unknown
	case j.Waiver != nil:
		return Waived
	case j.Level == "advisory":
		return Warning
	case j.Level == "disabled":
		return Disabled
	default:
		return Failed
	}
}

// ControlStatus returns the status of a control in a run: that of its worst judgement.
func ControlStatus(run evidence.Run, control evidence.Control) Status {
	if control.Level == "disabled" {
		return Disabled
	}
	worst := NotJudged
	for _, j := range run.Judgements {
		if status := StatusOf(j); j.Control == control.Name && severity[status] < severity[worst] {
			worst = status
		}
	}
	if worst == NotJudged && control.Judged > 0 {
		return Passed
	}
	return worst
}

// Summary counts a run's controls by status.
func Summary(run evidence.Run) map[Status]int {
	counts := map[Status]int{}
	for _, c := range run.Controls {
		counts[ControlStatus(run, c)]++
	}
	return counts
}

// Compliant reports whether no run has a failed control.
func Compliant(runs []evidence.Run) bool {
	return !slices.ContainsFunc(runs, func(r evidence.Run) bool { return Summary(r)[Failed] > 0 })
}

// Summarize prints a line per run, and the path of the page.
func Summarize(out io.Writer, dir string, runs []evidence.Run) error {
	for _, r := range runs {
		counts := Summary(r)
		line := r.Stack + ":"
		for _, s := range []Status{Failed, Warning, Waived, Unknown, Passed} {
			line += fmt.Sprintf(" %d %s", counts[s], s)
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(out, filepath.Join(dir, HTMLFile))
	return err
}

// claimed returns an id of a control with its extent.
func claimed(c evidence.Control, id string) string {
	if extent := c.Extents[id]; extent != "" {
		return id + " (" + extent + ")"
	}
	return id
}

// claims returns a control's ids of a framework with their extents.
func claims(c evidence.Control, framework string) []string {
	texts := make([]string, len(c.Frameworks[framework]))
	for i, id := range c.Frameworks[framework] {
		texts[i] = claimed(c, id)
	}
	return texts
}

// nameOf returns the logical name in a URN.
func nameOf(urn string) string {
	if i := strings.LastIndex(urn, "::"); i >= 0 {
		return urn[i+2:]
	}
	return "the stack"
}

// worstFirst sorts judgements for reading.
func worstFirst(judgements []evidence.Judgement) []evidence.Judgement {
	return slices.SortedFunc(slices.Values(judgements), func(a, b evidence.Judgement) int {
		return cmp.Or(cmp.Compare(severity[StatusOf(a)], severity[StatusOf(b)]), cmp.Compare(a.URN, b.URN))
	})
}

// text describes a judgement in words.
func text(j evidence.Judgement) string {
	if len(j.Reasons) == 0 {
		return "passed"
	}
	sentences := make([]string, len(j.Reasons))
	for i, reason := range j.Reasons {
		sentences[i] = strings.ToUpper(reason[:1]) + reason[1:]
	}
	return strings.Join(sentences, ". ") + "."
}
