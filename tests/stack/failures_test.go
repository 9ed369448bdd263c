package stack_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/tests/golden"
)

// failure is a part of the stack in a bad state, and what tells somebody.
type failure struct {
	part, state string
	// heardBy are sections of the runbook, each of which is an alarm's; and resources that publish to the topic.
	heardBy []string
	// also says what is not an alarm of the stack: what nothing hears, or who has to look.
	also string
}

// badStates are the states that every part has to answer for.
var badStates = []string{"dead", "degraded", "misconfigured", "not there"}

// hears is a failure that something notices.
func hears(part, state string, by ...string) failure {
	return failure{part: part, state: state, heardBy: by}
}

// unheard is a failure that nothing of the stack notices, and what to do about it.
func unheard(part, state, also string) failure { return failure{part: part, state: state, also: also} }

// failures by part. A part is called like its component; "the alarms' way" and "the address" have none.
var failures = []failure{
	hears("Service", "dead", "outage", "service-missing-tasks", "service-stopped", "load-balancer-5xx"),
	hears("Service", "degraded", "outage",
		"service-5xx", "service-unhealthy", "service-failing", "service-cpu", "service-memory"),
	hears("Service", "misconfigured", "service-unhealthy", "service-missing-tasks"),
	hears("Service", "not there", "service-missing-tasks"),
	hears("Queue", "dead", "worker-queue-age", "service-stopped", "service-missing-tasks"),
	hears("Queue", "degraded", "worker-queue-age", "worker-dead-letters"),
	hears("Queue", "misconfigured", "worker-queue-age", "worker-dead-letters"),
	unheard("Queue", "not there", "who sends to it fails, which is in their logs and answers; the drift workflow finds "+
		"it"),
	hears("Namespace", "dead", "outage", "service-5xx"),
	unheard("Namespace", "degraded", "the proxies try another task; the dashboard's row of an internal service shows "+
		"what its callers get"),
	hears("Namespace", "misconfigured", "outage", "service-5xx"),
	hears("Namespace", "not there", "service-missing-tasks"),
	hears("Job", "dead", "job-failed", "job-missing"),
	hears("Job", "degraded", "job-overtime", "job-failed"),
	hears("Job", "misconfigured", "job-dead-letters", "job-failed"),
	hears("Job", "not there", "job-missing"),
	hears("Cluster", "dead", "service-missing-tasks"),
	unheard("Cluster", "degraded",
		"AWS runs Fargate: look at the AWS Health Dashboard when tasks are missing in one zone"),
	hears("Cluster", "misconfigured", "service-missing-tasks"),
	hears("Cluster", "not there", "service-missing-tasks"),
	hears("LoadBalancer", "dead", "outage", "probe-unreachable"),
	hears("LoadBalancer", "degraded", "outage", "load-balancer-5xx", "load-balancer-latency", "load-balancer-rejected"),
	{
		part: "LoadBalancer", state: "misconfigured", heardBy: []string{"outage", "probe-unreachable", "load-balancer-4xx"},
	},
	hears("LoadBalancer", "not there", "outage", "probe-unreachable"),
	hears("Database", "dead", "outage", "database-down", "service-5xx"),
	hears("Database", "degraded", "database-cpu", "database-memory", "database-connections", "database-storage",
		"database-transactions", "database-burst", "database-credits", "database-events-undelivered",
		"database-storage event", "database-trouble event", "database-notice event"),
	hears("Database", "misconfigured", "database-parameters event", "audit-security-group-changes", "service-5xx"),
	hears("Database", "not there", "outage", "database-down", "database-down event"),
	unheard("Outage", "dead",
		"each alarm of it is on the dashboard; `webapp live` and the drift workflow find what is gone"),
	unheard("Outage", "degraded", "a sign that its rule lacks: a test compares the rule with the alarms that page"),
	hears("Outage", "misconfigured", "audit-alert-changes"),
	hears("Outage", "not there", "audit-alert-changes"),
	hears("Cache", "dead", "outage", "service-5xx"),
	hears("Cache", "degraded", "cache-cpu", "cache-memory", "cache-evictions", "cache-connections", "cache-lag"),
	hears("Cache", "misconfigured", "service-5xx"),
	hears("Cache", "not there", "service-5xx"),
	hears("FileSystem", "dead", "service-missing-tasks", "service-stopped", "service-5xx"),
	hears("FileSystem", "degraded", "files-io", "files-traffic", "files-size"),
	hears("FileSystem", "misconfigured", "service-missing-tasks", "service-stopped", "audit-security-group-changes"),
	hears("FileSystem", "not there", "service-missing-tasks", "service-stopped"),
	hears("Backup", "dead", "backup-missing", "backup-missing-files"),
	hears("Backup", "degraded", "backup-failed", "backup-failed-undelivered"),
	hears("Backup", "misconfigured", "backup-missing", "backup-missing-files"),
	hears("Backup", "not there", "backup-missing", "backup-missing-files"),
	hears("Network", "dead", "outage", "network-nat-ports", "service-5xx", "service-missing-tasks"),
	hears("Network", "degraded", "network-nat-ports"),
	hears("Network", "misconfigured", "audit-route-changes",
		"audit-network-acl-changes", "audit-gateway-changes", "audit-vpc-changes"),
	hears("Network", "not there", "service-missing-tasks"),
	hears("SecurityGroups", "dead", "outage", "service-5xx", "service-unhealthy"),
	hears("SecurityGroups", "degraded", "audit-security-group-changes"),
	hears("SecurityGroups", "misconfigured", "audit-security-group-changes"),
	hears("SecurityGroups", "not there", "audit-security-group-changes"),
	hears("RotationRelay", "dead", "outage", "rotation-undelivered", "rotation-throttled",
		"rotation-dead-letters"),
	hears("RotationRelay", "degraded", "outage", "rotation-errors"),
	hears("RotationRelay", "misconfigured", "rotation-failed", "rotation-failed-undelivered"),
	hears("RotationRelay", "not there", "probe-rotation-overdue"),
	hears("DeploymentTest", "dead", "deployment-test-errors"),
	hears("DeploymentTest", "degraded", "deployment-test-errors"),
	hears("DeploymentTest", "misconfigured", "deployment-test-errors"),
	unheard("DeploymentTest", "not there", "the deployment waits and is taken back; whoever deploys sees it"),
	hears("LogSearch", "dead", "search-errors", "search-dropped", "search-dead-letters"),
	hears("LogSearch", "degraded", "search-red", "search-yellow", "search-jvm", "search-storage", "search-flattened",
		"search-nodes", "search-snapshots"),
	hears("LogSearch", "misconfigured", "search-writes-blocked", "search-oversized", "search-lost",
		"search-key"),
	unheard("LogSearch", "not there",
		"shipping that stops without an error, such as a subscription filter that somebody "+
			"deleted by another name: compare the dashboard's row of delivered logs"),
	hears("AuditTrail", "dead", "audit-silent", "audit-trail-changes"),
	hears("AuditTrail", "degraded", "audit-silent"),
	hears("AuditTrail", "misconfigured", "audit-silent", "audit-trail-changes", "audit-config-changes"),
	hears("AuditTrail", "not there", "audit-trail-changes", "audit-alert-changes"),
	hears("Keys", "dead", "outage", "audit-key-deletion", "service-5xx"),
	hears("Keys", "degraded", "audit-key-deletion"),
	unheard("Keys", "misconfigured",
		"a key policy that shuts a service out is heard by that service's alarm; the key of the "+
			"topic shuts out the alarms themselves, see the alarms' way"),
	hears("Keys", "not there", "audit-key-deletion"),
	hears("Storage", "dead", "outage", "service-5xx"),
	hears("Storage", "degraded", "service-5xx"),
	hears("Storage", "misconfigured", "audit-bucket-policy-changes"),
	hears("Storage", "not there", "service-5xx"),
	unheard("Alerts", "dead",
		"the topic's key is disabled, or the topic is deleted: the alarm about it takes the same way. The "+
			"[heartbeat](runbook.md#no-heartbeat) ends, and the watcher of `monitoring.heartbeatSecretArn` calls"),
	hears("Alerts", "degraded", "probe-subscriptions"),
	hears("Alerts", "misconfigured", "audit-alert-changes"),
	hears("Alerts", "not there", "audit-alert-changes"),
	unheard("Dashboard", "dead", "it shows, and calls nobody"),
	unheard("Dashboard", "degraded", "it shows, and calls nobody"),
	unheard("Dashboard", "misconfigured", "it shows, and calls nobody"),
	unheard("Dashboard", "not there", "`pulumi up --refresh` makes it again"),
	hears("the address", "dead", "outage", "probe-unreachable"),
	hears("the address", "degraded", "probe-certificate"),
	hears("the address", "misconfigured", "outage", "probe-unreachable"),
	hears("the address", "not there", "outage", "probe-unreachable"),
	hears("Probe", "dead", "outage", "probe-unreachable"),
	hears("Probe", "degraded", "outage", "probe-unreachable"),
	hears("Probe", "misconfigured", "outage", "probe-unreachable"),
	hears("Probe", "not there", "outage", "probe-unreachable", "probe-undelivered"),
	hears("the account", "dead", "audit-organization-changes"),
	hears("the account", "degraded", "audit-unauthorized-calls", "audit-console-failures",
		"findings-guardduty event", "findings-securityhub event", "findings-access event"),
	hears("the account", "misconfigured", "audit-iam-changes", "audit-root-use", "audit-console-without-mfa"),
	unheard("the account", "not there", "a closed account is its organization's business"),
	hears("Findings", "dead", "findings-undelivered"),
	hears("Findings", "degraded", "findings-undelivered"),
	unheard("Findings", "misconfigured",
		"GuardDuty, Security Hub or Access Analyzer is off in the account: no event comes. Look once at each"),
	hears("Findings", "not there", "audit-alert-changes"),
	hears("Budget", "degraded", "spending"),
	unheard("Budget", "dead", "AWS counts costs up to a day late; the bill itself is on the first days of a month"),
	unheard("Budget", "misconfigured",
		"the tag *Stack* is no cost allocation tag of the account that pays: the budget stays at 0. `webapp preflight` says "+
			"so in that account; elsewhere look once after a day"),
	unheard("Budget", "not there",
		"a stack without `monitoring.monthlyBudget`: set an AWS budget in the account that pays"),
	{
		part: "quotas", state: "degraded", heardBy: []string{"cluster-quota"},
		also: "Fargate's vCPUs; of other quotas AWS publishes no usage everywhere: `webapp preflight up` counts before a " +
			"change",
	},
	hears("a deployment", "dead", "visitor-book-deployments event", "service-deployments-undelivered", "service-failing"),
}

// passive are components that fail with what they belong to, or belong to delivery, whose pipeline reports by itself,
// or that nothing runs until a person does, who sees it.
var passive = []string{
	"AccountBaseline", "SavedQueries", "Routes", "AccessLogs", "DeliveryKeys", "DeployRoles", "Pipeline", "Registry",
	"StateBackend", "Operator",
}

// Each part has an answer for each bad state, what is said to hear it is there, and each alarm hears something.
func TestEachFailureIsHeardOrSaidNotToBe(t *testing.T) {
	there, needed := map[string]bool{}, map[string]bool{}
	parts, sections := map[string]bool{}, map[string]string{}
	for name := range variants {
		for _, r := range graphOf(t, name).resources {
			switch kind := r.typ[strings.LastIndex(r.typ, ":")+1:]; {
			case strings.HasPrefix(r.typ, "aws-webapp:"):
				parts[kind] = true
			case r.typ == metricAlarmType, r.typ == compositeAlarmType:
				_, section, _ := strings.Cut(r.inputs["alarmDescription"].StringValue(), runbookURL)
				there[section], needed[section] = true, true
			case r.typ == "aws:budgets/budget:Budget":
				there["spending"] = true
			case r.typ == "aws:cloudwatch/eventRule:EventRule":
				there[r.name+" event"] = true
			case r.typ == "aws:cloudwatch/eventTarget:EventTarget" && r.inputs["inputTransformer"].IsObject():
				text := r.inputs["inputTransformer"].ObjectValue()["inputTemplate"].StringValue()
				_, section, _ := strings.Cut(strings.Trim(text, `"`), runbookURL)
				sections[r.name] = section
			}
		}
	}
	answered := map[string][]string{}
	for _, f := range failures {
		answered[f.part] = append(answered[f.part], f.state)
		assert.Truef(t, len(f.heardBy) > 0 || f.also != "",
			"%s, %s: say what hears it, or that nothing does", f.part, f.state)
		for _, by := range f.heardBy {
			assert.Truef(t, there[by], "%s, %s: no stack has %s", f.part, f.state, by)
			delete(needed, by)
		}
	}
	delete(needed, "pipeline-undelivered")
	assert.Empty(t, needed, "these alarms hear no failure of the table")
	for part := range parts {
		if !slices.Contains(passive, part) {
			assert.ElementsMatchf(t, badStates, answered[part], "the states of %s", part)
		}
	}
	golden.Equal(t, filepath.Join("..", "..", "docs", "failures.md"), failuresPage(sections),
		"go test ./tests/stack -run TestEachFailureIsHeardOrSaidNotToBe -update")
}

// failuresPage has the table; sections are those to which the messages of rules link.
func failuresPage(sections map[string]string) string {
	var b strings.Builder
	b.WriteString(`# Failures and what notices them

Generated from the test that holds it: each part of a stack in each bad state, and the alarm that hears it. *not there*
is a part that was deleted, or never ran. Where nothing of the stack hears a failure, the last column says who has to.

One needs a provider other than this account, and is worth having before the first user: a watcher that calls when no
sign of life has come through the alert topic for a quarter of an hour, ` + "`monitoring.heartbeatSecretArn`" + `.
An alarm cannot report that alarms no longer arrive. The watcher also notices an outage of the whole region, which takes
the stack's own probe along. What lies between the topic and a person (mail, pager, telephone) only a test message
shows.

| Part | State | Heard by | Else |
|---|---|---|---|
`)
	for _, f := range failures {
		links := make([]string, len(f.heardBy))
		for i, by := range f.heardBy {
			links[i] = fmt.Sprintf("[%s](runbook.md#%s)", by, by)
			if rule, is := strings.CutSuffix(by, " event"); is {
				links[i] = fmt.Sprintf("event [%s](runbook.md#%s)", rule, sections[rule])
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.part, f.state, strings.Join(links, ", "), f.also)
	}
	return b.String()
}
