package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"slices"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/evidence"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"class": func(s Status) string { return strings.ReplaceAll(string(s), " ", "-") },
	"name":  nameOf,
	"text":  text,
	"status": func(j evidence.Judgement) Status {
		return StatusOf(j)
	},
}).Parse(pageText))

// The page's view of the runs: frameworks with their ids, and controls with their verdicts
// in every stack.
type (
	pageView struct {
		Compliant  bool
		Stacks     []stackView
		Frameworks []frameworkView
		Subjects   []subjectView
		Statuses   []Status
	}
	stackView struct {
		evidence.Run
		Counts map[Status]int
	}
	frameworkView struct {
		Name string
		Rows []frameworkRow
	}
	frameworkRow struct {
		ID       string
		Controls []controlView
	}
	subjectView struct {
		Name     string
		Controls []controlView
	}
	controlView struct {
		evidence.Control
		// Verdicts in the order of the stacks.
		Verdicts []verdictView
	}
	verdictView struct {
		Stack      string
		Level      string
		Status     Status
		Judgements []evidence.Judgement
	}
)

// HTML renders one page without anything to load: the controls by framework, the verdict
// on every resource, and the waivers.
func HTML(runs []evidence.Run) ([]byte, error) {
	view := pageView{
		Compliant: Compliant(runs), Statuses: []Status{Failed, Warning, Waived, Unknown, Passed, Disabled, NotJudged},
	}
	for _, run := range runs {
		view.Stacks = append(view.Stacks, stackView{Run: run, Counts: Summary(run)})
	}
	controls := controlsOf(runs)
	for _, c := range controls {
		i := slices.IndexFunc(view.Subjects, func(s subjectView) bool { return s.Name == c.Subject })
		if i < 0 {
			i = len(view.Subjects)
			view.Subjects = append(view.Subjects, subjectView{Name: c.Subject})
		}
		view.Subjects[i].Controls = append(view.Subjects[i].Controls, c)
	}
	for _, framework := range control.Frameworks {
		if f := frameworkOf(string(framework), controls); len(f.Rows) > 0 && framework != control.House {
			view.Frameworks = append(view.Frameworks, f)
		}
	}
	var b bytes.Buffer
	if err := page.Execute(&b, view); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// controlsOf are the controls of all runs, each with its verdict in every run that has it.
func controlsOf(runs []evidence.Run) []controlView {
	var views []controlView
	index := map[string]int{}
	for _, run := range runs {
		for _, c := range run.Controls {
			i, seen := index[c.Name]
			if !seen {
				i = len(views)
				index[c.Name] = i
				views = append(views, controlView{Control: c})
			}
			verdict := verdictView{Stack: run.Stack, Level: c.Level, Status: ControlStatus(run, c)}
			for _, j := range run.Judgements {
				if j.Control == c.Name {
					verdict.Judgements = append(verdict.Judgements, j)
				}
			}
			verdict.Judgements = worstFirst(verdict.Judgements)
			views[i].Verdicts = append(views[i].Verdicts, verdict)
		}
	}
	return views
}

// frameworkOf lists a framework's ids in order, each with the controls that check it.
func frameworkOf(name string, controls []controlView) frameworkView {
	rows := map[string][]controlView{}
	var ids []string
	for _, c := range controls {
		for _, id := range c.Frameworks[name] {
			if rows[id] == nil {
				ids = append(ids, id)
			}
			rows[id] = append(rows[id], c)
		}
	}
	slices.SortFunc(ids, natural)
	view := frameworkView{Name: name}
	for _, id := range ids {
		view.Rows = append(view.Rows, frameworkRow{ID: id, Controls: rows[id]})
	}
	return view
}

// natural compares ids so that RDS.2 comes before RDS.11.
func natural(a, b string) int {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			x, y := strings.TrimLeft(a[:da], "0"), strings.TrimLeft(b[:db], "0")
			if len(x) != len(y) {
				return len(x) - len(y)
			}
			if c := strings.Compare(x, y); c != 0 {
				return c
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return int(a[0]) - int(b[0])
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

// digits is how many digits a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
