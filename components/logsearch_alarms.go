package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	searchNamespace = "AWS/ES"
	lambdaNamespace = "AWS/Lambda"
	queueNamespace  = "AWS/SQS"
	// shipperNamespace is where lambda/logshipper puts its own metrics.
	shipperNamespace = "LogShipper"

	mibPerGiB = 1024
	// freeShare of each node's volume below which OpenSearch soon stops writing.
	freeShare = 0.25
	// highJVMPercent is AWS's own recommendation: from 95 on requests are rejected.
	highJVMPercent = 95
)

// createAlarms watches the domain, the function that ships and what it could not deliver.
func (s *LogSearch) createAlarms(ctx *pulumi.Context, name string) error {
	domain := pulumi.StringMap{"DomainName": pulumi.String(s.DomainName), "ClientId": pulumi.String(s.args.Scope.AccountID)}
	for _, spec := range []alarmSpec{
		{
			name: "red", namespace: searchNamespace, dimensions: domain, metric: "ClusterStatus.red", statistic: "Maximum",
			periodSeconds: 60, evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: 1, missing: missingIsUnknown,
			description: "The search domain lacks a primary shard: logs of some index can be neither written nor found. Look " +
				"for a failed node or a full volume; restore the index from the hourly snapshot if the shard is lost.",
		},
		{
			name: "yellow", namespace: searchNamespace, dimensions: domain, metric: "ClusterStatus.yellow", statistic: "Maximum",
			periodSeconds: 60, evaluationPeriods: 15, comparison: comparisonAtLeast, threshold: 1, missing: missingIsUnknown,
			description: "The search domain lacks replicas for 15 minutes: the next failure of a node loses logs. Look for a " +
				"failed node; it heals by itself once the node is back and has room.",
		},
		{
			name: "writes-blocked", namespace: searchNamespace, dimensions: domain, metric: "ClusterIndexWritesBlocked", statistic: "Maximum",
			periodSeconds: 300, evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: 1, missing: missingIsUnknown,
			description: "The search domain takes no more documents, for want of storage or memory. Make room as for " +
				"the alarms on storage and memory, then replay the dead-letter queue.",
		},
		{
			name: "storage", namespace: searchNamespace, dimensions: domain, metric: "FreeStorageSpace", statistic: "Minimum",
			periodSeconds: 300, evaluationPeriods: 1, comparison: comparisonBelow,
			threshold: float64(s.args.VolumeGiB) * mibPerGiB * freeShare, missing: missingIsUnknown,
			description: "A node of the search domain has less than a quarter of its volume left. Raise logSearch.volumeGiB, " +
				"or lower logSearch.retentionDays.",
		},
		{
			name: "jvm", namespace: searchNamespace, dimensions: domain, metric: "JVMMemoryPressure", statistic: "Maximum",
			periodSeconds: 60, evaluationPeriods: 3, comparison: comparisonAtLeast, threshold: highJVMPercent, missing: missingIsUnknown,
			description: "The search domain is out of memory and will reject requests. Stop expensive searches, or choose a " +
				"larger logSearch.instanceType.",
		},
		{
			name: "errors", namespace: lambdaNamespace, dimensions: pulumi.StringMap{"FunctionName": pulumi.String(s.FunctionName)},
			metric: "Errors", statistic: "Sum", periodSeconds: 300, evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: 1,
			missing: missingIsGood,
			description: "The function that ships logs fails. Its log group says why; Lambda tries twice more, then the logs " +
				"go to the dead-letter queue.",
		},
		{
			name: "dead-letters", namespace: queueNamespace, dimensions: pulumi.StringMap{"QueueName": pulumi.String(s.DeadLetterQueueName)},
			metric: "ApproximateNumberOfMessagesVisible", statistic: "Maximum", periodSeconds: 300, evaluationPeriods: 1,
			comparison: comparisonAbove, threshold: 0, missing: missingIsGood,
			description: "Logs could not be delivered to the search domain and wait in the dead-letter queue, for 14 days at " +
				"most. Find the cause in the function's log group, mend it, and replay the queue.",
		},
	} {
		spec.scope = s.args.Scope
		spec.name = name + "-" + spec.name
		spec.topicARN = s.args.TopicARN
		if _, err := newAlarm(ctx, s, spec); err != nil {
			return fmt.Errorf("%s: %w", spec.name, err)
		}
		s.AlarmNames = append(s.AlarmNames, alarmName(spec.scope, spec.name))
	}
	return nil
}
