package quotas

const (
	cloudwatchQuotas = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"
	logsQuotas       = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"
	eventsQuotas     = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"
	sqsQuotas        = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html"
)

// Amazon CloudWatch Logs.
var (
	// LogResourcePolicies of a region.
	LogResourcePolicies = Quota{Name: "resource policies of CloudWatch Logs", Limit: 10, Source: logsQuotas}
	// LogResourcePolicy is the size of one of them.
	LogResourcePolicy = Quota{
		Name: "a resource policy of CloudWatch Logs", Limit: 5120, Unit: Bytes,
		Source: "PutResourcePolicy, CloudWatch Logs API Reference",
	}
	// MetricFilters of a log group.
	MetricFilters = Quota{Name: "metric filters of a log group", Limit: 100, Source: logsQuotas}
	// SubscriptionFilters of a log group.
	SubscriptionFilters = Quota{Name: "subscription filters of a log group", Limit: 2, Source: logsQuotas}
	// Queries are the saved queries of a region.
	Queries = Quota{Name: "saved queries", Limit: 1000, Raisable: true, Source: logsQuotas}
	// QueriedGroups is the number of log groups that one query searches by name.
	QueriedGroups = Quota{
		Name: "log groups of a query", Limit: 50, Source: "StartQuery, CloudWatch Logs API Reference (logGroupNames)",
	}
)

// Amazon CloudWatch. There is no quota of alarms.
var (
	// DashboardWidgets of a page.
	DashboardWidgets = Quota{Name: "widgets of a dashboard", Limit: 500, Source: cloudwatchQuotas}
	// WidgetMetrics is the number of metrics of a widget.
	WidgetMetrics = Quota{Name: "metrics of a widget", Limit: 500, Source: cloudwatchQuotas}
	// DashboardMetrics of a page, over all its widgets.
	DashboardMetrics = Quota{Name: "metrics of a dashboard", Limit: 2500, Source: cloudwatchQuotas}
	// WidgetAlarms is the number of alarms of a widget.
	WidgetAlarms = Quota{
		Name: "alarms of a widget", Limit: 100, Source: "Dashboard body structure and syntax, CloudWatch API Reference",
	}
	// CompositeChildren is the number of alarms that a composite alarm names.
	CompositeChildren = Quota{
		Name: "alarms in a composite alarm", Limit: 100, Source: "PutCompositeAlarm, CloudWatch API Reference",
	}
)

// Amazon EventBridge.
var (
	// EventRules of a bus.
	EventRules = Quota{
		Name: "rules of an event bus", Limit: 300, Raisable: true, Service: "events", Code: "L-244521F2",
		Source: eventsQuotas,
	}
	// EventTargets of a rule.
	EventTargets = Quota{
		Name: "targets of an event rule", Limit: 5, Service: "events", Code: "L-388D1D08", Source: eventsQuotas,
	}
	// EventPattern is the size of a rule's pattern. The API accepts 4,096 in an account that has
	// asked for more.
	EventPattern = Quota{
		Name: "the pattern of an event rule", Limit: 2048, Unit: Bytes, Raisable: true, Service: "events",
		Code: "L-664C5505", Source: eventsQuotas,
	}
)

// AWS CloudTrail.
var (
	// Trails of a region, including multi-region trails of other regions.
	Trails = Quota{
		Name: "trails", Limit: 5,
		Source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html",
	}
)

// Amazon SQS, the policy of a queue.
var (
	// QueuePolicy is the size of the policy.
	QueuePolicy = Quota{Name: "the policy of a queue", Limit: 8192, Unit: Bytes, Source: sqsQuotas}
	// QueueStatements of the policy.
	QueueStatements = Quota{Name: "statements in the policy of a queue", Limit: 20, Source: sqsQuotas}
	// QueuePrincipals of the policy, over all its statements.
	QueuePrincipals = Quota{Name: "principals in the policy of a queue", Limit: 50, Source: sqsQuotas}
	// QueueConditions of the policy, over all its statements.
	QueueConditions = Quota{Name: "conditions in the policy of a queue", Limit: 10, Source: sqsQuotas}
	// QueueActions of one statement.
	QueueActions = Quota{Name: "actions in a statement of the policy of a queue", Limit: 7, Source: sqsQuotas}
)
