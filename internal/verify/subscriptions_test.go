package verify

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Alerts that nobody receives are useless: somebody has to confirm each address.
func TestUnconfirmedSubscriptionsFail(t *testing.T) {
	const dropped = "SNS deletes subscriptions that nobody confirms: pulumi up --refresh subscribes again"
	for name, test := range map[string]struct {
		subscribed []string
		found      string
		note       string
	}{
		"one waits":      {[]string{"arn:aws:sns:a", pendingARN}, "1 confirmed", "confirm the link that SNS sent (email)"},
		"SNS gave it up": {[]string{"arn:aws:sns:a"}, "1 confirmed", dropped},
		"nobody":         {nil, "0 confirmed", dropped},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.subscribed = test.subscribed
			report, printed, err := w.verifies(t, request())
			require.NoError(t, err)
			assert.Equal(t, NotAsRequested, report.Verdict)
			assert.Equal(t, "subscriptions: found "+test.found+", wanted 2 confirmed ("+test.note+")", report.Reason)
			assert.Equal(t, int(settle.Seconds()), report.Seconds, "a minute to follow the link")
			assert.NotContains(t, printed+report.Reason, "oncall@example.com", "an address may hold a key")
		})
	}
}

func TestSubscriptionsThatAreConfirmedInTime(t *testing.T) {
	w := newWorld()
	w.subscribed = []string{"arn:aws:sns:a", pendingARN}
	w.then(30*time.Second, func(w *world) { w.subscribed[1] = "arn:aws:sns:b" })
	report, _, err := w.verifies(t, request())
	require.NoError(t, err)
	assert.Equal(t, Verified, report.Verdict)
}

// Between deployments the drift workflow checks the same for the whole stack.
func TestAlertsOfAStack(t *testing.T) {
	const outputs = `{"alertTopicArn": "arn:aws:sns:eu-central-1:123456789012:alerts", "alertSubscriptions": 2}`
	alerts, err := ReadAlerts(strings.NewReader(outputs))
	require.NoError(t, err)
	assert.Equal(t, "eu-central-1", alerts.Region)
	for name, test := range map[string]struct {
		subscribed []string
		found, err string
	}{
		"all":     {[]string{"arn:aws:sns:a", "arn:aws:sns:b"}, "subscriptions: 2 confirmed", ""},
		"pending": {[]string{"arn:aws:sns:a", pendingARN}, "", "wanted 2 confirmed (confirm the link that SNS sent (email))"},
		"gone":    {[]string{"arn:aws:sns:a"}, "", "SNS deletes subscriptions that nobody confirms"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.subscribed = test.subscribed
			found, err := alerts.Check(t.Context(), NewClients(w.Config("eu-central-1")).SNS)
			assert.Equal(t, test.found, found)
			if test.err == "" {
				assert.NoError(t, err)
			} else {
				assert.ErrorContains(t, err, test.err)
			}
		})
	}
	_, err = ReadAlerts(strings.NewReader("{}"))
	assert.ErrorContains(t, err, "found no alertTopicArn")
}
