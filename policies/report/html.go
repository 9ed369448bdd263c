package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"

	"aws-webapp/policies/control"
	"aws-webapp/policies/evidence"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"class":   func(s Status) string { return strings.ReplaceAll(string(s), " ", "-") },
	"name":    nameOf,
	"text":    text,
	"status":  StatusOf,
	"ids":     idsOf,
	"claimed": func(c controlView, id string) string { return claimed(c.Control, id) },
}).Parse(pageText))

// statuses in the order of the page, worst first.
var statuses = []Status{Failed, Warning, Waived, Unknown, Partial, Passed, Disabled, NotJudged}

// The page's view of the runs: frameworks with their ids, controls with their verdicts in
// every stack, and resources with the verdicts on them.
type (
	pageView struct {
		Compliant bool
		// Judged is the time of the last run, Version that of its pack.
		Judged     time.Time
		Version    string
		Stacks     []stackView
		Frameworks []frameworkView
		Subjects   []subjectView
		Statuses   []Status
	}
	stackView struct {
		evidence.Run
		Counts    map[Status]int
		Resources []resourceView
	}
	frameworkView struct {
		Name   string
		Rows   []frameworkRow
		Stacks []frameworkStack
	}
	// frameworkRow is an id with the controls that judge all or part of it.
	frameworkRow struct {
		ID       string
		Controls []controlView
	}
	// frameworkStack counts a framework's ids by the worst verdict of their controls.
	frameworkStack struct {
		Stack  string
		Counts []countView
	}
	countView struct {
		Status Status
		Count  int
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
		Judged     int
		Judgements []evidence.Judgement
	}
	resourceView struct {
		URN, Type, Name string
		Counts          []countView
		Groups          []groupView
	}
	groupView struct {
		Status     Status
		Judgements []evidence.Judgement
	}
)

// HTML renders one page that loads nothing else: the controls by framework, the verdict on
// every resource, and the waivers. Its script only searches and folds.
func HTML(runs []evidence.Run) ([]byte, error) {
	// Only ids can be partly passed.
	ofControls := slices.DeleteFunc(slices.Clone(statuses), func(s Status) bool { return s == Partial })
	view := pageView{Compliant: Compliant(runs), Statuses: ofControls}
	for _, run := range runs {
		view.Stacks = append(view.Stacks, stackView{Run: run, Counts: Summary(run), Resources: resourcesOf(run)})
		if run.Time.After(view.Judged) {
			view.Judged, view.Version = run.Time, run.PackVersion
		}
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

// idsOf returns a control's ids with their frameworks, as strings.
func idsOf(c controlView) []string {
	var found []string
	for _, framework := range control.Frameworks {
		if ids := claims(c.Control, string(framework)); len(ids) > 0 {
			found = append(found, string(framework)+": "+strings.Join(ids, ", "))
		}
	}
	return found
}

// resourcesOf returns the judged resources, those with the worst verdicts first.
func resourcesOf(run evidence.Run) []resourceView {
	byURN := map[string][]evidence.Judgement{}
	for _, j := range run.Judgements {
		if j.URN != "" {
			byURN[j.URN] = append(byURN[j.URN], j)
		}
	}
	views := make([]resourceView, 0, len(byURN))
	for _, urn := range slices.Sorted(maps.Keys(byURN)) {
		judgements := byURN[urn]
		view := resourceView{URN: urn, Type: judgements[0].Type, Name: nameOf(urn)}
		for _, status := range statuses {
			group := groupView{Status: status}
			for _, j := range judgements {
				if StatusOf(j) == status {
					group.Judgements = append(group.Judgements, j)
				}
			}
			if len(group.Judgements) > 0 {
				view.Groups = append(view.Groups, group)
				view.Counts = append(view.Counts, countView{status, len(group.Judgements)})
			}
		}
		views = append(views, view)
	}
	slices.SortStableFunc(views, func(a, b resourceView) int {
		return cmp.Compare(severity[a.Counts[0].Status], severity[b.Counts[0].Status])
	})
	return views
}

// controlsOf returns the controls of all runs, each with its verdict in every run that has it.
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
			verdict := verdictView{Stack: run.Stack, Level: c.Level, Status: ControlStatus(run, c), Judged: c.Judged}
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
			rows[id] = append(rows[id], c.as(id))
		}
	}
	slices.SortFunc(ids, natural)
	view := frameworkView{Name: name}
	worst := map[string]map[Status]int{}
	for _, id := range ids {
		view.Rows = append(view.Rows, frameworkRow{ID: id, Controls: rows[id]})
		for stack, status := range worstOf(rows[id]) {
			if worst[stack] == nil {
				worst[stack] = map[Status]int{}
			}
			worst[stack][status]++
		}
	}
	for _, stack := range slices.Sorted(maps.Keys(worst)) {
		counted := frameworkStack{Stack: stack}
		for _, status := range statuses {
			if n := worst[stack][status]; n > 0 {
				counted.Counts = append(counted.Counts, countView{status, n})
			}
		}
		view.Stacks = append(view.Stacks, counted)
	}
	return view
}

// as returns the control as evidence for an id: if the control judges only a part of the id's
// meaning and passed, the id is only partly passed.
func (c controlView) as(id string) controlView {
	if c.Extents[id] != string(control.Part) {
		return c
	}
	c.Verdicts = slices.Clone(c.Verdicts)
	for i, v := range c.Verdicts {
		if v.Status == Passed {
			c.Verdicts[i].Status = Partial
		}
	}
	return c
}

// worstOf returns the worst verdict of several controls for each stack. If one of them judges the
// whole id, a partial pass of another does not lower the result.
func worstOf(controls []controlView) map[string]Status {
	worst, whole := map[string]Status{}, map[string]bool{}
	for _, c := range controls {
		for _, v := range c.Verdicts {
			if before, seen := worst[v.Stack]; !seen || severity[v.Status] < severity[before] {
				worst[v.Stack] = v.Status
			}
			whole[v.Stack] = whole[v.Stack] || v.Status == Passed
		}
	}
	for stack, status := range worst {
		if status == Partial && whole[stack] {
			worst[stack] = Passed
		}
	}
	return worst
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

// digits counts the digits at the start of a string.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
