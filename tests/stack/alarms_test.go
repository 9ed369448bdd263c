package stack_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	metricAlarmType    = "aws:cloudwatch/metricAlarm:MetricAlarm"
	compositeAlarmType = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
)

// metricsOf returns the metrics of an alarm, as "namespace name".
func metricsOf(alarm recorded) []string {
	var names []string
	for _, metric := range watchedBy(alarm) {
		names = append(names, metricName(metric))
	}
	return names
}

func metricName(metric resource.PropertyMap) string {
	return metric["namespace"].StringValue() + " " + metric["metricName"].StringValue()
}

// An alarm is useless if nobody is notified when it goes off and when it is over.
func TestEveryAlarmTellsTheTopic(t *testing.T) {
	for _, name := range workloads {
		t.Run(name, func(t *testing.T) {
			resources := deploy(t, name)
			topic := arnOf(one(t, resources, "aws:sns/topic:Topic", "app-alerts"))
			for _, r := range resources {
				if r.typ != metricAlarmType && r.typ != compositeAlarmType {
					continue
				}
				for _, actions := range []resource.PropertyKey{"alarmActions", "okActions"} {
					assert.Equalf(t, "["+topic+"]", renderValue(r.inputs[actions]), "%s of %s", actions, r.name)
				}
				assert.Truef(t, r.inputs["actionsEnabled"].BoolValue(), "actions of %s", r.name)
			}
		})
	}
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

// EventBridge does not report events that it cannot deliver, but counts them.
func TestEveryRuleHasAnAlarmOnUndeliveredEvents(t *testing.T) {
	for _, name := range stacks {
		t.Run(name, func(t *testing.T) {
			resources := deploy(t, name)
			watched, rules := map[string]bool{}, 0
			for _, r := range resources {
				if r.typ == metricAlarmType && slices.Contains(metricsOf(r), "AWS/Events FailedInvocations") {
					watched[r.inputs["dimensions"].ObjectValue()["RuleName"].StringValue()] = true
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
