package stack

import (
	"aws-webapp/internal/config"
)

// refuseChanges refuses changes of a deployed stack that AWS cannot make, or would make by
// replacing something that holds data or traffic. It runs before the first resource is
// registered: a preview fails and nothing has happened. Each error names the key, what is
// deployed, what is possible and how to get there.
func (w *workload) refuseChanges() error {
	var errs config.Errors
	for _, judge := range []func() config.Errors{
		w.judgeDatabase,
		w.refuseNames, w.refuseController, w.refuseKind, w.refuseProtocol, w.refuseCircle,
		w.refusePriority, w.refuseTakeover, w.refuseVersion, w.refuseLogPrefix,
		w.refuseScheme, w.refuseFiles,
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
