package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An account that no workload lives in gives nobody a right about one, and still guards its own roles.
func TestAccountsWithoutWorkloads(t *testing.T) {
	empty := rolesAccount{scope: testScope, stateBucket: "state", registryAccountID: "1"}
	inhabited := empty
	inhabited.stacks = []string{"prod"}
	assert.Empty(t, empty.readDocuments())
	assert.Empty(t, empty.writeDocuments())
	assert.NotEmpty(t, inhabited.readDocuments())
	assert.NotEmpty(t, inhabited.writeDocuments())
	sids := func(statements []statement) string {
		var all []string
		for _, s := range statements {
			all = append(all, s.Sid)
		}
		return " " + strings.Join(all, " ") + " "
	}
	for _, sid := range []string{"NoOtherWays", "NotItsOwnRights", "NotTheStatesBucket", "NotTheDeliverysKeys"} {
		assert.Contains(t, sids(empty.guardStatements()), " "+sid+" ")
	}
	assert.NotContains(t, sids(empty.guardStatements()), "NothingOfOtherStacks")
	assert.Contains(t, sids(inhabited.guardStatements()), "NothingOfOtherStacks")
	assert.Less(t, len(empty.boundaryStatements()), len(inhabited.boundaryStatements()))
}

// Ways around a boundary are denied one by one: each would be enough.
func TestNoOtherWaysAroundABoundary(t *testing.T) {
	account := rolesAccount{scope: testScope, stateBucket: "state", registryAccountID: "1", stacks: []string{"prod"}}
	denied := map[string][]string{}
	for _, s := range account.guardStatements() {
		assert.Equal(t, "Deny", s.Effect, s.Sid)
		if actions, many := s.Action.([]string); many {
			denied[s.Sid] = actions
		}
	}
	assert.ElementsMatch(t, strings.Fields("iam:AddClientIDToOpenIDConnectProvider iam:AddUserToGroup "+
		"iam:AttachGroupPolicy iam:AttachUserPolicy iam:CreateAccessKey iam:CreateGroup iam:CreateInstanceProfile "+
		"iam:CreateLoginProfile iam:CreateOpenIDConnectProvider iam:CreatePolicyVersion iam:CreateSAMLProvider "+
		"iam:CreateUser iam:DeleteRolePermissionsBoundary iam:DeleteUserPermissionsBoundary iam:PutGroupPolicy "+
		"iam:PutUserPolicy iam:SetDefaultPolicyVersion iam:UpdateAccessKey iam:UpdateLoginProfile "+
		"iam:UpdateOpenIDConnectProviderThumbprint"), denied["NoOtherWays"])
	assert.ElementsMatch(t, strings.Fields("iam:Add* iam:Attach* iam:Create* iam:Delete* iam:Detach* iam:PassRole "+
		"iam:Put* iam:Set* iam:Tag* iam:Untag* iam:Update*"), denied["NotItsOwnRights"])
	assert.ElementsMatch(t, strings.Fields("s3:BypassGovernanceRetention s3:DeleteBucket* s3:DeleteObjectVersion "+
		"s3:PutAccess* s3:PutBucket* s3:PutEncryptionConfiguration s3:PutLifecycleConfiguration "+
		"s3:PutReplicationConfiguration"), denied["NotTheStatesBucket"])
	assert.ElementsMatch(t, strings.Fields("kms:CreateGrant kms:Delete* kms:Disable* kms:PutKeyPolicy "+
		"kms:ScheduleKeyDeletion kms:TagResource kms:UntagResource kms:Update*"), denied["NotTheDeliverysKeys"])
}

// GitHub's provider is one for an account: whoever has it already makes none.
func TestAProviderThatIsThereIsNotMadeAgain(t *testing.T) {
	rec := deployed(t, func(ctx *pulumi.Context) error {
		args := deployRolesArgs()
		args.CreateProvider = false
		_, err := NewDeployRoles(ctx, "deploy-roles", args)
		return err
	})
	assert.Empty(t, rec.ofType("aws:iam/openIdConnectProvider:OpenIdConnectProvider"))
	assert.NotEmpty(t, rec.ofType(roleType))
}

func TestSmallTexts(t *testing.T) {
	for text, want := range map[string]string{"05": "5", "00": "0", "10": "10", "59": "59"} {
		assert.Equal(t, want, trimZero(text))
	}
	for partition, want := range map[string]string{
		"aws": "1.dkr.ecr.eu-west-1.amazonaws.com", "aws-cn": "1.dkr.ecr.eu-west-1.amazonaws.com.cn",
	} {
		assert.Equal(t, want, Scope{AccountID: "1", Region: "eu-west-1", Partition: partition}.registryHost())
	}
	text, err := encodeJSON(map[string]string{"a": "<&>"})
	require.NoError(t, err)
	assert.Equal(t, `{"a":"<&>"}`, text)
	_, err = encodeJSON(func() {})
	require.ErrorContains(t, err, "encode as JSON: ")
	assert.Equal(t, NameLogGroup.max, NameLogGroup.Max())
	assert.Positive(t, NameLogGroup.Max())
}

// A trail whose buckets nobody reads records management events alone.
func TestATrailWithoutDataEvents(t *testing.T) {
	a := &AuditTrail{}
	assert.Len(t, a.eventSelectors(), 1)
	a.args.DataEventBuckets = []string{"arn:a"}
	assert.Len(t, a.eventSelectors(), 2)
}

func namespaceProgram(ctx *pulumi.Context) error {
	_, err := NewNamespace(ctx, "services", &NamespaceArgs{Scope: testScope})
	return err
}

// A description of a namespace cannot change without all of its names going.
func TestNamespaceHasItsNameAlone(t *testing.T) {
	const namespaceToken = "aws:servicediscovery/httpNamespace:HttpNamespace"
	namespace := deployed(t, namespaceProgram).one(t, namespaceToken, "services").inputs
	assert.Equal(t, "aws-webapp-prod-services", namespace["name"])
	assert.NotContains(t, namespace, "description")
}

func spendingProgram(ctx *pulumi.Context) error {
	_, err := NewBudget(ctx, "spending", &BudgetArgs{
		Scope: testScope, MonthlyUSD: 900, TopicARN: pulumi.String(topicARN),
	})
	return err
}
