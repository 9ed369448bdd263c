package stack_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// jobEnded is the event of a run's end: its family, its containers and why.
const jobEnded = `{"source": "aws.ecs", "detail-type": "ECS Task State Change", "detail": {"lastStatus": "STOPPED",
	"clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/aws-webapp-prod-cluster",
	"taskArn": "arn:aws:ecs:us-east-1:123456789012:task/aws-webapp-prod-cluster/0123456789abcdef",
	"taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/aws-webapp-prod-%s:7",
	"containers": [%s], "stopCode": "%s",
	"stoppedReason": "%s"}}`

const ended = "Essential container in task exited"

// heard lists the events that a stack acts on, with their targets, and similar ones that it ignores: no
// target. %s stands for the part that differs.
var heard = []struct {
	stack, event string
	// values that lead to the target, and values that lead nowhere.
	values, others []string
	target         string
}{
	// https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
	{
		"prod", `{"source": "aws.backup", "detail-type": "Backup Job State Change",
			"detail": {"backupVaultName": "aws-webapp-prod-backup", "backupJobId": "job-1", "statusMessage": "no room",
				"state": %q}}`,
		[]string{"ABORTED", "EXPIRED", "FAILED"},
		[]string{"COMPLETED", "CREATED", "RUNNING"},
		"app-alerts",
	},
	{
		"prod", `{"source": "aws.backup", "detail-type": "Backup Job State Change",
			"detail": {"backupVaultName": %q, "state": "FAILED"}}`,
		nil,
		[]string{"Default", "aws-webapp-staging-backup"},
		"",
	},
	// https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-eventbridge.html
	{
		"prod", `{"source": "aws.secretsmanager", "detail-type": "Secret Label Updated",
			"resources": ["arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"], "detail": {"labelUpdated": %q}}`,
		[]string{"AWSCURRENT"},
		[]string{"AWSPENDING", "AWSPREVIOUS"},
		"rotation",
	},
	{
		"prod", `{"source": "aws.secretsmanager", "detail-type": "Secret Label Updated",
			"resources": [%q], "detail": {"labelUpdated": "AWSCURRENT"}}`,
		nil,
		[]string{"arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-2"},
		"",
	},
	{
		"prod", `{"source": "aws.secretsmanager", "detail-type": "AWS Service Event via CloudTrail",
			"time": "2026-03-01T10:00:00Z", "detail": {"eventSource": "secretsmanager.amazonaws.com", "eventName": %q,
				"additionalEventData": {"SecretId": "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"}}}`,
		[]string{"RotationFailed"},
		[]string{"RotationStarted", "RotationSucceeded"},
		"app-alerts",
	},
	// https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-cloudwatch-events.html
	{
		"prod", `{"source": "aws.codedeploy", "detail-type": "CodeDeploy Deployment State-change Notification",
			"detail": {"application": "aws-webapp-prod-visitor-book", "deploymentId": "d-1", "state": %q}}`,
		[]string{"FAILURE", "STOP"},
		[]string{"START", "READY", "SUCCESS"},
		"app-alerts",
	},
	{
		"prod", `{"source": "aws.codedeploy", "detail-type": "CodeDeploy Deployment State-change Notification",
			"detail": {"application": %q, "deploymentId": "d-1", "state": "FAILURE"}}`,
		nil,
		[]string{"billing"},
		"",
	},
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
	{
		"staging", `{"source": "aws.ecs", "detail-type": "ECS Deployment State Change",
			"resources": ["arn:aws:ecs:us-east-1:123456789012:service/aws-webapp-staging-cluster/visitor-book"],
			"detail": {"eventType": "ERROR", "eventName": %q, "deploymentId": "ecs-svc/1"}}`,
		[]string{"SERVICE_DEPLOYMENT_FAILED"},
		[]string{"SERVICE_DEPLOYMENT_IN_PROGRESS", "SERVICE_DEPLOYMENT_COMPLETED"},
		"app-alerts",
	},
	{
		"staging", `{"source": "aws.ecs", "detail-type": "ECS Deployment State Change", "resources": [%q],
			"detail": {"eventType": "ERROR", "eventName": "SERVICE_DEPLOYMENT_FAILED"}}`,
		nil,
		[]string{"arn:aws:ecs:us-east-1:123456789012:service/another/visitor-book"},
		"",
	},
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
	{
		"prod with jobs", fmt.Sprintf(jobEnded, "nightly", `{"name": "aws-guardduty-agent-1", "exitCode": 137},
			{"name": "nightly", "exitCode": %s}`, "EssentialContainerExited", ended),
		[]string{"1", "137"},
		[]string{"0"},
		"app-alerts",
	},
	{
		"prod with jobs", fmt.Sprintf(jobEnded, "nightly", `{"name": "nightly"}`, "%s",
			"CannotPullContainerError: not found"),
		[]string{"TaskFailedToStart", "TerminationNotice"},
		[]string{"UserInitiated"},
		"app-alerts",
	},
	{
		"prod with jobs", fmt.Sprintf(jobEnded, "%s", `{"name": "nightly", "exitCode": 1}`, "EssentialContainerExited",
			ended),
		nil,
		[]string{"visitor-book", "nightly2"},
		"",
	},
	// RDS User Guide, "Amazon RDS event categories and event messages".
	{
		"prod", aboutDatabase("notification", "%s"),
		[]string{"RDS-EVENT-0087", "RDS-EVENT-0225", "RDS-EVENT-0158", "RDS-EVENT-0088"},
		nil, "app-alerts",
	},
	{
		"prod", `{"source": "aws.rds", "detail-type": "RDS DB Instance Event", "detail": {"EventCategories": ["failure"],
			"SourceArn": "arn:aws:rds:us-east-1:123456789012:db:%s", "EventID": "RDS-EVENT-0031", "Message": "It has failed."}}`,
		[]string{"aws-webapp-prod-database"},
		[]string{"aws-webapp-prod-database-restored", "billing"},
		"app-alerts",
	},
	{
		"prod", `{"source": "aws.rds", "detail-type": "RDS DB Parameter Group Event", "detail": {
			"EventCategories": ["configuration change"], "SourceType": "DB_PARAM", "SourceArn": %q,
			"EventID": "RDS-EVENT-0037", "Message": "Updated parameter work_mem to 64 with apply method immediate"}}`,
		[]string{arnOf(recorded{name: "database-postgres17"})},
		[]string{arnOf(recorded{name: "database-postgres18"})},
		"app-alerts",
	},
	// See components/findings.go for the sources.
	{
		"prod", `{"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": {"severity": %s,
			"title": "A role's credentials are used from outside of AWS.", "id": "1ab92989eaf0e742df4a014d5d8f7a1c",
			"type": "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"}}`,
		[]string{"7", "8.9", "9"},
		[]string{"2", "6.9"},
		"app-alerts",
	},
	{
		"prod", `{"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported", "detail": {"findings":
			[{"Severity": {"Label": %q}, "Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE", "Title": "EC2.19",
			"ProductName": "Security Hub", "Resources": [{"Id": "sg-1"}]}]}}`,
		[]string{"HIGH", "CRITICAL"},
		[]string{"MEDIUM", "INFORMATIONAL"},
		"app-alerts",
	},
	{
		"prod", `{"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported", "detail": {"findings":
			[{"Severity": {"Label": "HIGH"}, "Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE", "ProductName": %q}]}}`,
		nil,
		[]string{"GuardDuty", "IAM Access Analyzer"},
		"",
	},
	{
		"prod", `{"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported", "detail": {"findings":
			[{"Severity": {"Label": "HIGH"}, "Workflow": {"Status": %q}, "RecordState": "ACTIVE",
			"ProductName": "Inspector", "Title": "CVE-2026-1", "Resources": [{"Id": "image-1"}]}]}}`,
		[]string{"NEW"},
		[]string{"NOTIFIED", "SUPPRESSED", "RESOLVED"},
		"app-alerts",
	},
	{
		"prod", `{"source": "aws.access-analyzer", "detail-type": "Access Analyzer Finding",
			"detail": {"status": %q, "resource": "arn:aws:s3:::shared"}}`,
		[]string{"ACTIVE"},
		[]string{"ARCHIVED", "RESOLVED"},
		"app-alerts",
	},
	// https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
	{
		"delivery", `{"source": "aws.codepipeline", "detail-type": "CodePipeline Pipeline Execution State Change",
			"region": "us-east-1",
			"detail": {"pipeline": "aws-webapp-delivery-visitor-book", "execution-id": "e-1", "state": %q}}`,
		[]string{"FAILED", "STOPPED", "SUCCEEDED"},
		[]string{"STARTED", "STOPPING", "SUPERSEDED"},
		"notifications",
	},
	{
		"delivery", `{"source": "aws.codepipeline", "detail-type": "CodePipeline Pipeline Execution State Change",
			"detail": {"pipeline": %q, "state": "FAILED"}}`,
		nil,
		[]string{"billing"},
		"",
	},
}

// pipelineLink leads to the execution of the delivery's event.
const pipelineLink = "https://us-east-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/" +
	"aws-webapp-delivery-visitor-book/executions/e-1/timeline"

// TestMessagesSayWhatTheEventWas: those that are made of parts of an event, which has them all.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
func TestMessagesSayWhatTheEventWas(t *testing.T) {
	made := map[string]int{}
	for _, test := range heard {
		g := graphOf(t, test.stack)
		for _, value := range test.values {
			var event map[string]any
			require.NoError(t, json.Unmarshal(fmt.Appendf(nil, test.event, value), &event))
			for _, target := range targetsFor(t, g, event) {
				transformer, given := target.inputs["inputTransformer"].V.(resource.PropertyMap)
				if !given {
					continue
				}
				made[test.stack]++
				text, message := transformer["inputTemplate"].StringValue(), ""
				for name, path := range transformer["inputPaths"].ObjectValue() {
					part := at(event, path.StringValue())
					assert.NotEqual(t, "<nil>", part, "the event has no %s: %v", path, event)
					assert.Contains(t, text, "<"+string(name)+">", "%s takes a part that it does not show", target.key())
					text = strings.ReplaceAll(text, "<"+string(name)+">", part)
				}
				assert.NotRegexp(t, "<[a-z]+>", text, "%s shows a part that it does not take", target.key())
				require.NoError(t, json.Unmarshal([]byte(text), &message), "a template of text is a JSON string: %s", text)
				assert.Regexp(t, `^[A-Z].*: https://\S+$`, message, "a sentence and a link of %s", target.key())
				if test.stack == "delivery" {
					assert.Contains(t, message, value+": "+pipelineLink)
				}
			}
		}
	}
	for _, name := range append([]string{"prod with jobs"}, stacks...) {
		assert.NotZero(t, made[name], "%s makes no messages", name)
	}
}

func TestEventsReachWhoActsOnThem(t *testing.T) {
	used := map[string]bool{}
	for _, test := range heard {
		g := graphOf(t, test.stack)
		for _, value := range test.values {
			reached, rules := targetsOf(t, g, fmt.Sprintf(test.event, value))
			for _, rule := range rules {
				used[test.stack+" "+rule] = true
			}
			assert.Equal(t, []string{arnOf(recorded{name: test.target})}, reached, "%s in %s", value, test.event)
		}
		for _, value := range test.others {
			reached, _ := targetsOf(t, g, fmt.Sprintf(test.event, value))
			assert.Empty(t, reached, "%s in %s", value, test.event)
		}
	}
	for _, name := range stacks {
		for _, rule := range graphOf(t, name).ofType("aws:cloudwatch/eventRule:EventRule") {
			_, scheduled := rule.inputs["scheduleExpression"]
			assert.True(t, scheduled || name == "staging" || used[name+" "+rule.name],
				"no event here reaches rule %s of %s", rule.name, name)
		}
	}
}

// targetsOf returns the ARNs that get an event, and the rules that send it to them.
func targetsOf(t *testing.T, g *graph, event string) (reached, rules []string) {
	t.Helper()
	var sent map[string]any
	require.NoError(t, json.Unmarshal([]byte(event), &sent), event)
	for _, target := range targetsFor(t, g, sent) {
		reached = append(reached, target.inputs["arn"].StringValue())
		for _, rule := range g.ofType("aws:cloudwatch/eventRule:EventRule") {
			if target.inputs["rule"].StringValue() == rule.inputs["name"].StringValue() {
				rules = append(rules, rule.name)
			}
		}
	}
	return reached, rules
}

// targetsFor returns the targets of the rules whose patterns an event matches.
func targetsFor(t *testing.T, g *graph, event map[string]any) []recorded {
	t.Helper()
	var found []recorded
	for _, rule := range g.ofType("aws:cloudwatch/eventRule:EventRule") {
		if _, scheduled := rule.inputs["scheduleExpression"]; scheduled {
			continue
		}
		var pattern map[string]any
		require.NoError(t, json.Unmarshal([]byte(rule.inputs["eventPattern"].StringValue()), &pattern))
		if !matches(pattern, event) {
			continue
		}
		for _, target := range g.ofType("aws:cloudwatch/eventTarget:EventTarget") {
			if target.inputs["rule"].StringValue() == rule.inputs["name"].StringValue() {
				found = append(found, target)
			}
		}
	}
	return found
}

// matches implements EventBridge's matching as far as the stacks use it: each list of the pattern has the event's
// value, one of its values, or a comparison that holds for one. Of a list of objects one has to match.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
func matches(pattern, event map[string]any) bool {
	for key, wanted := range pattern {
		if key == "$or" {
			if !slices.ContainsFunc(wanted.([]any), func(one any) bool { return matches(one.(map[string]any), event) }) {
				return false
			}
			continue
		}
		switch wanted := wanted.(type) {
		case map[string]any:
			inner, isList := event[key].([]any)
			if !isList {
				inner = []any{event[key]}
			}
			if !slices.ContainsFunc(inner, func(one any) bool {
				object, _ := one.(map[string]any)
				return matches(wanted, object)
			}) {
				return false
			}
		case []any:
			values, isList := event[key].([]any)
			if !isList {
				values = []any{event[key]}
			}
			if !slices.ContainsFunc(values, func(value any) bool {
				return slices.ContainsFunc(wanted, func(want any) bool { return fits(want, value) })
			}) {
				return false
			}
		}
	}
	return true
}

// fits compares a value with one of a pattern: itself, {"numeric": [">=", n]}, {"prefix": "..."}, or
// {"anything-but": ...} with a value or a list. A field that is not there fits none of them.
func fits(want, value any) bool {
	comparison, compares := want.(map[string]any)
	if !compares {
		return want == value
	}
	if prefix, begins := comparison["prefix"].(string); begins {
		text, isText := value.(string)
		return isText && strings.HasPrefix(text, prefix)
	}
	if but, excludes := comparison["anything-but"]; excludes {
		list, isList := but.([]any)
		if isList {
			return value != nil && !slices.Contains(list, value)
		}
		return value != nil && but != value
	}
	numeric := comparison["numeric"].([]any)
	number, isNumber := value.(float64)
	return isNumber && numeric[0] == ">=" && number >= numeric[1].(float64)
}

// TestLogsAreKeptAndEncrypted: for as long as the stack file says, with the key for logs.
func TestLogsAreKeptAndEncrypted(t *testing.T) {
	for name, days := range map[string]struct{ audit, others float64 }{
		"staging": {14, 14}, "prod": {90, 30}, "delivery": {0, 90},
	} {
		groups := graphOf(t, name).ofType("aws:cloudwatch/logGroup:LogGroup")
		assert.GreaterOrEqual(t, len(groups), 5, name)
		for _, group := range groups {
			key, want := "keys-logs", days.others
			if group.name == "audit" {
				key, want = "keys-audit", days.audit
			}
			assert.Equal(t, arnOf(recorded{name: key}), group.inputs["kmsKeyId"].StringValue(), "%s of %s", group.name, name)
			assert.InDelta(t, want, group.inputs["retentionInDays"].NumberValue(), 0, "%s of %s", group.name, name)
		}
	}
}
