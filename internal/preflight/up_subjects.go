package preflight

import (
	"context"
	"slices"
	"strings"

	"aws-webapp/internal/githubapi"
	"aws-webapp/internal/outcome"
)

// GitHub has the calls of GitHub's API about the repository of a delivery stack.
type GitHub interface {
	Subject(ctx context.Context) (githubapi.Subject, error)
}

// checkSubjects compares the repository's name in GitHub's tokens with that in the roles' trust policies: AWS
// refuses every job whose token has another form.
func (p *Preflight) checkSubjects(ctx context.Context, d *Delivery) ([]outcome.Finding, error) {
	finding := outcome.Finding{Check: "subject of tokens", Status: outcome.Unchecked}
	repository := d.GitHub.Repository
	if p.GitHub == nil {
		finding.Found = "no GITHUB_TOKEN to ask GitHub with"
		finding.Fix = "run it with GITHUB_TOKEN=$(gh auth token)"
		return []outcome.Finding{finding}, nil
	}
	subject, err := p.GitHub.Subject(ctx)
	if err != nil {
		return nil, err
	}
	finding.Found = subject.Prefix
	trusted := []string{"repo:" + repository}
	if d.GitHub.SubjectPrefix != "" {
		trusted = append(trusted, d.GitHub.SubjectPrefix)
	}
	switch {
	case !subject.Default:
		finding.Status, finding.Found = outcome.Blocked, "a form that "+repository+" or its organisation has set"
		finding.Needed = "GitHub's default"
		finding.Fix = "gh api --method PUT repos/" + repository + "/actions/oidc/customization/sub -F use_default=true"
	case subject.Prefix == "":
		finding.Status, finding.Found = outcome.OK, "GitHub's default, without ids"
	case slices.Contains(trusted, subject.Prefix):
		finding.Status = outcome.OK
	default:
		finding.Status, finding.Needed = outcome.Blocked, strings.Join(trusted, " or ")
		finding.Fix = "set github.subjectPrefix to " + subject.Prefix +
			", and give the roles of other accounts their new trust policies (docs/delivery.md)"
	}
	return []outcome.Finding{finding}, nil
}
