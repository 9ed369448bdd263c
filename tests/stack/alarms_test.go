package stack_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	metricAlarmType    = "aws:cloudwatch/metricAlarm:MetricAlarm"
	compositeAlarmType = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
)

// metricName names a metric as "namespace name".
func metricName(metric resource.PropertyMap) string {
	return metric["namespace"].StringValue() + " " + metric["metricName"].StringValue()
}

// countsEvents says that an alarm is on for as long as its period lasts, and says nothing by its end.
func countsEvents(r recorded) bool {
	if r.typ == compositeAlarmType {
		return false
	}
	for _, key := range metricKeysOf(r) {
		counted := []string{"TriggeredRules", "FailedInvocations", "NumberOfBackupJobsFailed"}
		if slices.Contains(counted, key.name) || key.namespace == "CISBenchmark" {
			return true
		}
	}
	return false
}

// An alarm is useless if nobody is notified when it goes off and when it is over: by itself, or by another one that is
// on with it. An outage is one message: whoever calls somebody because clients are not served is part of it.
func TestEveryAlarmTellsTheTopic(t *testing.T) {
	for _, name := range workloads {
		t.Run(name, func(t *testing.T) {
			resources := deploy(t, name)
			topic := arnOf(one(t, resources, "aws:sns/topic:Topic", "app-alerts"))
			parts := partsOfComposites(resources)
			assert.ElementsMatch(t, outageParts[name], slices.Sorted(maps.Keys(parts)))
			for _, r := range resources {
				if r.typ != metricAlarmType && r.typ != compositeAlarmType {
					continue
				}
				assert.Truef(t, r.inputs["actionsEnabled"].BoolValue(), "actions of %s", r.name)
				if parts[strings.TrimPrefix(alarmNameOf(r), project+"-"+name+"-")] {
					assert.NotContainsf(t, r.inputs, resource.PropertyKey("alarmActions"), "%s is part of another", r.name)
					assert.Truef(t, strings.HasPrefix(r.inputs["alarmDescription"].StringValue(), "Page: "), "%s", r.name)
					continue
				}
				assert.Equalf(t, "["+topic+"]", renderValue(r.inputs["alarmActions"]), r.name)
				if countsEvents(r) {
					assert.NotContainsf(t, r.inputs, resource.PropertyKey("okActions"), "%s ends whatever has become of it", r.name)
					continue
				}
				assert.Equalf(t, "["+topic+"]", renderValue(r.inputs["okActions"]), r.name)
			}
		})
	}
}

// outageParts are the alarms that an outage, and the alarm of a failing service, are made of.
var outageParts = map[string][]string{
	"staging": {
		"database-down", "probe-unreachable",
		"rotation-dead-letters", "rotation-errors", "rotation-throttled", "rotation-undelivered",
		"visitor-book-5xx", "visitor-book-failing", "visitor-book-unhealthy", "web-5xx", "web-rejected",
	},
	"prod": {
		"database-down", "probe-unreachable",
		"rotation-dead-letters", "rotation-errors", "rotation-throttled", "rotation-undelivered",
		"visitor-book-5xx", "visitor-book-failing", "visitor-book-unhealthy", "web-5xx", "web-rejected",
	},
}

// partsOfComposites are the alarms that composite alarms name, without what their names begin with.
func partsOfComposites(resources []recorded) map[string]bool {
	parts := map[string]bool{}
	for _, r := range resources {
		if r.typ == compositeAlarmType {
			for _, match := range regexp.MustCompile(`"`+project+`-[a-z]+-([^"]+)"`).FindAllStringSubmatch(
				r.inputs["alarmRule"].StringValue(), -1) {
				parts[match[1]] = true
			}
		}
	}
	return parts
}

// The dashboard shows the state of every alarm first.
func TestTheDashboardShowsEveryAlarm(t *testing.T) {
	for _, name := range workloads {
		t.Run(name, func(t *testing.T) {
			resources := deploy(t, name)
			body := one(t, resources, "aws:cloudwatch/dashboard:Dashboard", "dashboard").inputs["dashboardBody"].StringValue()
			for _, r := range resources {
				if r.typ == metricAlarmType || r.typ == compositeAlarmType {
					assert.Contains(t, body, fmt.Sprintf(":alarm:%s\"", alarmNameOf(r)))
				}
			}
		})
	}
}

func alarmNameOf(alarm recorded) string {
	if alarm.typ == compositeAlarmType {
		return alarm.inputs["alarmName"].StringValue()
	}
	return alarm.inputs["name"].StringValue()
}

// Deployments would not see a composite alarm, and would ignore the name of a missing one.
func TestDeploymentsRollBackOnMetricAlarms(t *testing.T) {
	for stackName, where := range map[string]struct {
		typ  string
		path func(resource.PropertyMap) resource.PropertyValue
	}{
		"staging": {"aws:ecs/service:Service", func(m resource.PropertyMap) resource.PropertyValue {
			return m["alarms"].ObjectValue()["alarmNames"]
		}},
		"prod": {"aws:codedeploy/deploymentGroup:DeploymentGroup", func(m resource.PropertyMap) resource.PropertyValue {
			return m["alarmConfiguration"].ObjectValue()["alarms"]
		}},
	} {
		t.Run(stackName, func(t *testing.T) {
			resources := deploy(t, stackName)
			metric := map[string]bool{}
			for _, r := range resources {
				if r.typ == metricAlarmType {
					metric[alarmNameOf(r)] = true
				}
			}
			names := where.path(one(t, resources, where.typ, "visitor-book").inputs).ArrayValue()
			assert.Len(t, names, 2)
			for _, name := range names {
				assert.Truef(t, metric[name.StringValue()], "%s is the name of no metric alarm", name.StringValue())
			}
		})
	}
}

// Signs of life go to the probe alone: people would get one every five minutes. What has no attribute, as all that
// AWS's services publish, goes to everybody else.
func TestHeartbeatsReachNobodyButTheProbe(t *testing.T) {
	filters := map[string]string{}
	var variables resource.PropertyMap
	for _, r := range graphOf(t, "prod with a watcher").resources {
		switch r.typ {
		case "aws:sns/topicSubscription:TopicSubscription":
			filters[r.inputs["protocol"].StringValue()] = r.inputs["filterPolicy"].StringValue()
		case "aws:lambda/function:Function":
			if r.name == "probe" {
				variables = r.inputs["environment"].ObjectValue()["variables"].ObjectValue()
			}
		}
	}
	assert.Equal(t, map[string]string{
		"email": `{"heartbeat":[{"exists":false}]}`, "lambda": `{"heartbeat":[{"exists":true}]}`,
	}, filters)
	assert.Equal(t, "2", variables["SUBSCRIPTIONS"].StringValue(), "the probe's own counts")
	assert.Equal(t, "cloudwatch.amazonaws.com,events.amazonaws.com",
		variables["PUBLISHERS"].StringValue())
	assert.Contains(t, variables["HEARTBEAT_SECRET_ARN"].StringValue(), "secret:aws-webapp/watcher-")
	for _, r := range graphOf(t, "prod").ofType("aws:sns/topicSubscription:TopicSubscription") {
		assert.NotContains(t, r.inputs, resource.PropertyKey("filterPolicy"), "nothing to leave out")
	}
}

// A worker has no address: the function would refuse its settings, and never run.
func TestProbeAsksForWhatHasAnAddress(t *testing.T) {
	for name, want := range map[string]string{"prod with a worker": "visitor-book", "prod": "visitor-book"} {
		for _, r := range graphOf(t, name).ofType("aws:lambda/function:Function") {
			if r.name != "probe" {
				continue
			}
			addresses := map[string]string{}
			variables := r.inputs["environment"].ObjectValue()["variables"].ObjectValue()
			mustUnmarshal(variables["ADDRESSES"].StringValue(), &addresses)
			assert.Equal(t, []string{want}, slices.Collect(maps.Keys(addresses)), name)
			assert.Equal(t, "/health", addresses[want])
			assert.Equal(t, "visitors.example.com", variables["HOST"].StringValue())
		}
	}
	// Where not everybody is let in, it comes by the NAT gateways. Without any it only looks at topic and password, and
	// its silence is no outage.
	const some = `{"ingressCidrs": ["203.0.113.0/24"], "deletionProtection": false}`
	looks := []string{"probe-rotation-overdue", "probe-subscriptions", "probe-undelivered"}
	for nat, want := range map[string][]string{
		"single": append([]string{"probe-certificate", "probe-unreachable"}, looks...), "none": looks,
	} {
		var alarms []string
		for _, r := range deployWith(t, "staging", replaced(map[string]string{
			"loadBalancer": some, "logSearch": `{"enabled": false}`, "network": `{"nat": "` + nat + `",
				"interfaceEndpoints": ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssmmessages", "kms"]}`,
		})) {
			if r.typ == metricAlarmType && strings.HasPrefix(r.name, "probe-") {
				alarms = append(alarms, r.name)
			}
			if r.typ == "aws:lambda/function:Function" && r.name == "probe" {
				assert.Equal(t, nat != "none", r.inputs.HasValue("vpcConfig"))
			}
		}
		assert.ElementsMatch(t, want, alarms, nat)
	}
}

// EventBridge does not report events that it cannot deliver, but counts them.
func TestEveryRuleHasAnAlarmOnUndeliveredEvents(t *testing.T) {
	for _, name := range stacks {
		t.Run(name, func(t *testing.T) {
			resources := deploy(t, name)
			watched, rules := map[string]bool{}, 0
			for _, r := range resources {
				if r.typ != metricAlarmType {
					continue
				}
				for _, key := range metricKeysOf(r) {
					if key.name == "FailedInvocations" {
						watched[strings.TrimSuffix(strings.TrimPrefix(key.dimensions, "{RuleName: "), "}")] = true
					}
				}
			}
			for _, r := range resources {
				if r.typ == "aws:cloudwatch/eventRule:EventRule" {
					rules++
					assert.Truef(t, watched[r.inputs["name"].StringValue()], "nobody hears of events that rule %s could not deliver",
						r.name)
				}
			}
			assert.NotZero(t, rules)
		})
	}
}

// one returns the only resource of a type and name.
func one(t *testing.T, resources []recorded, typ, name string) recorded {
	t.Helper()
	for _, r := range resources {
		if r.typ == typ && r.name == name {
			return r
		}
	}
	require.Failf(t, "no such resource", "%s %s", typ, name)
	return recorded{}
}

// arnOf returns the ARN that the recorder gives a resource.
func arnOf(r recorded) string { return "arn:aws:mock:us-east-1:123456789012:" + r.name }
