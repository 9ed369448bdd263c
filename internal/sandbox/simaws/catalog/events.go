package catalog

import (
	"regexp"

	"aws-webapp/internal/awsdata/resourcetypes"
)

var eventChars = regexp.MustCompile(`^[0-9A-Za-z_.-]+$`)

func init() { tables = append(tables, eventsTypes) }

// eventsTypes are EventBridge rules and schedules.
var eventsTypes = Types{
	resourcetypes.EventRule: {
		Name:     &Name{Prefix: "namePrefix", Max: 64, Chars: eventChars},
		ID:       "{.name}",
		Outputs:  Outputs{"arn": "arn:{partition}:events:{region}:{account}:rule/{.name}"},
		JSON:     []string{"eventPattern"},
		Tags:     true,
		NotFound: "ResourceNotFoundException: Rule {value} does not exist on EventBus default.",
		InUse:    "ValidationException: Rule can't be deleted since it has targets.",
	},
	resourcetypes.EventTarget: {
		ID:      "{.rule}-{.targetId}",
		Outputs: Outputs{"targetId": "terraform-{digits26}"},
		Refs: []Ref{
			{Path: "rule", To: resourcetypes.EventRule, Holds: true},
			{Path: "arn", To: resourcetypes.Function, By: arn, Foreign: true},
			{Path: "arn", To: resourcetypes.Topic, Foreign: true},
			{Path: "deadLetterConfig.arn", To: resourcetypes.Queue, By: arn, Foreign: true},
		},
		After: []Rule{eventsArrive},
	},
}
