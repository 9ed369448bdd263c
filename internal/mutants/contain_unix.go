//go:build !windows

package mutants

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

// memory bounds the address space of a test program, in KiB: some mutants fill a list without end.
const memory = 10 << 20

// contained returns a command whose memory and processor time are bounded, and which ends together with everything
// that it has started.
func contained(ctx context.Context, busy time.Duration, program string, args ...string) *exec.Cmd {
	script := fmt.Sprintf(`ulimit -v %d 2>/dev/null; ulimit -t %d; exec "$0" "$@"`, memory, int(busy.Seconds())+1)
	args = append([]string{"-c", script, program}, args...)
	command := exec.CommandContext(ctx, "sh", args...) //nolint:gosec // G204: the tests that were just built
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	return command
}

// wasBusy reports whether a command was ended because it used more processor time than it may.
func wasBusy(command *exec.Cmd, busy time.Duration) bool {
	state := command.ProcessState
	return state != nil && !state.Success() && state.UserTime()+state.SystemTime() >= busy
}
