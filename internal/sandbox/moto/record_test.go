package moto

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecord(t *testing.T) {
	const secrets = "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-"
	record, err := Record([]Call{
		{Service: "s3", Operation: "PutBucketPolicy", Parameters: map[string]any{
			"Bucket": "logs-123456789012-1a2b3c4", "ContentMD5": "1aWNIidFUu9JNccssrpu8A==",
			"Policy": `{"Version": "2012-10-17"}`,
		}},
		{Service: "sqs", Operation: "TagQueue", Parameters: map[string]any{
			"QueueUrl": "http://127.0.0.1:35315/123456789012/dead", "Tags": map[string]any{"Stack": "prod"},
		}},
		{Service: "lambda", Operation: "CreateFunction", Parameters: map[string]any{
			"FunctionName": "relay", "Role": "arn:aws:iam::123456789012:role/relay", "Timeout": 30.0,
			"Description": "Starts a deployment.", "Code": map[string]any{"S3Key": "relay.zip"},
			"DeadLetterConfig": map[string]any{"TargetArn": "arn:aws:sqs:us-east-1:123456789012:dead"},
		}},
		{Service: "ec2", Operation: "CreateSubnet", Parameters: map[string]any{
			"VpcId": "vpc-0a1b2c3d4e5f60718", "CidrBlock": "10.0.0.0/20", "Ipv6Native": true,
			"TagSpecifications": []any{map[string]any{"Tags": []any{
				map[string]any{"Key": "Owner", "Value": "web"}, map[string]any{"Key": "Stack", "Value": "prod"},
			}}},
		}},
		{Service: "ec2", Operation: "CreateSubnet", Parameters: map[string]any{
			"VpcId": "vpc-1111111111111111a", "CidrBlock": "10.0.0.0/20",
			"TagSpecifications": []any{map[string]any{"Tags": []any{
				map[string]any{"Key": "Stack", "Value": "prod"}, map[string]any{"Key": "Owner", "Value": "web"},
			}}},
		}},
		{Service: "kms", Operation: "DescribeKey", Parameters: map[string]any{
			"KeyId": "c0ffee00-aaaa-4bbb-8ccc-123456789abc",
		}},
		{Service: "secretsmanager", Operation: "RotateSecret", Parameters: map[string]any{
			"SecretId": secrets + "c0ffee00-aaaa-4bbb-8ccc-123456789abc-AbCdEf:password::",
			"Rules":    map[string]any{"Days": 7.0},
		}},
		{Service: "sts", Operation: "GetCallerIdentity", Parameters: map[string]any{}},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{
		`ec2:CreateSubnet {"CidrBlock":"10.0.0.0/20","TagSpecifications":[{"Tags":[{"Key":"Owner","Value":"web"},` +
			`{"Key":"Stack","Value":"prod"}]}],"VpcId":"vpc-00000000000000000"}`,
		`kms:DescribeKey {"KeyId":"00000000-0000-0000-0000-000000000000"}`,
		`lambda:CreateFunction {"DeadLetterConfig":{"TargetArn":"arn:aws:sqs:us-east-1:123456789012:dead"},` +
			`"FunctionName":"relay","Role":"arn:aws:iam::123456789012:role/relay"}`,
		`s3:PutBucketPolicy {"Bucket":"logs-123456789012-0000000"}`,
		`secretsmanager:RotateSecret {"SecretId":"` + secrets + `00000000-0000-0000-0000-000000000000-000000:password::"}`,
		`sqs:TagQueue {"QueueUrl":"http://127.0.0.1/123456789012/dead","Tags":{"Stack":"prod"}}`,
		`sts:GetCallerIdentity {}`,
	}, strings.Split(strings.TrimSpace(string(record)), "\n"))
}

// The records kept by make e2e consist of whole lines, without made-up parts that would differ
// the next time.
func TestKeptRecords(t *testing.T) {
	for _, stack := range []string{"prod", "staging"} {
		kept, err := os.ReadFile(filepath.Join("..", "..", "..", "tests", "e2e", "testdata", "calls", stack+".txt"))
		require.NoError(t, err)
		var calls []Call
		for line := range strings.Lines(string(kept)) {
			operation, parameters, _ := strings.Cut(line, " ")
			call := Call{}
			call.Service, call.Operation, _ = strings.Cut(operation, ":")
			require.NoError(t, json.Unmarshal([]byte(parameters), &call.Parameters), line)
			calls = append(calls, call)
		}
		require.Greater(t, len(calls), 500, "make e2e ARGS=-search records whole stacks")
		again, err := Record(calls)
		require.NoError(t, err)
		assert.Equal(t, string(kept), string(again))
	}
}
