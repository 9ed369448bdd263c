package mutants

import (
	"context"
	"os/exec"
)

// contained is a program of tests. Windows is not asked to keep what it takes small.
func contained(ctx context.Context, program string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, program, args...)
}
