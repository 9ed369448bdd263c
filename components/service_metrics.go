package components

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// metricOf is a metric in an alarm's expression.
type metricOf struct {
	namespace, name, statistic string
	dimensions                 pulumi.StringMap
	// periodSeconds of the metric; 0 is one minute.
	periodSeconds int
}

// sumOf adds metrics up with SUM, which skips metrics without data; + would have no result
// then.
func sumOf(label string, metrics ...metricOf) cloudwatch.MetricAlarmMetricQueryArray {
	ids := make([]string, len(metrics))
	for i := range metrics {
		ids[i] = fmt.Sprintf("m%d", i+1)
	}
	return expressionOf(label, fmt.Sprintf("SUM([%s])", strings.Join(ids, ", ")), metrics...)
}

// expressionOf returns the queries of an alarm on an expression of metrics, which it names m1,
// m2 and so on.
func expressionOf(label, expression string, metrics ...metricOf) cloudwatch.MetricAlarmMetricQueryArray {
	queries := cloudwatch.MetricAlarmMetricQueryArray{cloudwatch.MetricAlarmMetricQueryArgs{
		Id:         pulumi.String("e1"),
		Label:      pulumi.String(label),
		Expression: pulumi.String(expression),
		ReturnData: pulumi.Bool(true),
	}}
	for i, metric := range metrics {
		queries = append(queries, cloudwatch.MetricAlarmMetricQueryArgs{
			Id: pulumi.String(fmt.Sprintf("m%d", i+1)),
			Metric: cloudwatch.MetricAlarmMetricQueryMetricArgs{
				Namespace:  pulumi.String(metric.namespace),
				MetricName: pulumi.String(metric.name),
				Dimensions: metric.dimensions,
				Stat:       pulumi.String(metric.statistic),
				Period:     pulumi.Int(cmp.Or(metric.periodSeconds, alarmMinute)),
			},
			ReturnData: pulumi.Bool(false),
		})
	}
	return queries
}
