//go:build !windows

package mutants

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"
)

// memory bounds the address space of a test program, in KiB: some mutants fill a list without end.
const memory = 10 << 20

// contained returns a command whose memory is bounded, and which ends together with everything that it
// has started.
func contained(ctx context.Context, program string, args ...string) *exec.Cmd {
	script := fmt.Sprintf(`ulimit -v %d 2>/dev/null; exec "$0" "$@"`, memory)
	args = append([]string{"-c", script, program}, args...)
	command := exec.CommandContext(ctx, "sh", args...) //nolint:gosec // G204: the tests that were just built
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	return command
}
