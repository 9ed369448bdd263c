package engine_test

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/report"
	"aws-webapp/tests/fixtures"
	"aws-webapp/tests/golden"
	"aws-webapp/tests/recording"
)

// What shows the demo to a person: `make demo`, and `make demo ARGS=-fast`.
var (
	paced = flag.Bool("paced", false, "show the demo on the terminal, at the pace of a reader")
	fast  = flag.Bool("fast", false, "with -paced: without pauses")
)

// terminal is standard output as it was before the tests began.
var terminal = os.Stdout

// TestDemo runs the tour: what stops a change that loses data, what stops one that breaks a rule, how a release goes
// back, how a new password reaches the tasks. Engine, policies, report, release command and relay are the real ones.
// Here it runs at once, and has to say what its recording says.
func TestDemo(t *testing.T) {
	out := io.Discard
	var wait func(time.Duration)
	if *paced {
		out = terminal
		if !*fast {
			wait = time.Sleep
		}
	} else {
		t.Parallel()
	}
	r := recording.New("aws-webapp in two minutes", out, wait)
	previews := demoPreviews(t)
	opening(r)
	lostData(r, previews)
	brokenRule(r, previews)
	rollback(t, r)
	newPassword(t, r)
	closing(r)
	if *paced {
		return
	}
	assert.Empty(t, r.Faults())
	assert.Greater(t, r.Length(), 80*time.Second)
	assert.Less(t, r.Length(), 150*time.Second)
	for name, content := range map[string]string{"demo.cast": r.Cast(), "demo.svg": r.SVG(1)} {
		golden.Equal(t, fixtures.Repository(t, "docs", "pictures", name), content, "make demo-record")
	}
}

// demoPreview is a change that the tour shows.
type demoPreview struct {
	stack  string
	config map[string]string
	// lines of the comment, and what the preview ended with.
	comment []string
	fails   string
}

// command is the command line with which a reader sees the same.
func (p demoPreview) command(keys ...string) string {
	var config []string
	for _, key := range keys {
		config = append(config, fmt.Sprintf("--config %s=%s", key, p.config[key]))
	}
	return fmt.Sprintf("make preview STACK=%s ARGS='%s'", p.stack, strings.Join(config, " "))
}

const (
	nameKey  = "database.name"
	allowKey = "database.allowReplacement"
	keepKey  = "database.backupRetentionDays"
)

// demoPreviews runs the changes of the tour, while somebody reads the first screen.
func demoPreviews(t *testing.T) func(name string) demoPreview {
	t.Helper()
	rename := map[string]string{nameKey: "guestbook"}
	insist := all(rename, map[string]string{allowKey: "true"})
	previews := map[string]*demoPreview{
		"rename":    {stack: "staging", config: rename},
		"insist":    {stack: "staging", config: insist},
		"in prod":   {stack: "prod", config: insist},
		"retention": {stack: "staging", config: map[string]string{keepKey: "1"}},
	}
	ready := make(chan struct{})
	run := func() {
		defer close(ready)
		for _, name := range []string{"rename", "insist", "in prod", "retention"} {
			previews[name].run(t)
		}
	}
	if *paced {
		go run()
	} else {
		run()
	}
	return func(name string) demoPreview {
		<-ready
		require.False(t, t.Failed())
		return *previews[name]
	}
}

func (p *demoPreview) run(t *testing.T) {
	file := filepath.Join(t.TempDir(), "events.jsonl")
	s := deployed(t, setup{stack: p.stack}).again(setup{
		config: p.config, pack: policies, packConfig: packConfig(t, p.stack), eventLog: file,
	})
	if _, err := s.Preview(t.Context()); err != nil {
		_, p.fails, _ = strings.Cut(err.Error(), "* aws-webapp:")
	}
	log, err := eventlog.ReadFile(file)
	if !assert.NoError(t, err) {
		return
	}
	p.comment = strings.Split(report.Markdown(report.New(log, report.Options{})), "\n")
}

// section of a comment from a heading on, without empty lines; all of it with its first heading if none is named.
func (p demoPreview) section(heading string) []string {
	var found []string
	within := false
	for _, line := range p.comment {
		if strings.HasPrefix(line, "#### ") {
			within = line == "#### "+heading
		}
		if line != "" && (within || strings.HasPrefix(line, "### ")) {
			found = append(found, line)
		}
	}
	return found
}
