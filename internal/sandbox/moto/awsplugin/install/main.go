// Command install makes the AWS provider plugin available to the sandbox, ahead of the first
// `sandbox --cloud moto`, which would do the same. Run it from the repository's root.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"aws-webapp/internal/sandbox/moto/awsplugin"
)

func main() {
	installer := awsplugin.Installer{Progress: os.Stderr}
	flag.StringVar(&installer.Home, "home", ".sandbox/home", "the Pulumi home, below which plugins are installed")
	flag.StringVar(&installer.Source, "source", "tools/awsplugin", "the plugin's sources")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := installer.Ensure(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "install:", err)
		os.Exit(1)
	}
}
