package main

import (
	"maps"
	"strconv"
	"strings"
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
		setup: setupConfig{
			retentionDays: 30, shards: 1, replicas: 1, readerRoleARNs: []string{}, administratorRoleARNs: []string{},
		},
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
		"ADMINISTRATOR_ROLE_ARNS":   "arn:aws:iam::1:role/c",
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
			administratorRoleARNs: []string{"arn:aws:iam::1:role/c"},
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

// Each number is taken within its range, and refused one step outside.
func TestLoadConfigBoundsNumbers(t *testing.T) {
	for name, bounds := range map[string][2]int{
		"MAX_BULK_BYTES": {64 << 10, 100 << 20}, "MAX_PAYLOAD_BYTES": {1 << 20, 512 << 20}, "RETENTION_DAYS": {1, 3650},
		"INDEX_SHARDS": {1, 100}, "INDEX_REPLICAS": {0, 10},
	} {
		for _, value := range []int{bounds[0] - 1, bounds[0], bounds[1], bounds[1] + 1} {
			values := maps.Clone(sufficient)
			values[name] = strconv.Itoa(value)
			_, err := loadConfig(environmentOf(values))
			assert.Equal(t, value >= bounds[0] && value <= bounds[1], err == nil, "%s=%d", name, value)
		}
	}
}

func TestLoadConfigReadsNamesOfIndices(t *testing.T) {
	for prefix, good := range map[string]bool{
		"a": true, "0-logs": true, strings.Repeat("a", 63): true, strings.Repeat("a", 64): false, "-a": false, "a_b": false,
		"A": false,
	} {
		values := maps.Clone(sufficient)
		values["INDEX_PREFIX"] = prefix
		_, err := loadConfig(environmentOf(values))
		assert.Equal(t, good, err == nil, prefix)
	}
	for period, good := range map[string]bool{"day": true, "week": true, "month": true, "weekly": false} {
		values := maps.Clone(sufficient)
		values["INDEX_PERIOD"] = period
		_, err := loadConfig(environmentOf(values))
		assert.Equal(t, good, err == nil, period)
	}
}
