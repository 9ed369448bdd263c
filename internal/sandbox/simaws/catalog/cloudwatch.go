package catalog

import "regexp"

const metricAlarmToken = "aws:cloudwatch/metricAlarm:MetricAlarm"

// cloudwatchTypes are alarms and dashboards.
var cloudwatchTypes = Types{
	metricAlarmToken: {
		Required: []string{"comparisonOperator", "evaluationPeriods"},
		Replace:  []string{"name"},
		Defaults: map[string]any{"actionsEnabled": true, "treatMissingData": "missing"},
		Name:     &Name{Max: 255},
		ID:       "{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{.name}", "evaluateLowSampleCountPercentiles": "",
		},
		Refs: alarmActions,
		Unique: []Unique{{Properties: []string{"name"}, Error: "ResourceAlreadyExists: An alarm named {.name} exists: " +
			"PutMetricAlarm would overwrite it"}},
		Tags: true,
	},
	"aws:cloudwatch/compositeAlarm:CompositeAlarm": {
		Required: []string{"alarmName", "alarmRule"},
		Replace:  []string{"actionsEnabled", "alarmName"},
		Defaults: map[string]any{"actionsEnabled": true},
		Name:     &Name{Property: "alarmName", Max: 255},
		ID:       "{.alarmName}",
		Outputs:  Outputs{"arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{.alarmName}"},
		Refs:     alarmActions,
		Tags:     true,
	},
	"aws:cloudwatch/dashboard:Dashboard": {
		Required: []string{"dashboardBody", "dashboardName"},
		Replace:  []string{"dashboardName"},
		Name:     &Name{Property: "dashboardName", Max: 255, Chars: regexp.MustCompile(`^[0-9A-Za-z_-]+$`)},
		ID:       "{.dashboardName}",
		Outputs:  Outputs{"dashboardArn": "arn:{partition}:cloudwatch::{account}:dashboard/{.dashboardName}"},
		JSON:     []string{"dashboardBody"},
	},
}

// alarmActions: topics of the stack must exist; CloudWatch itself checks only the form.
var alarmActions = []Ref{
	{Path: "alarmActions[]", To: topicToken, By: arn, Foreign: true},
	{Path: "okActions[]", To: topicToken, By: arn, Foreign: true},
	{Path: "insufficientDataActions[]", To: topicToken, By: arn, Foreign: true},
}
