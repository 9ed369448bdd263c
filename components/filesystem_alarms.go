package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	filesNamespace = "AWS/EFS"
	// sizeMinutes is how often EFS reports the size:
	// https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html
	sizeMinutes = 15
	bytesPerGiB = 1 << 30
)

// FileSystemAlarms are the thresholds of a file system's alarms.
type FileSystemAlarms struct {
	// TopicARN hears of them.
	TopicARN pulumi.StringInput
	// IOPercent of the operations that EFS takes, over 15 minutes, that is still normal.
	IOPercent int
	// TrafficGiBPerHour read and written that is still normal. AWS charges for each.
	TrafficGiBPerHour int
	// SizeGiB of the files that is still normal. A file system has no end of its own.
	SizeGiB int
}

// createAlarms watches the limit of operations, and what costs: a file system of elastic throughput grows with whoever
// fills it. Metrics: https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html
func (f *FileSystem) createAlarms(ctx *pulumi.Context, name string) error {
	thresholds := f.args.Alarms
	for _, spec := range []alarmSpec{
		{
			name: "io", metric: "PercentIOLimit", statistic: "Average", periodSeconds: alarmMinute, evaluationPeriods: 15,
			threshold: float64(thresholds.IOPercent),
			description: "File system " + name + " is near the operations a second that EFS takes: services wait for their " +
				"files. Look for what opens, lists or locks many small ones.",
		},
		{
			name: "traffic", metric: "MeteredIOBytes", statistic: "Sum", periodSeconds: secondsPerHour, evaluationPeriods: 1,
			threshold: float64(thresholds.TrafficGiBPerHour) * bytesPerGiB,
			description: "Services read and write more in file system " + name + " than is usual, and AWS charges for each " +
				"GiB. Look for a loop, or for what should be in the bucket.",
		},
		{
			name: "size", metric: "StorageBytes", statistic: "Average", periodSeconds: sizeMinutes * alarmMinute,
			evaluationPeriods: 2, threshold: float64(thresholds.SizeGiB) * bytesPerGiB,
			dimensions: pulumi.StringMap{"FileSystemId": f.ID, "StorageClass": pulumi.String("Total")},
			description: "File system " + name + " has become large. Nothing stops it, and AWS charges for each GiB: find " +
				"what fills it, and delete what nobody needs.",
		},
	} {
		spec.runbook = filesTier + nameSeparator + spec.name
		spec.name = name + nameSeparator + spec.name
		spec.scope, spec.topicARN = f.args.Scope, thresholds.TopicARN
		spec.namespace, spec.comparison = filesNamespace, comparisonAbove
		// EFS reports nothing while nobody uses the files.
		spec.missing = missingIsUnknown
		if spec.dimensions == nil {
			spec.dimensions = pulumi.StringMap{"FileSystemId": f.ID}
		}
		if err := f.addAlarm(ctx, f, spec); err != nil {
			return err
		}
	}
	return nil
}

// DashboardRow shows the file system.
func (f *FileSystem) DashboardRow() DashboardRow {
	of := func(statistic string, names ...string) []metric {
		var metrics []metric
		for _, name := range names {
			metrics = append(metrics, metric{
				filesNamespace, name, "FileSystemId", f.ID, map[string]any{"stat": statistic, "label": name},
			})
		}
		return metrics
	}
	title := "Files " + f.VolumeName + ": "
	return DashboardRow{[]tile{
		f.args.Scope.graph(title+"size, bytes", metric{
			filesNamespace, "StorageBytes", "StorageClass", "Total", "FileSystemId", f.ID,
			map[string]any{"stat": "Average", "label": "StorageBytes"},
		}),
		f.args.Scope.graph(title+"read and written, bytes", of("Sum", "DataReadIOBytes", "DataWriteIOBytes")...),
		f.args.Scope.graph(title+"operations, % of the limit", of("Maximum", "PercentIOLimit")...),
		f.args.Scope.graph(title+"clients", of("Sum", "ClientConnections")...),
	}}
}
