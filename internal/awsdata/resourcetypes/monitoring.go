package resourcetypes

// The tokens of alarms and dashboards.
const (
	CompositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
	Dashboard      = "aws:cloudwatch/dashboard:Dashboard"
	MetricAlarm    = "aws:cloudwatch/metricAlarm:MetricAlarm"
)

func init() { register(monitoringServices, monitoringTypes) }

var monitoringServices = []Service{
	{Prefix: "cloudwatch", Group: "watch", Named: []string{"alarm:"}, Actions: Actions{Read: "GetMetricStatistics"}},
}

var monitoringTypes = []Type{
	{
		Token:  CompositeAlarm,
		Create: Operation{Name: "cloudwatch.PutCompositeAlarm"},
		Actions: []Actions{
			{
				Service: "cloudwatch",
				Read:    "DescribeAlarms ListTagsForResource",
				Write:   "DeleteAlarms PutMetricAlarm TagResource UntagResource",
			},
			{Service: "cloudwatch", Write: "PutCompositeAlarm"},
		},
	},
	{
		Token:   Dashboard,
		Create:  Operation{Name: "cloudwatch.PutDashboard"},
		Actions: []Actions{{Service: "cloudwatch", Read: "GetDashboard", Write: "DeleteDashboards PutDashboard"}},
	},
	{
		Token: MetricAlarm,
		Create: Operation{Name: "cloudwatch.PutMetricAlarm", Renamed: map[string]string{
			"name": "AlarmName",
		}},
		Actions: []Actions{{
			Service: "cloudwatch", Read: "DescribeAlarms ListTagsForResource",
			Write: "DeleteAlarms PutMetricAlarm TagResource UntagResource",
		}},
	},
}
