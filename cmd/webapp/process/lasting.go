package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	// interruptGrace is the time for which a command waits for a program that it has interrupted. GitHub sends an
	// interrupt, a request to end after 7.5 seconds, and kills the step's processes after 10.
	// Source: https://docs.github.com/en/actions/reference/workflow-cancellation-reference
	interruptGrace = 5 * time.Second
	// tailEvery is the time between two looks for a lasting program's output.
	tailEvery = 100 * time.Millisecond
)

// errLeft says that an engine is still at work.
var errLeft = errors.New("interrupted: the engine is still at work; webapp deploy wait waits for it")

// Where an engine that outlives its command is found again.
func engineOutput(folder string) string  { return filepath.Join(folder, "engine.txt") }
func engineProcess(folder string) string { return filepath.Join(folder, "engine.pid") }

// runLasting runs an engine that outlives this process. Killed, it would leave its lock, and a state that does not know
// what AWS was about to make. So it writes into a file, which is shown meanwhile, is no part of what GitHub kills once
// this process has ended, and gets the interrupt once.
func runLasting(ctx context.Context, run *exec.Cmd, folder string, out io.Writer, grace time.Duration) error {
	output, err := os.Create(engineOutput(folder))
	if err != nil {
		return err
	}
	defer output.Close() //nolint:errcheck // the engine has a handle of its own
	run.Stdout, run.Stderr = output, output
	detach(run)
	if err := run.Start(); err != nil {
		return err
	}
	pid := strconv.Itoa(run.Process.Pid)
	if err := os.WriteFile(engineProcess(folder), []byte(pid), 0o600); err != nil {
		return errors.Join(err, run.Process.Kill())
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	shown, err := os.Open(engineOutput(folder))
	if err != nil {
		return err
	}
	defer shown.Close() //nolint:errcheck // it was only read
	interrupted, left := ctx.Done(), (<-chan time.Time)(nil)
	for {
		if _, err := io.Copy(out, shown); err != nil {
			return err
		}
		select {
		case err := <-ended:
			_, copied := io.Copy(out, shown)
			return errors.Join(err, copied, os.Remove(engineProcess(folder)))
		case <-interrupted:
			if err := run.Process.Signal(os.Interrupt); err != nil {
				return fmt.Errorf("interrupt the engine: %w", err)
			}
			interrupted, left = nil, time.After(grace)
		case <-left:
			return errLeft
		case <-time.After(tailEvery):
		}
	}
}

// ErrBusy is an engine that has not ended when the patience was.
var ErrBusy = errors.New("the engine is still at work")

// Wait waits for the engine that a command has left at work in a folder, and returns the end of what it printed. If
// there is no such engine, the error is [os.ErrNotExist].
func Wait(ctx context.Context, folder string, patience time.Duration) (lastWords []byte, err error) {
	text, err := os.ReadFile(engineProcess(folder))
	if err != nil {
		return nil, err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", engineProcess(folder), err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for alive(pid) {
		select {
		case <-ctx.Done():
			return nil, ErrBusy
		case <-time.After(tailEvery):
		}
	}
	output, err := os.ReadFile(engineOutput(folder))
	if err != nil {
		return nil, err
	}
	const most = 4 << 10
	return output[max(0, len(output)-most):], os.Remove(engineProcess(folder))
}
