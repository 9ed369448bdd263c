package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

const testHook = "https://pager.example.com/hook"

func alertsProgram(ctx *pulumi.Context) error {
	_, err := NewAlerts(ctx, "app-alerts", &AlertsArgs{
		Scope:  testScope,
		KeyARN: pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
		Subscriptions: []AlertSubscription{
			{Protocol: "email", Endpoint: "oncall@example.com"},
			{Protocol: "https", Endpoint: testHook},
		},
	})
	return err
}

func TestAlertsTopicIsEncryptedAndClosed(t *testing.T) {
	rec := deployed(t, alertsProgram)

	rec.keepsContract(t, alertsType, "app-alerts", map[string]any{"topicArn": arnOf("aws:sns/topic:Topic",
		"app-alerts")})
	topic := rec.one(t, "aws:sns/topic:Topic", "app-alerts")
	assert.Equal(t, "aws-webapp-prod-app-alerts", topic.inputs["name"])
	assert.Equal(t, "arn:aws:kms:us-east-1:123456789012:key/logs", topic.inputs["kmsMasterKeyId"])

	email := rec.one(t, "aws:sns/topicSubscription:TopicSubscription",
		"app-alerts-email-"+shortHash("oncall@example.com"))
	assert.Equal(t, "oncall@example.com", email.inputs["endpoint"])
	hook := rec.one(t, "aws:sns/topicSubscription:TopicSubscription", "app-alerts-https-"+shortHash(testHook))
	assert.Equal(t, "https", hook.inputs["protocol"])
	formerly := hook.request.GetAliases()[0].GetSpec()
	assert.Equal(t, "app-alerts-https-2", formerly.GetName(), "a stack that is up keeps its subscription")
	assert.False(t, formerly.GetNoParent())
}

func TestAlertsTopicPolicyIsKnownAtPreview(t *testing.T) {
	policy := previewed(t, alertsProgram).one(t, "aws:sns/topicPolicy:TopicPolicy", "app-alerts").policy(t, "policy")

	publish := policy.sid(t, "AccountServicesPublish")
	assert.Equal(t, "arn:aws:sns:us-east-1:123456789012:aws-webapp-prod-app-alerts", publish["Resource"])
	assert.Equal(t, map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"}},
		publish["Condition"])
	assert.Equal(t, map[string]any{"Service": []any{
		"cloudwatch.amazonaws.com", "budgets.amazonaws.com",
	}},
		publish["Principal"])

	events := policy.sid(t, "EventsPublish")
	assert.Equal(t, map[string]any{"Service": "events.amazonaws.com"}, events["Principal"])
	assert.NotContains(t, events, "Condition", "EventBridge sends no key to ask for")

	tls := policy.sid(t, "TLSOnly")
	assert.Equal(t, "Deny", tls["Effect"])
	assert.Equal(t, map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}}, tls["Condition"])
}

// Where a watcher outside of AWS counts signs of life, people get everything but these.
func TestPeopleGetNoHeartbeats(t *testing.T) {
	filters := func(heartbeat bool) []any {
		rec := deployed(t, func(ctx *pulumi.Context) error {
			_, err := NewAlerts(ctx, "app-alerts", &AlertsArgs{
				Scope: testScope, KeyARN: pulumi.String(testLogKey), Heartbeat: heartbeat,
				Subscriptions: []AlertSubscription{{"email", "a@example.com"}, {"https", testHook}},
			})
			return err
		})
		var found []any
		for _, subscription := range rec.ofType("aws:sns/topicSubscription:TopicSubscription") {
			found = append(found, subscription.inputs["filterPolicy"])
		}
		return found
	}
	const all = `{"` + heartbeatAttribute + `":[{"exists":false}]}`
	assert.Equal(t, []any{all, all}, filters(true))
	assert.Equal(t, []any{nil, nil}, filters(false))
}
