package config

import (
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/fixtures"
)

// deliveryStack has only the required keys.
const deliveryStack = `config:
  pulumi:disable-default-providers: [aws]
  aws-webapp:kind: delivery
  aws-webapp:environment: prod
  aws-webapp:aws:
    region: eu-west-1
    allowedAccountIds: ["333333333333"]
  aws-webapp:tags:
    owner: platform
    costCenter: web
    repository: github.com/example/aws-webapp
  aws-webapp:registry:
    name: web
  aws-webapp:github:
    repository: example/aws-webapp
  aws-webapp:pipeline:
    service: web
  aws-webapp:staging:
    accountId: "333333333333"
    stack: staging
    url: https://staging.example.com
  aws-webapp:production:
    accountId: "222222222222"
    stack: prod
    url: https://app.example.com
    deployRoleArn: arn:aws:iam::222222222222:role/deploy
    previewRoleArn: arn:aws:iam::222222222222:role/preview
  aws-webapp:notifications:
    subscriptions:
      - protocol: email
        endpoint: oncall@example.com
`

func TestDeliveryDefaults(t *testing.T) {
	cfg, err := ParseDelivery(project, valuesOf(t, deliveryStack, nil))
	require.NoError(t, err)
	want := DefaultDelivery()
	want.Environment = Prod
	want.AWS.Region, want.AWS.AllowedAccountIDs = "eu-west-1", []string{"333333333333"}
	want.Tags = Tags{Owner: "platform", CostCenter: "web", Repository: "github.com/example/aws-webapp"}
	want.Registry.Name, want.GitHub.Repository, want.Pipeline.Service = "web", "example/aws-webapp", "web"
	want.Staging = Target{AccountID: "333333333333", Stack: "staging", URL: "https://staging.example.com"}
	want.Production = Target{
		AccountID: "222222222222", Stack: "prod", URL: "https://app.example.com",
		DeployRoleARN: "arn:aws:iam::222222222222:role/deploy", PreviewRoleARN: "arn:aws:iam::222222222222:role/preview",
	}
	want.Notifications.Subscriptions = []Subscription{{Protocol: "email", Endpoint: "oncall@example.com"}}
	assert.Equal(t, want, *cfg)
	assert.False(t, cfg.Foreign(cfg.Staging))
	assert.True(t, cfg.Foreign(cfg.Production))
}

func TestBadDeliveries(t *testing.T) {
	for name, test := range map[string]bad{
		"a key of a workload": {
			edits{"network": `{"nat": "single"}`},
			Error{
				"network", "a key of workload stacks",
				"in a delivery stack aws, encryption, environment, github, kind, logging, notifications, pipeline, production, " +
					"registry, staging, state, tags",
				"remove it, or set kind: workload",
			},
		},
		"a misspelt key": {
			edits{"registri": `{"name": "web"}`},
			Error{
				"registri", "an unknown key",
				"aws, encryption, environment, github, kind, logging, notifications, pipeline, production, registry, staging, " +
					"state, tags",
				`did you mean "registry"?`,
			},
		},
		"a key of another subject": {
			edits{"pipeline.keepImages": `3`},
			Error{
				"pipeline.keepImages", "an unknown key",
				"approvalTimeoutMinutes, artifactDays, branch, buildImage, computeType, connectionArn, service",
				"did you mean aws-webapp:registry.keepImages?",
			},
		},
		"a workload's logging": {
			edits{"logging.servicePrefix": `"/ecs"`},
			Error{"logging.servicePrefix", "an unknown key", "retentionDays", lookItUp},
		},
		"no repository": {
			edits{"registry.name": ""},
			Error{
				"registry.name", "nothing", "2 to 200 of a-z, 0-9 and inner . _ - /", "set it; write it like visitor-book",
			},
		},
		"a subject for every branch": {
			edits{"github.previewSubjects": `["ref:refs/heads/*"]`},
			Error{
				"github.previewSubjects[0]", `"ref:refs/heads/*"`,
				"pull_request, ref:refs/heads/<branch> or environment:<name>, without wildcards",
				"write it like ref:refs/heads/main",
			},
		},
		"subjects beyond a trust policy": {
			edits{"github.previewSubjects": numbered(20, "ref:refs/heads/a-branch-with-an-even-longer-name-%02d")},
			Error{
				"github.previewSubjects", "1560 characters with the repository before each",
				"at most 1448: the trust policy of a role: 2048 characters without white space", "name fewer, or shorter ones",
			},
		},
		"a subject of another repository": {
			edits{"github.subjectPrefix": `"repo:example@1/other@2"`},
			Error{
				"github.subjectPrefix", `"repo:example@1/other@2"`,
				"repo:owner@id/name@id of github.repository, example/aws-webapp",
				"take what gh api repos/example/aws-webapp/actions/oidc/customization/sub --jq .sub_claim_prefix says",
			},
		},
		"a subject for every id": {
			edits{"github.subjectPrefix": `"repo:example@*/aws-webapp@*"`},
			Error{
				"github.subjectPrefix", `"repo:example@*/aws-webapp@*"`, "repo:owner@1/name@2, as GitHub says",
				"write it like repo:example@12/aws-webapp@345",
			},
		},
		"two roles in one account": {
			edits{
				"staging.accountId":      `"222222222222"`,
				"staging.deployRoleArn":  `"arn:aws:iam::222222222222:role/deploy-staging"`,
				"staging.previewRoleArn": `"arn:aws:iam::222222222222:role/preview"`,
			},
			Error{
				"production.deployRoleArn", `"arn:aws:iam::222222222222:role/deploy"`,
				"the role of staging, which is in the same account: arn:aws:iam::222222222222:role/deploy-staging",
				"name one role for both stacks, or give each an account of its own",
			},
		},
		"two accounts": {
			edits{"aws.allowedAccountIds": `["333333333333", "444444444444"]`},
			Error{
				"aws.allowedAccountIds", "2 accounts", "one account for a delivery stack",
				"name the account that the stack lives in: others are targets",
			},
		},
		"one stack for both": {
			edits{"staging.stack": `"prod"`},
			Error{"production.stack", `"prod"`, "another stack than staging.stack", "name the stack that serves the users"},
		},
		"a foreign account without a role": {
			edits{"production.deployRoleArn": ""},
			Error{
				"production.deployRoleArn", "nothing", "a role of account 222222222222, which is not the stack's own",
				"create it as docs/delivery.md says, and set its ARN",
			},
		},
		"another account's role": {
			edits{"production.previewRoleArn": `"arn:aws:iam::111111111111:role/preview"`},
			Error{
				"production.previewRoleArn", `"arn:aws:iam::111111111111:role/preview"`, "a role of account 222222222222",
				"correct it, or accountId",
			},
		},
		"a role in the own account": {
			edits{"staging.deployRoleArn": `"arn:aws:iam::333333333333:role/deploy"`},
			Error{
				"staging.deployRoleArn", `"arn:aws:iam::333333333333:role/deploy"`, "nothing in the stack's own account",
				"remove it: the stack makes the role",
			},
		},
		"a URL without TLS": {
			edits{"staging.url": `"http://staging.example.com"`},
			Error{
				"staging.url", `"http://staging.example.com"`, "an https:// URL without user and password",
				"write it like https://app.example.com",
			},
		},
		"a queue in another region": {
			edits{"notifications.subscriptions[0]": `{"protocol": "sqs", "endpoint": "arn:aws:sqs:us-east-1:333333333333:q"}`},
			Error{
				"notifications.subscriptions[0].endpoint", "an ARN of us-east-1", "ARNs in eu-west-1, the stack's region",
				"name one in eu-west-1, or change aws.region",
			},
		},
		"the same subscription twice": {
			edits{"notifications.subscriptions[1]": `{"protocol": "email", "endpoint": "oncall@example.com"}`},
			Error{
				"notifications.subscriptions[1].endpoint", "the endpoint of aws-webapp:notifications.subscriptions[0]",
				"each subscription once", "remove one of them",
			},
		},
		"nobody to tell in prod": {
			edits{"notifications": ""},
			Error{
				"notifications.subscriptions", "nothing", "one subscription or more in prod",
				"add one, or nobody learns that an approval waits",
			},
		},
		"a state that destroy deletes": {
			edits{"state.forceDestroy": `true`},
			Error{
				"state.forceDestroy", "true", "false in prod",
				"set false: without their state no stack can be changed any more",
			},
		},
		"images that destroy deletes": {
			edits{"registry.forceDelete": `true`},
			Error{
				"registry.forceDelete", "true", "false in prod",
				"set false: running services pull their image again when a task is replaced",
			},
		},
		"an emulator in prod": {
			edits{"aws.endpoints": `{"s3": "http://localhost:5000"}`},
			Error{"aws.endpoints", "endpoints of an emulator", "none in prod", "remove them"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := ParseDelivery(project, valuesOf(t, deliveryStack, test.changes))
			require.Nil(t, cfg)
			want := test.want
			want.Key = "aws-webapp:" + want.Key
			assert.Equal(t, Errors{&want}, err)
		})
	}
}

func TestKeysOfDeliveryInAWorkload(t *testing.T) {
	errs := errorsOf(t, stagingStack, edits{"registry": `{"name": "web"}`})
	require.Len(t, errs, 1)
	assert.Equal(t, "a key of delivery stacks", errs[0].Found)
	assert.Equal(t, "remove it, or set kind: delivery", errs[0].Fix)
}

func TestKind(t *testing.T) {
	for text, want := range map[string]struct {
		kind Kind
		err  string
	}{
		"":         {KindWorkload, ""},
		"workload": {KindWorkload, ""},
		"delivery": {KindDelivery, ""},
		"delivry":  {"", `aws-webapp:kind: found "delivry", allowed workload, delivery: did you mean "delivery"?`},
		"network":  {"", `aws-webapp:kind: found "network", allowed workload, delivery: set one of them`},
	} {
		t.Run(text, func(t *testing.T) {
			values := map[string]string{"aws-webapp:kind": text}
			kind, err := KindOf(project, values)
			loaded, loadErr := LoadKind(running(t, values))
			assert.Equal(t, want.kind, kind)
			assert.Equal(t, kind, loaded)
			assert.Equal(t, err, loadErr)
			if want.err != "" {
				assert.EqualError(t, err, want.err)
			}
		})
	}
	_, err := KindOf(project, map[string]string{"aws-webapp:kind": "delivery"}, "aws-webapp:kind")
	assert.ErrorContains(t, err, "a secret (not shown)")
}

// A stack of the other kind is one error, not one for each of its keys.
func TestWrongKind(t *testing.T) {
	_, err := Parse(project, valuesOf(t, deliveryStack, nil))
	assert.EqualError(t, err, `aws-webapp:kind: found "delivery", allowed workload for this: name a stack of kind `+
		`workload`)
	_, err = ParseDelivery(project, valuesOf(t, stagingStack, nil))
	assert.EqualError(t, err, `aws-webapp:kind: found "workload", allowed delivery for this: name a stack of kind `+
		`delivery`)
	_, err = ParseDelivery(project, valuesOf(t, deliveryStack, edits{"kind": `deliver`}))
	assert.EqualError(t, err, `aws-webapp:kind: found "deliver", allowed workload, delivery: did you mean "delivery"?`)
}

// A delivery stack, by file and as the program gets it.
func TestDeliveryFile(t *testing.T) {
	projectFile, stackFile := fixtures.File(t, "Pulumi.yaml"), fixtures.StackFile(t, "delivery")
	cfg, err := LoadDeliveryFile(projectFile, stackFile)
	require.NoError(t, err)
	content, err := os.ReadFile(stackFile)
	require.NoError(t, err)
	loaded, err := LoadDelivery(running(t, valuesOf(t, string(content), nil)))
	require.NoError(t, err)
	assert.Equal(t, cfg, loaded)
	_, err = LoadFile(projectFile, stackFile)
	assert.True(t, errors.As(err, &Errors{}), "%v", err)
}
