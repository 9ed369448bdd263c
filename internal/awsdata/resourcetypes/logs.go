package resourcetypes

// The tokens of CloudWatch Logs.
const (
	LogGroup              = "aws:cloudwatch/logGroup:LogGroup"
	LogMetricFilter       = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	LogResourcePolicy     = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
	LogSubscriptionFilter = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
	QueryDefinition       = "aws:cloudwatch/queryDefinition:QueryDefinition"
)

func init() { register(logsServices, logsTypes) }

var logsServices = []Service{
	{Prefix: "logs", Group: "compute", Linked: "delivery.logs.amazonaws.com", Unnamed: []string{"log-group:*"}},
}

var logsTypes = []Type{
	{
		Token:  LogGroup,
		Create: Operation{Name: "logs.CreateLogGroup"},
		Actions: []Actions{
			{
				Service: "logs",
				Read:    "DescribeLogGroups ListTagsForResource",
				Write: "AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteRetentionPolicy DisassociateKmsKey " +
					"PutRetentionPolicy TagResource UntagResource",
			},
		},
		Loss: Loss{High, "the log events that were kept"},
	},
	{
		Token: LogMetricFilter,
		Create: Operation{Name: "logs.PutMetricFilter", Renamed: map[string]string{
			"name":                           "filterName",
			"pattern":                        "filterPattern",
			"metricTransformation":           "metricTransformations",
			"metricTransformation.name":      "metricName",
			"metricTransformation.namespace": "metricNamespace",
			"metricTransformation.value":     "metricValue",
		}},
		Actions: []Actions{{Service: "logs", Read: "DescribeMetricFilters", Write: "DeleteMetricFilter PutMetricFilter"}},
	},
	{
		Token:  LogResourcePolicy,
		Create: Operation{Name: "logs.PutResourcePolicy"},
		Actions: []Actions{{
			Service: "logs", Read: "DescribeResourcePolicies", Write: "DeleteResourcePolicy PutResourcePolicy",
		}},
		Free:      "AWS does not charge for policies",
		Documents: []string{"policyDocument"},
	},
	{
		Token: LogSubscriptionFilter,
		Create: Operation{Name: "logs.PutSubscriptionFilter", Renamed: map[string]string{
			"name":     "filterName",
			"logGroup": "logGroupName",
		}},
		Actions: []Actions{{
			Service: "logs", Read: "DescribeSubscriptionFilters", Write: "DeleteSubscriptionFilter PutSubscriptionFilter",
		}},
		Free: "delivery to a function is charged as its calls",
	},
	{
		Token:  QueryDefinition,
		Create: Operation{Name: "logs.PutQueryDefinition"},
		Actions: []Actions{{
			Service: "logs", Read: "DescribeQueryDefinitions", Write: "DeleteQueryDefinition PutQueryDefinition",
		}},
		Free: "charged by what somebody scans with it",
	},
}
