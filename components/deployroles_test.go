package components

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
)

func deployRolesArgs() *DeployRolesArgs {
	return &DeployRolesArgs{
		Scope: testScope.of("delivery"), Repository: "example/app", CreateProvider: true,
		PreviewSubjects: []string{"pull_request", "ref:refs/heads/main"},
		SubjectPrefix:   "repo:example@12/app@345", Branch: "main",
		Workloads: []DeployRolesWorkload{
			{Stack: "staging", AccountID: testScope.AccountID, DeployerARN: "arn:aws:iam::123456789012:role/build-staging"},
			{
				Stack: "prod", AccountID: "222222222222",
				PreviewRoleARN: "arn:aws:iam::222222222222:role/preview", DeployRoleARN: "arn:aws:iam::222222222222:role/deploy",
				DeployerARN: "arn:aws:iam::123456789012:role/build-prod",
			},
		},
		StateBucket: "state", StateKeyARN: pulumi.String("arn:aws:kms:us-east-1:123456789012:key/1"),
	}
}

func (s Scope) of(stack string) Scope {
	s.Stack = stack
	return s
}

func deployRolesProgram(ctx *pulumi.Context) error {
	_, err := NewDeployRoles(ctx, "deploy-roles", deployRolesArgs())
	return err
}

// A reviewer of a preview must see who may assume the roles before they exist.
func TestGitHubJobsAreKnownByRepositoryAndEnvironment(t *testing.T) {
	rec := previewed(t, deployRolesProgram)
	provider := rec.one(t, "aws:iam/openIdConnectProvider:OpenIdConnectProvider", "deploy-roles-github")
	assert.Equal(t, "https://token.actions.githubusercontent.com", provider.inputs["url"])
	assert.Equal(t, []any{"sts.amazonaws.com"}, provider.inputs["clientIdLists"])
	const issuer = "token.actions.githubusercontent.com"
	for role, subjects := range map[string][]any{
		"preview": {
			"repo:example/app:pull_request", "repo:example/app:ref:refs/heads/main",
			"repo:example@12/app@345:pull_request", "repo:example@12/app@345:ref:refs/heads/main",
		},
		"deploy": {"repo:example/app:environment:staging", "repo:example@12/app@345:environment:staging"},
	} {
		condition := map[string]any{
			"StringEquals":         map[string]any{issuer + ":aud": "sts.amazonaws.com", issuer + ":sub": subjects},
			"StringEqualsIfExists": map[string]any{issuer + ":repository_id": "345"},
		}
		if role == "preview" {
			condition["StringNotEquals"] = map[string]any{issuer + ":actor": "dependabot[bot]"}
		} else {
			condition["StringEqualsIfExists"].(map[string]any)[issuer+":ref"] = "refs/heads/main"
		}
		created := rec.one(t, "aws:iam/role:Role", "deploy-roles-"+role)
		assert.True(t, created.dependsOn(provider), role)
		assert.Equal(t, "aws-webapp-delivery-"+role, created.inputs["name"])
		assert.Equal(t, map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
			"Principal": map[string]any{
				"Federated": "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
			},
			"Condition": condition,
		}, created.policy(t, "assumeRolePolicy").sid(t, "GitHubJobs"), role)
	}
	builds := rec.one(t, "aws:iam/role:Role", "deploy-roles-deploy").policy(t, "assumeRolePolicy").sid(t, "Builds")
	assert.Equal(t, map[string]any{"AWS": []any{"arn:aws:iam::123456789012:role/build-staging"}}, builds["Principal"])
	assert.Len(t, rec.one(t, "aws:iam/role:Role", "deploy-roles-preview").policy(t, "assumeRolePolicy").Statement, 1)
}

// actionsOf lists what the policies of a role allow.
func actionsOf(t *testing.T, rec *recorder, role string) []string {
	t.Helper()
	arns := map[string]*recorded{}
	for _, policy := range rec.ofType("aws:iam/policy:Policy") {
		arns[arnOf(policy.typ, policy.name)] = policy
	}
	var policies []*recorded
	for _, attachment := range rec.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		if strings.HasPrefix(attachment.name, "deploy-roles-"+role+"-") {
			policies = append(policies, arns[attachment.inputs["policyArn"].(string)])
		}
	}
	for _, inline := range rec.ofType("aws:iam/rolePolicy:RolePolicy") {
		if strings.HasPrefix(inline.name, "deploy-roles-"+role+"-") {
			policies = append(policies, inline)
		}
	}
	var actions []string
	for _, policy := range policies {
		for _, statement := range policy.policy(t, "policy").Statement {
			if statement["Effect"] == "Allow" {
				actions = append(actions, strings.Fields(strings.Trim(jsonText(t, statement["Action"]), "[]"))...)
			}
		}
	}
	require.NotEmpty(t, actions, role)
	return actions
}

func jsonText(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return strings.NewReplacer(`"`, "", ",", " ").Replace(string(text))
}

var readVerb = regexp.MustCompile(`^[a-z0-9-]+:(BatchGet|Describe|Get|List|View)`)

// A pull request can use every permission of the preview role.
func TestPreviewRoleOnlyReads(t *testing.T) {
	rec := deployed(t, deployRolesProgram)
	for _, action := range actionsOf(t, rec, "preview") {
		switch action {
		case "kms:Decrypt", "s3:GetObject": // of the state: see below
			continue
		}
		assert.Regexp(t, readVerb, action)
		for _, data := range []string{
			"GetSecretValue", "GetParameter", "GetLogEvents", "GetDownloadUrl", "BatchGetImage",
			"ESHttp",
		} {
			assert.NotContains(t, action, data)
		}
	}
	state := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "deploy-roles-preview-state").policy(t, "policy")
	assert.Contains(t, state.sid(t, "ReadStates")["Resource"], "arn:aws:s3:::state/.pulumi/stacks/aws-webapp/staging.*")
	assert.NotContains(t, jsonText(t, state.Statement), "/prod", "the state of another account's stack")
	assert.NotContains(t, jsonText(t, state.Statement), "s3:PutObject")
	key := rec.one(t, "aws:iam/rolePolicy:RolePolicy", "deploy-roles-preview-state-key").policy(t, "policy").sid(t,
		"UseStateKey")
	assert.Equal(t, []any{"kms:Decrypt", "kms:DescribeKey"}, key["Action"])
}

func TestDeployRoleCannotWidenItsOwnRights(t *testing.T) {
	rec := deployed(t, deployRolesProgram)
	roles := rec.one(t, "aws:iam/policy:Policy", "deploy-roles-write-roles").policy(t, "policy")
	boundary := "arn:aws:iam::123456789012:policy/aws-webapp-delivery-boundary"
	within := roles.sid(t, "KeepRolesWithinTheBoundary")
	assert.Equal(t, map[string]any{"StringEquals": map[string]any{"iam:PermissionsBoundary": boundary}},
		within["Condition"])
	names := []any{"arn:aws:iam::123456789012:role/aws-webapp-staging-*"}
	for _, sid := range []string{"KeepRolesWithinTheBoundary", "TagRoles", "PassRoles"} {
		assert.Equal(t, names, roles.sid(t, sid)["Resource"], sid)
	}
	// Actions that grant permissions are only allowed under the condition.
	for _, action := range []string{
		"iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary",
		"iam:UpdateAssumeRolePolicy",
	} {
		assert.Contains(t, within["Action"], action)
		assert.NotContains(t, roles.sid(t, "TagRoles")["Action"], action)
	}
	for _, action := range actionsOf(t, rec, "deploy") {
		for _, never := range []string{
			"iam:DeleteRolePermissionsBoundary", "iam:CreatePolicyVersion", "iam:CreateUser", "iam:CreateAccessKey",
			"secretsmanager:GetSecretValue",
		} {
			assert.NotEqual(t, never, action)
		}
		assert.NotContains(t, action, "*", "actions are named one by one")
	}
	guard := rec.one(t, "aws:iam/policy:Policy", "deploy-roles-guard").policy(t, "policy")
	assert.Equal(t, map[string]any{"StringNotEquals": map[string]any{"iam:PermissionsBoundary": boundary}},
		guard.sid(t, "NoRolesBeyondTheBoundary")["Condition"])
	assert.Contains(t, guard.sid(t, "NotItsOwnRights")["Resource"], "arn:aws:iam::123456789012:role/aws-webapp-delivery-*")
	assert.Contains(t, guard.sid(t, "NoOtherWays")["Action"], "iam:DeleteRolePermissionsBoundary")
	assert.Equal(t, "*", guard.sid(t, "NoOtherWays")["Resource"])
	for _, statement := range guard.Statement {
		assert.Equal(t, "Deny", statement["Effect"])
	}
}

// The boundary caps roles that run code: none of it may reach permissions or states.
func TestBoundaryHandsOutNothing(t *testing.T) {
	text := jsonText(t, deployed(t, deployRolesProgram).one(t, "aws:iam/policy:Policy", "deploy-roles-boundary").policy(t,
		"policy").Statement)
	assert.NotContains(t, text, "sts:AssumeRole")
	assert.NotContains(t, text, "arn:aws:s3:::state")
	assert.NotContains(t, text, "aws-webapp-delivery-")
	for _, action := range regexp.MustCompile(`iam:\w+`).FindAllString(text, -1) {
		assert.Contains(t, []string{"iam:PassRole", "iam:PassedToService"}, action)
	}
}

// A role has one boundary, and IAM takes 6144 characters: what is longer is refused before anything is made.
func TestBoundaryWithTooManyPermissions(t *testing.T) {
	for _, account := range []string{testScope.AccountID, "222222222222"} {
		args := deployRolesArgs()
		i := slices.IndexFunc(args.Workloads, func(w DeployRolesWorkload) bool { return w.AccountID == account })
		queue := ServicePermission{
			Actions: []string{"sqs:SendMessage"}, Resources: []string{"arn:aws:sqs:us-east-1:222222222222:orders"},
		}
		args.Workloads[i].TaskPermissions = []ServicePermission{queue}
		require.NoError(t, args.checkBoundaries())
		args.Workloads[i].TaskPermissions = slices.Repeat([]ServicePermission{queue}, 50)
		err := args.checkBoundaries()
		require.ErrorContains(t, err, "the boundary of account "+account+" has ")
		require.ErrorContains(t, err, "shorten taskPermissions")
	}
}

func TestPoliciesFitIntoIAM(t *testing.T) {
	rec := deployed(t, deployRolesProgram)
	for _, policy := range rec.ofType("aws:iam/policy:Policy") {
		assert.LessOrEqual(t, len(policy.inputs["policy"].(string)), 6144, policy.name)
	}
	attached := map[string]int{}
	for _, attachment := range rec.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment") {
		attached[attachment.inputs["role"].(string)]++
	}
	for role, count := range attached {
		assert.LessOrEqual(t, count, 10, "policies of %s", role)
	}
}

// A policy has limited room, so every service has to be put into a group.
func TestEveryServiceIsInAGroup(t *testing.T) {
	grouped := map[string]bool{"iam": true, "kms": true, "sts": true}
	for _, service := range resourcetypes.Services() {
		grouped[service.Prefix] = grouped[service.Prefix] || slices.Contains(writeGroups, service.Group)
	}
	for service := range serviceActions(writeActions) {
		assert.True(t, grouped[service], "service %s has no Group in its row of resourcetypes", service)
	}
}

// AWS accepts the trust policy whatever a stack file may contain.
func TestTheLongestTrustPolicyFits(t *testing.T) {
	owner, name, id := strings.Repeat("o", 39), strings.Repeat("n", 100), strings.Repeat("9", 20)
	args := DeployRolesArgs{
		Scope: testScope.of(strings.Repeat("d", 40)), Repository: owner + "/" + name, Branch: strings.Repeat("b", 200),
		SubjectPrefix: "repo:" + owner + "@" + id + "/" + name + "@" + id,
	}
	for _, stack := range []string{"s", "p"} {
		args.Workloads = append(args.Workloads, DeployRolesWorkload{
			Stack: strings.Repeat(stack, 40), AccountID: "222222222222",
			DeployerARN: "arn:aws:iam::123456789012:role/" + strings.Repeat("r", 64),
		})
	}
	text, err := json.Marshal(map[string]any{
		"Version": "2012-10-17", "Statement": args.deployTrust(args.accountOf("222222222222")),
	})
	require.NoError(t, err)
	assert.LessOrEqual(t, len(text), 2048)
}

// An account without a workload needs no roles.
func TestAnAccountWithoutWorkloadsGetsNoRoles(t *testing.T) {
	rec := deployed(t, func(ctx *pulumi.Context) error {
		args := deployRolesArgs()
		args.Workloads = args.Workloads[1:]
		_, err := NewDeployRoles(ctx, "deploy-roles", args)
		return err
	})
	for _, typ := range []string{"role:Role", "policy:Policy", "openIdConnectProvider:OpenIdConnectProvider"} {
		assert.Empty(t, rec.ofType("aws:iam/"+typ), typ)
	}
	assert.NotEmpty(t, rec.one(t, deployRolesType, "deploy-roles").outputs["accounts"])
}

func TestRolesKeepThePathOfTheirARN(t *testing.T) {
	assert.JSONEq(
		t, `{"Path": "/team/", "RoleName": "web", "Description": "Previews workload stacks.", "MaxSessionDuration": 21600}`,
		roleInput("preview", "arn:aws:iam::222222222222:role/team/web"))
}

// Another account's administrator gets the same policies, about that account.
func TestDocumentsOfOtherAccounts(t *testing.T) {
	rec := deployed(t, deployRolesProgram)
	accounts := rec.one(t, deployRolesType, "deploy-roles").outputs["accounts"].(map[string]any)
	require.Len(t, accounts, 1)
	documents := accounts["222222222222"].(map[string]any)
	assert.Len(t, documents, 18)
	assert.JSONEq(
		t, `{"Path": "/", "RoleName": "deploy", "Description": "Deploys workload stacks.", "MaxSessionDuration": 21600}`,
		documents["deploy-role.json"].(string))
	attached := 0
	for name, text := range documents {
		if strings.HasSuffix(name, "-role.json") {
			continue
		}
		// docs/delivery.md attaches these; trust and state belong to the role itself.
		own := strings.HasSuffix(name, "-trust.json") || strings.HasSuffix(name, "-state.json")
		if strings.HasPrefix(name, "deploy-") && !own {
			attached++
		}
		var parsed policyText
		require.NoError(t, json.Unmarshal([]byte(text.(string)), &parsed), name)
		assert.NotEmpty(t, parsed.Statement, name)
		assert.LessOrEqual(t, len(text.(string)), 6144, name)
	}
	assert.LessOrEqual(t, attached, 10, "AWS attaches no more to a role")
	assert.Contains(t, documents["deploy-write-roles.json"],
		"arn:aws:iam::222222222222:policy/aws-webapp-delivery-boundary")
	assert.Contains(t, documents["deploy-write-data.json"], "arn:aws:s3:::aws-webapp-prod-*")
	assert.NotContains(t, documents["deploy-write-data.json"], "aws-webapp-staging-")
	assert.Contains(t, documents["deploy-trust.json"], "role/build-prod")
	assert.NotContains(t, documents["deploy-trust.json"], "role/build-staging",
		"staging's build has no business in production's account")
	assert.NotContains(t, documents["preview-trust.json"], "role/build-")
	assert.Contains(t, documents["deploy-trust.json"], "arn:aws:iam::222222222222:oidc-provider/token.actions")
	assert.Contains(t, documents["deploy-trust.json"], "repo:example/app:environment:prod")
	assert.NotContains(t, documents["deploy-trust.json"], "environment:staging")
}
