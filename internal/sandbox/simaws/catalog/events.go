package catalog

import "regexp"

const (
	eventRuleToken   = "aws:cloudwatch/eventRule:EventRule"
	eventTargetToken = "aws:cloudwatch/eventTarget:EventTarget"
)

var eventChars = regexp.MustCompile(`^[0-9A-Za-z_.-]+$`)

// eventsTypes are EventBridge rules and schedules.
var eventsTypes = Types{
	eventRuleToken: {
		Replace:  []string{"eventBusName", "name", "namePrefix"},
		Defaults: map[string]any{"eventBusName": "default", "forceDestroy": false},
		Name:     &Name{Prefix: "namePrefix", Max: 64, Chars: eventChars},
		ID:       "{.name}",
		Outputs:  Outputs{"arn": "arn:{partition}:events:{region}:{account}:rule/{.name}"},
		JSON:     []string{"eventPattern"},
		Tags:     true,
		NotFound: "ResourceNotFoundException: Rule {value} does not exist on EventBus default.",
		InUse:    "ValidationException: Rule can't be deleted since it has targets.",
	},
	eventTargetToken: {
		Required: []string{"arn", "rule"},
		Replace:  []string{"eventBusName", "rule", "targetId"},
		Defaults: map[string]any{"eventBusName": "default", "forceDestroy": false},
		ID:       "{.rule}-{.targetId}",
		Outputs:  Outputs{"targetId": "terraform-{digits26}"},
		Refs: []Ref{
			{Path: "rule", To: eventRuleToken, Holds: true},
			{Path: "arn", To: functionToken, By: arn, Foreign: true},
			{Path: "deadLetterConfig.arn", To: queueToken, By: arn, Foreign: true},
		},
		After: []Rule{eventsArrive},
	},
	"aws:scheduler/schedule:Schedule": {
		Required: []string{"flexibleTimeWindow", "scheduleExpression", "target"},
		Replace:  []string{"groupName", "name", "namePrefix"},
		Defaults: map[string]any{"scheduleExpressionTimezone": "UTC", "state": "ENABLED"},
		Name:     &Name{Prefix: "namePrefix", Max: 64, Chars: eventChars},
		ID:       "{.groupName}/{.name}",
		Outputs: Outputs{
			"arn": "arn:{partition}:scheduler:{region}:{account}:schedule/{.groupName}/{.name}", "groupName": "default",
		},
		Unique: []Unique{{Properties: []string{"name", "groupName"}, Error: "ConflictException: Schedule {.name} " +
			"already exists."}},
	},
}
