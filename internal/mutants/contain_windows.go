package mutants

import (
	"context"
	"os/exec"
)

// contained returns the command of a test program. On Windows its memory is not bounded.
func contained(ctx context.Context, program string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, program, args...)
}
