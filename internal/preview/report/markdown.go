package report

import (
	"fmt"
	"strings"

	"aws-webapp/internal/plural"
	"aws-webapp/internal/preview/risk"
)

// CommentLimit is the number of characters that GitHub accepts in the body of a comment or an
// issue. We count bytes, which are never fewer.
const CommentLimit = 65536

// Marker returns an invisible line by which a report is found again, to update it instead of
// writing another one.
func Marker(kind Kind, stack string) string {
	return fmt.Sprintf("<!-- aws-webapp:%s:%s -->", kind, strings.ReplaceAll(line(stack, 100), "--", ""))
}

// section of a report in Markdown.
type section struct {
	// title of the section, and whether it is folded.
	title  string
	folded bool
	// intro stands before the items, if any of them is shown.
	intro string
	items []string
	// count of the things that the items are about; the number of items if it is 0.
	count int
}

// Markdown renders the report for one comment: risky changes are visible, the rest is folded.
// What does not fit is cut off at the end, and a note says how much.
func Markdown(r *Report) string { return render(r, CommentLimit) }

// noteRoom is kept free for the note about what was cut off.
const noteRoom = 400

func render(r *Report, limit int) string {
	head := r.head()
	var body strings.Builder
	room := limit - len(head) - noteRoom
	shown, left := 0, 0
	for _, s := range r.sections() {
		opening, closing := s.frame()
		if len(s.items) == 0 {
			continue
		}
		if room < len(opening)+len(closing)+len(s.items[0]) {
			left += len(s.items)
			continue
		}
		room -= len(opening) + len(closing)
		body.WriteString(opening)
		for _, item := range s.items {
			if len(item) > room {
				left++
				continue
			}
			room -= len(item)
			shown++
			body.WriteString(item)
		}
		body.WriteString(closing)
	}
	if left > 0 {
		head += fmt.Sprintf("\n> **Shortened:** %d of %d entries are left out, the least risky ones first, because GitHub "+
			"takes comments of "+
			"at most %d characters. The workflow run has the whole report as an artifact.\n", left, shown+left, limit)
	}
	return head + body.String()
}

// dots tell the level at a glance.
var dots = map[risk.Level]string{risk.None: "🟢", risk.Low: "🟢", risk.Medium: "🟡", risk.High: "🟠", risk.Critical: "🔴"}

func (r *Report) head() string {
	dot := dots[r.Level]
	if r.Failed || r.Mandatory() > 0 {
		dot = "🔴"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n### %s %s: %s", Marker(r.Kind, r.Stack), dot, code(r.Stack), text(r.Headline(), 400))
	if r.quiet() {
		if r.Simulated {
			b.WriteString(" · simulated")
		}
		if r.Commit != "" {
			b.WriteString(" · " + code(r.Commit))
		}
		return b.String() + "\n"
	}
	b.WriteString("\n")
	if r.Commit != "" {
		fmt.Fprintf(&b, "\nCommit %s\n", code(r.Commit))
	}
	if r.Simulated {
		b.WriteString("\n> **Simulated:** no credentials were at hand, so this is a preview in the sandbox. The base " +
			"branch was brought up in a " +
			"simulated AWS and the change previewed on top, with the real engine and the real policies. What has been changed " +
			"by hand " +
			"in AWS, and what AWS alone would refuse, does not show.\n")
	}
	if unknown := r.unknown(); unknown > 0 {
		fmt.Fprintf(&b, "\n> %s marked (?): a value is secret, or known only after the deployment, and cannot be judged "+
			"now.\n",
			plural.Of(unknown, "finding is", "findings are"))
	}
	return b.String()
}

func (r *Report) unknown() int {
	count := 0
	for _, c := range r.Changes {
		for _, f := range c.Findings {
			if f.Unknown {
				count++
			}
		}
	}
	return count
}

// frame returns the text around a section's items.
func (s section) frame() (opening, closing string) {
	if s.folded {
		return fmt.Sprintf("\n<details><summary>%s (%d)</summary>\n\n%s", s.title, max(s.count, len(s.items)), s.intro),
			"\n</details>\n"
	}
	return fmt.Sprintf("\n#### %s\n\n%s", s.title, s.intro), ""
}

// longest message that is shown, in characters.
const longest = 600

func (r *Report) messages(texts []string) []string {
	var items []string
	for _, message := range texts {
		items = append(items, "- "+text(message, longest)+"\n")
	}
	return items
}

func (r *Report) policySection(title string, mandatory bool) section {
	s := section{title: title}
	for _, v := range r.Violations {
		if v.Mandatory() != mandatory || !mandatory && !r.concern(v) {
			continue
		}
		item := "- " + code(v.Policy)
		if v.Severity != "" {
			item += ", " + text(v.Severity, longest)
		}
		if len(v.Resources) > 0 {
			item += ": " + codes(v.Resources)
		}
		s.items = append(s.items, item+"\n"+verdictLines(v))
	}
	return s
}

// verdictLines returns the lines of a policy's message: all of a mandatory one; of another only
// what is wrong and how to fix it.
func verdictLines(v Violation) string {
	var b strings.Builder
	for i, words := range strings.Split(v.Message, "\n") {
		if words = strings.TrimSpace(words); words != "" && (v.Mandatory() || i == 0 || strings.HasPrefix(words, "Fix:")) {
			b.WriteString("  - " + text(words, longest) + "\n")
		}
	}
	return b.String()
}

func (r *Report) costSection() section {
	if r.Cost == nil {
		return section{}
	}
	s := section{title: "Cost", folded: true}
	s.intro = text(fmt.Sprintf("$%.2f → $%.2f a month", r.Cost.Before, r.Cost.After), longest)
	if r.Cost.PriceDate != "" {
		s.intro += ", prices of " + text(r.Cost.PriceDate, longest)
	}
	s.intro += ".\n\n| Component | Before | After | Difference |\n|---|---:|---:|---:|\n"
	for _, c := range r.Cost.Components {
		s.items = append(s.items, fmt.Sprintf("| %s | %.2f | %.2f | %+.2f |\n", cell(c.Name), c.Before, c.After,
			c.After-c.Before))
	}
	return s
}
