package stack_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/damage"
	"aws-webapp/tests/golden"
)

// TestGameday breaks prod in each of the drills, lets every alarm of the program look at what its metrics would say,
// and writes down what reaches the person on call. docs/gameday.md is the result.
func TestGameday(t *testing.T) {
	runbook, err := os.ReadFile(filepath.Join("..", "..", "docs", "runbook.md"))
	require.NoError(t, err)
	var page strings.Builder
	fmt.Fprintf(&page, gamedayIntroduction, len(drills))
	require.GreaterOrEqual(t, len(drills), 15)
	for i, d := range drills {
		t.Run(d.title, func(t *testing.T) {
			day := newDay(t, graphOf(t, d.of()), d)
			day.play(d)
			d.judge(t, day, string(runbook))
			d.write(&page, i+1, day)
		})
	}
	for title := range damage.ByDrill {
		at := slices.IndexFunc(drills, func(d drill) bool { return d.title == title })
		require.GreaterOrEqual(t, at, 0, "tests/damage: no drill is called %q", title)
		section := flat(sectionText(string(runbook), drills[at].section))
		assert.Contains(t, section, "#put-back-what-was-changed-by-hand", "%s: tests/engine repairs it so", title)
	}
	if !t.Failed() {
		golden.Equal(t, filepath.Join("..", "..", "docs", "gameday.md"), page.String(), "make gameday ARGS=-update")
	}
}

func (d *day) play(of drill) {
	d.t.Helper()
	for _, s := range of.symptoms {
		d.shows(s)
	}
	for _, namespace := range of.silent {
		d.silent(namespace)
	}
	for _, c := range of.calls {
		d.call(c)
	}
	for _, e := range of.events {
		d.event(e.minute, e.event(of.of()))
	}
	for _, e := range of.database {
		d.event(e.minute, e.event())
	}
	d.watch()
}

// judge holds a drill against the table of failures and the runbook: somebody hears of it, the section that the message
// names has the command that mends it, and afterwards nothing rings any more.
func (d drill) judge(t *testing.T, day *day, runbook string) {
	t.Helper()
	at := slices.IndexFunc(failures, func(f failure) bool { return f.part == d.part && f.state == d.state })
	require.GreaterOrEqualf(t, at, 0, "%s, %s is no row of the table of failures", d.part, d.state)
	if d.section != "" || d.unheard == "" {
		section := sectionText(runbook, d.section)
		require.NotEmptyf(t, section, "the runbook has no section %s", d.section)
		assert.Containsf(t, flat(section), flat(d.mend), "section %s of the runbook", d.section)
	}

	heard, on := false, map[string]bool{}
	for _, m := range day.messages {
		if !m.lost {
			for _, section := range append(m.because, m.section) {
				heard = heard || slices.Contains(failures[at].heardBy, section)
			}
		}
		if strings.Contains(m.subject, "ALARM") || m.over {
			on[strings.SplitN(m.subject, ": ", 2)[1]] = !m.over && !m.once
		}
		assert.NotEmptyf(t, m.text, "%s says nothing", m.subject)
	}
	calls := slices.DeleteFunc(slices.Clone(day.messages), func(m message) bool { return m.over || m.urgency() != "Page" })
	assert.LessOrEqualf(t, len(calls), max(d.pages, 1), "one outage, one page: %v", calls)
	for name, still := range on {
		assert.Falsef(t, still, "%s is still on after the mending", name)
	}
	if d.unheard == "" {
		assert.Truef(t, heard, "nobody hears of it; the table says %v", failures[at].heardBy)
	} else {
		assert.False(t, heard, "somebody hears of it after all: say so in the drill")
	}
}

// sectionText is the text of a section of the runbook.
func sectionText(runbook, name string) string {
	_, rest, found := strings.Cut("\n"+runbook, "\n### "+name+"\n")
	if !found {
		for _, match := range regexp.MustCompile(`(?m)^### (.+)$`).FindAllStringSubmatch(runbook, -1) {
			if strings.ReplaceAll(strings.ToLower(match[1]), " ", "-") == name {
				return sectionText(runbook, match[1])
			}
		}
		return ""
	}
	if end := regexp.MustCompile(`(?m)^##`).FindStringIndex(rest); end != nil {
		rest = rest[:end[0]]
	}
	return rest
}

func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

const gamedayIntroduction = `# Game day

What the person on call gets when something breaks: %d drills. Each breaks prod, lets every alarm of the program look at
what its metrics would say, and passes on what the alert topic would. A test fails where nobody hears of a failure,
where the section of the runbook lacks what mends it, or where an alarm stays on afterwards. Drills of jobs, workers and
internal services break a prod that has them. To play all:

    make gameday

Minutes count from the moment in which it breaks. They are what the alarms' periods take; metrics arrive a minute or two
later. An alarm that counts events (calls in the audit trail, jobs and rotations that failed) ends by itself, and sends
no OK: that it is over would not say that anything was undone.
*Run as written* says which test runs what mends it; without it, that takes a person.

`

// runBy says which test runs what mends a drill, as the section has it; nothing where it takes a person alone.
func (d drill) runBy() string {
	_, broken := damage.ByDrill[d.title]
	switch {
	case broken:
		return "the simulated stack is broken so, the commands of the procedure are run, and what was changed is back " +
			"(`make engine`); the release and `webapp live` after them, which ask AWS itself, have tests of their own."
	case strings.Contains(d.mend, "#deploy-by-hand"):
		return "the update, in the simulated stack (`make engine`); the release after it in the model of deployments " +
			"(`tests/releases`)."
	case strings.Contains(d.mend, "#undo-what-was-added-by-hand"):
		return "`webapp live` with `--undo`, against answers of AWS (`make unit`)."
	case strings.Contains(d.mend, "`aws "):
		return "the calls of the AWS CLI, against moto (`make documents`)."
	case strings.Contains(d.mend, "#rotate-the-password-now"), strings.Contains(d.mend, "#replay-the-dead-letter-queue"):
		return "the command, in the model of deployments or against answers of AWS (`make unit`)."
	default:
		return ""
	}
}

func (d drill) write(page *strings.Builder, number int, day *day) {
	fmt.Fprintf(page, "## %d. %s\n\n%s ([%s, %s](failures.md))\n\n", number, d.title, flat(d.breaks), d.part, d.state)
	page.WriteString("| After | Message | Acts |\n|---|---|---|\n")
	for _, m := range day.messages {
		acts, text := m.urgency(), " "+strings.TrimPrefix(m.text, m.urgency()+": ")
		switch {
		case m.over:
			acts, text = "over", ""
		case acts == "":
			acts = "-"
		}
		if m.lost {
			acts = "lost"
		}
		if m.reason != "" {
			text += fmt.Sprintf(" *Reason*: %q transitioned to ALARM.", m.reason)
		}
		fmt.Fprintf(page, "| %s | **%s**%s | %s |\n", minutes(m.minute), m.subject, text, acts)
	}
	page.WriteString("\n")
	if d.unheard != "" {
		fmt.Fprintf(page, "**Nobody hears of it here.** %s\n\n", flat(d.unheard))
	}
	if d.section != "" {
		fmt.Fprintf(page, "*Mended* after %s by [%s](runbook.md#%s): %s\n",
			minutes(d.mended), d.section, d.section, strings.ReplaceAll(flat(d.mend), "(#", "(runbook.md#"))
	}
	if by := d.runBy(); by != "" {
		fmt.Fprintf(page, "\n*Run as written*: %s\n", by)
	}
	if d.told != "" {
		fmt.Fprintf(page, "\n*How to tell*: %s\n", flat(d.told))
	}
	page.WriteString("\n")
}

// minutes in words: 5 min, 3 h, 2 d.
func minutes(n int) string {
	switch {
	case n >= 2880 && n%1440 == 0:
		return fmt.Sprintf("%d d", n/1440)
	case n >= 180:
		return strings.TrimSuffix(fmt.Sprintf("%d h %d min", n/60, n%60), " 0 min")
	}
	return fmt.Sprintf("%d min", n)
}
