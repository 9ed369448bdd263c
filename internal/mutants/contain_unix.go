//go:build !windows

package mutants

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"
)

// memory is what a program of tests may take, in KiB of addresses: some mutants fill a list without end.
const memory = 10 << 20

// contained is a program that may not take all memory, and that ends with everything that it has started.
func contained(ctx context.Context, program string, args ...string) *exec.Cmd {
	script := fmt.Sprintf(`ulimit -v %d 2>/dev/null; exec "$0" "$@"`, memory)
	args = append([]string{"-c", script, program}, args...)
	command := exec.CommandContext(ctx, "sh", args...) //nolint:gosec // G204: the tests that were just built
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	return command
}
