package components

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// databaseNews is a kind of event of RDS, and what the topic is told of it.
type databaseNews struct {
	role    string
	urgency urgency
	// events by their ids, and categories of those events that no kind names by its id.
	events, categories []string
	text, section      string
}

// aboutInstance are the kinds of the instance's events. None of them is a page: while the database is down the alarm
// outage is on, and one outage is one page. Backups and creation are no news; a rotation of the password is one, since
// RDS counts it as a change of the configuration.
//
// Ids and categories: RDS User Guide, "Amazon RDS event categories and event messages",
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
var aboutInstance = []databaseNews{
	{
		role: "down", urgency: urgencyNotice, section: "database-down",
		events: []string{
			"RDS-EVENT-0003", // deleted
			"RDS-EVENT-0007", // storage used up
			"RDS-EVENT-0031", // failed
			"RDS-EVENT-0035", // invalid parameters
			"RDS-EVENT-0036", // incompatible network
			"RDS-EVENT-0087", // stopped
			"RDS-EVENT-0221", // storage full, shut down
		},
		categories: []string{"deletion"},
		text: "The database does not serve: <message> (<event>). The alarm outage calls if clients notice. Look at the " +
			"database's status; the runbook says what mends each.",
	},
	{
		role: "storage", section: "database-storage",
		events: []string{
			"RDS-EVENT-0089",                                                                         // nine tenths used
			"RDS-EVENT-0219", "RDS-EVENT-0220", "RDS-EVENT-0223", "RDS-EVENT-0237", "RDS-EVENT-0254", // no autoscaling now
			"RDS-EVENT-0222", // low
			"RDS-EVENT-0224", // autoscaling beyond its maximum
			"RDS-EVENT-0225", // four fifths of autoscaling's maximum
			"RDS-EVENT-0231", // growth is tried again
		},
		categories: []string{"low storage"},
		text: "RDS warns of the database's storage: <message> (<event>). See on the dashboard how much is free, and raise " +
			"database.maxAllocatedStorageGiB.",
	},
	{
		role: "trouble", section: "database-events",
		events: []string{
			"RDS-EVENT-0028",                                     // automated backups disabled
			"RDS-EVENT-0044",                                     // words of AWS's operators
			"RDS-EVENT-0045", "RDS-EVENT-0057", "RDS-EVENT-0202", // a read replica stands still
			"RDS-EVENT-0067", // a new password could not be set
			"RDS-EVENT-0155", // an upgrade is required
			"RDS-EVENT-0158", // cannot be upgraded
		},
		categories: []string{"failure"},
		text:       "The database needs somebody: <message> (<event>). Look at its latest events, then mend what they name.",
	},
	{
		role: "notice", urgency: urgencyNotice, section: "database-events",
		categories: []string{
			"availability", "configuration change", "failover", "maintenance", "notification", "read replica", "recovery",
		},
		text: "RDS reports of the database: <message> (<event>). Nobody has to act on a failover, a restart or a planned " +
			"change; find out who made any other.",
	},
}

// aboutParameters is the kind of events of the parameter group.
var aboutParameters = databaseNews{
	role: "parameters", section: "database-events", categories: []string{"configuration change"},
	text: "The database's parameter group changed: <message> (<event>). If no deployment did it, put it back.",
}

// reportEvents tells the topic of events, by rules and not by RDS's own subscriptions, whose messages say neither who
// acts nor what to do. EventBridge has the same events, and both give no guarantee that each arrives:
// https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-rds.html
//
// Security Hub's controls on subscriptions (RDS.19 to RDS.22) judge those that exist, and pass without any:
// https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html
func (d *Database) reportEvents(ctx *pulumi.Context, name string) error {
	for _, news := range aboutInstance {
		detail := map[string]any{"SourceArn": []string{d.ARN}, "$or": news.either(aboutInstance)}
		if err := d.report(ctx, name, news, "RDS DB Instance Event", detail); err != nil {
			return fmt.Errorf("%s: %w", news.role, err)
		}
	}
	detail := map[string]any{
		"SourceArn": pulumi.StringArray{d.parameterGroup.Arn}, "EventCategories": aboutParameters.categories,
	}
	if err := d.report(ctx, name, aboutParameters, "RDS DB Parameter Group Event", detail); err != nil {
		return fmt.Errorf("%s: %w", aboutParameters.role, err)
	}
	return d.addAlarm(ctx, d, d.eventsUndelivered(name))
}

// either matches the events that a kind names, and those of its categories that none of all names.
func (n databaseNews) either(all []databaseNews) []map[string]any {
	var named []string
	for _, one := range all {
		named = append(named, one.events...)
	}
	slices.Sort(named)
	either := []map[string]any{{
		"EventCategories": n.categories, "EventID": []any{map[string]any{"anything-but": named}},
	}}
	if len(n.events) > 0 {
		either = append(either, map[string]any{"EventID": n.events})
	}
	return either
}

func (d *Database) eventsRule(name string, news databaseNews) string {
	return d.args.Scope.Name(NameEventRule, name, news.role)
}

func (d *Database) report(
	ctx *pulumi.Context, name string, news databaseNews, detailType string, detail map[string]any,
) error {
	logical := name + nameSeparator + news.role
	physical := d.eventsRule(name, news)
	rule, err := cloudwatch.NewEventRule(ctx, logical, &cloudwatch.EventRuleArgs{
		Name:        pulumi.String(physical),
		Description: pulumi.String("Events of RDS about " + d.Identifier + ": " + news.role + "."),
		EventPattern: pulumi.JSONMarshal(map[string]any{
			"source": []string{"aws.rds"}, "detail-type": []string{detailType}, "detail": detail,
		}),
		Tags: named(physical),
	}, pulumi.Parent(d))
	if err != nil {
		return err
	}
	_, err = cloudwatch.NewEventTarget(ctx, logical, &cloudwatch.EventTargetArgs{
		Rule: rule.Name, TargetId: pulumi.String("alerts"), Arn: d.args.Alarms.TopicARN,
		InputTransformer: d.args.Scope.eventMessage(news.urgency, news.text, news.section, map[string]string{
			"message": "$.detail.Message", "event": "$.detail.EventID",
		}),
	}, pulumi.Parent(d))
	return err
}

// eventsUndelivered is one alarm for all rules.
func (d *Database) eventsUndelivered(name string) alarmSpec {
	var ids []string
	var failed []metricOf
	for i, news := range append(slices.Clone(aboutInstance), aboutParameters) {
		ids = append(ids, fmt.Sprintf("m%d", i+1))
		failed = append(failed, metricOf{
			namespace: eventsNamespace, name: "FailedInvocations", statistic: "Sum",
			dimensions: pulumi.StringMap{"RuleName": pulumi.String(d.eventsRule(name, news))},
		})
	}
	return alarmSpec{
		scope: d.args.Scope, name: name + "-events-undelivered", topicARN: d.args.Alarms.TopicARN,
		queries:           expressionOf("Events without a message", "SUM(["+strings.Join(ids, ", ")+"])", failed...),
		evaluationPeriods: 1, comparison: comparisonAbove, missing: missingIsGood, endsByItself: true,
		description: "RDS has reported something about the database, and EventBridge could not publish it. Look at the " +
			"database's latest events.",
	}
}
