package config

import (
	"fmt"
	"regexp"
	"strings"

	"aws-webapp/internal/awsdata/quotas"
)

// trustRest is the size of a trust policy of the delivery's roles besides GitHub's subjects,
// generously.
const trustRest = 600

// subjectIDs matches the numbers in a subject prefix.
var subjectIDs = regexp.MustCompile(`[@-]\d+(/|$)`)

// validate refuses subjects of another repository, and more subjects than the trust policy of a role has room
// for.
func (g *GitHub) validate(v *validation, at path) {
	if !v.sound(at.key("repository"), at.key("subjectPrefix")) {
		return
	}
	prefixes := []string{"repo:" + g.Repository}
	if g.SubjectPrefix != "" {
		if named := subjectIDs.ReplaceAllString(g.SubjectPrefix, "$1"); !strings.EqualFold(named, prefixes[0]) {
			v.add(at.key("subjectPrefix"), quote(g.SubjectPrefix), "repo:owner@id/name@id of github.repository, "+g.Repository,
				"take what gh api repos/"+g.Repository+"/actions/oidc/customization/sub --jq .sub_claim_prefix says")
		}
		prefixes = append(prefixes, g.SubjectPrefix)
	}
	size := 0
	for _, prefix := range prefixes {
		for _, subject := range g.PreviewSubjects {
			size += len(`"`+prefix+":") + len(strings.ReplaceAll(subject, " ", "")) + len(`",`)
		}
	}
	if most := quotas.TrustPolicy.Limit - trustRest; size > most {
		v.add(at.key("previewSubjects"), fmt.Sprintf("%d characters with the repository before each", size),
			fmt.Sprintf("at most %d: %s", most, quotas.TrustPolicy), "name fewer, or shorter ones")
	}
}

// validateSharedRoles requires one role of each kind per account: its trust policy names the environments of all
// stacks there.
func (d *Delivery) validateSharedRoles(v *validation, at path) {
	if d.Staging.AccountID != d.Production.AccountID || !d.Foreign(d.Production) {
		return
	}
	for _, role := range []struct{ key, staging, production string }{
		{"deployRoleArn", d.Staging.DeployRoleARN, d.Production.DeployRoleARN},
		{"previewRoleArn", d.Staging.PreviewRoleARN, d.Production.PreviewRoleARN},
	} {
		key := at.key("production").key(role.key)
		if v.sound(at.key("staging").key(role.key)) && role.staging != role.production {
			v.add(key, quote(role.production), "the role of staging, which is in the same account: "+role.staging,
				"name one role for both stacks, or give each an account of its own")
		}
	}
}
