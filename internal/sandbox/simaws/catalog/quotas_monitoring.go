package catalog

import (
	"encoding/json"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const logsLimit = "LimitExceededException: Resource limit exceeded."

// monitoringQuotas are those of logs, dashboards, alarms and events.
var monitoringQuotas = []Limited{
	{Quota: quotas.LogResourcePolicies, Tokens: []string{resourcetypes.LogResourcePolicy}, Error: logsLimit},
	{
		Quota: quotas.LogResourcePolicy, Tokens: []string{resourcetypes.LogResourcePolicy}, Alone: true,
		Size: bytesOf("policyDocument"),
		Error: "InvalidParameterException: 1 validation error detected: Value at 'policyDocument' failed to satisfy " +
			"constraint: Member must have length less than or equal to {limit}",
	},
	{
		Quota: quotas.MetricFilters, Tokens: []string{resourcetypes.LogMetricFilter}, Share: by("logGroupName"),
		Error: logsLimit,
	},
	{
		Quota: quotas.SubscriptionFilters, Tokens: []string{resourcetypes.LogSubscriptionFilter}, Share: by("logGroup"),
		Error: logsLimit,
	},
	{Quota: quotas.Queries, Tokens: []string{resourcetypes.QueryDefinition}, Error: logsLimit},
	{
		Quota: quotas.QueriedGroups, Tokens: []string{resourcetypes.QueryDefinition}, Alone: true,
		Size:  each("logGroupNames[]"),
		Error: "InvalidParameterException: A query can name at most {limit} log groups, found {size}",
	},
	{
		Quota: quotas.DashboardWidgets, Tokens: []string{resourcetypes.Dashboard}, Alone: true,
		Size:  onPage(func(p page) int { return p.widgets }),
		Error: badDashboard + `"dataPath": "/widgets", "message": "Should NOT have more than {limit} items" } ]`,
	},
	{
		Quota: quotas.WidgetMetrics, Tokens: []string{resourcetypes.Dashboard}, Alone: true,
		Size: onPage(func(p page) int { return p.widgetMetrics }),
		Error: badDashboard + `"dataPath": "/widgets/properties/metrics", ` +
			`"message": "Should NOT have more than {limit} items" } ]`,
	},
	{
		Quota: quotas.DashboardMetrics, Tokens: []string{resourcetypes.Dashboard}, Alone: true,
		Size:  onPage(func(p page) int { return p.metrics }),
		Error: badDashboard + `"dataPath": "/widgets", "message": "Should NOT have more than {limit} metrics" } ]`,
	},
	{
		Quota: quotas.WidgetAlarms, Tokens: []string{resourcetypes.Dashboard}, Alone: true,
		Size: onPage(func(p page) int { return p.widgetAlarms }),
		Error: badDashboard + `"dataPath": "/widgets/properties/alarms", ` +
			`"message": "Should NOT have more than {limit} items" } ]`,
	},
	{
		Quota: quotas.CompositeChildren, Tokens: []string{resourcetypes.CompositeAlarm}, Alone: true, Size: childAlarms,
		Error: "ValidationError: AlarmRule must not contain more than {limit} alarms, found {size}",
	},
	{
		Quota: quotas.EventRules, Tokens: []string{resourcetypes.EventRule}, Share: by("eventBusName"),
		Error: "LimitExceededException: The requested resource exceeds the maximum number allowed.",
	},
	{
		Quota: quotas.EventTargets, Tokens: []string{resourcetypes.EventTarget}, Share: busAndRule,
		Error: "LimitExceededException: The requested resource exceeds the maximum number allowed.",
	},
	{
		Quota: quotas.EventPattern, Tokens: []string{resourcetypes.EventRule}, Alone: true, Size: bytesOf("eventPattern"),
		Error: "LimitExceededException: The event pattern has {size} characters, allowed are {limit}.",
	},
}

const badDashboard = "InvalidParameterInput: The dashboard body is invalid, there are 1 validation errors: [ { "

// page holds what CloudWatch counts on a dashboard; the metrics and alarms of a widget are those
// of the fullest one.
type page struct{ widgets, metrics, widgetMetrics, widgetAlarms int }

func onPage(pick func(page) int) func(*Call, resource.PropertyMap) int {
	return func(_ *Call, props resource.PropertyMap) int {
		var body struct {
			Widgets []struct {
				Properties struct{ Metrics, Alarms []any }
			}
		}
		if json.Unmarshal([]byte(prop.Text(props, "dashboardBody")), &body) != nil {
			return 0
		}
		found := page{widgets: len(body.Widgets)}
		for _, w := range body.Widgets {
			found.metrics += len(w.Properties.Metrics)
			found.widgetMetrics = max(found.widgetMetrics, len(w.Properties.Metrics))
			found.widgetAlarms = max(found.widgetAlarms, len(w.Properties.Alarms))
		}
		return pick(found)
	}
}

func childAlarms(_ *Call, props resource.PropertyMap) int {
	names := map[string]bool{}
	for _, match := range alarmInRule.FindAllStringSubmatch(prop.Text(props, "alarmRule"), -1) {
		names[match[1]] = true
	}
	return len(names)
}

func busAndRule(_ *Call, props resource.PropertyMap) string {
	return prop.Text(props, "eventBusName") + "/" + prop.Text(props, "rule")
}
