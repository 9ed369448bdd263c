package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/lambda/logshipper/internal/document"
)

var sufficient = map[string]string{
	"OPENSEARCH_ENDPOINT":   "vpc-app-logs-x.eu-central-1.es.amazonaws.com",
	"DEAD_LETTER_QUEUE_URL": "https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters",
}

func TestLoadConfigFillsInWhatMayBeLeftOut(t *testing.T) {
	got, err := loadConfig(environmentOf(sufficient))

	require.NoError(t, err)
	assert.Equal(t, &config{
		endpoint:        "https://vpc-app-logs-x.eu-central-1.es.amazonaws.com",
		indexPrefix:     "app-logs",
		indexPeriod:     document.Day,
		deadLetterURL:   "https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters",
		maxBulkBytes:    5242880,
		maxPayloadBytes: 67108864,
		setup:           setupConfig{retentionDays: 30, shards: 1, replicas: 1, readerRoleARNs: []string{}},
	}, got)
}

func TestLoadConfigReadsEverything(t *testing.T) {
	values := maps.Clone(sufficient)
	maps.Copy(values, map[string]string{
		"OPENSEARCH_ENDPOINT":       "http://127.0.0.1:9200",
		"INDEX_PREFIX":              "shop-logs",
		"INDEX_PERIOD":              "week",
		"MAX_BULK_BYTES":            "65536",
		"MAX_PAYLOAD_BYTES":         "1048576",
		"AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/x",
		"AWS_LAMBDA_FUNCTION_NAME":  "x",
		"RETENTION_DAYS":            "7",
		"INDEX_SHARDS":              "2",
		"INDEX_REPLICAS":            "0",
		"WRITER_ROLE_ARN":           "arn:aws:iam::1:role/w",
		"READER_ROLE_ARNS":          "arn:aws:iam::1:role/a, arn:aws:iam::1:role/b",
		"INTERNAL_USER_SECRET_ARN":  "arn:aws:secretsmanager:::secret:u",
		"MASTER_USER_SECRET_ARN":    "arn:aws:secretsmanager:::secret:m",
	})

	got, err := loadConfig(environmentOf(values))

	require.NoError(t, err)
	assert.Equal(t, &config{
		endpoint:        "http://127.0.0.1:9200",
		indexPrefix:     "shop-logs",
		indexPeriod:     document.Week,
		deadLetterURL:   sufficient["DEAD_LETTER_QUEUE_URL"],
		maxBulkBytes:    65536,
		maxPayloadBytes: 1048576,
		ownLogGroup:     "/aws/lambda/x",
		functionName:    "x",
		setup: setupConfig{
			retentionDays: 7, shards: 2, replicas: 0,
			writerRoleARN:         "arn:aws:iam::1:role/w",
			readerRoleARNs:        []string{"arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"},
			internalUserSecretARN: "arn:aws:secretsmanager:::secret:u",
			masterUserSecretARN:   "arn:aws:secretsmanager:::secret:m",
		},
	}, got)
}

func TestLoadConfigNamesEverythingThatIsWrong(t *testing.T) {
	_, err := loadConfig(environmentOf(map[string]string{
		"INDEX_PREFIX": "App_Logs", "INDEX_PERIOD": "year", "MAX_BULK_BYTES": "1", "MAX_PAYLOAD_BYTES": "much",
		"RETENTION_DAYS": "0", "INDEX_SHARDS": "-1", "INDEX_REPLICAS": "11",
	}))

	require.Error(t, err)
	for _, message := range []string{
		`OPENSEARCH_ENDPOINT: found "", expected the host name`,
		`DEAD_LETTER_QUEUE_URL: found "", expected the URL`,
		`INDEX_PREFIX: found "App_Logs", expected text that matches ^[a-z0-9]`,
		`INDEX_PERIOD: found "year", expected text that matches ^(day|week|month)$`,
		`MAX_BULK_BYTES: found "1", expected a number from 65536 to 104857600`,
		`MAX_PAYLOAD_BYTES: found "much", expected a number from 1048576 to 536870912`,
		`RETENTION_DAYS: found "0", expected a number from 1 to 3650`,
		`INDEX_SHARDS: found "-1", expected a number from 1 to 100`,
		`INDEX_REPLICAS: found "11", expected a number from 0 to 10`,
	} {
		assert.ErrorContains(t, err, message)
	}
}
