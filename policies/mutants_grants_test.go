package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/sdkschema"
	"aws-webapp/policies/testgraph"
)

const foreignRoot = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:root"},` +
	`"Action":"*","Resource":"*"}`

func grantMutants() []mutant {
	const (
		ours    = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*"},`
		aKey    = `{"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":"kms:Decrypt","Resource":"*"}`
		forThem = `{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*",` +
			`"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:999999999999:theirs"}}},`
		listeners = `{"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":"sns:Subscribe","Resource":"*"},`
		plain     = `,"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
		queueTLS  = `{"Effect":"Deny","Principal":"*","Action":"sqs:*"` + plain
		topicTLS  = `{"Effect":"Deny","Principal":"*","Action":"sns:Publish"` + plain
	)
	found := []mutant{
		{control: "no-foreign-accounts", fault: "key", mutate: set(testgraph.First(kmsKey), document(ours+aKey), "policy")},
		{control: "no-foreign-accounts", fault: "queue for their topic", mutate: set(testgraph.First(queuePolicy),
			document(forThem+queueTLS), "policy")},
		{control: "no-foreign-accounts", fault: "topic", mutate: set(testgraph.First(topicPolicy),
			document(listeners+topicTLS), "policy")},
		{control: "no-foreign-accounts", fault: "repository", madeUp: true, mutate: set(
			testgraph.First("aws:ecr/repositoryPolicy:RepositoryPolicy"), document(foreignRoot), "policy")},
		{control: "no-foreign-accounts", fault: "search domain", madeUp: true, mutate: set(
			testgraph.First("aws:opensearch/domain:Domain"), document(`{"Effect":"Allow","Principal":{"AWS":"999999999999"},`+
				`"Action":"es:ESHttpGet","Resource":"*"}`), "accessPolicies")},
	}
	add := func(fault, typeToken string, inputs testgraph.Props) {
		found = append(found, mutant{control: "no-foreign-accounts", fault: fault, mutate: func(s *testgraph.Stack) {
			s.Add(typeToken, "extra", inputs)
		}})
	}
	add("event bus", "aws:cloudwatch/eventBusPolicy:EventBusPolicy", testgraph.Props{"policy": document(foreignRoot)})
	add("event bus, by permission", "aws:cloudwatch/eventPermission:EventPermission", testgraph.Props{
		"principal": "999999999999", "statementId": "them",
	})
	add("secret", "aws:secretsmanager/secretPolicy:SecretPolicy", testgraph.Props{"policy": document(foreignRoot)})
	add("vault", "aws:backup/vaultPolicy:VaultPolicy", testgraph.Props{"policy": document(foreignRoot)})
	add("access point", "aws:s3control/accessPointPolicy:AccessPointPolicy", testgraph.Props{
		"policy": document(foreignRoot),
	})
	add("layer", "aws:lambda/layerVersionPermission:LayerVersionPermission", testgraph.Props{
		"principal": "999999999999", "action": "lambda:GetLayerVersion",
	})
	add("snapshot of a database", "aws:rds/snapshot:Snapshot", testgraph.Props{
		"dbInstanceIdentifier": "db", "sharedAccounts": []any{"123456789012", "999999999999"},
	})
	add("snapshot of a disk", "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission", testgraph.Props{
		"snapshotId": "snap-1", "accountId": "999999999999",
	})
	add("image of a machine", "aws:ec2/amiLaunchPermission:AmiLaunchPermission", testgraph.Props{
		"imageId": "ami-1", "accountId": "999999999999",
	})
	add("grant for a key", "aws:kms/grant:Grant", testgraph.Props{"granteePrincipal": "arn:aws:iam::999999999999:role/x"})
	add("share", "aws:ram/principalAssociation:PrincipalAssociation", testgraph.Props{"principal": "999999999999"})
	return found
}

// policyInputs lists the SDK's names for a policy about who may use a resource.
var policyInputs = []string{
	"policy", "policyDocument", "accessPolicy", "accessPolicies", "resourcePolicy", "repositoryPolicy",
	"deliveryDestinationPolicy",
}

// shareInputs lists the SDK's names for accounts, or their principals, that may use a resource.
var shareInputs = []string{"allowedPrincipals", "granteePrincipal", "principalArn", "sharedAccounts"}

// otherPrincipals lists types with an input of such a name that says what somebody may do in a cluster or portfolio.
var otherPrincipals = []string{
	"aws:eks/accessEntry:AccessEntry", "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
	"aws:servicecatalog/principalPortfolioAssociation:PrincipalPortfolioAssociation",
}

// shares lists types that let accounts in by an input whose name says less.
var shares = map[string]string{
	"aws:lambda/permission:Permission": "principal", "aws:cloudwatch/eventPermission:EventPermission": "principal",
	"aws:lambda/layerVersionPermission:LayerVersionPermission":              "principal",
	"aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": "accountId",
	"aws:ec2/amiLaunchPermission:AmiLaunchPermission":                       "accountId",
	"aws:ram/principalAssociation:PrincipalAssociation":                     "principal",
	"aws:acmpca/permission:Permission":                                      "principal",
	"aws:globalaccelerator/crossAccountAttachment:CrossAccountAttachment":   "principals",
	"aws:signer/signingProfilePermission:SigningProfilePermission":          "principal",
}

// noResourcePolicies lists types with an input of such a name that does not decide who may use
// the resource.
var noResourcePolicies = []string{
	// what a principal may do
	"aws:iam/groupPolicy:GroupPolicy", "aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy",
	"aws:iam/userPolicy:UserPolicy", "aws:iot/policy:Policy", "aws:iot/policyAttachment:PolicyAttachment",
	"aws:transfer/access:Access",
	"aws:transfer/user:User",
	// what may pass through an endpoint of ours
	"aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
	// what happens to data, and how long it stays
	"aws:ecr/lifecyclePolicy:LifecyclePolicy", "aws:sns/dataProtectionPolicy:DataProtectionPolicy",
	"aws:cloudwatch/logAccountPolicy:LogAccountPolicy", "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy",
	"aws:cloudwatch/logIndexPolicy:LogIndexPolicy", "aws:glacier/vaultLock:VaultLock",
	"aws:opensearch/serverlessLifecyclePolicy:ServerlessLifecyclePolicy",
	"aws:resiliencehub/resiliencyPolicy:ResiliencyPolicy",
	"aws:ses/receiptFilter:ReceiptFilter", "aws:networkmanager/coreNetworkPolicyAttachment:CoreNetworkPolicyAttachment",
	// only principals of the same account
	"aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy",
	"aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy",
	// Cedar, which has no accounts
	"aws:verifiedaccess/endpoint:Endpoint", "aws:verifiedaccess/group:Group",
}

// Every type of the SDK with a resource policy, or that names who may use it, is judged, by the property that does so.
func TestEveryResourcePolicyOfTheSDKIsJudged(t *testing.T) {
	dir, err := sdkschema.Dir()
	require.NoError(t, err)
	sdk, err := sdkschema.Load(dir)
	require.NoError(t, err)
	var judge *control.Control
	for _, c := range rules.All() {
		if c.Name == "no-foreign-accounts" {
			judge = c
		}
	}
	session := local(t, "prod", false)
	stack := &testgraph.Stack{Resources: testgraph.Baseline("prod", testgraph.Deployed)}
	added := map[string]bool{}
	for _, typeToken := range slices.Sorted(maps.Keys(sdk.Types)) {
		for _, input := range append(slices.Clone(shareInputs), shares[typeToken]) {
			if sdk.HasInput(typeToken, []string{input}) && !slices.Contains(otherPrincipals, typeToken) {
				var foreign any = "999999999999"
				if input != strings.TrimSuffix(input, "s") {
					foreign = []any{foreign}
				}
				added[stack.Add(typeToken, "foreign-"+input, testgraph.Props{input: foreign}).URN] = true
			}
		}
		if slices.Contains(noResourcePolicies, typeToken) {
			continue
		}
		for _, input := range policyInputs {
			if sdk.HasInput(typeToken, []string{input}) {
				assert.Contains(t, judge.Types, typeToken, "its %s may let in other accounts", input)
				added[stack.Add(typeToken, "foreign", testgraph.Props{input: document(foreignRoot)}).URN] = true
			}
		}
	}
	require.NoError(t, session.Configure(t.Context(), prodStack, map[string]policytest.Policy{}))
	outcome, err := session.Run(t.Context(), stack.Resources)
	require.NoError(t, err)
	for _, d := range outcome.Diagnostics {
		if d.GetPolicyName() == "no-foreign-accounts" {
			delete(added, d.GetUrn())
		}
	}
	assert.Empty(t, slices.Sorted(maps.Keys(added)), "their policies let in another account, and nobody says so")
}
