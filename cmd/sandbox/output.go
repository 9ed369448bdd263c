package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/sandbox/engine"
)

// output of an operation: what the sandbox and the engine say meanwhile, and where.
type output struct {
	// progress gets what the sandbox does itself, engine what the engine prints, and watch its events; nil for none.
	progress, engine io.Writer
	watch            func(events.EngineEvent)
	// log is the file that keeps what the engine printed, empty if it went to the terminal.
	log   string
	close func()
}

// openOutput keeps the engine's lines, two or three a resource, in a log, and shows how far it is instead. With
// --verbose and --diff, which ask for those lines, they go to the terminal; with --json to standard error.
func (f *flags) openOutput(cmd *cobra.Command) (output, error) {
	switch out := cmd.OutOrStdout(); {
	case f.json:
		return output{progress: cmd.ErrOrStderr(), engine: cmd.ErrOrStderr(), close: func() {}}, nil
	case f.verbose || f.diff:
		return output{progress: out, engine: out, close: func() {}}, nil
	default:
		path := filepath.Join(engine.Home(f.home, f.root), "logs", f.stack+"-"+cmd.Name()+".log")
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return output{}, fmt.Errorf("keep the engine's output: %w", err)
		}
		file, err := os.Create(path)
		if err != nil {
			return output{}, fmt.Errorf("keep the engine's output: %w", err)
		}
		shown := showProgress(out, cli.Color(out))
		return output{progress: out, engine: file, watch: shown.watch, log: path, close: func() {
			shown.stop()
			_ = file.Close()
		}}, nil
	}
}
