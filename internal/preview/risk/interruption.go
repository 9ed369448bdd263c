package risk

import (
	"fmt"
	"maps"
	"slices"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/policies/prop"
)

// restarts lists the properties whose change takes a database down for a while, by type. The table "Settings for
// DB instances" says so for each setting:
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
var restarts = map[string]map[string]string{
	resourcetypes.DBInstance: {
		"instanceClass": "the database restarts on other hardware, or fails over with multiAz",
		"engineVersion": "the database is down while it is upgraded",
	},
	"aws:rds/clusterInstance:ClusterInstance": {
		"instanceClass": "the instance restarts on other hardware",
	},
	"aws:rds/cluster:Cluster": {
		"engineVersion": "the cluster is down while it is upgraded",
	},
}

// judgeInterruption finds changes that take a database down for a while.
func judgeInterruption(s eventlog.Step) []Finding {
	if s.Op != eventlog.OpUpdate {
		return nil
	}
	old, now := prop.Of(s.Old), prop.Of(s.New)
	when := "in the next maintenance window"
	if now.Get("applyImmediately").IsTrue() == prop.Yes {
		when = "at once (applyImmediately)"
	}
	var findings []Finding
	for _, property := range slices.Sorted(maps.Keys(restarts[s.Type])) {
		was, is := old.Get(property), now.Get(property)
		if was.Absent() || is.Absent() || equal(was, is) {
			continue
		}
		if is.IsUnknown() {
			findings = append(findings, unknown("%s: perhaps %s, %s", property, restarts[s.Type][property], when))
			continue
		}
		findings = append(findings, Finding{
			Class: Interruption, Level: Medium,
			Message: fmt.Sprintf("%s: %s → %s: %s, %s", property, was.Show(), is.Show(), restarts[s.Type][property], when),
		})
	}
	return findings
}
