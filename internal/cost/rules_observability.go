package cost

import (
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

func init() {
	prices[resourcetypes.LogGroup] = (*estimator).logGroup
	prices[resourcetypes.LogMetricFilter] = (*estimator).metricFilter
	prices[resourcetypes.MetricAlarm] = (*estimator).alarm
	prices[resourcetypes.CompositeAlarm] = (*estimator).compositeAlarm
	prices[resourcetypes.Dashboard] = (*estimator).dashboard
	prices[resourcetypes.TopicSubscription] = (*estimator).subscription
}

// logGroup is charged for ingestion and for storage.
func (e *estimator) logGroup(r *Resource) {
	perDay, price, what := e.logVolume(r.text("name"))
	ingested := perDay * daysPerMonth
	e.add(r, charge{what: what + ": ingestion", price: price, quantity: ingested})
	retention := r.number("retentionInDays")
	if retention == 0 {
		const year = 365 // for ever; a year's worth is where the estimate stops
		retention = year
	}
	e.add(r, charge{
		what: what + ": storage", price: "logs.storage",
		quantity: perDay * retention * e.usage.LogCompression,
	})
}

// logVolume derives from a group's name who writes to it.
func (e *estimator) logVolume(name string) (gbPerDay float64, price, what string) {
	const kbPerGB = 1e6
	switch {
	case strings.HasPrefix(name, "aws-waf-logs-"):
		return e.usage.RequestsMillion * million * e.usage.WAFLogKB / kbPerGB / daysPerMonth, "logs.vended", "WAF log"
	case strings.Contains(name, "flow-logs"):
		return e.usage.FlowLogGBPerDay, "logs.vended", "flow log"
	case strings.HasPrefix(name, "/cloudtrail/"):
		return e.usage.TrailLogGBPerDay, "logs.ingest", "trail log"
	case e.serviceGroup(name):
		return e.usage.ServiceLogGBPerDay, "logs.ingest", "service log"
	default:
		return e.usage.OtherLogGBPerDay, "logs.ingest", "log"
	}
}

// serviceGroup reports whether a service writes to the group, whose name ends with the
// service's name.
func (e *estimator) serviceGroup(name string) bool {
	for _, service := range e.graph.ofType(resourcetypes.ECSService) {
		if strings.HasSuffix(name, "/"+service.Name()) {
			return true
		}
	}
	return false
}

// metricFilter makes a metric, which is charged while it has values.
func (e *estimator) metricFilter(r *Resource) {
	if r.object("metricTransformation").value("defaultValue") != nil {
		e.add(r, charge{what: "metric", price: "metric.custom", quantity: 1})
	}
}

// alarm is charged for each metric that it watches.
func (e *estimator) alarm(r *Resource) {
	queries, _ := r.list("metricQueries")
	metrics := 0.0
	for _, query := range queries {
		if inputs, _ := query.(map[string]any); inputs["metric"] != nil {
			metrics++
		}
	}
	e.add(r, charge{what: "alarm", price: "alarm.metric", quantity: max(1, metrics)})
}

func (e *estimator) compositeAlarm(r *Resource) {
	e.add(r, charge{what: "composite alarm", price: "alarm.composite", quantity: 1})
}

func (e *estimator) dashboard(r *Resource) {
	e.add(r, charge{what: "dashboard", price: "dashboard", quantity: 1})
}

func (e *estimator) subscription(r *Resource) {
	if strings.HasPrefix(r.text("protocol"), "email") {
		e.add(r, charge{what: "emails", price: "sns.email", quantity: e.usage.AlertEmails})
	}
}
