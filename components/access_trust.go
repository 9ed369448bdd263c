package components

import (
	"maps"
	"regexp"
)

// dependabot opens pull requests with code that nobody here has read. A job that it starts can ask for a token like any
// other job that has the permission.
// Source: "Automating Dependabot with GitHub Actions", https://docs.github.com/en/code-security/dependabot
const dependabot = "dependabot[bot]"

// subjectIDs are the numbers that GitHub puts behind owner and repository. Its announcement writes a hyphen before
// them, its reference and everybody's tokens an @.
var subjectIDs = regexp.MustCompile(`^repo:[^/]+[@-]\d+/.+[@-](\d+)$`)

// subjectPrefixes are what the subject of the repository's tokens begins with: its name, and its name with the ids that
// tokens carry of repositories made, renamed or transferred since July 2026, or that have asked for them.
// Source: https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens and
// https://docs.github.com/en/actions/reference/security/oidc
func (a AccessArgs) subjectPrefixes() []string {
	prefixes := []string{"repo:" + a.Repository}
	if a.SubjectPrefix != "" {
		prefixes = append(prefixes, a.SubjectPrefix)
	}
	return prefixes
}

// trustGitHub lets jobs of the repository in whose token says one of the subjects, such as pull_request or
// environment:prod. The token is for AWS alone (aud), and no part of the subject is a wildcard: a branch or a fork
// cannot choose it. Where the repository's id is known, another repository that has got its name later stays out, too.
// That and what only and not ask for are claims that AWS knows since January 2026: a token without one of them is taken
// as if nobody had asked.
// Source: https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/
func (a AccessArgs) trustGitHub(account accessAccount, subjects []string, only, not map[string]any) statement {
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

// previewTrust says who becomes an account's preview role: jobs of the events that may preview, unless Dependabot has
// started them. A workflow cannot keep it out by itself: whatever runs in a job with the permission can ask for a
// token.
func (a AccessArgs) previewTrust(account accessAccount) []statement {
	return []statement{a.trustGitHub(account, a.PreviewSubjects, nil, map[string]any{gitHubIssuer + ":actor": dependabot})}
}

// deployTrust says who becomes an account's deploy role: jobs of the environments that are called as the stacks that
// live there, and the builds that deploy those stacks. Staging has no business in production's account. An environment
// of GitHub that nobody has restricted to a branch is open to every workflow that somebody pushes, so the branch is
// asked for, too.
func (a AccessArgs) deployTrust(account accessAccount) []statement {
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

// stateOf is what an account's roles may do with states: only its own stacks'.
func (a AccessArgs) stateOf(account accessAccount, write bool) []statement {
	return stateStatements(a.Scope.BucketARN(a.StateBucket), a.Scope.Project, account.stacks, write)
}

// stateKeyStatement waits for the key, and is therefore a policy of its own.
func (a AccessArgs) stateKeyStatement(write bool) statement {
	actions := []string{"kms:Decrypt", "kms:DescribeKey"}
	if write {
		actions = stateKeyActions
	}
	return statement{Sid: "UseStateKey", Effect: "Allow", Action: actions, Resource: a.StateKeyARN}
}
