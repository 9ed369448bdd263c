package resourcetypes

// The tokens of alarms and dashboards.
const (
	Budget         = "aws:budgets/budget:Budget"
	CompositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
	Dashboard      = "aws:cloudwatch/dashboard:Dashboard"
	MetricAlarm    = "aws:cloudwatch/metricAlarm:MetricAlarm"
)

func init() { register(monitoringServices, monitoringTypes) }

var monitoringServices = []Service{
	{Prefix: "budgets", Group: "watch", Named: []string{"budget/"}},
	{Prefix: "ce", Actions: Actions{Read: "ListCostAllocationTags"}}, // preflight
	{Prefix: "cloudwatch", Group: "watch", Named: []string{"alarm:"}, Actions: Actions{Read: "GetMetricStatistics"}},
}

var monitoringTypes = []Type{
	{
		Token: Budget,
		Create: Operation{Name: "budgets.CreateBudget/Budget", Renamed: map[string]string{
			"name": "BudgetName", "notifications": "^NotificationsWithSubscribers",
		}},
		// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbudgetservice.html
		Actions: []Actions{{
			Service: "budgets", Read: "ListTagsForResource ViewBudget", Write: "ModifyBudget TagResource UntagResource",
		}},
		Free: "budgets without actions are free (https://aws.amazon.com/aws-cost-management/aws-budgets/pricing/)",
	},
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
