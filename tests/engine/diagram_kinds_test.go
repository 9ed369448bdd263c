package engine_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/diagram"
)

// kinds are services and jobs of every kind, behind a load balancer inside of the network.
func kinds() map[string]string {
	all := maps.Clone(jobs)
	maps.Copy(all, internals(jobImage))
	maps.Copy(all, ingress["internal"])
	maps.Copy(all, map[string]string{
		"services[0].dependsOn.setup":       "SUCCESS",
		"services[0].sidecars[0].name":      "setup",
		"services[0].sidecars[0].image":     jobImage,
		"services[0].sidecars[0].essential": "false",
		"services[3].name":                  "mailer",
		"services[3].kind":                  "worker",
		"services[3].image":                 jobImage,
		"services[3].calls[0]":              "news",
	})
	return all
}

// TestDiagramShowsEveryKind: what a stack runs, what stands beside it in a task, and who calls whom.
func TestDiagramShowsEveryKind(t *testing.T) {
	t.Parallel()
	s := fresh(t, setup{stack: "prod", config: kinds()})
	_, err := s.Up(t.Context())
	require.NoError(t, err)
	svg := s.requireReadable(nil)
	text, err := diagram.Text(s.resources(), nil)
	require.NoError(t, err)
	for _, shown := range []string{
		"internal, by name", "worker", "with setup", "job, cron(0 3 * * ? *)", "Europe/Berlin", "job, run by hand",
		"nightly", "import", "prices", "mailer",
	} {
		assert.Contains(t, svg, shown)
		assert.Contains(t, text, shown)
	}
	assert.Contains(t, text, "clients → load balancer: 443, 80")
	assert.Contains(t, text, "→ news: 8000")
}
