package stack

import (
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// warnOfSchedules warns of schedules that never fire again: AWS refuses a new one, and keeps an
// old one without effect. It does not fail the update: the passing of a date must not stop one.
func (w *workload) warnOfSchedules(ctx *pulumi.Context, now time.Time) error {
	for i, service := range w.cfg.Services {
		for j := range service.Scaling.Schedules {
			schedule := &service.Scaling.Schedules[j]
			if _, fires := schedule.Next(now); fires {
				continue
			}
			const warning = "%s:services[%d].scaling.schedules[%d].expression: %s never fires again: remove the schedule, " +
				"or give it a time to come"
			if err := ctx.Log.Warn(fmt.Sprintf(warning, ctx.Project(), i, j, schedule.Expression), nil); err != nil {
				return err
			}
		}
	}
	for i := range w.cfg.Jobs {
		job := &w.cfg.Jobs[i]
		if _, fires := job.Next(now); job.Schedule == "" || fires {
			continue
		}
		const warning = "%s:jobs[%d].schedule: %s never fires again: remove it, or give it a time to come"
		if err := ctx.Log.Warn(fmt.Sprintf(warning, ctx.Project(), i, job.Schedule), nil); err != nil {
			return err
		}
	}
	return nil
}
