package catalog

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

func init() { tables = append(tables, cloudwatchTypes) }

// cloudwatchTypes are alarms and dashboards.
var cloudwatchTypes = Types{
	resourcetypes.MetricAlarm: {
		Name: &Name{Max: 255},
		ID:   "{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{.name}", "evaluateLowSampleCountPercentiles": "",
		},
		Refs:  alarmActions,
		After: []Rule{alarmsArrive},
		Unique: []Unique{{Properties: []string{"name"}, Error: "ResourceAlreadyExists: An alarm named {.name} exists: " +
			"PutMetricAlarm would overwrite it"}},
		Tags: true,
	},
	resourcetypes.Budget: {
		Name: &Name{Prefix: "namePrefix", Max: 100, Chars: regexp.MustCompile(`^[^:\\]+$`)},
		ID:   "{account}:{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:budgets::{account}:budget/{.name}", "accountId": "{account}",
			"timePeriodStart": "2026-01-01_00:00", "limitAmount": "", "limitUnit": "", "costFilters": []any{},
			"costTypes": map[string]any{
				"includeCredit": true, "includeDiscount": true, "includeOtherSubscription": true, "includeRecurring": true,
				"includeRefund": true, "includeSubscription": true, "includeSupport": true, "includeTax": true,
				"includeUpfront": true, "useAmortized": false, "useBlended": false,
			},
		},
		Refs: []Ref{{Path: "notifications[].subscriberSnsTopicArns[]", To: resourcetypes.Topic, Foreign: true}},
		Unique: []Unique{{Properties: []string{"name"}, Error: "DuplicateRecordException: Error creating budget: " +
			"{.name} - the budget already exists."}},
		After: []Rule{budgetsArrive},
		Tags:  true,
	},
	resourcetypes.CompositeAlarm: {
		Name:    &Name{Property: "alarmName", Max: 255},
		ID:      "{.alarmName}",
		Outputs: Outputs{"arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{.alarmName}"},
		Refs:    alarmActions,
		Rules:   []Rule{ruleNamesAlarms},
		After:   []Rule{alarmsArrive},
		Tags:    true,
	},
	resourcetypes.Dashboard: {
		Name:    &Name{Property: "dashboardName", Max: 255, Chars: regexp.MustCompile(`^[0-9A-Za-z_-]+$`)},
		ID:      "{.dashboardName}",
		Outputs: Outputs{"dashboardArn": "arn:{partition}:cloudwatch::{account}:dashboard/{.dashboardName}"},
		JSON:    []string{"dashboardBody"},
		Checks:  []Check{dashboardFits},
	},
}

// alarmActions: topics of the stack must exist; CloudWatch itself checks only the form.
var alarmActions = []Ref{
	{Path: "alarmActions[]", To: resourcetypes.Topic, Foreign: true},
	{Path: "okActions[]", To: resourcetypes.Topic, Foreign: true},
}

var alarmInRule = regexp.MustCompile(`(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*"?([^")]+)"?\s*\)`)

// ruleNamesAlarms: the alarms in a composite alarm's rule must exist before it.
func ruleNamesAlarms(c *Call) error {
	for _, match := range alarmInRule.FindAllStringSubmatch(c.Text("alarmRule"), -1) {
		_, metric := c.Find(resourcetypes.MetricAlarm, "name", match[1])
		_, composite := c.Find(resourcetypes.CompositeAlarm, "alarmName", match[1])
		if !metric && !composite {
			return Errorf("ValidationError", "AlarmRule must not contain alarms that do not exist: %s", match[1])
		}
	}
	return nil
}

// dashboardWidth is the width of CloudWatch's grid.
const dashboardWidth = 24

// dashboardFits: CloudWatch refuses a body with a widget that it cannot draw.
func dashboardFits(inputs resource.PropertyMap) (string, string) {
	var body struct {
		Widgets []struct {
			Type       string `json:"type"`
			X          int    `json:"x"`
			Width      int    `json:"width"`
			Properties struct {
				Region, Query, Markdown string
				Metrics, Alarms         []any
			} `json:"properties"`
		} `json:"widgets"`
	}
	text := prop.Text(inputs, "dashboardBody")
	if json.Unmarshal([]byte(text), &body) != nil {
		return "", ""
	}
	for i, w := range body.Widgets {
		p := w.Properties
		var fault string
		switch {
		case w.X+w.Width > dashboardWidth:
			fault = "should not reach beyond column 24"
		case w.Type == "metric" && (p.Region == "" || len(p.Metrics) == 0):
			fault = "should have a region and metrics"
		case w.Type == "log" && (p.Region == "" || p.Query == ""):
			fault = "should have a region and a query"
		case w.Type == "alarm" && len(p.Alarms) == 0:
			fault = "should have alarms"
		default:
			continue
		}
		return "dashboardBody", fmt.Sprintf("InvalidParameterInput: the dashboard body is invalid: widget %d (%s) %s", i,
			w.Type, fault)
	}
	return "", ""
}
