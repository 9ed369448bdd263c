//go:build unix

package process

import (
	"bytes"
	"context"
	"os"
	"os/exec"
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

// screen collects a command's output. Several goroutines may write to it.
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

// engine is one that runs a script.
func engine(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	run := exec.CommandContext(context.WithoutCancel(t.Context()), "bash", "-c", script)
	run.Env = append(os.Environ(), "WORD=hello")
	return run
}

func TestAnEngineIsShownAsItWorks(t *testing.T) {
	folder := t.TempDir()
	var shown screen
	err := runLasting(t.Context(), engine(t, "echo $WORD; echo oh >&2; exit 3"), folder, &shown, time.Minute)
	require.ErrorContains(t, err, "exit status 3")
	assert.Equal(t, "hello\noh\n", shown.text())
	assert.NoFileExists(t, engineProcess(folder))
}

// The programs keep an engine apart where they are told to.
func TestALastingProgramLeavesItsOutput(t *testing.T) {
	folder := t.TempDir()
	var shown screen
	programs := Programs{Log: &shown, Dir: t.TempDir(), Env: []string{"WORD=hello"}}
	err := programs.Run(t.Context(), Command{Args: bash("echo $WORD; pwd; exit 3"), Lasting: folder})
	require.EqualError(t, err, "bash: exit status 3")
	output, err := os.ReadFile(engineOutput(folder))
	require.NoError(t, err)
	assert.Equal(t, "hello\n"+programs.Dir+"\n", string(output))
	assert.Contains(t, shown.text(), "hello\n")
}

// interrupted is an engine at work whose command has been told to end.
func interrupted(t *testing.T, run *exec.Cmd, folder string, grace time.Duration) (*screen, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	shown := &screen{}
	ended := make(chan error, 1)
	go func() { ended <- runLasting(ctx, run, folder, shown, grace) }()
	require.Eventually(t, func() bool { return shown.text() == "at work\n" }, time.Minute, 10*time.Millisecond)
	cancel()
	return shown, <-ended
}

func TestAnInterruptedEngineMayEnd(t *testing.T) {
	shown, err := interrupted(t, engine(t, slow), t.TempDir(), time.Minute)
	require.NoError(t, err)
	assert.Equal(t, "at work\ninterrupted\nstate written\n", shown.text())
}

// GitHub kills the command ten seconds after its interrupt: it is gone by then, and the engine is not.
func TestAnEngineOutlivesTheCommand(t *testing.T) {
	folder := t.TempDir()
	_, err := interrupted(t, engine(t, slow), folder, 50*time.Millisecond)
	require.ErrorIs(t, err, errLeft)

	_, err = Wait(t.Context(), folder, 50*time.Millisecond)
	require.ErrorIs(t, err, ErrBusy)
	words, err := Wait(t.Context(), folder, time.Minute)
	require.NoError(t, err)
	assert.Equal(t, "at work\ninterrupted\nstate written\n", string(words))

	_, err = Wait(t.Context(), folder, time.Minute)
	require.ErrorIs(t, err, os.ErrNotExist, "it was waited for")
}
