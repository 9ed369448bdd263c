package stack_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/alarms"
)

// life holds an alarm's metrics for three situations: all is well, nobody uses the site, and its part is in trouble.
// Written as metric=value; a metric that is not named has no data.
type life struct {
	// normal and quiet are times at which nobody is to be called: the busiest hour, and the night.
	normal, night string
	// others are further times at which nobody is to be called.
	others []string
	// faults are times at which somebody is.
	faults []string
	// after is a type of resource: the alarm is made after it, when its metrics have begun. An alarm that takes silence
	// for a failure would else go off as soon as it is made.
	after string
	// silence says what happens when no metric has data any more. If that rings: empty. Else what notices instead.
	silence string
}

// onlyCounts is why nothing is expected of a metric that AWS publishes only when there is something to count.
const onlyCounts = "AWS publishes the count when there is something to count"

// counted is the life of an alarm on a metric that counts faults, and has no data without any.
func counted(metric string, many int) life {
	return life{normal: metric + "=0", faults: []string{fmt.Sprintf("%s=%d", metric, many)}, silence: onlyCounts}
}

// lives by section of the runbook. Shares of what the stack has: "%volume" of the database's volume, "%memory" of its
// class, "%connections" of what the class allows.
var lives = map[string]life{
	"service-5xx": {
		normal: "HTTPCode_Target_5XX_Count=2", faults: []string{"HTTPCode_Target_5XX_Count=60"},
		silence: onlyCounts + "; a dead service: service-missing-tasks, load-balancer-5xx",
	},
	"service-unhealthy": {
		normal: "UnHealthyHostCount=0", night: "UnHealthyHostCount=0", faults: []string{"UnHealthyHostCount=1"},
		silence: "a group without targets has no count: service-missing-tasks",
	},
	"service-cpu": {
		normal: "CPUUtilization=60", night: "CPUUtilization=1", faults: []string{"CPUUtilization=97"},
		silence: "no task, no metric: service-missing-tasks",
	},
	"service-memory": {
		normal: "MemoryUtilization=60", night: "MemoryUtilization=50", faults: []string{"MemoryUtilization=93"},
		silence: "no task, no metric: service-missing-tasks",
	},
	"service-missing-tasks": {
		after:  "aws:ecs/service:Service",
		normal: "DesiredTaskCount=4 RunningTaskCount=4", night: "DesiredTaskCount=2 RunningTaskCount=2",
		faults: []string{
			"DesiredTaskCount=4 RunningTaskCount=3", "DesiredTaskCount=4 RunningTaskCount=0",
			// None runs, and Container Insights says nothing of running ones.
			"DesiredTaskCount=4",
		},
	},
	"service-stopped": {
		normal: "DesiredTaskCount=4 RunningTaskCount=4", night: "DesiredTaskCount=0",
		// A task that is replaced, and autoscaling that starts the first one.
		others:  []string{"DesiredTaskCount=4 RunningTaskCount=3", "DesiredTaskCount=0 RunningTaskCount=0"},
		faults:  []string{"DesiredTaskCount=1", "DesiredTaskCount=4 RunningTaskCount=0"},
		silence: "the service is gone: service-missing-tasks",
	},
	"worker-dead-letters": counted("ApproximateNumberOfMessagesVisible", 1),
	"job-failed":          counted("TriggeredRules", 1),
	"job-dead-letters":    counted("ApproximateNumberOfMessagesVisible", 1),
	"job-missing": {
		after:  "aws:scheduler/schedule:Schedule",
		normal: "InvocationAttemptCount=1", night: "InvocationAttemptCount=1",
		// A start that is tried again, and Scheduler itself that reports that it did nothing.
		others: []string{"InvocationAttemptCount=4"}, faults: []string{"InvocationAttemptCount=0", ""},
	},
	// Samples of a run's CPU, one a minute while it lasts.
	"job-overtime": {
		faults: []string{"CpuUtilized=1"}, silence: "nothing runs: job-missing",
	},
	"worker-queue-age": {
		normal: "ApproximateAgeOfOldestMessage=40", night: "ApproximateAgeOfOldestMessage=0",
		faults: []string{"ApproximateAgeOfOldestMessage=4000"}, silence: "nobody used the queue for six hours",
	},
	"load-balancer-4xx": {
		normal: "RequestCount=6000 HTTPCode_Target_4XX_Count=200 HTTPCode_ELB_4XX_Count=40",
		night:  "RequestCount=3 HTTPCode_Target_4XX_Count=2",
		others: []string{"HTTPCode_ELB_4XX_Count=30", "RequestCount=600"},
		faults: []string{
			"RequestCount=6000 HTTPCode_Target_4XX_Count=3000",
			// The firewall refuses everybody: no request reaches a target.
			"HTTPCode_ELB_4XX_Count=6000",
		},
		silence: onlyCounts,
	},
	"service-deployments-undelivered": counted("FailedInvocations", 1),
	"load-balancer-5xx":               counted("HTTPCode_ELB_5XX_Count", 60),
	"load-balancer-latency": {
		normal: "TargetResponseTime=0.3 RequestCount=6000",
		// Three requests, one of them slow.
		night: "TargetResponseTime=4 RequestCount=3", others: []string{"TargetResponseTime=0.2 RequestCount=3"},
		faults:  []string{"TargetResponseTime=4 RequestCount=6000", "TargetResponseTime=2 RequestCount=100"},
		silence: "no request, no time",
	},
	"load-balancer-rejected": counted("RejectedConnectionCount", 1),
	"database-cpu": {
		normal: "CPUUtilization=60", night: "CPUUtilization=3", faults: []string{"CPUUtilization=95"},
		silence: "database-down",
	},
	"database-storage": {
		normal: "FreeStorageSpace=60%volume", night: "FreeStorageSpace=60%volume",
		// From 10 % free on, RDS makes the volume larger by itself.
		others: []string{"FreeStorageSpace=9%volume"}, faults: []string{"FreeStorageSpace=3%volume"},
		silence: "database-down",
	},
	"database-memory": {
		normal: "FreeableMemory=30%memory", night: "FreeableMemory=50%memory", faults: []string{"FreeableMemory=3%memory"},
		silence: "database-down",
	},
	"database-connections": {
		normal: "DatabaseConnections=40%connections", night: "DatabaseConnections=0",
		others: []string{"DatabaseConnections=70%connections"}, faults: []string{"DatabaseConnections=95%connections"},
		silence: "database-down",
	},
	"database-transactions": {
		normal: "MaximumUsedTransactionIDs=200000000", night: "MaximumUsedTransactionIDs=200000000",
		faults: []string{"MaximumUsedTransactionIDs=1500000000"}, silence: "database-down",
	},
	"database-burst": {
		normal: "EBSIOBalance%=95 EBSByteBalance%=90", night: "EBSIOBalance%=99 EBSByteBalance%=99",
		faults:  []string{"EBSIOBalance%=5 EBSByteBalance%=90", "EBSIOBalance%=90 EBSByteBalance%=5"},
		silence: "a class that has no such limit; else database-down",
	},
	"cache-cpu": {
		normal: "EngineCPUUtilization=50 CPUUtilization=40", night: "EngineCPUUtilization=1 CPUUtilization=2",
		faults:  []string{"EngineCPUUtilization=99 CPUUtilization=40", "EngineCPUUtilization=40 CPUUtilization=99"},
		silence: "services log that they cannot connect: service-5xx",
	},
	"cache-memory": {
		normal: "DatabaseMemoryUsagePercentage=60", night: "DatabaseMemoryUsagePercentage=60",
		faults: []string{"DatabaseMemoryUsagePercentage=97"}, silence: "services log that they cannot connect: service-5xx",
	},
	"cache-evictions": {
		normal: "Evictions=0", night: "Evictions=0", faults: []string{"Evictions=10000"},
		silence: "services log that they cannot connect: service-5xx",
	},
	"cache-connections": {
		normal: "CurrConnections=20", night: "CurrConnections=2", faults: []string{"CurrConnections=60000"},
		silence: "services log that they cannot connect: service-5xx",
	},
	"cache-lag": {
		normal: "ReplicationLag=0.1", night: "ReplicationLag=0", faults: []string{"ReplicationLag=120"},
		silence: "services log that they cannot connect: service-5xx",
	},
	"database-down": {
		after:  "aws:rds/instance:Instance",
		normal: "CPUUtilization=1", night: "CPUUtilization=1",
		// The metric is the number of values in a minute: a stopped database has none.
		faults: []string{""},
	},
	"audit-silent": {
		// The database has a value of its CPU for each minute of an hour.
		normal: "IncomingLogEvents=4000 CPUUtilization=60", night: "IncomingLogEvents=300 CPUUtilization=60",
		others: []string{"CPUUtilization=20"}, faults: []string{"CPUUtilization=60", "IncomingLogEvents=0 CPUUtilization=60"},
		silence: "no database either: database-down",
	},
	"backup-failed":               counted("NumberOfBackupJobsFailed", 1),
	"backup-failed-undelivered":   counted("FailedInvocations", 1),
	"database-events-undelivered": counted("FailedInvocations", 1),
	"backup-missing": {
		// The database has a value of its CPU for each minute of a day.
		normal: "NumberOfBackupJobsCompleted=1 CPUUtilization=1440",
		night:  "NumberOfBackupJobsCompleted=1 CPUUtilization=1440",
		// A stack's first day has no backup, nor a whole day.
		others:  []string{"CPUUtilization=600"},
		faults:  []string{"CPUUtilization=1440", "NumberOfBackupJobsCompleted=0 CPUUtilization=1440"},
		silence: "no database, no backup: database-down",
	},
	"backup-missing-files": {
		// Of the database and two file systems. Each file system has a value of its size every 15 minutes.
		normal: "NumberOfBackupJobsCompleted=3 CPUUtilization=1440 StorageBytes=96",
		night:  "NumberOfBackupJobsCompleted=3 CPUUtilization=1440 StorageBytes=96",
		// A file system's first day, with the database's backup alone.
		others: []string{"CPUUtilization=600", "NumberOfBackupJobsCompleted=1 CPUUtilization=1440 StorageBytes=40"},
		faults: []string{
			"NumberOfBackupJobsCompleted=2 CPUUtilization=1440 StorageBytes=96", "CPUUtilization=1440 StorageBytes=96",
		},
		silence: "no database, no backup: database-down",
	},
	"files-io": {
		normal: "PercentIOLimit=10", night: "PercentIOLimit=0", faults: []string{"PercentIOLimit=97"},
		silence: "nobody uses the files",
	},
	"files-traffic": {
		normal: "MeteredIOBytes=1000000000", night: "MeteredIOBytes=1000000", faults: []string{"MeteredIOBytes=90000000000"},
		silence: "nobody uses the files",
	},
	"files-size": {
		normal: "StorageBytes=20000000000", night: "StorageBytes=20000000000", faults: []string{"StorageBytes=200000000000"},
		silence: "EFS is late with a size",
	},
	"network-nat-ports":           counted("ErrorPortAllocation", 10),
	"rotation-failed":             counted("TriggeredRules", 1),
	"rotation-failed-undelivered": counted("FailedInvocations", 1),
	"rotation-errors":             counted("Errors", 1),
	"rotation-throttled":          counted("Throttles", 3),
	"findings-undelivered":        counted("FailedInvocations", 1),
	"rotation-dead-letters":       counted("ApproximateNumberOfMessagesVisible", 1),
	"rotation-undelivered":        counted("FailedInvocations", 1),
	"deployment-test-errors":      counted("Errors", 1),
	"pipeline-undelivered":        counted("FailedInvocations", 1),
	"search-dead-letters":         counted("ApproximateNumberOfMessagesVisible", 1),
	"search-dropped":              counted("AsyncEventsDropped", 1),
	"search-errors":               counted("Errors", 1),
	"search-flattened":            counted("Flattened", 50),
	"search-lost":                 counted("DestinationDeliveryFailures", 1),
	"search-oversized":            counted("DeadLetterErrors", 1),
	"search-jvm": {
		normal: "JVMMemoryPressure=70", night: "JVMMemoryPressure=40", faults: []string{"JVMMemoryPressure=97"},
		silence: "the domain is gone: search-errors",
	},
	"probe-unreachable": {
		after:  "aws:cloudwatch/eventTarget:EventTarget",
		normal: "Failed=0", night: "Failed=0",
		// An address does not answer; the probe does not run.
		faults: []string{"Failed=1", ""},
	},
	"probe-certificate": {
		normal: "CertificateDays=200", night: "CertificateDays=60", others: []string{"CertificateDays=31"},
		faults: []string{"CertificateDays=20", "CertificateDays=1"}, silence: "probe-unreachable",
	},
	"probe-undelivered": counted("FailedInvocations", 1),
	"cluster-quota": {
		normal: "ResourceCount=40", night: "ResourceCount=10", others: []string{"ResourceCount=79"},
		faults: []string{"ResourceCount=85", "ResourceCount=100"}, silence: "no task runs: service-missing-tasks",
	},
	"database-credits": {
		normal: "CPUCreditBalance=500 CPUUtilization=60", night: "CPUCreditBalance=576 CPUUtilization=2",
		// A new instance has no credits yet; one that works at its baseline never gets any.
		others:  []string{"CPUCreditBalance=0 CPUUtilization=5", "CPUCreditBalance=0 CPUUtilization=19"},
		faults:  []string{"CPUCreditBalance=0 CPUUtilization=60", "CPUCreditBalance=3 CPUUtilization=25"},
		silence: "database-down",
	},
	"probe-subscriptions": {
		normal: "MissingSubscriptions=0", night: "MissingSubscriptions=0", faults: []string{"MissingSubscriptions=1"},
		silence: "probe-unreachable; without addresses probe-rotation-overdue, after a day",
	},
	"probe-rotation-overdue": {
		after:  "aws:cloudwatch/eventTarget:EventTarget",
		normal: "PasswordDays=12", night: "PasswordDays=12", others: []string{"PasswordDays=30.9", "PasswordDays=0"},
		// Late; the probe may not look.
		faults: []string{"PasswordDays=33", ""},
	},
	"search-key": {
		normal: "KMSKeyError=0 KMSKeyInaccessible=0", night: "KMSKeyError=0 KMSKeyInaccessible=0",
		faults:  []string{"KMSKeyError=1 KMSKeyInaccessible=0", "KMSKeyError=0 KMSKeyInaccessible=1"},
		silence: "the domain is gone: search-errors",
	},
	"search-snapshots": {
		normal: "AutomatedSnapshotFailure=0", night: "AutomatedSnapshotFailure=0",
		faults: []string{"AutomatedSnapshotFailure=1"}, silence: "the domain is gone: search-errors",
	},
	"search-nodes": {
		normal: "Nodes=3", night: "Nodes=3", others: []string{"Nodes=6"}, faults: []string{"Nodes=0"},
		silence: "the domain is gone: search-errors",
	},
	"search-red": {
		normal: "ClusterStatus.red=0", night: "ClusterStatus.red=0", faults: []string{"ClusterStatus.red=1"},
		silence: "the domain is gone: search-errors",
	},
	"search-yellow": {
		normal: "ClusterStatus.yellow=0", night: "ClusterStatus.yellow=0", faults: []string{"ClusterStatus.yellow=1"},
		silence: "the domain is gone: search-errors",
	},
	"search-storage": {
		normal: "FreeStorageSpace=80000", night: "FreeStorageSpace=80000", faults: []string{"FreeStorageSpace=2000"},
		silence: "the domain is gone: search-errors",
	},
	"search-writes-blocked": {
		normal: "ClusterIndexWritesBlocked=0", night: "ClusterIndexWritesBlocked=0",
		faults: []string{"ClusterIndexWritesBlocked=1"}, silence: "the domain is gone: search-errors",
	},
}

// A new alarm needs a life here: what its metrics say by day, at night, and when its part fails.
func TestEachAlarmThroughItsLife(t *testing.T) {
	everyVariant(t, func(t *testing.T, g *graph) int {
		judged := 0
		for _, r := range g.ofType(metricAlarmType) {
			of := lifeOf(r)
			if !assert.NotEmptyf(t, of.faults, "alarm %s has no life: add %s to lives", r.name, sectionOf(r)) {
				continue
			}
			t.Run(r.name, func(t *testing.T) { live(t, g, r, of) })
			judged++
		}
		return judged
	})
}

// lifeOf is the life of a metric alarm. Those on the calls of the audit trail are all alike.
func lifeOf(r recorded) life {
	section := sectionOf(r)
	of, told := lives[section]
	if metric := r.inputs["metricName"]; !told && metric.IsString() && strings.HasPrefix(section, "audit-") {
		of = counted(metric.StringValue(), 6)
	}
	return of
}

// sectionOf is the section of the runbook that an alarm links to.
func sectionOf(r recorded) string {
	_, section, _ := strings.Cut(r.inputs["alarmDescription"].StringValue(), runbookURL)
	return section
}

// periodOf is the period of an alarm's metrics in seconds.
func periodOf(r recorded) int {
	for _, metric := range watchedBy(r) {
		return int(metric["period"].NumberValue())
	}
	return 0
}

// long is a number of periods after which every alarm has made up its mind, but for those that look back for longer.
const long = 40

// live feeds an alarm the times of its life.
func live(t *testing.T, g *graph, r recorded, of life) {
	t.Helper()
	alarm := alarmOf(t, g, r)
	enough := max(long, alarm.rule.EvaluationPeriods+2)
	const missing = ""
	before := missing
	if of.after != "" {
		before = of.normal
		waits := func(other recorded) bool { return g.waitsFor(r, other.key()) }
		assert.Truef(t, slices.ContainsFunc(g.ofType(of.after), waits),
			"it does not wait for any %s: made before, it goes off", of.after)
	}
	for _, calm := range append(of.others, of.normal, of.night) {
		assert.NotContainsf(t, alarm.states(before, 2, of.normal, enough, calm, enough, of.normal, enough), alarms.Alarm,
			"it rings although all is well: %q", calm)
	}
	for _, fault := range of.faults {
		assert.Equalf(t, alarms.Alarm, last(alarm.states(of.normal, enough, fault, enough)), "it does not ring: %q", fault)
		assert.Equalf(t, alarms.OK, last(alarm.states(fault, enough, of.normal, enough)), "it does not end: %q", fault)
	}
	want := alarms.Alarm
	silent := last(alarm.states(of.normal, enough, missing, enough))
	if of.silence == "" {
		assert.Equal(t, want, silent, "nothing else notices that the metrics have ended")
	} else {
		assert.NotEqualf(t, want, silent, "it rings when the metrics end, of which we say: %s", of.silence)
	}
}

func last(states []alarms.State) alarms.State { return states[len(states)-1] }

// fedAlarm is an alarm with its metrics by id.
type fedAlarm struct {
	t       *testing.T
	rule    alarms.Rule
	metrics map[string]string
	shares  map[string]float64
}

func alarmOf(t *testing.T, g *graph, r recorded) fedAlarm {
	t.Helper()
	number := func(key resource.PropertyKey) int { return int(r.inputs[key].NumberValue()) }
	h := fedAlarm{t: t, metrics: map[string]string{}, shares: sharesOf(t, g), rule: alarms.Rule{
		Expression:        "m1",
		EvaluationPeriods: number("evaluationPeriods"),
		Datapoints:        number("evaluationPeriods"),
		Comparison:        r.inputs["comparisonOperator"].StringValue(),
		Threshold:         r.inputs["threshold"].NumberValue(),
		TreatMissingData:  r.inputs["treatMissingData"].StringValue(),
	}}
	if _, some := r.inputs["datapointsToAlarm"]; some {
		h.rule.Datapoints = number("datapointsToAlarm")
	}
	queries, several := r.inputs["metricQueries"]
	if !several {
		h.metrics["m1"] = r.inputs["metricName"].StringValue()
		return h
	}
	for _, query := range queries.ArrayValue() {
		q := query.ObjectValue()
		if metric, ok := q["metric"]; ok {
			h.metrics[q["id"].StringValue()] = metric.ObjectValue()["metricName"].StringValue()
		}
		if q["returnData"].BoolValue() {
			h.rule.Expression = q["expression"].StringValue()
		}
	}
	return h
}

// sharesOf are the sizes of which values may be a share.
func sharesOf(t *testing.T, g *graph) map[string]float64 {
	t.Helper()
	shares := map[string]float64{}
	for _, r := range g.ofType("aws:rds/instance:Instance") {
		shares["%volume"] = r.inputs["allocatedStorage"].NumberValue() * (1 << 30)
		class := r.inputs["instanceClass"].StringValue()
		// Memory, and connections as counted on such instances.
		sizes, known := map[string][2]float64{"db.t3.small": {2 << 30, 198}, "db.m6g.large": {8 << 30, 856}}[class]
		require.Truef(t, known, "add %s", class)
		shares["%memory"], shares["%connections"] = sizes[0], sizes[1]
	}
	return shares
}

// states are those after each period of several times, each with its number of periods.
func (h fedAlarm) states(times ...any) []alarms.State {
	h.t.Helper()
	metrics := map[string][]float64{}
	for i := 0; i < len(times); i += 2 {
		values := h.values(times[i].(string))
		for id, name := range h.metrics {
			value, some := values[name]
			if !some {
				value = alarms.Missing
			}
			for range times[i+1].(int) {
				metrics[id] = append(metrics[id], value)
			}
		}
	}
	states, err := h.rule.States(metrics)
	require.NoError(h.t, err)
	return states
}

func (h fedAlarm) values(time string) map[string]float64 {
	values := map[string]float64{}
	for field := range strings.FieldsSeq(time) {
		name, text, _ := strings.Cut(field, "=")
		share := 1.0
		if digits, unit, cut := strings.Cut(text, "%"); cut {
			text, share = digits, h.shares["%"+unit]/100
		}
		value, err := strconv.ParseFloat(text, 64)
		require.NoError(h.t, err)
		values[name] = math.Floor(value*share*1000) / 1000
	}
	return values
}
