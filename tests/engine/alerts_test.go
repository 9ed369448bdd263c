package engine_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// subscriptionsOf returns the configuration of mail subscriptions at a key.
func subscriptionsOf(key string, addresses ...string) map[string]string {
	config := map[string]string{}
	for i, address := range addresses {
		config[fmt.Sprintf("%s[%d].protocol", key, i)] = "email"
		config[fmt.Sprintf("%s[%d].endpoint", key, i)] = address
	}
	return config
}

// TestSubscriptionsStayWhenTheListChanges: SNS identifies a subscription by its endpoint and
// returns the existing one, so creating it under another name and deleting the old name ends it.
func TestSubscriptionsStayWhenTheListChanges(t *testing.T) {
	t.Parallel()
	const first, second = "first@example.com", "second@example.com"
	for stack, key := range map[string]string{
		"staging": "monitoring.subscriptions", "delivery": "notifications.subscriptions",
	} {
		both := deployed(t, setup{stack: stack, config: subscriptionsOf(key, first, second)})
		_, err := both.Up(t.Context())
		require.NoError(t, err)
		for change, addresses := range map[string][]string{
			"reordered": {second, first}, "first one removed": {second}, "one put before": {"third@example.com", first, second},
		} {
			t.Run(stack+" "+change, func(t *testing.T) {
				changed := both.copied(t).again(setup{config: subscriptionsOf(key, addresses...)})
				_, err := changed.Up(t.Context())
				require.NoError(t, err)
				records, err := changed.account().Records()
				require.NoError(t, err)
				told := []string{}
				for _, record := range records {
					if record.Token == "aws:sns/topicSubscription:TopicSubscription" {
						told = append(told, record.Outputs["endpoint"].StringValue())
					}
				}
				assert.ElementsMatch(t, addresses, told)
				changed.requireNoOrphans()
			})
		}
	}
}
