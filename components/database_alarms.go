package components

import (
	"fmt"
	"math"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/internal/awsdata/engines"
)

const (
	databaseNamespace    = "AWS/RDS"
	databaseAlarmSeconds = 300
	bytesPerMiB          = 1 << 20
	manyTransactions     = 1e9
	littleBurst          = 20
	fewCredits           = 10
)

// DatabaseAlarms are the thresholds of a database's alarms.
type DatabaseAlarms struct {
	// TopicARN is notified of them, and of events of the instance.
	TopicARN pulumi.StringInput
	// CPUPercent is the highest normal value over 15 minutes.
	CPUPercent int
	// FreeStoragePercent of the volume and FreeMemoryPercent of the class's memory are the lowest normal values.
	FreeStoragePercent, FreeMemoryPercent int
	// ConnectionPercent of the connections that the database accepts is the highest normal value.
	ConnectionPercent int
}

// createAlarms watches for things that lead to an outage. A missing metric raises one alarm, database-down; RDS also
// reports failures of the instance as events.
func (d *Database) createAlarms(ctx *pulumi.Context, name string) error {
	thresholds := d.args.Alarms
	specs := []alarmSpec{
		{
			name: "cpu", metric: "CPUUtilization", statistic: "Average",
			evaluationPeriods: 3, comparison: comparisonAbove, threshold: float64(thresholds.CPUPercent),
			description: "The database has been busy for 15 minutes. Look in CloudWatch Database Insights for the " +
				"statements that cost most; if the load is real, choose a larger database.instanceClass.",
		},
		{
			name: "storage", urgency: urgencyPage, metric: "FreeStorageSpace", statistic: "Minimum",
			evaluationPeriods: 1, comparison: comparisonBelow, thresholdOf: d.lowStorage(),
			description: "The database's volume is almost full; a full one stops the database. Raise " +
				"database.maxAllocatedStorageGiB, and look for replication slots, bloat and temporary files.",
		},
		{
			name: "memory", metric: "FreeableMemory", statistic: "Average",
			evaluationPeriods: 3, comparison: comparisonBelow, threshold: d.lowMemory(),
			description: "The database is short of memory and may swap or restart. Look for many connections or large " +
				"sorts, or choose a larger database.instanceClass.",
		},
		{
			name: "connections", metric: "DatabaseConnections", statistic: "Maximum",
			evaluationPeriods: 2, comparison: comparisonAbove, threshold: d.manyConnections(),
			description: "The database is about to run out of connections. Look for services that leak them or have too " +
				"many tasks; shrink their pools.",
		},
		{
			// At about two thousand million PostgreSQL refuses writes; AWS advises to look at a thousand million. AWS
			// Database Blog, "Implement an early warning system for transaction ID wraparound in Amazon RDS for
			// PostgreSQL"; PostgreSQL, "Preventing Transaction ID Wraparound Failures".
			name: "transactions", metric: "MaximumUsedTransactionIDs", statistic: "Maximum",
			evaluationPeriods: 3, comparison: comparisonAbove, threshold: manyTransactions,
			description: "The database runs out of transaction ids, because VACUUM does not freeze old rows: at two thousand " +
				"million it refuses writes. Look for old transactions, prepared ones and replication slots.",
		},
		{
			name: "burst", queries: d.burstLeft(), evaluationPeriods: 3, comparison: comparisonBelow, threshold: littleBurst,
			description: "The database has used up most of the disk throughput above what its class has all the time, " +
				"and will be slow. Look for large scans, or choose a larger database.instanceClass.",
		},
		{
			// A failover leaves a gap of a minute or two.
			name: "down", urgency: urgencyPage, partOf: true, metric: "CPUUtilization", statistic: "SampleCount",
			evaluationPeriods: 10, comparison: comparisonBelow, threshold: 1,
			description: "The database has had no metrics for ten minutes: it is stopped, deleted or failed. See its status " +
				"and its latest events; services fail until it is back.",
		},
	}
	if baseline := engines.BaselinePercent(d.args.InstanceClass); baseline > 0 {
		specs = append(specs, d.creditsSpent(baseline))
	}
	for _, spec := range specs {
		spec.scope = d.args.Scope
		spec.name = name + "-" + spec.name
		spec.namespace = databaseNamespace
		spec.dimensions = pulumi.StringMap{"DBInstanceIdentifier": d.instance.Identifier}
		spec.periodSeconds = databaseAlarmSeconds
		spec.missing = missingIsUnknown
		if spec.name == name+"-down" {
			spec.periodSeconds, spec.missing = alarmMinute, missingIsBad
		}
		spec.topicARN = thresholds.TopicARN
		if err := d.addAlarm(ctx, d, spec); err != nil {
			return err
		}
	}
	return nil
}

// creditsSpent is an alarm for a burstable class that has no credits left and goes on above its baseline: RDS lets it,
// for a charge (RDS User Guide, "DB instance class types", on unlimited mode). A new instance has no credits either,
// and is not busy. RDS publishes credits every five minutes (RDS User Guide, "Amazon CloudWatch metrics for Amazon
// RDS").
func (d *Database) creditsSpent(baseline int) alarmSpec {
	dimensions := pulumi.StringMap{"DBInstanceIdentifier": d.instance.Identifier}
	of := func(name string) metricOf {
		return metricOf{
			namespace: databaseNamespace, name: name, statistic: "Average", dimensions: dimensions,
			periodSeconds: databaseAlarmSeconds,
		}
	}
	return alarmSpec{
		name: "credits",
		queries: expressionOf("CPU without credits, %", fmt.Sprintf("IF(m1 < %d, m2, 0)", fewCredits),
			of("CPUCreditBalance"), of("CPUUtilization")),
		evaluationPeriods: 12, comparison: comparisonAbove, threshold: float64(baseline),
		description: "The database has spent the CPU credits of its class and is still busy: AWS charges for what it uses " +
			"above its baseline. Choose a class that is not burstable, or find what keeps it busy.",
	}
}

// burstLeft is the lower of two shares in percent that RDS publishes for classes that may go beyond their baseline. RDS
// User Guide, "Amazon CloudWatch metrics for Amazon RDS".
func (d *Database) burstLeft() cloudwatch.MetricAlarmMetricQueryArray {
	dimensions := pulumi.StringMap{"DBInstanceIdentifier": d.instance.Identifier}
	share := func(name string) metricOf {
		return metricOf{
			namespace: databaseNamespace, name: name, statistic: "Average", dimensions: dimensions,
			periodSeconds: databaseAlarmSeconds,
		}
	}
	return expressionOf("Burst left, %", "MIN([m1, m2])", share("EBSIOBalance%"), share("EBSByteBalance%"))
}

// lowStorage is in bytes. It follows the volume, which RDS makes larger by itself: by what the state says since the
// last refresh.
func (d *Database) lowStorage() pulumi.Float64PtrOutput {
	percent := d.args.Alarms.FreeStoragePercent
	return d.instance.AllocatedStorage.ApplyT(func(gib int) *float64 {
		bytes := float64(gib*percent) * mibPerGiB * bytesPerMiB / 100
		return &bytes
	}).(pulumi.Float64PtrOutput)
}

// lowMemory is in bytes.
func (d *Database) lowMemory() float64 {
	return math.Floor(float64(engines.MemoryMiB(d.args.InstanceClass)*d.args.Alarms.FreeMemoryPercent) * bytesPerMiB / 100)
}

// manyConnections is a share of max_connections: of the parameter if it is a number, else of what the class allows.
func (d *Database) manyConnections() float64 {
	most, err := strconv.Atoi(d.args.Parameters["max_connections"])
	if err != nil {
		most = engines.MaxConnections(d.args.InstanceClass)
	}
	return math.Floor(float64(most*d.args.Alarms.ConnectionPercent) / 100)
}
