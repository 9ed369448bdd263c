package workflow

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
	// interruptGrace is how long this command waits for an engine that it has interrupted. GitHub sends an interrupt, a
	// request to end after 7.5 seconds, and kills the step's processes after 10.
	// Source: https://docs.github.com/en/actions/reference/workflow-cancellation-reference
	interruptGrace = 5 * time.Second
	// endGrace is how long the next step waits for it: GitHub ends a cancelled job after five minutes.
	endGrace = 4*time.Minute + 30*time.Second
	// tailEvery is how often an engine's output is looked for.
	tailEvery = 100 * time.Millisecond
)

// errLeft says that an engine is still at work.
var errLeft = errors.New("interrupted: the engine is still at work; webapp deploy wait waits for it")

// Where an engine that outlives this command is found again, in the stack's folder of reports.
func engineOutput(folder string) string  { return filepath.Join(folder, "engine.txt") }
func engineProcess(folder string) string { return filepath.Join(folder, "engine.pid") }

// runLasting runs an engine that outlives this command. Killed, it would leave its lock, and a state that does not know
// what AWS was about to make. So it writes into a file, which is shown meanwhile, is no part of what GitHub kills once
// this command has ended, and gets the interrupt once.
func runLasting(ctx context.Context, c command, out io.Writer, grace time.Duration) error {
	output, err := os.Create(engineOutput(c.lasting))
	if err != nil {
		return err
	}
	defer output.Close() //nolint:errcheck // the engine has a handle of its own
	//nolint:gosec,noctx // the command is this program's own, and ends by itself
	run := exec.Command(c.args[0], c.args[1:]...)
	run.Dir, run.Env = c.dir, append(os.Environ(), c.env...)
	run.Stdout, run.Stderr = output, output
	detach(run)
	if err := run.Start(); err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	pid := strconv.Itoa(run.Process.Pid)
	if err := os.WriteFile(engineProcess(c.lasting), []byte(pid), 0o600); err != nil {
		return errors.Join(err, run.Process.Kill())
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	shown, err := os.Open(engineOutput(c.lasting))
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
			if err != nil {
				err = fmt.Errorf("%s: %w", c, err)
			}
			return errors.Join(err, copied, os.Remove(engineProcess(c.lasting)))
		case <-interrupted:
			if err := run.Process.Signal(os.Interrupt); err != nil {
				return fmt.Errorf("interrupt %s: %w", c, err)
			}
			interrupted, left = nil, time.After(grace)
		case <-left:
			return errLeft
		case <-time.After(tailEvery):
		}
	}
}

// wait waits for the engine of a deployment that was cancelled.
func (d *deploy) wait(ctx context.Context, patience time.Duration) error {
	folder := filepath.Join(d.out, d.stack)
	text, err := os.ReadFile(engineProcess(folder))
	if errors.Is(err, os.ErrNotExist) {
		fmt.Fprintf(d.workflow.out, "no engine is at work on %s\n", d.stack)
		return nil
	}
	if err != nil {
		return err
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return fmt.Errorf("read %s: %w", engineProcess(folder), err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for alive(pid) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("the engine still waits for AWS after %s, and is killed with the job: run "+
				"pulumi cancel -s %s and pulumi refresh -s %s, then deploy again", patience, d.stack, d.stack)
		case <-time.After(tailEvery):
		}
	}
	fmt.Fprintf(d.workflow.out, "the engine of %s has ended by itself. Its last words:\n", d.stack)
	output, err := os.ReadFile(engineOutput(folder))
	if err != nil {
		return err
	}
	const most = 4 << 10
	_, err = d.workflow.out.Write(output[max(0, len(output)-most):])
	return errors.Join(err, os.Remove(engineProcess(folder)))
}
