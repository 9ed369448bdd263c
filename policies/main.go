// Command policies is the policy pack: the CLI runs it with --policy-pack policies, or a
// prebuilt executable of it. It judges a stack without knowing the program: of this project it
// may only import facts about AWS (internal/awsdata).
package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/signal"

	"aws-webapp/policies/pack"
	"aws-webapp/policies/rules"
)

// waivers are part of the executable, so the waivers that were reviewed are those that apply.
//
//go:embed waivers.yaml
var waivers []byte

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "policy pack:", err)
		os.Exit(1)
	}
}

func run() error {
	if file := os.Getenv(pack.WaiversVariable); file != "" {
		content, err := os.ReadFile(file) //nolint:gosec // the file that the user names
		if err != nil {
			return fmt.Errorf("read the waivers that %s names: %w", pack.WaiversVariable, err)
		}
		waivers = content
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	p, err := pack.New(pack.Options{
		Controls: rules.All(), Waivers: waivers,
		EvidenceFile: os.Getenv(pack.EvidenceVariable), GraphFile: os.Getenv(pack.GraphVariable),
	})
	if err != nil {
		return err
	}
	return pack.Serve(ctx, p, os.Stdout)
}
