package engine_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/iamdoc"
)

const (
	previewStaging = "arn:aws:iam::111111111111:role/aws-webapp-delivery-preview"
	deployStaging  = "arn:aws:iam::111111111111:role/aws-webapp-delivery-deploy"
	previewProd    = "arn:aws:iam::222222222222:role/aws-webapp-delivery-preview"
	deployProd     = "arn:aws:iam::222222222222:role/aws-webapp-delivery-deploy"

	issuer = "token.actions.githubusercontent.com"
	states = "arn:aws:s3:::aws-webapp-delivery-state-333333333333-us-east-1"
)

// prefixes lists the two forms in which GitHub's tokens name the repository.
var prefixes = []string{"repo:example/aws-webapp", "repo:example@12/aws-webapp@345"}

// claims of a token of GitHub, by name.
type claims map[string]string

// with returns the same token with another claim.
func (c claims) with(name, value string) claims {
	other := claims{name: value}
	for key, had := range c {
		if key != name {
			other[key] = had
		}
	}
	return other
}

// tokenFor returns a token for AWS, with GitHub's claims besides the subject.
func tokenFor(subject string) claims {
	return claims{
		"aud": "sts.amazonaws.com", "sub": subject, "actor": "alice", "repository_id": "345", "ref": "refs/heads/main",
	}
}

// Three accounts: the pipeline and the states are in one, staging and prod in one each. Access is judged by the
// policies that the delivery stack creates, and by the documents that it writes for the other administrators.
func TestWhoGetsIntoWhichAccount(t *testing.T) {
	t.Parallel()
	s := fresh(t, setup{stack: "delivery", config: map[string]string{"aws-webapp:github.subjectPrefix": prefixes[1]}})
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	g := grantsOf(t, s)

	none, previews := []string{}, []string{previewStaging, previewProd}
	for _, prefix := range prefixes {
		for name, test := range map[string]struct {
			token claims
			want  []string
		}{
			"pull request from a branch": {tokenFor(prefix+":pull_request").with("ref", "refs/pull/7/merge"), previews},
			"drift, on schedule":         {tokenFor(prefix + ":ref:refs/heads/main"), previews},
			"staging's environment":      {tokenFor(prefix + ":environment:staging"), []string{deployStaging}},
			"prod's environment":         {tokenFor(prefix + ":environment:prod"), []string{deployProd}},

			"pull request of Dependabot": {tokenFor(prefix+":pull_request").with("actor", "dependabot[bot]"), none},
			"merge queue":                {tokenFor(prefix + ":ref:refs/heads/gh-readonly-queue/main/pr-7-0a1b2c"), none},
			"an environment that is open to every branch": {
				tokenFor(prefix+":environment:prod").with("ref", "refs/heads/feature"), none,
			},
			"another branch":             {tokenFor(prefix + ":ref:refs/heads/feature"), none},
			"a branch that begins alike": {tokenFor(prefix + ":ref:refs/heads/main2"), none},
			"a tag":                      {tokenFor(prefix + ":ref:refs/tags/main"), none},
			"another environment":        {tokenFor(prefix + ":environment:qa"), none},
			"an environment by its look": {tokenFor(prefix + ":environment:PROD"), none},
			"another repository":         {tokenFor(prefix+"-fork:environment:prod").with("repository_id", "9"), none},
			"who got the name later":     {tokenFor(prefix+":environment:prod").with("repository_id", "9"), none},
			"for somebody else":          {tokenFor(prefix+":environment:prod").with("aud", "https://example.com"), none},
		} {
			t.Run(prefix+", "+name, func(t *testing.T) {
				assert.ElementsMatch(t, test.want, g.assumable(test.token))
			})
		}
	}
	t.Run("other owners and ids", func(t *testing.T) {
		for _, prefix := range []string{
			"repo:examples/aws-webapp", "repo:example@13/aws-webapp@345", "repo:example@12/aws-webapp@3456",
		} {
			assert.Empty(t, g.assumable(tokenFor(prefix+":environment:prod")), prefix)
		}
	})
	t.Run("a token without the further claims", func(t *testing.T) {
		// AWS has checked these claims only since 2026: if it does not, the subject decides.
		plain := claims{"aud": "sts.amazonaws.com", "sub": prefixes[0] + ":environment:prod"}
		assert.Equal(t, []string{deployProd}, g.assumable(plain))
		plain["sub"] = prefixes[1] + ":pull_request"
		assert.ElementsMatch(t, previews, g.assumable(plain))
	})
	t.Run("the pipeline chains", func(t *testing.T) {
		const build = "arn:aws:iam::333333333333:role/aws-webapp-delivery-build-"
		assert.ElementsMatch(t, []string{
			build + "deploy-staging > " + deployStaging, build + "deploy-production > " + deployProd,
		}, g.chains())
		for _, pair := range [][2]string{
			{"deploy-staging", deployProd}, {"deploy-production", deployStaging}, {"image", deployStaging},
		} {
			caller := iamdoc.Principal{Kind: "aws", ID: build + pair[0]}
			trusted := g.roles[pair[1]].trust.Decide(iamdoc.Request{Caller: caller, Action: "sts:AssumeRole"})
			assert.False(t, trusted.Allowed, "%s trusts the build %s", pair[1], pair[0])
		}
	})
	t.Run("states", func(t *testing.T) {
		g.requireOwnStates(t, result.Outputs["secretsProvider"].(string), []stateUse{
			{previewStaging, "staging", "prod", false},
			{deployStaging, "staging", "prod", true},
			{previewProd, "prod", "staging", false},
			{deployProd, "prod", "staging", true},
		})
	})
	t.Run("workflows", func(t *testing.T) { g.requireWorkflows(t, result.Outputs["roles"].(map[string]any)) })
}

// A workload that lives beside the pipeline uses the roles that the stack itself creates, which give no access to the
// other account.
func TestWhoGetsIntoTheDeliverysOwnAccount(t *testing.T) {
	t.Parallel()
	const own = "arn:aws:iam::333333333333:role/aws-webapp-delivery-"
	s := fresh(t, setup{stack: "delivery", config: ownStaging})
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	g := grantsOf(t, s)
	assert.Equal(t, []string{own + "deploy"}, g.assumable(tokenFor(prefixes[0]+":environment:staging")))
	assert.Equal(t, []string{deployProd}, g.assumable(tokenFor(prefixes[0]+":environment:prod")))
	assert.ElementsMatch(t, []string{own + "preview", previewProd}, g.assumable(tokenFor(prefixes[0]+":pull_request")))
	assert.Empty(t, g.assumable(tokenFor(prefixes[1]+":environment:prod")), "nobody has said that tokens have ids")
	g.requireOwnStates(t, result.Outputs["secretsProvider"].(string), []stateUse{
		{own + "preview", "staging", "prod", false},
		{own + "deploy", "staging", "prod", true},
		{deployProd, "prod", "staging", true},
	})
	roles := result.Outputs["roles"].(map[string]any)
	assert.Equal(t, own+"deploy", roles["staging"].(map[string]any)["deploy"])
	assert.Equal(t, deployProd, roles["prod"].(map[string]any)["deploy"])
}

// stateUse is a role with the stack whose state it uses, and one whose state it must not see.
type stateUse struct {
	arn, own, other string
	writes          bool
}

// requireOwnStates checks which states each role can reach in the bucket of the delivery account.
func (g grants) requireOwnStates(t *testing.T, secretsProvider string, roles []stateUse) {
	t.Helper()
	key := regexp.MustCompile(`arn:aws:kms:[^?]+`).FindString(secretsProvider)
	require.NotEmpty(t, key)
	for _, role := range roles {
		can := func(action, resource string) bool { return g.does(role.arn, action, resource) }
		assert.True(t, can("s3:ListBucket", states), role.arn)
		assert.True(t, can("s3:GetObject", states+"/.pulumi/meta.yaml"), role.arn)
		assert.True(t, can("kms:Decrypt", key), role.arn)
		assert.Equal(t, role.writes, can("kms:GenerateDataKey", key), role.arn)
		for _, file := range []string{
			"stacks/aws-webapp/%.json", "history/aws-webapp/%/%-1.history.json", "backups/aws-webapp/%/%.1.json",
			"locks/organization/aws-webapp/%/1.json",
		} {
			of := func(stack string) string { return states + "/.pulumi/" + strings.ReplaceAll(file, "%", stack) }
			assert.True(t, can("s3:GetObject", of(role.own)), "%s %s", role.arn, of(role.own))
			assert.Equal(t, role.writes, can("s3:PutObject", of(role.own)), "%s %s", role.arn, of(role.own))
			for _, action := range []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"} {
				assert.False(t, can(action, of(role.other)), "%s %s %s", role.arn, action, of(role.other))
				// Neither side relies on the other.
				alone := iamdoc.Request{Action: action, Resource: of(role.other)}
				assert.False(t, g.roles[role.arn].allows(alone), "%s %s %s", role.arn, action, of(role.other))
				assert.False(t, can(action, of("delivery")), "%s %s %s", role.arn, action, of("delivery"))
			}
		}
		assert.False(t, can("s3:PutBucketPolicy", states), role.arn)
	}
}
