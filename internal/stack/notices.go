package stack

import (
	"errors"
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
)

// tell says what in the stack file has no effect, and what nobody will hear of. None of it stops an update: the passing
// of a date must not.
func (w *workload) tell(ctx *pulumi.Context, now time.Time) error {
	warnings, notes := w.notices(now)
	var errs []error
	for _, text := range warnings {
		errs = append(errs, ctx.Log.Warn(text, nil))
	}
	for _, text := range notes {
		errs = append(errs, ctx.Log.Info(text, nil))
	}
	return errors.Join(errs...)
}

func (w *workload) notices(now time.Time) (warnings, notes []string) {
	warn := func(key, format string, args ...any) {
		warnings = append(warnings, w.key(key)+": "+fmt.Sprintf(format, args...))
	}
	if w.versionStep == config.VersionIgnored {
		warn("database.engineVersion", "%q is ignored: the instance runs %s, and RDS cannot go back",
			w.cfg.Database.EngineVersion, w.runningVersion)
	}
	if running, step := w.cacheVersion(); w.cfg.Cache.Enabled && step == config.VersionIgnored {
		warn("cache.engineVersion", "%q is ignored: the cache runs %s, and a lower version would replace it by an empty one",
			w.cfg.Cache.EngineVersion, running)
	}
	// AWS refuses a new schedule that never fires again, and keeps an old one without effect.
	for i, service := range w.cfg.Services {
		for j := range service.Scaling.Schedules {
			schedule := &service.Scaling.Schedules[j]
			if _, fires := schedule.Next(now); !fires {
				warn(fmt.Sprintf("services[%d].scaling.schedules[%d].expression", i, j),
					"%s never fires again: remove the schedule, or give it a time to come", schedule.Expression)
			}
		}
	}
	for i := range w.cfg.Jobs {
		job := &w.cfg.Jobs[i]
		if job.Schedule == "" {
			continue
		}
		key := fmt.Sprintf("jobs[%d].schedule", i)
		if _, fires := job.Next(now); !fires {
			warn(key, "%s never fires again: remove it, or give it a time to come", job.Schedule)
		}
		if _, told := job.Every(); !told {
			notes = append(notes, fmt.Sprintf("%s: no alarm tells that a run of %s is missing: it runs less often than every "+
				"160 hours, or once. Its failures are told.", w.key(key), job.Name))
		}
	}
	return warnings, notes
}

// cacheVersion returns the version that the deployed cache runs, "" if there is none, and how the stack file's differs.
func (w *workload) cacheVersion() (running string, step config.VersionStep) {
	group, _ := w.was.Find(resourcetypes.CacheGroup, cacheName)
	running = group.Text("engineVersionActual")
	return running, w.cfg.Cache.StepFrom(running)
}
