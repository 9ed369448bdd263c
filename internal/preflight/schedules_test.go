package preflight

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

func TestSchedulesFireAgain(t *testing.T) {
	const at = "at(2026-03-01T10:30:00)"
	schedule := func(expression, zone string) func(*config.Config) {
		return func(c *config.Config) {
			c.Services[0].Scaling.Schedules = []config.Schedule{
				{Name: "night", Expression: expression, Timezone: zone, Min: 3, Max: 10},
			}
		}
	}
	for name, test := range map[string]struct {
		config   func(*config.Config)
		deployed bool
		want     outcome.Finding
	}{
		"every night": {
			schedule("cron(0 22 ? * MON-FRI *)", "Europe/Berlin"), false,
			outcome.Finding{Status: outcome.OK, Found: "next at 2026-03-02 22:00 CET", Needed: "cron(0 22 ? * MON-FRI *)"},
		},
		"in half an hour": {
			schedule(at, "UTC"), false, outcome.Finding{Status: outcome.OK, Found: "next at 2026-03-01 10:30 UTC", Needed: at},
		},
		"half an hour ago": {
			schedule(at, "Europe/Berlin"), false,
			outcome.Finding{
				Status: outcome.Blocked, Found: "never fires again", Needed: at,
				Fix: "remove the schedule, or give it a time in the future",
			},
		},
		"deployed before": {
			schedule(at, "Europe/Berlin"), true,
			outcome.Finding{
				Status: outcome.Warning, Found: "never fires again", Needed: at,
				Fix: "remove the schedule, or give it a time in the future",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount()
			if test.deployed {
				a.deployed()
			}
			report, err := a.flight(t, test.config).Up(t.Context())
			require.NoError(t, err)
			test.want.Check = "schedule night of visitor-book"
			i := slices.IndexFunc(report.Findings, func(f outcome.Finding) bool { return f.Check == test.want.Check })
			require.GreaterOrEqual(t, i, 0)
			assert.Equal(t, test.want, report.Findings[i])
		})
	}
}
