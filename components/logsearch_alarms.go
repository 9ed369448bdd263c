package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	searchNamespace = "AWS/ES"
	lambdaNamespace = "AWS/Lambda"
	queueNamespace  = "AWS/SQS"
	// shipperNamespace is the namespace of lambda/logshipper's own metrics.
	shipperNamespace = "LogShipper"

	mibPerGiB = 1024
	// freeShare is the free share of each node's volume below which OpenSearch soon stops writing.
	freeShare = 0.25
	// highJVMPercent is AWS's recommendation: from 95 on, requests are rejected.
	highJVMPercent = 95
	// manyFlattened is the number of flattened lines in an hour that means a conflicting field
	// rather than a stray line.
	manyFlattened = 10
)

// createAlarms watches the domain, the shipping function and its undelivered events.
func (s *LogSearch) createAlarms(ctx *pulumi.Context, name string) error {
	domain := pulumi.StringMap{
		"DomainName": pulumi.String(s.DomainName),
		"ClientId":   pulumi.String(s.args.Scope.AccountID),
	}
	shipper := pulumi.StringMap{"FunctionName": pulumi.String(s.FunctionName)}
	specs := []alarmSpec{
		{
			name: "red", namespace: searchNamespace, dimensions: domain, metric: "ClusterStatus.red", statistic: "Maximum",
			periodSeconds: 60, evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: 1, missing: missingIsUnknown,
			description: "The search domain lacks a primary shard: logs of some index can be neither written nor found. Look " +
				"for a failed node or a full volume; if the shard is lost, AWS Support can bring it back from a snapshot.",
		},
		{
			name: "writes-blocked", namespace: searchNamespace, dimensions: domain, metric: "ClusterIndexWritesBlocked",
			statistic:     "Maximum",
			periodSeconds: 300, evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: 1, missing: missingIsUnknown,
			description: "The search domain accepts no more documents, for lack of storage or memory. Make room as for " +
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
			periodSeconds: 60, evaluationPeriods: 3, comparison: comparisonAtLeast, threshold: highJVMPercent,
			missing: missingIsUnknown,
			description: "The search domain is out of memory and will reject requests. Stop expensive searches, or choose a " +
				"larger logSearch.instanceType.",
		},
		{
			// OpenSearch Service Developer Guide, "Recommended CloudWatch alarms", as the next two.
			name: "key", queries: keyTrouble(domain), evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: 1,
			missing: missingIsUnknown,
			description: "The search domain cannot use its key: it was disabled, or is going to be deleted. Without it the " +
				"domain stops, and its data are lost for good once the key is gone.",
		},
		{
			name: "snapshots", namespace: searchNamespace, dimensions: domain, metric: "AutomatedSnapshotFailure",
			statistic: "Maximum", periodSeconds: 60, evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: 1,
			missing: missingIsUnknown,
			description: "The search domain could not make its hourly snapshot: what is lost now does not come back. A domain " +
				"that is red makes none; else ask AWS Support.",
		},
		{
			name: "nodes", namespace: searchNamespace, dimensions: domain, metric: "Nodes", statistic: "Minimum",
			periodSeconds: 300, evaluationPeriods: 6, comparison: comparisonBelow,
			threshold: float64(s.args.InstanceCount), missing: missingIsUnknown,
			description: "The search domain has lacked a node for half an hour. AWS replaces a failed one by itself: look for " +
				"the domain's events if it does not.",
		},
		{
			name: "errors", namespace: lambdaNamespace, dimensions: shipper,
			metric: "Errors", statistic: "Sum", periodSeconds: 300, evaluationPeriods: 1, comparison: comparisonAtLeast,
			threshold: 1,
			missing:   missingIsGood,
			description: "The function that ships logs fails. Its log group says why; Lambda tries twice more, then the logs " +
				"go to the dead-letter queue.",
		},
		{
			// Lambda also counts an event here when it puts it into the queue (Lambda developer guide,
			// "Types of metrics for Lambda functions").
			name: "dropped", namespace: lambdaNamespace, dimensions: shipper, metric: "AsyncEventsDropped", statistic: "Sum",
			periodSeconds: 300, evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: 1, missing: missingIsGood,
			description: "Lambda gave up on logs: the function failed three times, or had no capacity for six hours. They " +
				"are in the dead-letter queue, or whole in the bucket of the last resort: replay both.",
		},
		{
			name: "oversized", namespace: lambdaNamespace, dimensions: shipper, metric: "DeadLetterErrors", statistic: "Sum",
			periodSeconds: 300, evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: 1, missing: missingIsGood,
			description: "Lambda could not put logs into the dead-letter queue: they are more than the 256 KiB of a message, " +
				"or the role may not write there. They are in the bucket of the last resort: replay it.",
		},
		{
			name: "lost", namespace: lambdaNamespace, dimensions: shipper, metric: "DestinationDeliveryFailures",
			statistic: "Sum", periodSeconds: 300, evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: 1,
			missing: missingIsGood,
			description: "Lambda could not write logs to the bucket of the last resort: search lacks what is not in the " +
				"dead-letter queue. Look at the function's role and the bucket's policy. CloudWatch Logs has the logs.",
		},
		{
			name: "flattened", namespace: shipperNamespace, dimensions: shipper, metric: "Flattened", statistic: "Sum",
			periodSeconds: 3600, evaluationPeriods: 1, comparison: comparisonAtLeast, threshold: manyFlattened,
			missing: missingIsGood,
			description: "The search domain refuses the fields of many lines, so these can be found as text alone: a field " +
				"changes its type, or a service logs ever new fields. Search for rejected:* and tell the service's team.",
		},
		{
			name: "dead-letters", namespace: queueNamespace, dimensions: pulumi.StringMap{
				"QueueName": pulumi.String(s.DeadLetterQueueName),
			},
			metric: "ApproximateNumberOfMessagesVisible", statistic: "Maximum", periodSeconds: 300, evaluationPeriods: 1,
			comparison: comparisonAbove, threshold: 0, missing: missingIsGood,
			description: "Logs could not be delivered to the search domain and wait in the dead-letter queue, for 14 days at " +
				"most. Find the cause in the function's log group, mend it, and replay the queue.",
		},
	}
	if s.args.InstanceCount > 1 {
		specs = append(specs, replicasMissing(domain))
	}
	for _, spec := range specs {
		spec.scope = s.args.Scope
		spec.name = name + "-" + spec.name
		spec.topicARN = s.args.TopicARN
		if err := s.addAlarm(ctx, s, spec); err != nil {
			return err
		}
	}
	return nil
}

// keyTrouble counts that the key is disabled (KMSKeyError) or gone (KMSKeyInaccessible).
func keyTrouble(domain pulumi.StringMap) cloudwatch.MetricAlarmMetricQueryArray {
	return sumOf("Key cannot be used",
		metricOf{namespace: searchNamespace, name: "KMSKeyError", statistic: "Maximum", dimensions: domain},
		metricOf{namespace: searchNamespace, name: "KMSKeyInaccessible", statistic: "Maximum", dimensions: domain})
}

// replicasMissing returns an alarm for a domain with several nodes. A domain with one node turns
// yellow for good as soon as index management has run: the plugin creates its own indices with a
// replica, for which there is no node (opensearch-project/job-scheduler#784,
// opensearch-project/index-management#1250).
func replicasMissing(domain pulumi.StringMap) alarmSpec {
	return alarmSpec{
		name: "yellow", namespace: searchNamespace, dimensions: domain, metric: "ClusterStatus.yellow", statistic: "Maximum",
		periodSeconds: 60, evaluationPeriods: 15, comparison: comparisonAtLeast, threshold: 1, missing: missingIsUnknown,
		description: "The search domain lacks replicas for 15 minutes: the next failure of a node loses logs. Look for a " +
			"failed node; it heals by itself once the node is back and has room.",
	}
}
