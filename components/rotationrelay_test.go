package components

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const rotatedSecretARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1"

func rotationRelayProgram(t *testing.T) pulumi.RunFunc {
	t.Helper()
	return changedRotationRelay(t, func(*RotationRelayArgs) {})
}

// rotationRelayIn returns a program in an account with or without a trail.
func rotationRelayIn(t *testing.T, trail bool) pulumi.RunFunc {
	t.Helper()
	return changedRotationRelay(t, func(a *RotationRelayArgs) { a.Trail = trail })
}

func changedRotationRelay(t *testing.T, change func(*RotationRelayArgs)) pulumi.RunFunc {
	t.Helper()
	code := filepath.Join(t.TempDir(), "rotationrelay.zip")
	require.NoError(t, os.WriteFile(code, []byte("zip"), 0o600))
	args := RotationRelayArgs{
		Scope:       testScope,
		SecretARN:   pulumi.String(rotatedSecretARN),
		Trail:       true,
		ClusterName: "cluster-1",
		Services: []RotationRelayService{
			{Name: "frontend"},
			{Name: "visitor-book", BlueGreen: true},
		},
		PackagePath:      code,
		AttemptMinutes:   15,
		TrafficShift:     "CodeDeployDefault.ECSAllAtOnce",
		LogKeyARN:        pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
		LogRetentionDays: 30,
		TopicARN:         pulumi.String("arn:aws:sns:us-east-1:123456789012:alerts"),
	}
	change(&args)
	return func(ctx *pulumi.Context) error {
		_, err := NewRotationRelay(ctx, "rotation", &args)
		return err
	}
}

func TestRotationRelayKeepsTheContract(t *testing.T) {
	deployed(t, rotationRelayProgram(t)).keepsContract(t, rotationRelayType, "rotation", map[string]any{
		"functionName":        "aws-webapp-prod-rotation",
		"logGroupName":        "/aws/lambda/aws-webapp-prod-rotation",
		"deadLetterQueueName": "aws-webapp-prod-rotation-dead-letters",
		"deadLetterQueueUrl":  "https://sqs.us-east-1.amazonaws.com/123456789012/rotation-dead-letters",
	})
}

// A rotation can fail before the relay, in it, and on the way to it.
func TestRotationRelayAlarms(t *testing.T) {
	rec := deployed(t, rotationRelayProgram(t))
	for name, want := range map[string]struct{ namespace, metric, dimension, value string }{
		"rotation-failed":      {"AWS/Events", "TriggeredRules", "RuleName", "aws-webapp-prod-rotation-failed"},
		"rotation-undelivered": {"AWS/Events", "FailedInvocations", "RuleName", "aws-webapp-prod-rotation-succeeded"},
		"rotation-errors":      {"AWS/Lambda", "Errors", "FunctionName", "aws-webapp-prod-rotation"},
		"rotation-dead-letters": {
			"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName",
			"aws-webapp-prod-rotation-dead-letters",
		},
	} {
		alarm := rec.one(t, alarmType, name).inputs
		assert.Equal(t, want.namespace, alarm["namespace"], name)
		assert.Equal(t, want.metric, alarm["metricName"], name)
		assert.Equal(t, map[string]any{want.dimension: want.value}, alarm["dimensions"], name)
	}
	for _, rule := range []string{"succeeded", "failed"} {
		assert.Equal(t, "aws-webapp-prod-rotation-"+rule, rec.one(t, "aws:cloudwatch/eventRule:EventRule",
			"rotation-"+rule).inputs["name"])
	}
}

func TestRotationRelayHearsOfThisSecretAlone(t *testing.T) {
	rec := deployed(t, rotationRelayProgram(t))

	for rule, pattern := range map[string]string{
		"rotation-succeeded": `{
			"source": ["aws.secretsmanager"],
			"detail-type": ["Secret Label Updated"],
			"resources": ["` + rotatedSecretARN + `"],
			"detail": {"labelUpdated": ["AWSCURRENT"]}
		}`,
		"rotation-failed": `{
			"source": ["aws.secretsmanager"],
			"detail-type": ["AWS Service Event via CloudTrail"],
			"detail": {
				"eventSource": ["secretsmanager.amazonaws.com"],
				"eventName": ["RotationFailed"],
				"additionalEventData": {"SecretId": ["` + rotatedSecretARN + `"]}
			}
		}`,
	} {
		assert.JSONEq(t, pattern, rec.one(t, "aws:cloudwatch/eventRule:EventRule", rule).inputs["eventPattern"].(string))
	}
	target := rec.one(t, "aws:cloudwatch/eventTarget:EventTarget", "rotation-succeeded")
	assert.NotEmpty(t, target.inputs["deadLetterConfig"])
	assert.True(t, target.dependsOn(rec.one(t, "aws:lambda/permission:Permission", "rotation")),
		"a target without permission loses events")
	failed := rec.one(t, "aws:cloudwatch/eventTarget:EventTarget", "rotation-failed")
	assert.Equal(t, "arn:aws:sns:us-east-1:123456789012:alerts", failed.inputs["arn"])
}

// CloudTrail sends nothing to EventBridge in an account that no trail records.
func TestRotationRelayWithoutATrail(t *testing.T) {
	rec := deployed(t, rotationRelayIn(t, false))

	assert.Equal(t, []string{"rotation-succeeded"}, rec.names("aws:cloudwatch/eventRule:EventRule"))
	assert.Equal(t, []string{
		"rotation-dead-letters", "rotation-errors", "rotation-throttled", "rotation-undelivered",
	}, rec.names(alarmType), "an alarm that can never go off would be a promise")
}

func TestRotationRelayMayDeployTheStacksServicesAlone(t *testing.T) {
	policy := previewed(t, rotationRelayProgram(t)).one(t, "aws:iam/rolePolicy:RolePolicy", "rotation-deploy").policy(
		t, "policy")

	const (
		services   = "arn:aws:ecs:us-east-1:123456789012:service/cluster-1/*"
		codeDeploy = "arn:aws:codedeploy:us-east-1:123456789012:"
	)
	assert.Equal(t, services, policy.sid(t, "SeeServices")["Resource"])
	assert.Equal(t, services, policy.sid(t, "DeployByECS")["Resource"])
	assert.Equal(t, codeDeploy+"deploymentgroup:aws-webapp-prod-*/*", policy.sid(t, "DeployByCodeDeploy")["Resource"])
	assert.Equal(t, codeDeploy+"application:aws-webapp-prod-*", policy.sid(t, "UseRevisions")["Resource"])
	assert.Contains(t, policy.sid(t, "DeployByCodeDeploy")["Action"], "codedeploy:UpdateDeploymentGroup",
		"AWS demands it of who overrides alarms")
	assert.Equal(t, codeDeploy+"deploymentconfig:CodeDeployDefault.ECSAllAtOnce",
		policy.sid(t, "SeeTrafficShift")["Resource"])
	assert.Equal(t, map[string]any{"ArnEquals": map[string]any{
		"ecs:cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/cluster-1",
	}}, policy.sid(t, "ListTasks")["Condition"])
}

func TestRotationRelayFunction(t *testing.T) {
	function := deployed(t, rotationRelayProgram(t)).one(t, "aws:lambda/function:Function", "rotation").inputs

	assert.Equal(t, "provided.al2023", function["runtime"])
	assert.Equal(t, []any{"arm64"}, function["architectures"])
	assert.NotEmpty(t, function["deadLetterConfig"])
	variables := function["environment"].(map[string]any)["variables"].(map[string]any)
	assert.Equal(t, rotatedSecretARN, variables["SECRET_ARNS"])
	assert.Equal(t, "frontend", variables["ROLLING_SERVICES"])
	assert.Equal(t, "visitor-book", variables["BLUE_GREEN_SERVICES"])
	assert.Equal(t, "aws-webapp-prod-*", variables["APPLICATION"])
}

// The function builds the application's name from the service's name, so it must not be cut.
func TestRotationRelayNeedsWholeNamesOfApplications(t *testing.T) {
	relay := func(stack string, blueGreen bool) pulumi.RunFunc {
		return changedRotationRelay(t, func(a *RotationRelayArgs) {
			a.Scope.Stack = stack
			a.Services = []RotationRelayService{{Name: strings.Repeat("a", 64), BlueGreen: blueGreen}}
		})
	}
	assert.ErrorContains(t, refused(t, relay(strings.Repeat("s", 25), true)),
		`rotation relay "rotation": the CodeDeploy application of service "aaa`)
	deployed(t, relay(strings.Repeat("s", 24), true))
	deployed(t, relay(strings.Repeat("s", 25), false))
}
