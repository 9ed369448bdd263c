package stack

import (
	"aws-webapp/internal/config"
)

// refuseChanges refuses what AWS could not change, or would change by replacing what holds data
// or traffic, on a stack that is up. It runs before the first resource is registered, so that a
// preview fails and nothing has happened. Each judgement names the key, what is deployed, what
// is possible and the way to get there.
func (w *workload) refuseChanges() error {
	var errs config.Errors
	for _, judge := range []func() config.Errors{
		w.judgeDatabase,
		w.refuseController, w.refusePriority, w.refuseTakeover, w.refuseVersion, w.refuseLogPrefix,
		w.judgeNetwork,
		w.judgeRemoval,
	} {
		errs = append(errs, judge()...)
	}
	if len(errs) == 0 {
		return nil
	}
	return errs.Sorted()
}
