package iamdoc_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A wildcard in a key that says who calls lets in whom nobody has named.
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
		{"s3:DataAccessPointAccount", "1*", false},
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
