package moto

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRecord(t *testing.T) {
	const policy = `{"Version": "2012-10-17"}`
	record, err := Record([]Call{
		{Service: "s3", Operation: "PutBucketPolicy", Parameters: map[string]any{"Bucket": "logs-1a2b3c4", "Policy": policy}},
		{Service: "ec2", Operation: "CreateSubnet", Parameters: map[string]any{
			"VpcId": "vpc-0a1b2c3d4e5f60718", "CidrBlock": "10.0.0.0/20", "Ipv6Native": true,
			"TagSpecifications": []any{map[string]any{"Tags": []any{map[string]any{"Key": "Stack", "Value": "prod"}}}},
		}},
		{Service: "ec2", Operation: "CreateSubnet", Parameters: map[string]any{
			"VpcId": "vpc-1111111111111111a", "CidrBlock": "10.0.0.0/20",
			"TagSpecifications": []any{map[string]any{"Tags": []any{map[string]any{"Key": "Stack", "Value": "prod"}}}},
		}},
		{Service: "kms", Operation: "DescribeKey", Parameters: map[string]any{
			"KeyId": "c0ffee00-aaaa-4bbb-8ccc-123456789abc",
		}},
		{Service: "secretsmanager", Operation: "RotateSecret", Parameters: map[string]any{
			"SecretId": "arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1-AbCdEf",
			"Rules":    map[string]any{"Days": 7.0},
		}},
		{Service: "sts", Operation: "GetCallerIdentity", Parameters: map[string]any{}},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{
		`ec2:CreateSubnet {"CidrBlock":"10.0.0.0/20","TagSpecifications":[{"Tags":[{"Key":"Stack","Value":"prod"}]}],` +
			`"VpcId":"vpc-00000000000000000"}`,
		`kms:DescribeKey {"KeyId":"00000000-0000-0000-0000-000000000000"}`,
		`s3:PutBucketPolicy {"Bucket":"logs-0000000"}`,
		`secretsmanager:RotateSecret {"SecretId":"arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-1-000000"}`,
		`sts:GetCallerIdentity {}`,
	}, strings.Split(strings.TrimSpace(string(record)), "\n"))
}
