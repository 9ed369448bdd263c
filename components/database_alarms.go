package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	databaseNamespace    = "AWS/RDS"
	databaseAlarmSeconds = 300
	bytesPerMiB          = 1 << 20
)

// DatabaseAlarms are the thresholds of a database's alarms.
type DatabaseAlarms struct {
	// TopicARN is notified of them, and of events of the instance.
	TopicARN pulumi.StringInput
	// CPUPercent is the highest normal value over 15 minutes.
	CPUPercent int
	// FreeStorageMiB and FreeMemoryMiB are the lowest normal values.
	FreeStorageMiB, FreeMemoryMiB int
	// Connections is the highest normal number of simultaneous connections.
	Connections int
}

// createAlarms watches for things that lead to an outage. A missing metric raises no alarm: RDS
// reports failures of the instance as events.
func (d *Database) createAlarms(ctx *pulumi.Context, name string) error {
	thresholds := d.args.Alarms
	for _, spec := range []alarmSpec{
		{
			name: "cpu", metric: "CPUUtilization", statistic: "Average",
			evaluationPeriods: 3, comparison: comparisonAbove, threshold: float64(thresholds.CPUPercent),
			description: "The database has been busy for 15 minutes. Look in CloudWatch Database Insights for the " +
				"statements that cost most; if the load is real, choose a larger database.instanceClass.",
		},
		{
			name: "storage", metric: "FreeStorageSpace", statistic: "Minimum",
			evaluationPeriods: 1, comparison: comparisonBelow, threshold: float64(thresholds.FreeStorageMiB) * bytesPerMiB,
			description: "The database's volume is almost full; a full one stops the database. Raise " +
				"database.maxAllocatedStorageGiB, and look for replication slots, bloat and temporary files.",
		},
		{
			name: "memory", metric: "FreeableMemory", statistic: "Average",
			evaluationPeriods: 3, comparison: comparisonBelow, threshold: float64(thresholds.FreeMemoryMiB) * bytesPerMiB,
			description: "The database is short of memory and may swap or restart. Look for many connections or large " +
				"sorts, or choose a larger database.instanceClass.",
		},
		{
			name: "connections", metric: "DatabaseConnections", statistic: "Maximum",
			evaluationPeriods: 2, comparison: comparisonAbove, threshold: float64(thresholds.Connections),
			description: "The database is about to run out of connections. Look for services that leak them or have too " +
				"many tasks; shrink their pools.",
		},
	} {
		spec.scope = d.args.Scope
		spec.name = name + "-" + spec.name
		spec.namespace = databaseNamespace
		spec.dimensions = pulumi.StringMap{"DBInstanceIdentifier": d.instance.Identifier}
		spec.periodSeconds = databaseAlarmSeconds
		spec.missing = missingIsUnknown
		spec.topicARN = thresholds.TopicARN
		if _, err := newAlarm(ctx, d, spec); err != nil {
			return fmt.Errorf("%s: %w", spec.name, err)
		}
		d.AlarmNames = append(d.AlarmNames, alarmName(spec.scope, spec.name))
	}
	return nil
}
