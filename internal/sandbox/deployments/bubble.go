package deployments

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Live runs a test with an account in a synctest bubble, in which time passes at once.
func Live(t *testing.T, doubts Doubts, test func(*testing.T, *Cloud)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cloud := New(doubts)
		go cloud.Run(t.Context())
		test(t, cloud)
	})
}

// Event is the event that EventBridge delivers when AWSCURRENT has moved
// (https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html).
func Event(at time.Time) json.RawMessage {
	return fmt.Appendf(nil, `{"version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
		"detail-type": "Secret Label Updated", "source": "aws.secretsmanager", "account": %q, "time": %q, "region": %q,
		"resources": [%q], "detail": {"name": "rds!db-0f1e2d3c", "labelUpdated": "AWSCURRENT", "versionId": "a1b2c3d4"}}`,
		Account, at.UTC().Format(time.RFC3339), Region, Secret)
}
