package release

import (
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/integration"
)

type integrationStep struct{ url string }

func newIntegration() *cobra.Command {
	s := &integrationStep{}
	cmd := step("integration", "Use a deployed visitor book from outside, as a visitor would",
		"--url https://staging.example.com", s.run)
	cmd.Flags().StringVar(&s.url, "url", "", "https:// address of the service")
	cli.Require(cmd, "url")
	return cmd
}

func (s *integrationStep) run(t *tools) error {
	client := &http.Client{Timeout: 10 * time.Second}
	for _, check := range integration.Checks() {
		if err := check.Run(t.ctx, client, s.url); err != nil {
			return fmt.Errorf("%s: %w", check.Name, err)
		}
		fmt.Fprintln(t.out, "ok:", check.Name)
	}
	return nil
}
