package components

// passedTo are the services that the workload's roles are made for.
var passedTo = []string{
	"backup.amazonaws.com", "cloudtrail.amazonaws.com", "codedeploy.amazonaws.com", "config.amazonaws.com", "ecs-tasks.amazonaws.com",
	"lambda.amazonaws.com", "monitoring.rds.amazonaws.com", "vpc-flow-logs.amazonaws.com",
}

// linkedServices make roles of their own when they are first used in an account.
var linkedServices = []string{
	"access-analyzer.amazonaws.com", "config.amazonaws.com", "delivery.logs.amazonaws.com", "ecs.amazonaws.com",
	"ecs.application-autoscaling.amazonaws.com", "elasticloadbalancing.amazonaws.com", "guardduty.amazonaws.com",
	"opensearchservice.amazonaws.com", "rds.amazonaws.com", "securityhub.amazonaws.com", "wafv2.amazonaws.com",
}

// roleStatements let roles be made that carry the boundary, and no others. What gives a role
// permissions is allowed only as long as the role carries it (iam:PermissionsBoundary), and
// no action takes it off again. Trust policies, tags and deletion know no such condition:
// there the names of the workload's roles are the limit.
func (a accessAccount) roleStatements() []statement {
	carriesBoundary := conditions{"StringEquals": {"iam:PermissionsBoundary": a.boundaryARN()}}
	return []statement{
		{
			Sid: "GiveRolesPermissionsWithinTheBoundary", Effect: "Allow",
			Action: []string{
				"iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary",
				"iam:PutRolePolicy",
			},
			Resource: a.roles(), Condition: carriesBoundary,
		},
		{
			Sid: "KeepRoles", Effect: "Allow",
			Action: []string{
				"iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription",
			},
			Resource: a.roles(),
		},
		{
			Sid: "PassRoles", Effect: "Allow", Action: "iam:PassRole", Resource: a.roles(),
			Condition: conditions{"StringEquals": {"iam:PassedToService": passedTo}},
		},
		{
			Sid: "CreateServiceLinkedRoles", Effect: "Allow", Action: "iam:CreateServiceLinkedRole",
			Resource:  a.scope.GlobalARN("iam", "role/aws-service-role/*"),
			Condition: conditions{"StringEquals": {"iam:AWSServiceName": linkedServices}},
		},
		{
			Sid: "KeepSearchRole", Effect: "Allow",
			Action:   []string{"iam:DeleteServiceLinkedRole", "iam:TagRole", "iam:UntagRole"},
			Resource: a.scope.GlobalARN("iam", "role/aws-service-role/opensearchservice.amazonaws.com/*"),
		},
		{
			// The password policy is the account's: AWS has no resource level for it.
			Sid: "KeepPasswordPolicy", Effect: "Allow",
			Action: []string{"iam:DeleteAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"}, Resource: "*",
		},
	}
}

// keyStatements let keys be made, and those of the workload be kept and used. A key has its
// tags from the first moment, its alias only after it; what hands out the use of a key
// therefore goes by the alias, what sets a new one up by the tag.
func (a accessAccount) keyStatements() []statement {
	keys := a.scope.ARN("kms", "key/*")
	project := a.scope.Project
	byAlias := map[string]any{"kms:ResourceAliases": a.aliases()}
	return []statement{
		// A key has no ARN before it exists.
		{Sid: "CreateKeys", Effect: "Allow", Action: "kms:CreateKey", Resource: "*"},
		{
			Sid: "TagKeys", Effect: "Allow", Action: "kms:TagResource", Resource: keys,
			Condition: conditions{"StringEquals": {"aws:RequestTag/Project": project}},
		},
		{
			Sid: "KeepKeys", Effect: "Allow",
			Action: []string{
				"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DisableKeyRotation", "kms:EnableKeyRotation",
				"kms:ScheduleKeyDeletion", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
			},
			Resource:  keys,
			Condition: conditions{"StringEquals": {"aws:ResourceTag/Project": project, "aws:ResourceTag/Stack": a.stacks}},
		},
		{
			Sid: "NameKeys", Effect: "Allow", Action: []string{"kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"},
			Resource: a.ofStacks(func(names string) string { return a.scope.ARN("kms", "alias/"+names) }),
		},
		{
			Sid: "ChangeKeyPolicies", Effect: "Allow", Action: "kms:PutKeyPolicy", Resource: keys,
			Condition: conditions{"ForAnyValue:StringLike": byAlias},
		},
		{
			Sid: "LendKeysToServices", Effect: "Allow", Action: "kms:CreateGrant", Resource: keys,
			Condition: conditions{"ForAnyValue:StringLike": byAlias, "Bool": {"kms:GrantIsForAWSResource": "true"}},
		},
		{
			Sid: "UseKeysThroughServices", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resource: keys,
			Condition: conditions{
				"ForAnyValue:StringLike": byAlias,
				"StringEquals": {"kms:ViaService": []string{
					"es." + a.scope.Region + ".amazonaws.com", "lambda." + a.scope.Region + ".amazonaws.com",
					"rds." + a.scope.Region + ".amazonaws.com", "secretsmanager." + a.scope.Region + ".amazonaws.com",
				}},
			},
		},
	}
}

func (a accessAccount) aliases() []string {
	return a.ofStacks(func(names string) string { return "alias/" + names })
}

// guardStatements deny what no permission that somebody adds later should open: the way from
// deploying workloads to deploying oneself more rights.
func (a accessAccount) guardStatements() []statement {
	scope := a.scope
	state := scope.BucketARN(a.stateBucket)
	own := scope.NamesBegin() + "*"
	return []statement{
		{
			Sid: "NoRolesBeyondTheBoundary", Effect: "Deny",
			Action:   []string{"iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"},
			Resource: "*", Condition: conditions{"StringNotEquals": {"iam:PermissionsBoundary": a.boundaryARN()}},
		},
		{
			// A role without its boundary, a user, and a provider that others trust are ways around.
			Sid: "NoOtherWays", Effect: "Deny",
			Action: []string{
				"iam:AddClientIDToOpenIDConnectProvider", "iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachUserPolicy",
				"iam:CreateAccessKey", "iam:CreateGroup", "iam:CreateInstanceProfile", "iam:CreateLoginProfile",
				"iam:CreateOpenIDConnectProvider", "iam:CreatePolicyVersion", "iam:CreateSAMLProvider", "iam:CreateUser",
				"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary", "iam:PutGroupPolicy", "iam:PutUserPolicy",
				"iam:SetDefaultPolicyVersion", "iam:UpdateAccessKey", "iam:UpdateLoginProfile", "iam:UpdateOpenIDConnectProviderThumbprint",
			},
			Resource: "*",
		},
		{
			Sid: "NotItsOwnRights", Effect: "Deny",
			Action: []string{
				"iam:Add*", "iam:Attach*", "iam:Create*", "iam:Delete*", "iam:Detach*", "iam:PassRole", "iam:Put*", "iam:Set*", "iam:Tag*",
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
			// A tag would make another project's key the workload's.
			Sid: "NotOthersKeys", Effect: "Deny", Action: "kms:TagResource", Resource: scope.ARN("kms", "key/*"),
			Condition: conditions{
				"Null":            {"aws:ResourceTag/Project": "false"},
				"StringNotEquals": {"aws:ResourceTag/Project": scope.Project},
			},
		},
	}
}
