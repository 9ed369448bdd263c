package components

import (
	"fmt"

	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/awsdata/resourcetypes"
)

// boundaryStatements limits what any role of a workload stack can do to the actions of ECS, the
// functions, CodeDeploy and AWS's own services. No action changes a permission, assumes a role
// or reaches a state. A test compares it with the policies of the golden graphs: a new action
// of a role has to be added here, too.
func (a rolesAccount) boundaryStatements() []statement {
	inAccount := conditions{"StringEquals": {"aws:ResourceAccount": a.scope.AccountID}}
	// These actions have no resource types in IAM, or no ARN that is known beforehand.
	unnamed := []string{
		"cloudwatch:DescribeAlarms", "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface",
		"ec2:DeleteNetworkInterface",
		"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses", "ecr:GetAuthorizationToken",
		"elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules",
		"elasticloadbalancing:DescribeTargetGroups",
		"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
		"ssmmessages:OpenDataChannel",
	}
	ofAccount := []string{
		"elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule", "logs:CreateLogGroup",
		"logs:CreateLogStream",
		"logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents", "logs:PutRetentionPolicy",
	}
	if len(a.stacks) > 0 {
		unnamed = append(unnamed, "codedeploy:BatchGetDeploymentTargets", "codedeploy:ContinueDeployment",
			"codedeploy:ListDeploymentTargets", "codedeploy:PutLifecycleEventHookExecutionStatus", "codedeploy:StopDeployment",
			"ecs:DescribeTasks", "ecs:ListTasks")
		// A task of another stack's definition has roles that StartTasks does not let anybody pass.
		ofAccount = append(ofAccount, "backup:DescribeBackupVault", "ecs:RunTask", "rds:AddTagsToResource",
			"rds:CreateDBSnapshot", "rds:DeleteDBSnapshot", "rds:DescribeDBInstances", "rds:DescribeDBSnapshots",
			"rds:ListTagsForResource", "tag:GetResources")
	}
	statements := []statement{
		{Sid: "Unnamed", Effect: "Allow", Action: unnamed, Resource: "*"},
		{Sid: "InThisAccount", Effect: "Allow", Action: ofAccount, Resource: "*", Condition: inAccount},
		{
			Sid: "PullImages", Effect: "Allow", Action: imagePullActions, Resource: "*",
			Condition: conditions{"StringEquals": {"aws:ResourceAccount": distinct(a.scope.AccountID, a.registryAccountID)}},
		},
	}
	if len(a.stacks) == 0 {
		return statements
	}
	names := func(service, before, after string) []string {
		return a.ofStacks(func(names string) string { return a.scope.ARN(service, before+names+after) })
	}
	statements = append(
		statements,
		statement{
			Sid: "UseBuckets", Effect: "Allow",
			Action: []string{
				"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetObject",
				"s3:ListBucket",
				"s3:PutObject",
			},
			Resource: a.namedResources("s3"),
		},
		statement{
			Sid: "ReadPasswords", Effect: "Allow",
			Action:    []string{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"},
			Resource:  a.masterSecrets(),
			Condition: a.ofOwnDatabases(),
		},
		statement{
			Sid: "ReadSecrets", Effect: "Allow", Action: []string{"secretsmanager:GetSecretValue", "ssm:GetParameters"},
			Resource: []string{
				a.scope.ARN("secretsmanager", "secret:"+a.scope.Project+"/*"),
				a.scope.ARN("ssm", "parameter/"+a.scope.Project+"/*"),
			},
		},
		statement{
			Sid: "UseKeys", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"},
			Resource:  a.scope.ARN("kms", "key/*"),
			Condition: conditions{"ForAnyValue:StringLike": {"kms:ResourceAliases": a.aliases()}},
		},
		statement{
			Sid: "LendKeysToServices", Effect: "Allow", Action: "kms:CreateGrant", Resource: a.scope.ARN("kms", "key/*"),
			Condition: conditions{
				"ForAnyValue:StringLike": {"kms:ResourceAliases": a.aliases()}, "Bool": {"kms:GrantIsForAWSResource": "true"},
			},
		},
		statement{
			Sid: "Deploy", Effect: "Allow",
			Action: []string{
				"codedeploy:BatchGetDeployments", "codedeploy:CreateDeployment", "codedeploy:GetApplicationRevision",
				"codedeploy:GetDeployment",
				"codedeploy:GetDeploymentConfig", "codedeploy:GetDeploymentGroup", "codedeploy:ListDeployments",
				"codedeploy:RegisterApplicationRevision", "codedeploy:UpdateDeploymentGroup", "ecs:CreateTaskSet",
				"ecs:DeleteTaskSet", "ecs:DescribeServices", "ecs:UpdateService", "ecs:UpdateServicePrimaryTaskSet",
			},
			Resource: append(append(
				append(names("codedeploy", "application:", ""), names("codedeploy", "deploymentgroup:", "")...),
				a.scope.ARN("codedeploy", "deploymentconfig:CodeDeployDefault.ECS*")),
				append(names("ecs", "service/", "/*"), names("ecs", "task-set/", "/*")...)...),
		},
		statement{
			Sid: "TestVersions", Effect: "Allow", Action: "lambda:InvokeFunction", Resource: names("lambda", "function:", ""),
		},
		statement{
			Sid: "StartTasks", Effect: "Allow", Action: "iam:PassRole", Resource: a.roles(),
			Condition: conditions{"StringEquals": {"iam:PassedToService": tasksPrincipal}},
		},
	)
	for _, service := range resourcetypes.Services() {
		tasks := service.Tasks
		if tasks.Sid == "" {
			continue
		}
		var resources []string
		for _, kind := range tasks.Named {
			resources = append(resources, names(service.Prefix, kind, tasks.Below)...)
		}
		for _, pattern := range tasks.Unnamed {
			resources = append(resources, a.scope.ARN(service.Prefix, pattern))
		}
		statements = append(statements, statement{
			Sid: tasks.Sid, Effect: "Allow", Action: tasks.Actions, Resource: resources,
		})
	}
	for _, p := range a.taskPermissions {
		statements = append(statements, allow(p.Actions, p.Resources))
	}
	// Names of statements would take the room of a stack's taskPermissions.
	for i := range statements {
		statements[i].Sid = ""
	}
	return statements
}

// checkBoundaries refuses a boundary that IAM would not take: a role has one, of one policy.
func (a DeployRolesArgs) checkBoundaries() error {
	for _, workload := range a.Workloads {
		account := a.accountOf(workload.AccountID)
		text, err := encodeJSON(policyJSON{policyVersion, account.boundaryStatements()})
		if err != nil {
			return err
		}
		if size := len(text); size > quotas.ManagedPolicy.Limit {
			return fmt.Errorf("the boundary of account %s has %d characters, allowed are %d (%s): shorten "+
				"taskPermissions of its stacks, with a * in place of several names, or move one of the stacks to another account",
				workload.AccountID, size, quotas.ManagedPolicy.Limit, quotas.ManagedPolicy)
		}
	}
	return nil
}

func distinct(first, second string) []string {
	if first == second {
		return []string{first}
	}
	return []string{first, second}
}
