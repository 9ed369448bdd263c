package stack

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
	"aws-webapp/internal/deployed"
)

func TestNotices(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	const past, yearly, nightly = "at(2026-10-31T03:00:00)", "cron(0 3 1 1 ? *)", "cron(0 3 * * ? *)"
	scaled := func(expression string) config.Schedule {
		return config.Schedule{Name: "night", Expression: expression}
	}
	ignored := resources{resourcetypes.CacheGroup: {{
		Name: cacheName, Outputs: map[string]any{"engineVersionActual": "8.1.0"},
	}}}
	for name, test := range map[string]struct {
		change          func(*workload)
		warnings, notes []string
	}{
		"nothing to say": {func(w *workload) {
			w.cfg.Services[0].Scaling.Schedules = []config.Schedule{scaled(nightly)}
			w.cfg.Jobs = []config.Job{{Name: "report", Schedule: nightly}, {Name: "by hand"}}
			w.versionStep = config.VersionRaised
		}, nil, nil},
		"a scaling schedule that is over": {func(w *workload) {
			w.cfg.Services[0].Scaling.Schedules = []config.Schedule{scaled(nightly), scaled(past)}
		}, []string{"app:services[0].scaling.schedules[1].expression: " + past + " never fires again: remove the schedule, " +
			"or give it a time to come"}, nil},
		"a job that is over": {
			func(w *workload) { w.cfg.Jobs = []config.Job{{Name: "report", Schedule: past}} },
			[]string{"app:jobs[0].schedule: " + past + " never fires again: remove it, or give it a time to come"},
			[]string{"app:jobs[0].schedule: no alarm tells that a run of report is missing: it runs less often than every " +
				"160 hours, or once. Its failures are told."},
		},
		"a job that is rare": {
			func(w *workload) { w.cfg.Jobs = []config.Job{{Name: "by hand"}, {Name: "closing", Schedule: yearly}} }, nil,
			[]string{"app:jobs[1].schedule: no alarm tells that a run of closing is missing: it runs less often than every " +
				"160 hours, or once. Its failures are told."},
		},
		"an older database": {func(w *workload) {
			w.cfg.Database.EngineVersion, w.versionStep, w.runningVersion = "17.4", config.VersionIgnored, "17.5"
		}, []string{`app:database.engineVersion: "17.4" is ignored: the instance runs 17.5, and RDS cannot go back`}, nil},
		"an older cache": {func(w *workload) {
			w.cfg.Cache.Enabled, w.cfg.Cache.EngineVersion, w.was = true, "8.0", deployed.New(ignored)
		}, []string{`app:cache.engineVersion: "8.0" is ignored: the cache runs 8.1.0, and a lower version would replace it ` +
			`by an empty one`}, nil},
		"an older cache that goes": {func(w *workload) {
			w.cfg.Cache.EngineVersion, w.was = "8.0", deployed.New(ignored)
		}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := workloadOf(nil)
			test.change(w)
			warnings, notes := w.notices(now)
			assert.Equal(t, test.warnings, warnings)
			assert.Equal(t, test.notes, notes)
		})
	}
}
