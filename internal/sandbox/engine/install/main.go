// Command install obtains the Pulumi CLI ahead of the sandbox's first command, which would do the same. Run it from the
// repository's root.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"aws-webapp/internal/sandbox/engine"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := install(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func install(ctx context.Context) error {
	root, err := filepath.Abs(".")
	if err != nil {
		return err
	}
	home := engine.Home("", root)
	const owned = 0o755
	if err := os.MkdirAll(filepath.Join(home, "bin"), owned); err != nil {
		return err
	}
	_, _, err = engine.FindCLI(ctx, root, home, os.Stderr)
	return err
}
