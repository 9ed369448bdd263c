//go:build unix

package workflow

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slow is an engine that is at work until it is interrupted, and then takes its time to write its state.
const slow = `trap 'echo interrupted; sleep 1; echo state written; exit 0' INT
echo at work
while :; do sleep 0.05; done`

// screen is what a command prints to, from whichever goroutine.
type screen struct {
	sync.Mutex
	bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.Lock()
	defer s.Unlock()
	return s.Buffer.Write(p)
}

func (s *screen) text() string {
	s.Lock()
	defer s.Unlock()
	return s.String()
}

func engineOf(t *testing.T, script string) (command, *deploy, *bytes.Buffer) {
	t.Helper()
	out := &bytes.Buffer{}
	d := &deploy{workflow: &workflow{out: out}, stack: "prod", out: t.TempDir()}
	folder := filepath.Join(d.out, d.stack)
	require.NoError(t, os.MkdirAll(folder, 0o750))
	return command{args: []string{"bash", "-c", script}, env: []string{"WORD=hello"}, lasting: folder}, d, out
}

func TestAnEngineIsShownAsItWorks(t *testing.T) {
	c, d, _ := engineOf(t, "echo $WORD; echo oh >&2; exit 3")
	var shown screen
	err := runLasting(t.Context(), c, &shown, time.Minute)
	require.ErrorContains(t, err, "exit status 3")
	assert.Equal(t, "hello\noh\n", shown.text())
	assert.NoFileExists(t, engineProcess(filepath.Join(d.out, d.stack)))
}

// interrupted is an engine at work whose command has been told to end.
func interrupted(t *testing.T, c command, grace time.Duration) (*screen, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	shown := &screen{}
	ended := make(chan error, 1)
	go func() { ended <- runLasting(ctx, c, shown, grace) }()
	require.Eventually(t, func() bool { return shown.text() == "at work\n" }, time.Minute, 10*time.Millisecond)
	cancel()
	return shown, <-ended
}

func TestAnInterruptedEngineMayEnd(t *testing.T) {
	c, _, _ := engineOf(t, slow)
	shown, err := interrupted(t, c, time.Minute)
	require.NoError(t, err)
	assert.Equal(t, "at work\ninterrupted\nstate written\n", shown.text())
}

// GitHub kills the command ten seconds after its interrupt: it is gone by then, and the engine is not.
func TestAnEngineOutlivesTheCommand(t *testing.T) {
	c, d, out := engineOf(t, slow)
	_, err := interrupted(t, c, 50*time.Millisecond)
	require.ErrorIs(t, err, errLeft)

	err = d.wait(t.Context(), 50*time.Millisecond)
	require.ErrorContains(t, err, "run pulumi cancel -s prod and pulumi refresh -s prod, then deploy again")
	require.NoError(t, d.wait(t.Context(), time.Minute))
	assert.Contains(t, out.String(), "the engine of prod has ended by itself")
	assert.Contains(t, out.String(), "state written\n")

	require.NoError(t, d.wait(t.Context(), time.Minute))
	assert.Contains(t, out.String(), "no engine is at work on prod")
}
