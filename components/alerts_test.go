package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func alertsProgram(ctx *pulumi.Context) error {
	_, err := NewAlerts(ctx, "app-alerts", &AlertsArgs{
		Scope:  testScope,
		KeyARN: pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
		Subscriptions: []AlertSubscription{
			{Protocol: "email", Endpoint: "oncall@example.com"},
			{Protocol: "https", Endpoint: "https://pager.example.com/hook"},
		},
	})
	return err
}

func TestAlertsTopicIsEncryptedAndClosed(t *testing.T) {
	rec := deployed(t, alertsProgram)

	rec.keepsContract(t, alertsType, "app-alerts", map[string]any{"topicArn": arnOf("aws:sns/topic:Topic", "app-alerts")})
	topic := rec.one(t, "aws:sns/topic:Topic", "app-alerts")
	assert.Equal(t, "aws-webapp-prod-app-alerts", topic.inputs["name"])
	assert.Equal(t, "arn:aws:kms:us-east-1:123456789012:key/logs", topic.inputs["kmsMasterKeyId"])

	email := rec.one(t, "aws:sns/topicSubscription:TopicSubscription", "app-alerts-email-1")
	assert.Equal(t, "oncall@example.com", email.inputs["endpoint"])
	hook := rec.one(t, "aws:sns/topicSubscription:TopicSubscription", "app-alerts-https-2")
	assert.Equal(t, "https", hook.inputs["protocol"])
}

func TestAlertsTopicPolicyIsKnownAtPreview(t *testing.T) {
	policy := previewed(t, alertsProgram).one(t, "aws:sns/topicPolicy:TopicPolicy", "app-alerts").policy(t, "policy")

	publish := policy.sid(t, "AccountServicesPublish")
	assert.Equal(t, "arn:aws:sns:us-east-1:123456789012:aws-webapp-prod-app-alerts", publish["Resource"])
	assert.Equal(t, map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"}}, publish["Condition"])
	assert.Equal(t, map[string]any{"Service": []any{
		"cloudwatch.amazonaws.com", "events.amazonaws.com", "events.rds.amazonaws.com",
	}}, publish["Principal"])

	tls := policy.sid(t, "TLSOnly")
	assert.Equal(t, "Deny", tls["Effect"])
	assert.Equal(t, map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}}, tls["Condition"])
}

func TestAlertsArgsNameWhatIsWrong(t *testing.T) {
	err := refused(t, func(ctx *pulumi.Context) error {
		_, err := NewAlerts(ctx, "app-alerts", &AlertsArgs{Scope: testScope, Subscriptions: []AlertSubscription{{Protocol: "email"}}})
		return err
	})
	assert.ErrorContains(t, err, "KeyARN is missing")
	assert.ErrorContains(t, err, "Subscriptions[0] is incomplete")
}
