package process

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func bash(script string) []string { return []string{"bash", "-c", script} }

func TestWhatAProgramPrintsIsProgress(t *testing.T) {
	var log bytes.Buffer
	folder := t.TempDir()
	programs := Programs{Log: &log, Dir: folder, Env: []string{"A=1"}}
	run := Command{Args: bash("echo $A $B; echo oh >&2; pwd"), Env: []string{"B=2"}}
	require.NoError(t, programs.Run(t.Context(), run))
	assert.Equal(t, "+ bash -c echo $A $B; echo oh >&2; pwd\n1 2\noh\n"+folder+"\n", log.String())

	log.Reset()
	other := t.TempDir()
	reads := Command{Args: bash("cat; pwd; echo oh >&2"), In: strings.NewReader("secret "), Dir: other}
	text, err := Ask(t.Context(), programs, reads)
	require.NoError(t, err)
	assert.Equal(t, "secret "+other, text)
	assert.Equal(t, "+ bash -c cat; pwd; echo oh >&2 (in "+other+")\noh\n", log.String(), "what is read is not shown")
}

func TestAFailureNamesTheProgram(t *testing.T) {
	for want, args := range map[string][]string{
		"git rev-parse x: exit status 128":              {"git", "rev-parse", "x", "--"},
		"false: exit status 1":                          {"false"},
		"nosuch: exec: \"nosuch\": executable file not": {"nosuch"},
	} {
		var log bytes.Buffer
		err := Programs{Log: &log, Dir: t.TempDir()}.Run(t.Context(), Command{Args: args})
		assert.ErrorContains(t, err, want)
	}
}

func TestLongArgumentsAreCut(t *testing.T) {
	shown := Command{Args: []string{"aws", strings.Repeat("x", longestShown+1)}}.String()
	assert.Equal(t, "aws "+strings.Repeat("x", longestShown)+"...", shown)
}

// A killed engine would leave its lock.
func TestAnInterruptIsHandedOn(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	log := &screen{}
	ended := make(chan error, 1)
	go func() { ended <- Programs{Log: log}.Run(ctx, Command{Args: bash(slow)}) }()
	works := func() bool { return strings.Contains(log.text(), "\nat work\n") }
	require.Eventually(t, works, time.Minute, 10*time.Millisecond)
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	assert.Contains(t, log.text(), "interrupted\nstate written\n")
}
