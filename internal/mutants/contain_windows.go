package mutants

import (
	"context"
	"os/exec"
	"time"
)

// contained returns the command of a test program. On Windows only the time on the clock is bounded.
func contained(ctx context.Context, _ time.Duration, program string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, program, args...)
}

func wasBusy(*exec.Cmd, time.Duration) bool { return false }
