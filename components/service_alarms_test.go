package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestServiceCompositeAlarm(t *testing.T) {
	args := testServiceArgs()
	args.Scope.RunbookURL = "https://example.com/runbook.md"
	rec := deployed(t, serviceProgram(&args))
	alarm := rec.one(t, "aws:cloudwatch/compositeAlarm:CompositeAlarm", "visitor-book-failing")
	assert.Equal(t, map[string]any{
		"alarmName": "aws-webapp-prod-visitor-book-failing",
		"alarmDescription": "Page: Service visitor-book fails its clients: it answers 5XX, or tasks are unhealthy. " +
			"Runbook: https://example.com/runbook.md#service-failing",
		"alarmRule":      `ALARM("aws-webapp-prod-visitor-book-5xx") OR ALARM("aws-webapp-prod-visitor-book-unhealthy")`,
		"actionsEnabled": true,
		"tags":           map[string]any{"Name": "aws-webapp-prod-visitor-book-failing"},
	}, alarm.inputs)
	for _, part := range []string{"visitor-book-5xx", "visitor-book-unhealthy"} {
		assert.Truef(t, alarm.dependsOn(rec.one(t, alarmType, part)), "CloudWatch refuses a rule on %s before it exists",
			part)
	}
}

// The alarm of one service leads to the section for all services.
func TestAlarmsLinkToTheRunbook(t *testing.T) {
	args := testServiceArgs()
	args.Scope.RunbookURL = "https://example.com/runbook.md"
	rec := deployed(t, serviceProgram(&args))
	for name, section := range map[string]string{
		"visitor-book-5xx": "service-5xx", "visitor-book-unhealthy": "service-unhealthy", "visitor-book-cpu": "service-cpu",
		"visitor-book-memory": "service-memory", "visitor-book-missing-tasks": "service-missing-tasks",
	} {
		assert.Contains(t, rec.one(t, alarmType, name).inputs["alarmDescription"],
			" Runbook: https://example.com/runbook.md#"+section)
	}
	assert.Equal(t, "Working hours: Full.", testScope.withRunbook("", "Full.", "section"),
		"without a runbook there is nothing to link to")
	assert.Equal(t, "Page: Full. Runbook: https://example.com/runbook.md#database-cpu",
		args.Scope.withRunbook(urgencyPage, "Full.", "database-cpu"))
}

// The message says what to do, also without a runbook to link to.
func TestFailedDeploymentsReachTheTopic(t *testing.T) {
	args := testServiceArgs()
	rec := deployed(t, serviceProgram(&args))
	target := rec.one(t, "aws:cloudwatch/eventTarget:EventTarget", "visitor-book-deployments")
	assert.Equal(t, topicARN, target.inputs["arn"])
	assert.Equal(t, map[string]any{
		"inputPaths": map[string]any{"deployment": "$.detail.deploymentId", "state": "$.detail.eventName"},
		"inputTemplate": `"Working hours: Deployment <deployment> of visitor-book ended with <state>. ` +
			`The version before it serves; find out why before the next one."`,
	}, target.inputs["inputTransformer"])
}
