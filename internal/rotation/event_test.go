package rotation

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/deployments"
)

func TestParseEvent(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	got, err := parseEvent(deployments.Event(at))
	require.NoError(t, err)
	assert.Equal(t, &rotation{eventID: "6a7e8feb-b491-4cf7-a9f1-bf3703467718", secretID: deployments.Secret, at: at}, got)
}

func TestParseEventRefuses(t *testing.T) {
	const label = `"source":"aws.secretsmanager","detail-type":"Secret Label Updated"`
	tests := map[string]struct{ event, err string }{
		"no JSON":        {`hello`, "not of EventBridge"},
		"another source": {`{"source":"aws.ec2"}`, `found "aws.ec2", expected aws.secretsmanager`},
		"a failed rotation": {
			`{"source":"aws.secretsmanager","detail-type":"AWS Service Event via CloudTrail",` +
				`"detail":{"eventName":"RotationFailed"}}`,
			`event of type "AWS Service Event via CloudTrail" with label "" does not announce a new password`,
		},
		"another label": {
			`{` + label + `,"resources":["arn"],"detail":{"labelUpdated":"CUSTOM"}}`,
			`with label "CUSTOM" does not announce a new password`,
		},
		"no secret": {
			`{"id":"1","time":"2026-03-01T10:00:00Z",` + label + `,"detail":{"labelUpdated":"AWSCURRENT"}}`,
			"lacks its id, its time or the ARN of the secret",
		},
		"no time": {
			`{"id":"1",` + label + `,"resources":["arn"],"detail":{"labelUpdated":"AWSCURRENT"}}`,
			"lacks its id, its time or the ARN of the secret",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parseEvent(json.RawMessage(test.event))
			require.ErrorContains(t, err, test.err)
		})
	}
}

func TestConcerns(t *testing.T) {
	tests := map[string]struct {
		secret string
		want   bool
	}{
		"by ARN":             {deployments.Secret, true},
		"by name":            {"rds!db-0f1e2d3c", true},
		"another secret":     {"arn:aws:secretsmanager:eu-central-1:123456789012:secret:other-AbCdEf", false},
		"a longer name":      {"rds!db-0f1e2d3c-2", false},
		"an ARN that is cut": {"arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds", false},
		"nothing":            {"", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := &rotation{secretID: test.secret, at: time.Now()}
			assert.Equal(t, test.want, r.concerns([]string{"arn:aws:secretsmanager:::secret:x", deployments.Secret}))
		})
	}
}
