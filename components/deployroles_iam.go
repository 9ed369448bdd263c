package components

import (
	"fmt"
	"slices"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// passedTo lists the services to which the workload's roles are passed.
var passedTo = []string{
	"backup.amazonaws.com", "cloudtrail.amazonaws.com", "codedeploy.amazonaws.com", "ecs-tasks.amazonaws.com",
	"lambda.amazonaws.com", "monitoring.rds.amazonaws.com", schedulerPrincipal, "vpc-flow-logs.amazonaws.com",
}

// linkedServices returns the services that create service-linked roles when they are first used in an account.
func linkedServices() []string {
	var principals []string
	for _, service := range resourcetypes.Services() {
		if service.Linked != "" {
			principals = append(principals, service.Linked)
		}
	}
	slices.Sort(principals)
	return principals
}

// roleStatements allows creating roles only if they have the boundary. A role may only be changed
// while it has the boundary (iam:PermissionsBoundary), and no action removes it. Tagging and
// iam:PassRole do not support that condition: for them the names of the workload's roles are the
// limit.
func (a rolesAccount) roleStatements() []statement {
	carriesBoundary := conditions{"StringEquals": {"iam:PermissionsBoundary": a.boundaryARN()}}
	return []statement{
		{
			Sid: "KeepRolesWithinTheBoundary", Effect: "Allow",
			Action: []string{
				"iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
				"iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
				"iam:UpdateRoleDescription",
			},
			Resource: a.roles(), Condition: carriesBoundary,
		},
		{
			Sid: "TagRoles", Effect: "Allow", Action: []string{"iam:TagRole", "iam:UntagRole"}, Resource: a.roles(),
		},
		{
			Sid: "PassRoles", Effect: "Allow", Action: "iam:PassRole", Resource: a.roles(),
			Condition: conditions{"StringEquals": {"iam:PassedToService": passedTo}},
		},
		{
			// A recorder of AWS Config is given its service-linked role.
			Sid: "PassConfigItsRole", Effect: "Allow", Action: "iam:PassRole",
			Resource:  a.scope.configRole(),
			Condition: conditions{"StringEquals": {"iam:PassedToService": configPrincipal}},
		},
		{
			Sid: "CreateServiceLinkedRoles", Effect: "Allow", Action: "iam:CreateServiceLinkedRole",
			Resource:  a.scope.GlobalARN("iam", "role/aws-service-role/*"),
			Condition: conditions{"StringEquals": {"iam:AWSServiceName": linkedServices()}},
		},
		{
			Sid: "KeepLinkedRoles", Effect: "Allow",
			Action: []string{"iam:DeleteServiceLinkedRole", "iam:TagRole", "iam:UntagRole"},
			Resource: []string{
				a.scope.GlobalARN("iam", "role/aws-service-role/"+configPrincipal+"/*"),
				a.scope.GlobalARN("iam", "role/aws-service-role/opensearchservice.amazonaws.com/*"),
			},
		},
		{
			// The password policy belongs to the account: IAM has no resource type for it.
			Sid: "KeepPasswordPolicy", Effect: "Allow",
			Action: []string{"iam:DeleteAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"}, Resource: "*",
		},
	}
}

// keyStatements allows creating keys with the workload's tags, managing keys that have them, and using
// those only through AWS's services. A key has its tags from the start. An alias comes later, nothing
// waits for it, and AWS may take five minutes to apply one:
// https://docs.aws.amazon.com/kms/latest/developerguide/abac.html
func (a rolesAccount) keyStatements() []statement {
	keys := a.scope.ARN("kms", "key/*")
	created, own := a.tagged("aws:RequestTag/"), a.tagged("aws:ResourceTag/")
	return []statement{
		// A key has no ARN before it exists.
		{
			Sid: "CreateKeys", Effect: "Allow", Action: []string{"kms:CreateKey", "kms:TagResource"}, Resource: "*",
			Condition: created,
		},
		{
			Sid: "KeepKeys", Effect: "Allow",
			Action: []string{
				"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DisableKeyRotation", "kms:EnableKeyRotation",
				"kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
			},
			Resource: keys, Condition: own,
		},
		{
			Sid: "NameKeys", Effect: "Allow", Action: []string{"kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"},
			Resource: a.ofStacks(func(names string) string { return a.scope.ARN("kms", "alias/"+names) }),
		},
		{
			Sid: "ChangeKeyPolicies", Effect: "Allow", Action: "kms:PutKeyPolicy", Resource: keys,
			Condition: conditions{"ForAnyValue:StringLike": {"kms:ResourceAliases": a.aliases()}},
		},
		{
			Sid: "LendKeysToServices", Effect: "Allow", Action: "kms:CreateGrant", Resource: keys,
			Condition: conditions{"StringEquals": own["StringEquals"], "Bool": {"kms:GrantIsForAWSResource": "true"}},
		},
		{
			Sid: "UseKeysThroughServices", Effect: "Allow",
			Action: []string{
				"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:RetireGrant",
			}, Resource: keys,
			Condition: conditions{
				"StringEquals": own["StringEquals"],
				"StringLike":   {"kms:ViaService": a.keyUsers()},
			},
		},
	}
}

// keyUsers returns, by the names that KMS knows, the services that use keys for their callers.
func (a rolesAccount) keyUsers() []string {
	var names []string
	for _, service := range resourcetypes.Services() {
		if service.UsesKeys {
			names = append(names, fmt.Sprintf("%s.%s.amazonaws.com", service.Prefix, a.scope.Region))
		}
	}
	return names
}

func (a rolesAccount) aliases() []string {
	return a.ofStacks(func(names string) string { return "alias/" + names })
}

// guardStatements denies the ways from deploying workloads to gaining more permissions. A
// permission that somebody adds later must not open them.
func (a rolesAccount) guardStatements() []statement {
	scope := a.scope
	state := scope.BucketARN(a.stateBucket)
	own := scope.NamesBegin() + "*"
	taggers := []string{"kms:TagResource", "logs:TagResource"}
	statements := []statement{
		{
			Sid: "NoRolesBeyondTheBoundary", Effect: "Deny",
			Action: []string{
				"iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy",
				"iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole*",
			},
			Resource: "*", Condition: conditions{"StringNotEquals": {"iam:PermissionsBoundary": a.boundaryARN()}},
		},
		{
			// Removing a role's boundary, creating a user, and changing a trusted provider would be ways
			// around the limits.
			Sid: "NoOtherWays", Effect: "Deny",
			Action: []string{
				"iam:AddClientIDToOpenIDConnectProvider", "iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachUserPolicy",
				"iam:CreateAccessKey", "iam:CreateGroup", "iam:CreateInstanceProfile", "iam:CreateLoginProfile",
				"iam:CreateOpenIDConnectProvider", "iam:CreatePolicyVersion", "iam:CreateSAMLProvider", "iam:CreateUser",
				"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary", "iam:PutGroupPolicy", "iam:PutUserPolicy",
				"iam:SetDefaultPolicyVersion", "iam:UpdateAccessKey", "iam:UpdateLoginProfile",
				"iam:UpdateOpenIDConnectProviderThumbprint",
			},
			Resource: "*",
		},
		{
			Sid: "NotItsOwnRights", Effect: "Deny",
			Action: []string{
				"iam:Add*", "iam:Attach*", "iam:Create*", "iam:Delete*", "iam:Detach*", "iam:PassRole", "iam:Put*", "iam:Set*",
				"iam:Tag*",
				"iam:Untag*", "iam:Update*",
			},
			Resource: []string{
				scope.GlobalARN("iam", "role/"+own), scope.GlobalARN("iam", "policy/"+own),
				scope.GlobalARN("iam", "oidc-provider/*"),
			},
		},
		{
			Sid: "NotTheStatesBucket", Effect: "Deny",
			Action: []string{
				"s3:BypassGovernanceRetention", "s3:DeleteBucket*", "s3:DeleteObjectVersion", "s3:PutAccess*", "s3:PutBucket*",
				"s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration", "s3:PutReplicationConfiguration",
			},
			Resource: []string{state, state + "/*"},
		},
		{
			Sid: "NotTheDeliverysKeys", Effect: "Deny",
			Action: []string{
				"kms:CreateGrant", "kms:Delete*", "kms:Disable*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource",
				"kms:UntagResource", "kms:Update*",
			},
			Resource:  scope.ARN("kms", "key/*"),
			Condition: conditions{"StringEquals": {"aws:ResourceTag/Stack": scope.Stack}},
		},
		{
			// A tag would make another project's key or log group the workload's.
			Sid: "NothingOfOtherProjects", Effect: "Deny", Action: taggers, Resource: "*",
			Condition: conditions{
				"Null":            {"aws:ResourceTag/Project": "false"},
				"StringNotEquals": {"aws:ResourceTag/Project": scope.Project},
			},
		},
	}
	if len(a.stacks) == 0 {
		return statements
	}
	return append(statements, statement{
		Sid: "NothingOfOtherStacks", Effect: "Deny", Action: taggers, Resource: "*",
		Condition: conditions{
			"Null":            {"aws:ResourceTag/Stack": "false"},
			"StringNotEquals": {"aws:ResourceTag/Stack": a.stacks},
		},
	})
}
