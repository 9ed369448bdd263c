package engine_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"
)

// TestUpFailsOnWhatAWSWouldDrop makes the alerts' topic require a key that EventBridge does not
// send. AWS accepts such a policy, and no event ever arrives.
func TestUpFailsOnWhatAWSWouldDrop(t *testing.T) {
	t.Parallel()
	s := deployed(t, setup{stack: "staging"})
	policy := s.find("aws:sns/topicPolicy:TopicPolicy", "app-alerts")
	require.NoError(t, s.account().Edit(policy.Token, policy.ID, func(p props) {
		const open = `"Sid":"EventsPublish"`
		before := p["policy"].StringValue()
		require.Contains(t, before, open)
		p["policy"] = resource.NewStringProperty(strings.Replace(before, open,
			open+`,"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`, 1))
	}))
	_, err := s.Up(t.Context())
	require.ErrorContains(t, err, "staging is up, but AWS would silently drop some of what it should deliver")
	require.ErrorContains(t, err, `EventBridge publishes to a topic (events.amazonaws.com): sns:Publish is refused by `+
		`the policy of topic aws-webapp-staging-app-alerts: statement "EventsPublish" asks for aws:SourceAccount, `+
		`which maybe is not sent. Fix: give events.amazonaws.com a statement of its own without that condition`)
	require.NotContains(t, err.Error(), "cloudwatch.amazonaws.com", "alarms still arrive")
}
