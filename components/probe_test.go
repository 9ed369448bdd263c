package components

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	testLogKey   = "arn:aws:kms:us-east-1:123456789012:key/logs"
	testWatcher  = "arn:aws:secretsmanager:us-east-1:123456789012:secret:watcher-AbCdEf"
	testPassword = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds-AbCdEf"
)

func probeProgram(t *testing.T) pulumi.RunFunc {
	t.Helper()
	code := filepath.Join(t.TempDir(), "probe.zip")
	require.NoError(t, os.WriteFile(code, []byte("zip"), 0o600))
	return func(ctx *pulumi.Context) error {
		web, err := sqs.NewQueue(ctx, "what-answers", nil)
		if err != nil {
			return fmt.Errorf("queue %q: %w", "what-answers", err)
		}
		p, err := NewProbe(ctx, "probe", &ProbeArgs{
			Scope: testScope, Addresses: map[string]string{"web": "/health", "api": "https://api.example.com/v1"},
			HostName:    "example.com",
			PackagePath: code, LogKeyARN: pulumi.String(testLogKey), LogRetentionDays: 30,
			TopicARN: pulumi.String(topicARN), TopicName: "aws-webapp-prod-app-alerts", After: []pulumi.Resource{web},
			Subscriptions: 2, HeartbeatSecretARN: testWatcher, PasswordSecretARN: pulumi.String(testPassword),
			RotationDays: 30,
		})
		if err == nil {
			begin := testScope.NamesBegin() + "probe-"
			assert.Equal(t, []string{
				begin + "undelivered", begin + "subscriptions", begin + "rotation-overdue", begin + "unreachable",
				begin + "certificate",
			}, p.AlarmNames)
			require.Len(t, p.OutageAlarms, 1)
			assert.Equal(t, begin+"unreachable", p.OutageAlarms[0].Name, "nobody reaches the site")
		}
		return err
	}
}

func TestProbeKeepsTheContract(t *testing.T) {
	rec := deployed(t, probeProgram(t))
	assert.Equal(t, map[string]any{
		"functionName": "aws-webapp-prod-probe", "logGroupName": "/aws/lambda/aws-webapp-prod-probe",
	}, rec.one(t, probeType, "probe").outputs)
	function := rec.one(t, "aws:lambda/function:Function", "probe")
	assert.Equal(t, map[string]any{"variables": map[string]any{
		"ADDRESSES": `{"api":"https://api.example.com/v1","web":"/health"}`, "HOST": "example.com", "TOPIC_ARN": topicARN,
		"PUBLISHERS":    "cloudwatch.amazonaws.com,events.amazonaws.com",
		"SUBSCRIPTIONS": "2", "HEARTBEAT_SECRET_ARN": testWatcher, "PASSWORD_SECRET_ARN": testPassword,
	}}, function.inputs["environment"])
	subscription := rec.one(t, "aws:sns/topicSubscription:TopicSubscription", "probe-heartbeat")
	assert.Equal(t, []any{topicARN, "lambda"}, []any{subscription.inputs["topic"], subscription.inputs["protocol"]})
	assert.NotEmpty(t, subscription.inputs["filterPolicy"], "alarms do not call the probe")
	permission := rec.one(t, "aws:lambda/permission:Permission", "probe-heartbeat")
	assert.Equal(t, []any{"sns.amazonaws.com", topicARN}, []any{
		permission.inputs["principal"], permission.inputs["sourceArn"],
	})
	assert.True(t, subscription.dependsOn(permission))
	assert.Nil(t, function.inputs["vpcConfig"], "from inside, the stack's own network would be part of the way")
	assert.EqualValues(t, 30, function.inputs["timeout"], "two calls never overlap")
	assert.EqualValues(t, 128, function.inputs["memorySize"])
	for _, name := range []string{"probe-run", "probe-settings-key"} {
		assert.True(t, function.dependsOn(rec.one(t, rolePolicyType, name)), name)
	}
}

// What every function of the stack has.
func TestFunctionsAreEncryptedAndLogToTheirGroups(t *testing.T) {
	for name, program := range map[string]pulumi.RunFunc{
		"probe": probeProgram(t), "deployment-test": deploymentTestProgram(t),
	} {
		rec := deployed(t, program)
		function := rec.one(t, "aws:lambda/function:Function", name).inputs
		assert.Equal(t, "aws-webapp-prod-"+name, function["name"])
		assert.Equal(t, "provided.al2023", function["runtime"])
		assert.Equal(t, "bootstrap", function["handler"])
		assert.Equal(t, []any{"arm64"}, function["architectures"])
		assert.Equal(t, testLogKey, function["kmsKeyArn"])
		assert.NotEmpty(t, function["role"])
		assert.NotNil(t, function["code"])
		logging, _ := function["loggingConfig"].(map[string]any)
		assert.Equal(t, "Text", logging["logFormat"], "its lines are JSON already")
		assert.NotEmpty(t, logging["logGroup"])
		group := rec.one(t, "aws:cloudwatch/logGroup:LogGroup", name).inputs
		assert.Equal(t, "/aws/lambda/aws-webapp-prod-"+name, group["name"])
		assert.EqualValues(t, 30, group["retentionInDays"])
		assert.Equal(t, testLogKey, group["kmsKeyId"])
		assert.Equal(t, name == "deployment-test", function["replaceSecurityGroupsOnDestroy"] == true,
			"those in the VPC let go of their group")
	}
}

// The probe may write its own log and read its own settings, and nothing else.
func TestProbeMayWriteItsLogAlone(t *testing.T) {
	rec := deployed(t, probeProgram(t))
	assert.Contains(t, rec.one(t, roleType, "aws-webapp-prod-probe").inputs["assumeRolePolicy"], `"lambda.amazonaws.com"`)
	policy := rec.one(t, rolePolicyType, "probe-run").policy(t, "policy")
	write := policy.sid(t, "WriteLog")
	assert.Equal(t, "Allow", write["Effect"])
	assert.Equal(t, []any{"logs:CreateLogStream", "logs:PutLogEvents"}, write["Action"])
	assert.Equal(t, "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/aws-webapp-prod-probe:*", write["Resource"])
	look := rec.one(t, rolePolicyType, "probe-look").policy(t, "policy")
	assert.Equal(t, "sns:GetTopicAttributes", look.sid(t, "CountSubscriptions")["Action"])
	assert.Equal(t, topicARN, look.sid(t, "CountSubscriptions")["Resource"])
	assert.Equal(t, "secretsmanager:DescribeSecret", look.sid(t, "SeeRotation")["Action"], "its age, not its value")
	assert.Equal(t, testPassword, look.sid(t, "SeeRotation")["Resource"])
	heartbeat := rec.one(t, rolePolicyType, "probe-heartbeat").policy(t, "policy")
	assert.Equal(t, []any{"sns:Publish", topicARN}, []any{
		heartbeat.sid(t, "SendHeartbeats")["Action"], heartbeat.sid(t, "SendHeartbeats")["Resource"],
	})
	assert.Equal(t, map[string]any{"StringEquals": map[string]any{"kms:ViaService": "sns.us-east-1.amazonaws.com"}},
		heartbeat.sid(t, "UseTopicKey")["Condition"])
	assert.Equal(t, testWatcher, heartbeat.sid(t, "ReadWatchersURL")["Resource"])
	assert.Len(t, rec.ofType(rolePolicyType), 4)
}

// The function is called each minute, late calls are dropped, and the first comes when there is something to ask.
func TestProbeIsCalledEachMinute(t *testing.T) {
	rec := deployed(t, probeProgram(t))
	rule := rec.one(t, "aws:cloudwatch/eventRule:EventRule", "probe").inputs
	assert.Equal(t, "rate(1 minute)", rule["scheduleExpression"])
	assert.Equal(t, "aws-webapp-prod-probe", rule["name"])
	target := rec.one(t, "aws:cloudwatch/eventTarget:EventTarget", "probe")
	assert.Equal(t, "probe", target.inputs["targetId"])
	assert.NotEmpty(t, target.inputs["arn"])
	assert.Equal(t, map[string]any{"maximumEventAgeInSeconds": 60.0, "maximumRetryAttempts": 0.0},
		target.inputs["retryPolicy"])
	permission := rec.one(t, "aws:lambda/permission:Permission", "probe")
	assert.Equal(t, "lambda:InvokeFunction", permission.inputs["action"])
	assert.Equal(t, "events.amazonaws.com", permission.inputs["principal"])
	assert.NotEmpty(t, permission.inputs["sourceArn"], "its own rule alone")
	assert.True(t, target.dependsOn(permission))
	assert.True(t, target.dependsOn(rec.one(t, sqsQueueType, "what-answers")))
	unreachable := rec.one(t, alarmType, "probe-unreachable")
	assert.True(t, unreachable.dependsOn(target), "before the first call its silence would be an alarm")
}

// Nobody is asked about the site but by alarms that say what to do.
func TestAlarmsOfTheProbe(t *testing.T) {
	rec := deployed(t, probeProgram(t))
	for name, want := range map[string]map[string]any{
		"probe-unreachable": {
			"namespace": "Probe", "metricName": "Failed", "statistic": "Minimum", "period": 60.0, "evaluationPeriods": 3.0,
			"treatMissingData": "breaching", "comparisonOperator": "GreaterThanThreshold", "threshold": 0.0,
		},
		"probe-certificate": {
			"namespace": "Probe", "metricName": "CertificateDays", "statistic": "Minimum", "period": 3600.0,
			"evaluationPeriods": 1.0, "treatMissingData": "ignore", "comparisonOperator": "LessThanThreshold",
			"threshold": 21.0,
		},
		"probe-subscriptions": {
			"namespace": "Probe", "metricName": "MissingSubscriptions", "statistic": "Minimum", "period": 300.0,
			"evaluationPeriods": 12.0, "treatMissingData": "ignore", "comparisonOperator": "GreaterThanThreshold",
			"threshold": 0.0,
		},
		"probe-rotation-overdue": {
			"namespace": "Probe", "metricName": "PasswordDays", "statistic": "Minimum", "period": 3600.0,
			"evaluationPeriods": 24.0, "treatMissingData": "breaching", "comparisonOperator": "GreaterThanThreshold",
			"threshold": 32.0,
		},
	} {
		alarm := rec.one(t, alarmType, name).inputs
		for input, value := range want {
			assert.Equal(t, value, alarm[input], "%s of %s", input, name)
		}
		assert.Equal(t, map[string]any{"FunctionName": "aws-webapp-prod-probe"}, alarm["dimensions"])
		if name == "probe-unreachable" {
			assert.Nil(t, alarm["alarmActions"], "the outage reports it, of which it is a part")
			continue
		}
		assert.Equal(t, []any{topicARN}, alarm["okActions"])
		assert.Equal(t, []any{topicARN}, alarm["alarmActions"], name)
	}
	assert.Len(t, rec.ofType(alarmType), 5)
}
