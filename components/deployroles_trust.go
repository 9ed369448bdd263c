package components

import (
	"maps"
	"regexp"
)

// dependabot opens pull requests with code that nobody here has read. Its jobs can request a token like any other job
// with the permission. Source: "Automating Dependabot with GitHub Actions",
// https://docs.github.com/en/code-security/dependabot
const dependabot = "dependabot[bot]"

// subjectIDs matches the numbers that GitHub puts after owner and repository. Its announcement separates them with
// a hyphen, its reference and real tokens with an @.
var subjectIDs = regexp.MustCompile(`^repo:[^/]+[@-]\d+/.+[@-](\d+)$`)

// subjectPrefixes returns the beginnings of the subject of the repository's tokens: its name, and its name with ids.
// Tokens have ids if the repository was created, renamed or transferred since July 2026, or has opted in. Source:
// https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens and
// https://docs.github.com/en/actions/reference/security/oidc
func (a DeployRolesArgs) subjectPrefixes() []string {
	prefixes := []string{"repo:" + a.Repository}
	if a.SubjectPrefix != "" {
		prefixes = append(prefixes, a.SubjectPrefix)
	}
	return prefixes
}

// trustGitHub lets jobs of the repository assume a role if their token has one of the subjects, such as pull_request
// or environment:prod. The token must be for AWS (aud), and no part of the subject is a wildcard: a branch or a fork
// cannot choose it. If the repository's id is known, another repository that got the same name later is refused, too.
// The id and the claims in only and not are claims that AWS has checked since January 2026. A token without such a
// claim passes as if the condition did not exist. Source:
// https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
func (a DeployRolesArgs) trustGitHub(account rolesAccount, subjects []string, only, not map[string]any) statement {
	var subs []string
	for _, prefix := range a.subjectPrefixes() {
		for _, subject := range subjects {
			subs = append(subs, prefix+":"+subject)
		}
	}
	when := conditions{"StringEquals": {
		gitHubIssuer + ":aud": gitHubAudience,
		gitHubIssuer + ":sub": subs,
	}}
	known := maps.Clone(only)
	if ids := subjectIDs.FindStringSubmatch(a.SubjectPrefix); ids != nil {
		if known == nil {
			known = map[string]any{}
		}
		known[gitHubIssuer+":repository_id"] = ids[1]
	}
	if len(known) > 0 {
		when["StringEqualsIfExists"] = known
	}
	if len(not) > 0 {
		when["StringNotEquals"] = not
	}
	return statement{
		Sid:       "GitHubJobs",
		Effect:    "Allow",
		Principal: map[string]any{"Federated": account.scope.GlobalARN("iam", "oidc-provider/"+gitHubIssuer)},
		Action:    "sts:AssumeRoleWithWebIdentity",
		Condition: when,
	}
}

// previewTrust returns the trust policy of an account's preview role: jobs of the events that may preview, unless
// Dependabot started them. A workflow cannot exclude Dependabot by itself: anything that runs in a job with the
// permission can request a token.
func (a DeployRolesArgs) previewTrust(account rolesAccount) []statement {
	return []statement{a.trustGitHub(account, a.PreviewSubjects, nil, map[string]any{gitHubIssuer + ":actor": dependabot})}
}

// deployTrust returns the trust policy of an account's deploy role: jobs of the GitHub environments named after the
// stacks in the account, and the builds that deploy those stacks. Staging has no business in production's account. A
// GitHub environment that is not restricted to a branch is open to every workflow that somebody pushes, so the branch
// is required, too.
func (a DeployRolesArgs) deployTrust(account rolesAccount) []statement {
	environments := make([]string, len(account.stacks))
	for i, stack := range account.stacks {
		environments[i] = "environment:" + stack
	}
	onBranch := map[string]any{gitHubIssuer + ":ref": "refs/heads/" + a.Branch}
	trust := []statement{a.trustGitHub(account, environments, onBranch, nil)}
	var builds []string
	for _, workload := range a.Workloads {
		if workload.AccountID == account.scope.AccountID && workload.DeployerARN != "" {
			builds = append(builds, workload.DeployerARN)
		}
	}
	if len(builds) > 0 {
		trust = append(trust, statement{
			Sid: "Builds", Effect: "Allow", Principal: map[string]any{"AWS": builds}, Action: "sts:AssumeRole",
		})
	}
	return trust
}

// stateOf returns what an account's roles may do with states: only with those of the account's
// own stacks.
func (a DeployRolesArgs) stateOf(account rolesAccount, write bool) []statement {
	return stateStatements(a.Scope.BucketARN(a.StateBucket), a.Scope.Project, account.stacks, write)
}

// stateKeyStatement waits for the key, so it is in a separate policy.
func (a DeployRolesArgs) stateKeyStatement(write bool) statement {
	actions := []string{"kms:Decrypt", "kms:DescribeKey"}
	if write {
		actions = stateKeyActions
	}
	return statement{Sid: "UseStateKey", Effect: "Allow", Action: actions, Resource: a.StateKeyARN}
}
