package components

// trustGitHub lets jobs of the repository in whose token says one of the subjects, such as
// pull_request or environment:prod. The token is for AWS alone (aud), and no part of the
// subject is a wildcard: a branch or a fork cannot choose it.
func (a *Access) trustGitHub(subjects []string) statement {
	subs := make([]string, len(subjects))
	for i, subject := range subjects {
		subs[i] = "repo:" + a.args.Repository + ":" + subject
	}
	return statement{
		Sid:       "GitHubJobs",
		Effect:    "Allow",
		Principal: map[string]any{"Federated": a.args.Scope.GlobalARN("iam", "oidc-provider/"+gitHubIssuer)},
		Action:    "sts:AssumeRoleWithWebIdentity",
		Condition: conditions{"StringEquals": {
			gitHubIssuer + ":aud": gitHubAudience,
			gitHubIssuer + ":sub": subs,
		}},
	}
}

func (a *Access) deployTrust() []statement {
	environments := make([]string, len(a.args.DeployEnvironments))
	for i, environment := range a.args.DeployEnvironments {
		environments[i] = "environment:" + environment
	}
	trust := []statement{a.trustGitHub(environments)}
	if deployers := a.args.deployersIn(a.args.Scope.AccountID); len(deployers) > 0 {
		trust = append(trust, statement{
			Sid: "Builds", Effect: "Allow", Principal: map[string]any{"AWS": deployers}, Action: "sts:AssumeRole",
		})
	}
	return trust
}

// deployersIn are the roles that deploy to an account: staging's build has no business in
// production's.
func (a AccessArgs) deployersIn(accountID string) []string {
	var deployers []string
	for _, workload := range a.Workloads {
		if workload.AccountID == accountID && workload.DeployerARN != "" {
			deployers = append(deployers, workload.DeployerARN)
		}
	}
	return deployers
}

// previewStatements let the preview role read all states, and act as the preview roles of
// other accounts.
func (a *Access) previewStatements() []statement {
	return a.stateAndRoles(false, func(w AccessWorkload) string { return w.PreviewRoleARN })
}

func (a *Access) deployStatements() []statement {
	return a.stateAndRoles(true, func(w AccessWorkload) string { return w.DeployRoleARN })
}

func (a *Access) stateAndRoles(write bool, role func(AccessWorkload) string) []statement {
	var stacks, roles []string
	for _, workload := range a.args.Workloads {
		stacks = append(stacks, workload.Stack)
		if arn := role(workload); arn != "" {
			roles = append(roles, arn)
		}
	}
	scope := a.args.Scope
	statements := stateStatements(scope.BucketARN(a.args.StateBucket), scope.Project, stacks, write)
	if len(roles) > 0 {
		statements = append(statements, statement{
			Sid: "ActInOtherAccounts", Effect: "Allow", Action: "sts:AssumeRole", Resource: roles,
		})
	}
	return statements
}

// stateKeyStatement waits for the key, and is therefore a policy of its own.
func (a *Access) stateKeyStatement(write bool) statement {
	actions := []string{"kms:Decrypt", "kms:DescribeKey"}
	if write {
		actions = stateKeyActions
	}
	return statement{Sid: "UseStateKey", Effect: "Allow", Action: actions, Resource: a.args.StateKeyARN}
}
