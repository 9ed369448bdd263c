// Package releases runs random sequences of actions of people, AWS and the database against the model of deployments
// (internal/sandbox/deployments), with the real release command and the real function that follows a rotation. After
// each it checks that the promises were kept:
//
//   - the last good version that was requested serves in the end, after the release command is called again;
//   - no task keeps a dead password once the function is done, and it never gives up;
//   - a hotfix is never blocked for longer than tasks may take to start and requests to move;
//   - what a rollback needs can be started for as long as it may be needed;
//   - nothing is reported as done before it is;
//   - scale-in is not suspended any more after a release that nobody interrupted.
package releases

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// More sequences: go test ./tests/releases -run TestPromises -rapid.checks=5000 -v, which prints the figures.
func TestPromises(t *testing.T) {
	sequences, happened, ticks := 0, 0, 0
	states := map[string]bool{}
	keeps := keepsRevisions(t)
	rapid.Check(t, func(rt *rapid.T) {
		p := plans().Draw(rt, "plan")
		out := run(t, p, mistake{deregisters: !keeps})
		sequences, happened, ticks = sequences+1, happened+len(p.Steps), ticks+out.ticks
		for _, state := range out.states {
			states[state] = true
		}
		if len(out.broken) > 0 {
			rt.Fatalf("broken: %s\n%s", strings.Join(out.broken, "\n"), out.said)
		}
	})
	t.Logf("%d sequences, %d steps, %d moments, %d distinct states", sequences, happened, ticks, len(states))
}

// keepsRevisions reports whether the program makes pulumi keep revisions of task definitions that it
// replaces.
func keepsRevisions(t *testing.T) bool {
	t.Helper()
	graph, err := os.ReadFile(filepath.Join("..", "stack", "testdata", "prod.graph"))
	require.NoError(t, err)
	_, definition, found := strings.Cut(string(graph), "aws:ecs/taskDefinition:TaskDefinition ")
	require.True(t, found)
	definition, _, _ = strings.Cut(definition, "\n\n")
	return strings.Contains(definition, "skipDestroy = true")
}

// Each promise is broken by some sequence if the tested code makes a mistake.
func TestMistakesAreNoticed(t *testing.T) {
	for name, test := range map[string]struct {
		mistake mistake
		breaks  string
	}{
		"alarms and steps of the group": {mistake{underAlarms: true}, "the relay has given up"},
		"the wait is not ended":         {mistake{neverEnds: true}, "a hotfix has not arrived"},
		"tasks that do not start":       {mistake{neverStops: true}, "a hotfix has not arrived"},
		"an error is swallowed":         {mistake{swallows: true}, "reports"},
		"no look at the tasks":          {mistake{seesNoTasks: true}, "have a dead password"},
		"scale-in stays suspended":      {mistake{staysSuspended: true}, "is suspended after its release has ended"},
		"revisions are deregistered":    {mistake{deregisters: true}, "may be needed and is INACTIVE"},
	} {
		t.Run(name, func(t *testing.T) {
			const most = 300
			for i := range most {
				out := run(t, plans().Example(i), test.mistake)
				for _, broken := range out.broken {
					if strings.Contains(broken, test.breaks) {
						t.Logf("noticed by sequence %d: %s", i, broken)
						return
					}
				}
			}
			assert.Failf(t, "not noticed", "in %d sequences", most)
		})
	}
}
