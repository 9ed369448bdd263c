package resourcetypes

import (
	"time"
)

// The tokens of IAM and KMS.
const (
	OIDCProvider         = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
	ManagedPolicy        = "aws:iam/policy:Policy"
	Role                 = "aws:iam/role:Role"
	RolePolicy           = "aws:iam/rolePolicy:RolePolicy"
	RolePolicyAttachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	ServiceLinkedRole    = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
	KMSAlias             = "aws:kms/alias:Alias"
	KMSKey               = "aws:kms/key:Key"
)

func init() { register(identityServices, identityTypes) }

var identityServices = []Service{
	{Prefix: "iam", Actions: Actions{Read: "ListOpenIDConnectProviders"}},
}

var identityTypes = []Type{
	{
		Token:  OIDCProvider,
		Create: Operation{Name: "iam.CreateOpenIDConnectProvider"},
		Free:   "IAM is free",
	},
	{
		Token: ManagedPolicy,
		Create: Operation{Name: "iam.CreatePolicy", Renamed: map[string]string{
			"policy": "PolicyDocument",
		}},
		Free:      "IAM is free",
		Documents: []string{"policy"},
	},
	// What writes roles, policies and keys takes conditions: it is in components/deployroles_iam.go and beside it.
	{
		Token: Role,
		Create: Operation{Name: "iam.CreateRole", Renamed: map[string]string{
			"assumeRolePolicy": "AssumeRolePolicyDocument",
		}},
		Actions: []Actions{{
			Service: "iam",
			Read:    "GetRole ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies ListRoleTags",
		}},
		Free:      "IAM is free",
		Documents: []string{"assumeRolePolicy", "inlinePolicies"},
		Times: Times{
			Create: 3 * time.Second, Update: 2 * time.Second, Delete: 2 * time.Second, Source: "estimate",
		},
	},
	{
		Token: RolePolicy,
		Create: Operation{Name: "iam.PutRolePolicy", Renamed: map[string]string{
			"policy": "PolicyDocument",
			"role":   "RoleName",
			"name":   "PolicyName",
		}},
		Actions:   []Actions{{Service: "iam", Read: "GetRolePolicy"}},
		Free:      "IAM is free",
		Documents: []string{"policy"},
	},
	{
		Token: RolePolicyAttachment,
		Create: Operation{Name: "iam.AttachRolePolicy", Renamed: map[string]string{
			"role": "RoleName",
		}},
		Actions: []Actions{{Service: "iam", Read: "ListAttachedRolePolicies"}},
		Free:    "IAM is free",
	},
	{
		Token:   ServiceLinkedRole,
		Actions: []Actions{{Service: "iam", Read: "GetRole GetServiceLinkedRoleDeletionStatus"}},
		Free:    "IAM is free",
	},
	{
		Token:   KMSAlias,
		Create:  Operation{Name: "kms.CreateAlias"},
		Actions: []Actions{{Service: "kms", Read: "ListAliases"}},
		Free:    "AWS does not charge for aliases",
	},
	{
		Token:     KMSKey,
		Create:    Operation{Name: "kms.CreateKey"},
		Actions:   []Actions{{Service: "kms", Read: "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags"}},
		Loss:      Loss{Critical, "the key: everything encrypted with it becomes unreadable once the waiting period ends"},
		Documents: []string{"policy"},
		Times: Times{
			Create: 8 * time.Second, Update: 8 * time.Second, Delete: time.Second,
			Source: "wait: kms/key.go polls every 2 s until the policy has propagated",
		},
	},
}
