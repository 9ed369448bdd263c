package stack

import (
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
)

// refuseLogPrefix: a log group cannot be renamed, so another prefix would delete each service's and job's
// group with all its lines, and under blue/green the group that running tasks write to. No key
// changes the names of a stack's other groups.
func (w *workload) refuseLogPrefix() config.Errors {
	for _, unit := range w.cfg.Units() {
		group, up := w.was.Find(resourcetypes.LogGroup, unit.Name)
		name := group.Text("name")
		if !up || name == w.cfg.Logging.ServicePrefix+"/"+unit.Name {
			continue
		}
		return config.Errors{{
			Key:     w.scope.Project + ":logging.servicePrefix",
			Found:   w.cfg.Logging.ServicePrefix + ", while " + unit.Name + " logs to " + name,
			Allowed: strings.TrimSuffix(name, "/"+unit.Name) + ": AWS would delete the log group and its lines",
			Fix: "keep the deployed prefix; if it is in the way of another stack of the account, give that one another, " +
				"and if this one must change, make a new stack with it and move the clients there",
		}}
	}
	return nil
}
