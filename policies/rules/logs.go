package rules

import "aws-webapp/policies/control"

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
			Fix:  "set retentionInDays", Here: "logging.retentionDays",
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
			Name: "alarm-has-action", Subject: subject, IDs: control.ParseIDs("CloudWatch.15 CloudWatch.17+ K319+"),
			Title:    "Alarms notify somebody",
			Severity: control.Medium, Levels: mandatory, Types: []string{metricAlarmType, compositeAlarmType},
			Present: []string{"aws:cloudwatch/metricAlarm", "Alarm:"},
			Risk:    "The alarm goes off and nobody notices",
			Fix:     "set alarmActions, such as to a topic that somebody reads", Here: "the alert topic",
			Link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
			Judge: func(c in) control.Result {
				actions := c.Get("alarmActions")
				some := actions.IsSet()
				if actions.IsUnknown() {
					some = computedFrom(c, actions)
				}
				return control.Want(some.And(c.Get("actionsEnabled").TrueByDefault()),
					"alarm %s has no action that notifies anybody", c.Name)
			},
		},
	}
}
