package main

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const secretARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-AbCdEf"

// serviceEventOf is the event that EventBridge delivers for a service event of CloudTrail.
func serviceEventOf(secret string) json.RawMessage {
	return fmt.Appendf(nil, `{
		"version": "0",
		"id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
		"detail-type": "AWS Service Event via CloudTrail",
		"source": "aws.secretsmanager",
		"account": "123456789012",
		"time": "2026-03-01T10:00:00Z",
		"region": "eu-central-1",
		"resources": [],
		"detail": {
			"eventVersion": "1.08",
			"userIdentity": {"accountId": "123456789012", "invokedBy": "secretsmanager.amazonaws.com"},
			"eventTime": "2026-03-01T10:00:00Z",
			"eventSource": "secretsmanager.amazonaws.com",
			"eventName": "RotationSucceeded",
			"awsRegion": "eu-central-1",
			"requestParameters": null,
			"responseElements": null,
			"additionalEventData": {"SecretId": %q},
			"eventType": "AwsServiceEvent"
		}
	}`, secret)
}

func rotationSucceeded() json.RawMessage { return serviceEventOf(secretARN) }

func TestParseEventReadsBothKinds(t *testing.T) {
	want := &rotation{eventID: "6a7e8feb-b491-4cf7-a9f1-bf3703467718", secretID: secretARN, at: rotatedAt}

	got, err := parseEvent(rotationSucceeded())
	require.NoError(t, err)
	assert.Equal(t, want, got)

	got, err = parseEvent(fmt.Appendf(nil, `{
		"version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": "Secret Label Updated",
		"source": "aws.secretsmanager", "time": "2026-03-01T10:00:00Z", "resources": [%q],
		"detail": {"name": "x", "labelUpdated": "AWSCURRENT", "versionId": "a1b2c3d4"}
	}`, secretARN))
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestParseEventRefuses(t *testing.T) {
	tests := map[string]struct{ event, err string }{
		"no JSON":        {`hello`, "not of EventBridge"},
		"another source": {`{"source":"aws.ec2"}`, `found "aws.ec2", expected aws.secretsmanager`},
		"a failed rotation": {
			`{"source":"aws.secretsmanager","detail-type":"AWS Service Event via CloudTrail","detail":{"eventName":"RotationFailed"}}`,
			`event "RotationFailed" of type "AWS Service Event via CloudTrail" is no successful rotation`,
		},
		"the call that only starts a rotation": {
			`{"source":"aws.secretsmanager","detail-type":"AWS API Call via CloudTrail","detail":{"eventName":"RotateSecret"}}`,
			"the rule has to select RotationSucceeded",
		},
		"another label": {
			`{"source":"aws.secretsmanager","detail-type":"Secret Label Updated","resources":["arn"],"detail":{"labelUpdated":"CUSTOM"}}`,
			"is no successful rotation",
		},
		"no secret": {
			`{"id":"1","time":"2026-03-01T10:00:00Z","source":"aws.secretsmanager","detail-type":"AWS Service Event via CloudTrail","detail":{"eventName":"RotationSucceeded"}}`,
			"lacks its id, its time or the id of the secret",
		},
		"no time": {
			`{"id":"1","source":"aws.secretsmanager","detail-type":"AWS Service Event via CloudTrail","detail":{"eventName":"RotationSucceeded","additionalEventData":{"SecretId":"a"}}}`,
			"lacks its id, its time or the id of the secret",
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
		"by ARN":             {secretARN, true},
		"by name":            {"rds!db-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", true},
		"another secret":     {"arn:aws:secretsmanager:eu-central-1:123456789012:secret:other-AbCdEf", false},
		"a longer name":      {"rds!db-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0-2", false},
		"an ARN that is cut": {"arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds", false},
		"nothing":            {"", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := &rotation{secretID: test.secret, at: time.Now()}
			assert.Equal(t, test.want, r.concerns([]string{"arn:aws:secretsmanager:::secret:x", secretARN}))
		})
	}
}
