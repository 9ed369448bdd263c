package rules

import (
	"regexp"
	"slices"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

func logsAndAlarms() []*control.Control {
	const subject = "CloudWatch"
	groups := []string{logGroupType}
	const days, elsewhere, longest = 30.0, 7.0, 3653
	return []*control.Control{
		{
			Name: "log-retention", Subject: subject, IDs: control.ParseIDs("CloudWatch.16~ K66+ K338~"),
			Beyond:   "A retention of a year",
			Title:    "Log groups keep their logs long enough, and not for ever",
			Severity: control.Low, Levels: remediate, Types: groups, Present: []string{"aws:cloudwatch/logGroup"},
			Risk: "Logs are gone before anybody looks, or are paid for ever",
			Fix:  "set retentionInDays", Here: "logging.retentionDays, auditTrail.logRetentionDays",
			Link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
			Params: []control.Param{{
				Name: "minimumDays", Kind: control.Number, Default: days, Min: 1, Max: longest,
				Doc: "Days that logs have to be kept in prod.",
			}, {
				Name: "minimumDaysElsewhere", Kind: control.Number, Default: elsewhere, Min: 1, Max: longest,
				Doc: "Days that logs have to be kept in other environments.",
			}, {
				Name: "remediateDays", Kind: control.Number, Default: days, Min: 1, Max: longest,
				Doc: "Retention that a log group without one gets; one of the periods that CloudWatch offers.",
			}},
			Judge: func(c in) control.Result {
				least := inEnvironment(c, "minimumDays")
				return control.Want(c.Get("retentionInDays").AtLeast(least),
					"log group %s has no retention of %v days or more", c.Name, least)
			},
			Remedy: func(c in) []control.Patch { return set(c.Params.Number("remediateDays"), "retentionInDays") },
		},
		{
			Name: "log-customer-key", Subject: subject, IDs: control.ParseIDs("K158"),
			Title:    "Log groups are encrypted with a key of our own",
			Severity: control.Medium, Levels: mandatory, Types: groups, Present: []string{"aws:cloudwatch/logGroup"},
			Risk: "Logs hold personal data, and AWS's shared key cannot be revoked or audited",
			Fix:  "set kmsKeyId to a key of your own", Here: "pass the logs key",
			Link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
			Judge: func(c in) control.Result {
				return control.Want(ownKey(c, c.Get("kmsKeyId")), "log group %s has no kmsKeyId of our own", c.Name)
			},
		},
		{
			Name: "alarm-has-action", Subject: subject, IDs: control.ParseIDs("CloudWatch.15~ CloudWatch.17+ K319+"),
			Beyond:   "An action of the alarm itself, also where a composite alarm notifies",
			Title:    "Alarms notify somebody, or are part of an alarm that does",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack,
			Types:   []string{metricAlarmType, compositeAlarmType},
			Present: []string{"aws:cloudwatch/metricAlarm", "Alarm:"},
			Risk:    "The alarm goes off and nobody notices",
			Fix: "set alarmActions, such as to a topic that somebody reads, or name the alarm in the rule of a " +
				"composite alarm with such an action",
			Here: "the alert topic, or a part of the outage",
			Link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html",
			Judge: func(c in) control.Result {
				return control.Want(notifies(c, c.Resource, nil), "alarm %s has no action that notifies anybody", c.Name)
			},
		},
	}
}

// notifies answers whether an alarm has an action, or is named in the rule of a composite alarm that notifies: AWS's
// guide lets alarms without actions be summed up in one that has some. seen are those that were asked already, since
// rules may go in a circle.
func notifies(c in, alarm *graph.Resource, seen []*graph.Resource) prop.Truth {
	actions := alarm.Get("alarmActions")
	some := actions.IsSet()
	if actions.IsUnknown() {
		some = computedFrom(in{Resource: alarm, Graph: c.Graph}, actions)
	}
	answer := some.And(alarm.Get("actionsEnabled").TrueByDefault())
	for _, sum := range c.Graph.OfType(compositeAlarmType) {
		if answer != prop.Yes && !slices.Contains(seen, sum) {
			answer = answer.Or(ruleNames(sum, alarm).And(notifies(c, sum, append(seen, sum))))
		}
	}
	return answer
}

// ruleNames answers whether a composite alarm's rule names an alarm, by its name or its ARN.
func ruleNames(sum, alarm *graph.Resource) prop.Truth {
	property := "name"
	if alarm.Type == compositeAlarmType {
		property = "alarmName"
	}
	rule, known := sum.Get("alarmRule").Text()
	name, named := alarm.Get(property).Text()
	if !known || !named {
		return prop.Maybe
	}
	return prop.Known(regexp.MustCompile(`[(":]` + regexp.QuoteMeta(name) + `[)"]`).MatchString(rule))
}
