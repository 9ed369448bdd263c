package main

import "aws-webapp/policies/testgraph"

const (
	iamRole       = "aws:iam/role:Role"
	iamRolePolicy = "aws:iam/rolePolicy:RolePolicy"
	iamPolicy     = "aws:iam/policy:Policy"
)

func identityMutants() []mutant {
	policy := testgraph.Named(iamRolePolicy, "*k-task*")
	grants := func(statements string) func(*testgraph.Stack) { return set(policy, document(statements), "policy") }
	trusts := func(statement string) func(*testgraph.Stack) {
		return set(testgraph.Named(iamRole, "*-task"), document(statement), "assumeRolePolicy")
	}
	const one = `"Resource":"arn:aws:s3:::aws-webapp-app/*"}`
	return []mutant{
		{control: "iam-no-wildcard-actions", fault: "service", mutate: grants(`{"Effect":"Allow","Action":["s3:*"],` + one)},
		{
			control: "iam-no-wildcard-actions", fault: "upper case, single",
			mutate: grants(`{"Effect":"Allow","Action":"S3:*",` + one),
		},
		{
			control: "iam-no-wildcard-actions", fault: "NotAction",
			mutate: grants(`{"Effect":"Allow","NotAction":"iam:*",` + one),
		},
		{control: "iam-no-wildcard-actions", fault: "in sum", mutate: grants(
			`{"Effect":"Allow","Action":["s3:Get*","s3:List*"],` + one + `,{"Effect":"Allow","Action":"s3:Put*",` + one +
				`,{"Effect":"Allow","Action":"s3:Delete*",` + one)},
		{control: "iam-no-wildcard-actions", fault: "inline in the role", mutate: set(testgraph.First(iamRole), []any{
			testgraph.Nested(testgraph.Props{"name": "x", "policy": document(`{"Effect":"Allow","Action":"s3:*",` + one)}),
		}, "inlinePolicies")},
		{control: "iam-no-wildcard-actions", fault: "managed policy", mutate: func(s *testgraph.Stack) {
			s.Add(iamPolicy, "extra", testgraph.Props{"policy": document(`{"Effect":"Allow","Action":"s3:*",` + one)})
		}},
		{control: "iam-no-unrestricted-writes", fault: "decrypt", mutate: grants(
			`{"Effect":"Allow","Action":"kms:Decrypt","Resource":"arn:aws:kms:*:123456789012:key/*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "wildcard in the middle", mutate: grants(
			`{"Effect":"Allow","Action":"secretsmanager:Get*Value","Resource":"*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "write", mutate: grants(
			`{"Effect":"Allow","Action":"ecs:UpdateService","Resource":["arn:aws:ecs:us-east-1:123456789012:service/a/b",` +
				`"*"]}`)},
		{control: "iam-no-unrestricted-writes", fault: "write without a reason", mutate: grants(
			`{"Sid":"FillTables","Effect":"Allow","Action":"dynamodb:PutItem",` +
				`"Resource":"arn:aws:dynamodb:us-east-1:123456789012:table/*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "write with a word for a reason", mutate: grants(
			`{"Sid":"BecauseINeedIt","Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "keys with a reason", mutate: grants(
			`{"Sid":"BecauseItDecryptsEverything","Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "credentials with a reason", mutate: grants(
			`{"Sid":"BecauseItLogsInEverywhere","Effect":"Allow","Action":"glue:GetConnection","Resource":"*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "all but some resources with a reason", mutate: grants(
			`{"Sid":"BecauseItFillsTheOthers","Effect":"Allow","Action":"s3:PutObject","NotResource":"arn:aws:s3:::secret/*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "NotResource", mutate: grants(
			`{"Effect":"Allow","Action":"s3:PutObject","NotResource":"arn:aws:s3:::secret/*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "escalation", mutate: grants(
			`{"Effect":"Allow","Action":"iam:PutRolePolicy","Resource":"arn:aws:iam::123456789012:role/*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "passing roles in two steps", mutate: grants(
			`{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/app/*"},` +
				`{"Effect":"Allow","Action":"lambda:CreateFunction",` +
				`"Resource":"arn:aws:lambda:us-east-1:123456789012:function:x"}`)},
		{control: "iam-no-unrestricted-writes", fault: "data that is read by a harmless verb", mutate: grants(
			`{"Effect":"Allow","Action":"ebs:GetSnapshotBlock","Resource":"*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "credentials by a harmless verb", mutate: grants(
			`{"Effect":"Allow","Action":"lightsail:GetRelationalDatabaseMasterUserPassword","Resource":"*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "data for which AWS has no resource", mutate: grants(
			`{"Effect":"Allow","Action":"redshift-data:GetStatementResult","Resource":"*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "write with a harmless verb", mutate: grants(
			`{"Effect":"Allow","Action":"elasticache:TestFailover","Resource":"*"}`)},
		{control: "iam-no-unrestricted-writes", fault: "action that AWS does not know", mutate: grants(
			`{"Effect":"Allow","Action":"ec2:DescribeInstance","Resource":"*"}`)},
		{control: "iam-sent-condition-keys", fault: "grant by another service's key", mutate: grants(
			`{"Effect":"Allow","Action":"s3:GetObject",` + one[:len(one)-1] +
				`,"Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}}`)},
		{control: "iam-sent-condition-keys", fault: "grant by a key that AWS does not have", mutate: grants(
			`{"Effect":"Allow","Action":"s3:GetObject",` + one[:len(one)-1] +
				`,"Condition":{"StringEquals":{"aws:PrincipalTags/team":"app"}}}`)},
		{control: "iam-sent-condition-keys", fault: "limit that is none", mutate: grants(
			`{"Effect":"Allow","Action":"s3:GetObject",` + one[:len(one)-1] +
				`,"Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}}`)},
		{control: "iam-sent-condition-keys", fault: "denial of nothing", mutate: grants(
			`{"Effect":"Allow","Action":"s3:GetObject",` + one + `,{"Effect":"Deny","Action":"s3:GetObject",` +
				`"Resource":"*","Condition":{"StringEquals":{"s3:prefix":"secret"}}}`)},
		{control: "iam-sent-condition-keys", fault: "a service's key of a role", mutate: grants(
			`{"Effect":"Allow","Action":"sns:Publish","Resource":"arn:aws:sns:us-east-1:123456789012:x",` +
				`"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}`)},
		{control: "iam-sent-condition-keys", fault: "trust in nobody", mutate: trusts(
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/ci"},"Action":"sts:AssumeRole",` +
				`"Condition":{"StringEquals":{"sts:ExternalId":"x","sts:ExternalIdentity":"x"}}}`)},
		{control: "iam-sent-condition-keys", fault: "endpoint that lets nothing through", mutate: func(s *testgraph.Stack) {
			s.Set(testgraph.First("aws:ec2/vpcEndpoint:VpcEndpoint"), document(`{"Effect":"Allow","Principal":"*","Action":"*",`+
				`"Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccountID":"123456789012"}}}`), "policy")
		}},
		{control: "iam-boundary-not-attached", fault: "as a policy", mutate: func(s *testgraph.Stack) {
			boundary := s.Add(iamPolicy, "deploy-roles-boundary", testgraph.Props{
				"policy": document(`{"Effect":"Allow","Action":"*","Resource":"*"}`),
			})
			s.Add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "all", testgraph.Props{
				"role": testgraph.Of(s.Get(testgraph.Named(iamRole, "*-task")), "name"), "policyArn": testgraph.Of(boundary, "arn"),
			})
		}},
		{control: "iam-no-escalation-in-sum", fault: "two policies of a role", mutate: func(s *testgraph.Stack) {
			role := testgraph.Of(s.Get(testgraph.Named(iamRole, "*-task")), "name")
			s.Add(iamRolePolicy, "reads", testgraph.Props{
				"role": role, "policy": document(`{"Effect":"Allow","Action":["s3:Get*","s3:List*"],` + one),
			})
			s.Add(iamRolePolicy, "writes", testgraph.Props{
				"role": role, "policy": document(`{"Effect":"Allow","Action":["s3:Put*","s3:Delete*"],` + one),
			})
		}},
		{control: "iam-no-escalation-in-sum", fault: "a managed and an inline policy", mutate: func(s *testgraph.Stack) {
			role := s.Get(testgraph.Named(iamRole, "*-task"))
			managed := s.Add(iamPolicy, "starts", testgraph.Props{"policy": document(
				`{"Effect":"Allow","Action":"lambda:CreateFunction",` +
					`"Resource":"arn:aws:lambda:us-east-1:123456789012:function:x"}`)})
			s.Add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "starts", testgraph.Props{
				"role": testgraph.Of(role, "name"), "policyArn": testgraph.Of(managed, "arn"),
			})
			s.Add(iamRolePolicy, "passes", testgraph.Props{"role": testgraph.Of(role, "name"), "policy": document(
				`{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/app/*"}`)})
		}},
		{
			control: "iam-no-unrestricted-writes", fault: "passing every role",
			mutate: grants(`{"Effect":"Allow","Action":"iam:Pass*","Resource":"*"}`),
		},
		{
			control: "iam-narrow-trust", fault: "any identity pool",
			mutate: trusts(`{"Effect":"Allow","Principal":{"Federated":` +
				`"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"}`),
		},
		{
			control: "iam-narrow-trust", fault: "everybody",
			mutate: trusts(`{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}`),
		},
		{control: "iam-narrow-trust", fault: "confused deputy", mutate: trusts(
			`{"Effect":"Allow","Principal":{"Service":"codebuild.amazonaws.com"},"Action":"sts:AssumeRole"}`)},
		{control: "iam-narrow-trust", fault: "another account", mutate: trusts(
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},"Action":"sts:AssumeRole"}`)},
		{control: "iam-narrow-trust", fault: "any repository", mutate: trusts(`{"Effect":"Allow","Principal":{"Federated":` +
			`"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},` +
			`"Action":"sts:AssumeRoleWithWebIdentity",` +
			`"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":` +
			`{"token.actions.githubusercontent.com:sub":"repo:example/*"}}}`)},
		{control: "iam-narrow-trust", fault: "any repository of an owner", mutate: trusts(`{"Effect":"Allow",` +
			`"Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},` +
			`"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":` +
			`{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},"StringLike":` +
			`{"token.actions.githubusercontent.com:sub":"repository_owner_id:1:*"}}}`)},
		{control: "iam-narrow-trust", fault: "any organisation", mutate: trusts(`{"Effect":"Allow","Principal":"*",` +
			`"Action":"sts:AssumeRole","Condition":{"StringLike":{"aws:PrincipalOrgID":"o-*"}}}`)},
		{control: "iam-no-administrator", fault: "attached", mutate: set(
			testgraph.First("aws:iam/rolePolicyAttachment:RolePolicyAttachment"), "arn:aws:iam::aws:policy/AdministratorAccess",
			"policyArn")},
		{control: "iam-no-administrator", fault: "all of a service", mutate: set(
			testgraph.First("aws:iam/rolePolicyAttachment:RolePolicyAttachment"), "arn:aws:iam::aws:policy/AmazonECS_FullAccess",
			"policyArn")},
		{control: "iam-no-administrator", fault: "listed by the role", mutate: set(testgraph.First(iamRole),
			[]any{"arn:aws:iam::aws:policy/job-function/SystemAdministrator"}, "managedPolicyArns")},
		{control: "iam-no-administrator", fault: "listed apart", mutate: func(s *testgraph.Stack) {
			s.Add("aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "task", testgraph.Props{
				"roleName": "task", "policyArns": []any{"arn:aws:iam::aws:policy/AdministratorAccess"},
			})
		}},
		{control: "iam-no-users", fault: "user", mutate: func(s *testgraph.Stack) { s.Add("aws:iam/user:User", "ci", nil) }},
		{control: "iam-no-users", fault: "password for a service", mutate: func(s *testgraph.Stack) {
			s.Add("aws:iam/serviceSpecificCredential:ServiceSpecificCredential", "ci", testgraph.Props{
				"userName": "ci", "serviceName": "codecommit.amazonaws.com",
			})
		}},
		{control: "iam-no-users", fault: "access key", mutate: func(s *testgraph.Stack) {
			s.Add("aws:iam/accessKey:AccessKey", "ci", testgraph.Props{"user": "ci"})
		}},
	}
}
