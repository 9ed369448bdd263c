package iamdoc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A wildcard in a key that identifies the caller lets in callers that nobody has named.
func TestCallersAreNamedInFull(t *testing.T) {
	for _, c := range []struct {
		key, value string
		narrow     bool
	}{
		{"aws:PrincipalOrgID", "o-a1b2c3d4e5", true},
		{"aws:PrincipalOrgID", "o-*", false},
		{"aws:PrincipalOrgID", "${aws:ResourceOrgID}", true},
		{"aws:PrincipalOrgID", "${aws:PrincipalOrgID}", false},
		{"aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*", true},
		{"aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*", true},
		{"aws:PrincipalOrgPaths", "o-*/r-ab12/*", false},
		{"aws:SourceOrgPaths", "o-?1b2c3d4e5/*", false},
		{"aws:PrincipalAccount", "123456789012", true},
		{"aws:PrincipalAccount", "1*", false},
		{"aws:SourceAccount", "12345678901?", false},
		{"kms:CallerAccount", "1*", false},
		{"aws:SourceVpce", "vpce-0123456789abcdef0", true},
		{"aws:SourceVpce", "vpce-*", false},
		{"aws:SourceVpc", "vpc-*", false},
		{"aws:SourceVpcArn", "arn:aws:ec2:us-east-1:123456789012:vpc/*", true},
		{"aws:SourceVpcArn", "arn:aws:ec2:*:*:vpc/*", false},
		{"aws:VpceAccount", "123456789012", true},
		{"aws:VpceAccount", "*", false},
		{"aws:VpceOrgID", "o-a1b2c3d4e5", true},
		{"aws:VpceOrgPaths", "o-a1b2c3d4e5/*", true},
		{"aws:userid", "AROAEXAMPLEEXAMPLE123:*", true},
		{"aws:userid", "AIDAEXAMPLEEXAMPLE123", true},
		{"aws:userid", "A*", false},
		{"aws:userid", "*:session", false},
		{"aws:SourceArn", "arn:aws:sns:us-east-1:123456789012:*", true},
		{"aws:SourceArn", "arn:aws:sns:us-east-1:*:topic", false},
		{"aws:SourceArn", "arn:aws:s3:::example-logs", true},
		{"aws:SourceArn", "arn:aws:s3:::example-*", false}, // anybody may have a bucket that is named so
		{"aws:SourceOrgID", "o-*", false},
		{"aws:VpceOrgID", "o-a*", false},
		{"aws:VpceOrgPaths", "o-*/r-ab12/*", false},
		{"aws:SourceVpc", "vpc-0123456789abcdef0", true},
		{"s3:DataAccessPointAccount", "1*", false},
		{"s3:DataAccessPointAccount", "123456789012", true},
		{"kms:CallerAccount", "123456789012", true},
		{"aws:SourceAccount", "123456789012", true},
		{"aws:SourceOrgID", "o-a1b2c3d4e5", true},
		{"aws:SourceOrgPaths", "o-a1b2c3d4e5/r-ab12/*", true},
		{"aws:PrincipalArn", "arn:aws:iam::123456789012:role/deploy-*", true},
		{"aws:PrincipalArn", "arn:aws:iam::12345678901?:role/deploy", false},
		{"aws:PrincipalTag/Team", "web", false}, // whoever may tag roles is anybody
		{"aws:RequestedRegion", "us-east-1", false},
		{"aws:userid", "AROAEXAMPLEEXAMP:*", true},
		{"aws:userid", "AROAEXAMPLEEXAM:*", false}, // too short for an id
		{"aws:PrincipalOrgPaths", "o-a1b2c3d4e/*", false},
		{"aws:SourceVpcArn", "-", false},
	} {
		doc := read(t, fmt.Sprintf(`{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*",`+
			`"Condition":{"StringLike":{"%s":"%s"}}}`, c.key, c.value))
		assert.Equal(t, c.narrow, len(doc.Public()) == 0, "%s: %s", c.key, c.value)
	}
}

func TestPrincipalsInAList(t *testing.T) {
	for principal, public := range map[string]bool{
		`["*"]`: true, `["123456789012","*"]`: true, `["123456789012"]`: false, `[]`: false,
	} {
		doc := read(t, `{"Effect":"Allow","Principal":`+principal+`,"Action":"sqs:SendMessage","Resource":"*"}`)
		assert.Equal(t, public, len(doc.Public()) > 0, principal)
	}
}

func TestSubjectsOfTokens(t *testing.T) {
	const (
		gitHub, gitLab = "token.actions.githubusercontent.com", "gitlab.com"
		cluster        = "oidc.eks.us-east-1.amazonaws.com/id/A1"
		circle         = "oidc.circleci.com/org/o1"
		bitbucket      = "api.bitbucket.org/2.0/workspaces/o/pipelines-config/identity/oidc"
	)
	for _, c := range []struct {
		issuer, subject string
		precise         bool
	}{
		{gitHub, "repo:example/app:environment:prod", true},
		{gitHub, "repo:example@1234/app@5678:environment:prod", true},
		{gitHub, "repo:example-1234/app-5678:environment:prod", true},
		{gitHub, "repo:example/app:pull_request", true},
		{gitHub, "repo:example/app:ref:refs/heads/main", true},
		{gitHub, "repo:example/app:ref:refs/heads/release/*", true},
		{gitHub, "repo:example/app:ref:refs/tags/v*", true},
		{gitHub, "repository_owner_id:1:repository_id:2:environment:prod", true},
		{gitHub, "repository:example/app:job_workflow_ref:example/app/.github/workflows/deploy.yml@refs/heads/main", true},
		{gitHub, "repo:example/app:environment:prod:job_workflow_ref:example/app/.github/workflows/x.yml@refs/heads/x", true},
		{gitHub, "repository_owner:example:*", false},
		{gitHub, "repository_owner:example", false},
		{gitHub, "repository_owner_id:1:*", false},
		{gitHub, "repository_id:2", false},
		{gitHub, "repo:example/app", false},
		{gitHub, "repo:example/app:*", false},
		{gitHub, "repo:example/*:environment:prod", false},
		{gitHub, "repo:*/app:environment:prod", false},
		{gitHub, "repo:example@*/app@*:environment:prod", false},
		{gitHub, "repo:example/app:environment:*", false},
		{gitHub, "repo:example/app:ref:*", false},
		{gitHub, "repo:example/app:ref:refs/*", false},
		{gitHub, "environment:prod", false},
		{gitHub, "*", false},
		{"github.example.com/_services/token", "repo:example/*", false},
		{gitLab, "project_path:group/app:ref_type:branch:ref:main", true},
		{gitLab, "project_path:group/app:ref_type:branch:ref:*", true},
		{gitLab, "project_path:group/*:ref_type:branch:ref:main", false},
		{"app.terraform.io", "organization:o:project:p:workspace:w:run_phase:*", true},
		{"app.terraform.io", "organization:o:*", false},
		{circle, "org/o1/project/p1/user/u1", true},
		{circle, "org/o1/project/p1/user/*", true},
		{circle, "org/o1/project/p1/user/*/vcs-origin/github.com/o/r/vcs-ref/refs/heads/main", true},
		{circle, "org/o1/project/*", false},
		{circle, "org/o1/*", false},
		{bitbucket, "{11111111-2222-3333-4444-555555555555}:*", true},
		{bitbucket, "{11111111-2222-3333-4444-555555555555}:{66666666-7777-8888-9999-000000000000}:*", true},
		{bitbucket, "{11111111-*", false},
		{bitbucket, "*:{66666666-7777-8888-9999-000000000000}:*", false},
		{cluster, "system:serviceaccount:app:web", true},
		{cluster, "system:serviceaccount:app:web-*", true},
		{cluster, "system:serviceaccount:*:web", false},
		{cluster, "system:serviceaccount:app:*", false},
	} {
		doc := read(t, fmt.Sprintf(`{"Effect":"Allow","Principal":{"Federated":`+
			`"arn:aws:iam::123456789012:oidc-provider/%[1]s"},"Action":"sts:AssumeRoleWithWebIdentity",`+
			`"Condition":{"StringEquals":{"%[1]s:aud":"sts.amazonaws.com"},`+
			`"StringLike":{"%[1]s:sub":"%[2]s"}}}`, c.issuer, c.subject))
		assert.Equal(t, c.precise, len(doc.Trust(nil, nil)) == 0, "%s: %s", c.issuer, c.subject)
	}
}

// Further claims of GitHub's token that AWS reads may be precise where the subject is not.
func TestClaimsBesideTheSubject(t *testing.T) {
	const vague = `"StringLike":{"token.actions.githubusercontent.com:sub":"repo:example/app:*"}`
	claims := func(operator string, claims ...string) string {
		var tests []string
		for _, claim := range claims {
			tests = append(tests, `"token.actions.githubusercontent.com:`+claim+`"`)
		}
		return `,"` + operator + `":{` + strings.Join(tests, ",") + `}`
	}
	for more, precise := range map[string]bool{
		"": false,
		claims("ForAnyValue:StringEquals", `repository_id":"1`, `environment":"prod`):                    true,
		claims("ForAnyValue:StringEquals", `repository":"example/app`, `ref":"refs/heads/main`):          true,
		claims("ForAnyValue:StringEquals", `repository_id":"1`):                                          false,
		claims("ForAnyValue:StringEquals", `environment":"prod`):                                         false,
		claims("ForAnyValue:StringLike", `repository_id":"*`, `environment":"prod`):                      false,
		claims("ForAnyValue:StringLike", `repository":"example/*`, `environment":"prod`):                 false,
		claims("StringEqualsIfExists", `repository_id":"1`, `environment":"prod`):                        false,
		claims("ForAnyValue:StringLike", `repository_id":"1`, `ref":"refs/heads/release/*`):              true,
		claims("ForAnyValue:StringLike", `repository_id":"1`, `ref":"*`):                                 false,
		claims("ForAnyValue:StringLike", `repository_id":"1`, `ref":"refs/*`):                            false,
		claims("ForAnyValue:StringLike", `repository_id":"1`, `ref":"refs/heads/*`):                      false,
		claims("ForAnyValue:StringLike", `repository_id":"1`, `environment":"*d`):                        false,
		claims("ForAnyValue:StringEquals", `repository_id":"1`, `actor":"somebody`, `workflow":"deploy`): false,
	} {
		doc := read(t, `{"Effect":"Allow","Principal":{"Federated":`+
			`"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},`+
			`"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":`+
			`{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},`+vague+
			more+`}}`)
		assert.Equal(t, precise, len(doc.Trust(nil, nil)) == 0, more)
	}
}
