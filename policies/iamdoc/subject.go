package iamdoc

import (
	"regexp"
	"strings"
)

// gitHub are the forms of a GitHub subject that say which repository calls, and from which branch,
// tag, environment or event. A repository's owner and name may have their ids behind them, as those
// of repositories have that are new since 2026, and a template may put other claims before or
// between. A wildcard may only follow what a branch or an environment begins with.
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

// others are the forms of other issuers in which a wildcard may stand: a branch of GitLab, the
// phase of a run of HCP Terraform, and the name of a service account of Kubernetes.
//
// Sources: https://docs.gitlab.com/ci/cloud_services/aws/,
// https://developer.hashicorp.com/terraform/cloud-docs/dynamic-provider-credentials/aws-configuration,
// https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
var others = []*regexp.Regexp{
	regexp.MustCompile(`^project_path:[^:*?]+/[^:*?]+:ref_type:(branch|tag):ref:[^:]+$`),
	regexp.MustCompile(`^organization:[^:*?]+:project:[^:*?]+:workspace:[^:*?]+:run_phase:[^:]+$`),
	regexp.MustCompile(`^system:serviceaccount:[^:*?]+:[^:*?]+[^:]*$`),
}

// preciseSubject says whether the subject of a token names more than an organisation. One without
// a wildcard names what its issuer says it does; GitHub's may still be no more than the owner.
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
