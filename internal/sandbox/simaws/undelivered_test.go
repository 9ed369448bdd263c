package simaws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/cloud"
)

const (
	alertTopic  = "aws:sns/topic:Topic"
	topicPolicy = "aws:sns/topicPolicy:TopicPolicy"
	eventRule   = "aws:cloudwatch/eventRule:EventRule"
	eventTarget = "aws:cloudwatch/eventTarget:EventTarget"
)

const (
	keyOfAccount = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*",` +
		`"Resource":"*"}`
	ofAccount = `"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`
	ofTopics  = `"Condition":{"ArnLike":{"kms:EncryptionContext:aws:sns:topicArn":"arn:aws:sns:us-east-1:123456789012:*"}}`
)

// TestEventsThatNobodyWouldMiss deploys a rule that publishes to an encrypted topic.
func TestEventsThatNobodyWouldMiss(t *testing.T) {
	publish := func(condition string) string {
		return `{"Statement":[{"Sid":"Publish","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},` +
			`"Action":"sns:Publish",` +
			`"Resource":"*"` + condition + `}]}`
	}
	use := func(condition string) string {
		return `{"Statement":[` + keyOfAccount +
			`,{"Sid":"Encrypt","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},` +
			`"Action":["kms:Decrypt","kms:GenerateDataKey*"],"Resource":"*",` + condition + `}]}`
	}
	for name, c := range map[string]struct{ topic, key, want string }{
		"delivered": {publish(""), use(ofTopics), ""},
		"an account in the topic": {
			publish("," + ofAccount), use(ofTopics),
			`statement "Publish" asks for aws:SourceAccount`,
		},
		"an account in the key": {publish(""), use(ofAccount), `statement "Encrypt" asks for aws:SourceAccount`},
		"no statement":          {`{"Statement":[]}`, use(ofTopics), "no statement is about it"},
	} {
		t.Run(name, func(t *testing.T) {
			e := start(t, simaws.Options{}, props{"allowedAccountIds": []any{"123456789012"}})
			for _, s := range []step{
				{key, "k", props{"policy": c.key}},
				{alertTopic, "alerts", props{"kmsMasterKeyId": "${k.arn}"}},
				{topicPolicy, "alerts-policy", props{"arn": "${alerts.arn}", "policy": c.topic}},
				{eventRule, "failed", props{"eventPattern": "{}"}},
				{eventTarget, "target", props{"rule": "${failed.name}", "arn": "${alerts.arn}"}},
			} {
				require.NoError(t, e.try(s.token, s.name, s.inputs))
			}
			err := simaws.Undelivered(e.cloud)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, "Fix: ")
		})
	}
}

// TestOneReasonForMany: one statement can silence every alarm.
func TestOneReasonForMany(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	e.make(alertTopic, "t", nil)
	for _, more := range []string{"a (MetricAlarm): ", "a (MetricAlarm) and 1 more: ", "a (MetricAlarm) and 2 more: "} {
		name := string(rune('a' + len(e.made) - 1))
		e.make(resourcetypes.MetricAlarm, name, props{
			"name": name, "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 1,
			"alarmActions": []any{"${t.arn}"},
		})
		require.ErrorContains(t, simaws.Undelivered(e.cloud), more)
	}
}

// TestNoAccessLogUnderAKey: S3 User Guide, "Enabling Amazon S3 server access logging".
func TestNoAccessLogUnderAKey(t *testing.T) {
	for algorithm, want := range map[string]string{
		"AES256": "", "aws:kms": "S3 writes no access log to bucket logs, which a KMS key encrypts",
	} {
		e := start(t, simaws.Options{}, nil)
		for _, s := range []step{
			{bucket, "b", props{"bucket": "books"}},
			{bucket, "logs", props{"bucket": "logs"}},
			{bucketPolicy, "bp", props{
				"bucket": "logs", "policy": policyOf(when("Log", "logging.s3.amazonaws.com", `"s3:PutObject"`, "*", "")),
			}},
			{bucketEncryption, "be", props{"bucket": "logs", "rules": []any{props{
				"applyServerSideEncryptionByDefault": props{"sseAlgorithm": algorithm},
			}}}},
			{resourcetypes.BucketLogging, "bl", props{"bucket": "books", "targetBucket": "logs", "targetPrefix": "web/"}},
		} {
			e.make(s.token, s.name, s.inputs)
		}
		err := simaws.Undelivered(e.cloud)
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
}

// A cloud on disk may hold what an earlier version knew.
func TestUndeliveredSkipsTypesOfOld(t *testing.T) {
	e := start(t, simaws.Options{}, nil)
	require.NoError(t, e.cloud.Update(func(tx *cloud.Tx) error {
		tx.Put(&cloud.Record{Token: "aws:gone/thing:Thing", ID: "thing", Key: "thing"})
		return nil
	}))
	assert.NoError(t, simaws.Undelivered(e.cloud))
}
