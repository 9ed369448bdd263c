package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/internal/integration"
)

// answerSeconds is how long an answer may take before it counts as none.
const answerSeconds = 10

type integrationStep struct{ url string }

func newIntegration() *cobra.Command {
	s := &integrationStep{}
	cmd := step("integration", "Use a deployed visitor book from outside, as a visitor would", s.run)
	cmd.Flags().StringVar(&s.url, "url", "", "https:// address of the service")
	mark(cmd, "url")
	return cmd
}

func (s *integrationStep) run(t *tools, _ *cobra.Command) error {
	client := &http.Client{Timeout: answerSeconds * time.Second}
	for _, check := range integration.Checks() {
		if err := check.Run(t.ctx, client, s.url); err != nil {
			return fmt.Errorf("%s: %w", check.Name, err)
		}
		fmt.Fprintln(t.out, "ok:", check.Name)
	}
	return nil
}
