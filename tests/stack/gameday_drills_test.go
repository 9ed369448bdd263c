package stack_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// drill breaks the stack in one way.
type drill struct {
	title string
	// stack that is broken, as in variants; default is prod.
	stack string
	// part and state are a row of the table of failures.
	part, state string
	// breaks says what is broken, and how to do it on an account.
	breaks string
	// symptoms, namespaces without metrics, calls, events and those of RDS that follow.
	symptoms []symptom
	silent   []string
	calls    []trailCall
	events   []stackEvent
	database []databaseEvent
	// unsaid is a statement that the topic's policy lacks, and keyless says that its key does not work.
	unsaid  string
	keyless bool
	// section that the person follows, and the words of it that mend it after so many minutes.
	section, mend string
	mended        int
	// pages is how often somebody is called: once, but where a warning comes long before clients notice.
	pages int
	// told says how to see that it is mended where an alarm does not.
	told string
	// unheard says who has to notice where the stack cannot.
	unheard string
}

// symptom is a fault in the life of an alarm, or of all alarms with a section: their metrics say so from a minute to
// another; without one until it is mended.
type symptom struct {
	of       string
	fault    int
	from, to int
}

// trailCall is a record of the audit trail. Several of the same are one.
type trailCall struct {
	minute, times int
	record        map[string]string
}

// stackEvent is one of those that TestEventsReachWhoActsOnThem knows, with a value.
type stackEvent struct {
	minute        int
	holds, filled string
}

func (e stackEvent) event(stack string) string {
	for _, h := range heard {
		if h.stack == stack && len(h.values) > 0 && strings.Contains(h.event, e.holds) {
			return fmt.Sprintf(h.event, e.filled)
		}
	}
	panic("no event of " + stack + " holds " + e.holds)
}

func called(source, name string) trailCall {
	return trailCall{record: map[string]string{
		"eventSource": source + ".amazonaws.com", "eventName": name,
		"userIdentity.type": "AssumedRole", "eventType": "AwsApiCall",
	}}
}

func (c trailCall) with(field, value string, times int) trailCall {
	c.record[field], c.times = value, times
	return c
}

func showing(of string, from int) symptom { return symptom{of: of, from: from} }

func (d drill) of() string { return cmp.Or(d.stack, "prod") }

var drills = slices.Concat(drillsOfProd, drillsOfKinds)

var drillsOfProd = []drill{
	{
		title: "Tasks crash soon after they start", part: "Service", state: "dead",
		breaks: "The database refuses a setting of the new image: each task ends after some seconds, ECS starts " +
			"another, and no target is left.",
		symptoms: []symptom{
			{of: "service-missing-tasks", fault: 1}, showing("load-balancer-5xx", 0),
		},
		section: "service-missing-tasks", mended: 40,
		mend: "A new version whose tasks end at once: deploy the last good one",
	},
	{
		title: "Every task fails its health check", part: "Service", state: "degraded",
		breaks: "The application's /health answers 500, so that the load balancer finds no healthy target; a load " +
			"balancer without any sends requests to all of them.",
		symptoms: []symptom{showing("service-unhealthy", 0), showing("service-5xx", 0)},
		section:  "service-unhealthy", mended: 30,
		mend: "deploy the last good version ([deploy by hand](#deploy-by-hand))",
	},
	{
		title: "A release is taken back", part: "a deployment", state: "dead",
		breaks: "The new version answers 5XX to the first tenth of the requests: CodeDeploy stops on the alarm " +
			"and sends them back to the old one.",
		symptoms: []symptom{{of: "service-5xx", to: 4}},
		events:   []stackEvent{{3, "CodeDeploy Deployment State-change", "STOP"}},
		section:  "a-rolled-back-deployment", mended: 30,
		mend: "Correct the image or its settings and [deploy by hand](#deploy-by-hand).",
		told: "`webapp verify` finds the new version serving.",
	},
	{
		title: "The database is stopped", part: "Database", state: "dead",
		breaks:   "Somebody stops the instance: its metrics end, and each request that needs it fails.",
		symptoms: []symptom{showing("service-5xx", 0), showing("database-down", 0)},
		silent:   []string{"AWS/RDS"},
		database: []databaseEvent{{1, "notification", "RDS-EVENT-0087", "DB instance stopped"}},
		section:  "database-down", mended: 25,
		mend: "*stopped*: `aws rds start-db-instance --db-instance-identifier <database>`",
	},
	{
		title: "The database fails over", part: "Database", state: "degraded",
		breaks:   "The zone of the primary goes away. RDS moves the address to the standby in one or two minutes.",
		symptoms: []symptom{{of: "service-5xx", to: 2}, {of: "database-down", to: 2}},
		database: []databaseEvent{
			{1, "failover", "RDS-EVENT-0013", "Multi-AZ instance failover started."},
			{2, "failover", "RDS-EVENT-0049", "Multi-AZ instance failover completed"},
		},
		section: "database-events", mended: 2,
		mend: "after a failover services reconnect by themselves",
	},
	{
		title: "The database's volume is full", pages: 2, part: "Database", state: "degraded",
		breaks: "A replication slot that nobody reads keeps the logs. Storage autoscaling has reached its " +
			"maximum; half an hour after the alarm the volume is full, and the instance refuses to work.",
		symptoms: []symptom{showing("database-storage", 0), showing("service-5xx", 35), showing("database-down", 35)},
		database: []databaseEvent{
			{1, "failure", "RDS-EVENT-0224", "Storage autoscaling would reach the maximum storage threshold"},
			{35, "low storage", "RDS-EVENT-0007", "Allocated storage has been exhausted"},
		},
		section: "database-storage", mended: 70,
		mend: "raise `allocatedStorageGiB` with `applyImmediately`",
	},
	{
		title: "The database runs out of connections", part: "Database", state: "degraded",
		breaks:   "A service leaks connections until the database refuses new ones.",
		symptoms: []symptom{showing("database-connections", 0), showing("service-5xx", 15)},
		section:  "database-connections", mended: 40,
		mend: "end idle ones (`pg_terminate_backend`)",
	},
	{
		title: "The password cannot be rotated", part: "RotationRelay", state: "misconfigured",
		breaks:  "Secrets Manager cannot reach the key. The old password stays valid.",
		events:  []stackEvent{{0, "AWS Service Event via CloudTrail", "RotationFailed"}},
		section: "rotation-failed", mended: 90,
		mend: "[rotate the password now](#rotate-the-password-now) once the cause is gone",
		told: "The secret's `LastRotatedDate` is new.",
	},
	{
		title: "The relay of the new password fails", part: "RotationRelay", state: "degraded",
		breaks: "The password has rotated; the relay may not deploy. Lambda tries three times, then puts the " +
			"event into the queue. Tasks that open a new connection fail.",
		symptoms: []symptom{
			{of: "rotation-errors", to: 4}, showing("service-5xx", 2), showing("rotation-dead-letters", 4),
		},
		section: "rotation-errors", mended: 30,
		mend: "then [give the relay its event again](#replay-the-dead-letter-queue)",
	},
	{
		title: "EventBridge cannot reach the relay", pages: 2, part: "RotationRelay", state: "dead",
		breaks:   "Somebody removes the function's permission; at the next rotation the event goes nowhere.",
		symptoms: []symptom{{of: "rotation-undelivered", to: 1}, showing("service-5xx", 10)},
		section:  "rotation-undelivered", mended: 40,
		mend: "[put it back](#put-back-what-was-changed-by-hand), the permission",
	},
	{
		title: "Logs no longer reach the search", part: "LogSearch", state: "dead",
		breaks: "The domain refuses the function's role. Lambda tries three times within minutes, then the events " +
			"go to the queue.",
		symptoms: []symptom{
			showing("search-errors", 0), showing("search-dropped", 5), showing("search-dead-letters", 5),
		},
		section: "search-errors", mended: 600,
		mend: "let the setup function apply its settings again",
	},
	{
		title: "The search domain is red", part: "LogSearch", state: "degraded",
		breaks:   "Two nodes are lost, and with them the only copies of a shard.",
		symptoms: []symptom{showing("search-red", 0)},
		section:  "search-red", mended: 300,
		mend: "comes back from the hourly snapshot",
	},
	{
		title: "The search domain takes no writes", part: "LogSearch", state: "misconfigured",
		breaks: "The domain is full: it blocks writes, the function fails, and its events wait in the queue.",
		symptoms: []symptom{
			showing("search-storage", 0), showing("search-writes-blocked", 30), showing("search-errors", 30),
			showing("search-dead-letters", 40),
		},
		section: "search-storage", mended: 400,
		mend: "lower `logSearch.retentionDays`",
	},
	{
		title: "The audit trail is stopped", part: "AuditTrail", state: "dead",
		breaks: "Logging is stopped by somebody who wants no record. The call itself is the last " +
			"that is recorded.",
		calls:    []trailCall{called("cloudtrail", "StopLogging")},
		symptoms: []symptom{showing("audit-silent", 10)},
		section:  "audit-trail-changes", mended: 300,
		mend: "ask why; then [put it back](#put-back-what-was-changed-by-hand)",
	},
	{
		title: "The alert topic refuses alarms", part: "Alerts", state: "misconfigured",
		breaks: "Somebody writes the topic's policy anew and leaves CloudWatch out; half an hour later every task " +
			"fails its health check.",
		unsaid:   "AccountServicesPublish",
		calls:    []trailCall{called("sns", "SetTopicAttributes")},
		symptoms: []symptom{showing("service-unhealthy", 30)},
		section:  "audit-alert-changes", mended: 120,
		mend: "[put it back](#put-back-what-was-changed-by-hand)",
		told: "Everybody on call has got the test message of the section.",
		unheard: "The alarm about the change takes the way that is broken. `webapp verify` and the drift workflow " +
			"find the policy. The probe finds it, too, and sends no more heartbeats: within a quarter of an hour the watcher " +
			"outside calls, if `monitoring.heartbeatSecretArn` names one.",
	},
	{
		title: "The alert topic's key is disabled", part: "Alerts", state: "dead",
		breaks:  "Somebody disables the key of the logs and the topic. SNS can encrypt no message.",
		keyless: true,
		calls:   []trailCall{called("kms", "DisableKey")},
		section: "audit-key-deletion", mended: 120,
		mend: "`aws kms cancel-key-deletion --key-id <id>`, then `aws kms enable-key --key-id <id>`",
		unheard: "The alarm about the key is published with that key, and so are heartbeats: within a quarter of an hour " +
			"the watcher outside calls, if `monitoring.heartbeatSecretArn` names one.",
	},
	{
		title: "Nobody has confirmed the mail address", part: "Alerts", state: "degraded",
		breaks:   "The team on call has a new address in the stack file, and AWS's mail to it lies in a folder for junk.",
		symptoms: []symptom{showing("probe-subscriptions", 0)},
		section:  "probe-subscriptions", mended: 120,
		mend: "find AWS's mail and follow its link",
	},
	{
		title: "The account's vCPUs run out", part: "quotas", state: "degraded",
		breaks: "Another team's stack in the account scales out, until both run four fifths of the vCPUs that AWS lets the " +
			"account run on Fargate.",
		symptoms: []symptom{showing("cluster-quota", 0)},
		section:  "cluster-quota", mended: 600,
		mend: "until AWS has answered lower `scaling.max` of what can wait",
	},
	{
		title: "The password is never rotated", part: "RotationRelay", state: "not there",
		breaks: "Somebody cancels the rotation of the database's secret. Nothing fails, because nothing begins; the " +
			"password gets older than its 30 days and two more.",
		symptoms: []symptom{showing("probe-rotation-overdue", 0)},
		section:  "probe-rotation-overdue", mended: 2880,
		mend: "[rotate the password now](#rotate-the-password-now)",
	},
	{
		title: "The firewall refuses everybody", part: "LoadBalancer", state: "misconfigured",
		breaks:   "A new rule of the firewall blocks each request with 403 before it reaches a service.",
		symptoms: []symptom{{of: "load-balancer-4xx", fault: 1}, showing("probe-unreachable", 0)},
		section:  "load-balancer-4xx", mended: 30,
		mend: "let the rule that the firewall's log names count with `loadBalancer.waf.ruleOverrides`",
	},
	{
		title: "A NAT gateway has no ports left", part: "Network", state: "degraded",
		breaks: "A service opens a connection to the same partner for each request, and one of the gateways " +
			"runs out of ports.",
		symptoms: []symptom{showing("network-nat-1-ports", 0), showing("service-5xx", 5)},
		section:  "network-nat-ports", mended: 60,
		mend: "reuse connections in the service that opens them",
	},
	{
		title: "The NAT gateways are gone", part: "Network", state: "dead",
		breaks: "Somebody deletes them. Services that call the internet fail; new tasks still start, because prod " +
			"pulls images through endpoints.",
		silent:   []string{"AWS/NATGateway"},
		symptoms: []symptom{showing("service-5xx", 0)},
		section:  "service-5xx", mended: 45,
		mend: "saved query `errors-by-event-type`, then saved query `latest-errors` for the lines themselves",
		told: "The lines name connections that time out; `pulumi up -s prod --refresh` makes the gateways again.",
	},
	{
		title: "A security group is opened by hand", part: "SecurityGroups", state: "misconfigured",
		breaks:  "Somebody opens port 5432 of the database to every address.",
		calls:   []trailCall{called("ec2", "AuthorizeSecurityGroupIngress")},
		section: "audit-security-group-changes", mended: 60,
		mend: "by hand: [undo it](#undo-what-was-added-by-hand)",
		told: "`webapp live` finds nothing.",
	},
	{
		title: "Backups stop", part: "Backup", state: "misconfigured",
		breaks:   "The selection no longer names the database. No job fails, because none begins.",
		symptoms: []symptom{{of: "backup-missing", fault: 0}},
		section:  "backup-missing", mended: 4320,
		mend: "[put it back](#put-back-what-was-changed-by-hand), plan and selection",
	},
	{
		title: "A backup fails", part: "Backup", state: "degraded",
		breaks:   "The database is being modified during the hour of the backup.",
		symptoms: []symptom{{of: "backup-failed", to: 1}},
		events:   []stackEvent{{1, "Backup Job State Change", "FAILED"}},
		section:  "backup-failed", mended: 180,
		mend: "once the cause is gone, [take a backup now](#take-a-backup-now)",
		told: "The job that was started by hand is COMPLETED.",
	},
	{
		title: "The data key is going to be deleted", pages: 2, part: "Keys", state: "degraded",
		breaks: "Somebody schedules the deletion of the key that encrypts database and buckets. It stops working " +
			"at once.",
		calls:   []trailCall{called("kms", "ScheduleKeyDeletion")},
		section: "audit-key-deletion", mended: 60,
		symptoms: []symptom{showing("service-5xx", 20)},
		mend:     "`aws kms cancel-key-deletion --key-id <id>`, then `aws kms enable-key --key-id <id>`",
	},
	{
		title: "Somebody uses the root user", part: "the account", state: "misconfigured",
		breaks:  "The root user signs in and makes an access key.",
		calls:   []trailCall{called("iam", "CreateAccessKey").with("userIdentity.type", "Root", 1)},
		section: "audit-root-use", mended: 60,
		mend: "change its password and device, revoke its keys",
	},
	{
		title: "A stranger tries what a stolen key may do", part: "the account", state: "degraded",
		breaks:  "Twelve calls of one identity are refused within a minute.",
		calls:   []trailCall{called("iam", "ListUsers").with("errorCode", "AccessDenied", 12)},
		section: "audit-unauthorized-calls", mended: 60,
		mend: "One identity that tries many services: an intrusion.",
	},
	{
		title: "GuardDuty finds stolen credentials", part: "the account", state: "degraded",
		breaks:  "Credentials of a task's role are used from an address outside of AWS.",
		events:  []stackEvent{{0, "GuardDuty Finding", "8.9"}},
		section: "findings", mended: 240,
		mend: "GuardDuty: treat it as an intrusion until somebody knows better",
		told: "The finding is archived.",
	},
	{
		title: "A certificate is about to end", part: "the address", state: "degraded",
		breaks: "Somebody removed the DNS record by which ACM validates the name: it cannot renew, and three weeks are " +
			"left.",
		symptoms: []symptom{showing("probe-certificate", 0)},
		section:  "probe-certificate", mended: 600,
		mend: "[put the record back](#put-back-what-was-changed-by-hand)",
	},
	{
		title: "Nobody reaches the site", part: "the address", state: "dead",
		breaks:   "The DNS record is gone. No request arrives, so that no metric of the load balancer has data.",
		silent:   []string{"AWS/ApplicationELB"},
		symptoms: []symptom{showing("probe-unreachable", 0)},
		section:  "probe-unreachable", mended: 60,
		mend: "[put it back](#put-back-what-was-changed-by-hand), the record",
	},
	{
		title: "The probe does not run", part: "Probe", state: "dead",
		breaks:   "Somebody disables its schedule.",
		symptoms: []symptom{{of: "probe-unreachable", fault: 1}},
		section:  "probe-unreachable", mended: 60,
		mend: "*no line at all*",
	},
}
