package components

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const accessType = "aws-webapp:delivery:Access"

const (
	gitHubIssuer   = "token.actions.githubusercontent.com"
	gitHubAudience = "sts.amazonaws.com"
	// accessSessionSeconds is how long an assumed role lasts at most: the creation of a whole
	// stack takes most of an hour, and an OpenSearch domain by itself half of one.
	accessSessionSeconds = 2 * 60 * 60
)

// The roles of [Access], part of their names.
const (
	previewRole  = "preview"
	deployRole   = "deploy"
	boundaryRole = "boundary"
)

// AccessArgs describe [Access].
type AccessArgs struct {
	// Scope of the stack.
	Scope Scope
	// Repository on GitHub, owner/name, whose workflows get in.
	Repository string
	// CreateProvider makes the account's OIDC provider for GitHub. One exists an account:
	// another stack may have made it.
	CreateProvider bool
	// PreviewSubjects are the events that may preview: pull_request, ref:refs/heads/<branch>
	// or environment:<name>.
	PreviewSubjects []string
	// DeployEnvironments are the environments of the repository whose jobs may deploy.
	DeployEnvironments []string
	// Workloads are the stacks that the roles are for.
	Workloads []AccessWorkload
	// Deployers are what the roles wait for: AWS wants what a trust policy names to exist.
	Deployers []pulumi.Resource
	// RoleNames are patterns of the names that a workload's IAM roles have.
	RoleNames []string
	// StateBucket, by name, and StateKeyARN keep the states.
	StateBucket string
	StateKeyARN pulumi.StringInput
}

// AccessWorkload is a workload stack.
type AccessWorkload struct {
	// Stack by its name.
	Stack string
	// AccountID that it lives in.
	AccountID string
	// PreviewRoleARN and DeployRoleARN are that account's roles, if it is another one.
	PreviewRoleARN, DeployRoleARN string
	// DeployerARN is the role of this account that deploys the stack besides GitHub's jobs;
	// may be empty.
	DeployerARN string
}

// Access is who may act on the workload stacks from outside: GitHub's workflows through its
// OIDC provider, and builds. The preview role reads; the deploy role writes, but hands out no
// permission beyond the boundary, which every role that it creates has to carry. There are no
// long-lived credentials.
type Access struct {
	pulumi.ResourceState

	// PreviewRoleARN and DeployRoleARN of the roles.
	PreviewRoleARN, DeployRoleARN pulumi.StringOutput
	// BoundaryARN of the policy that workload stacks name in aws.permissionsBoundaryArn.
	BoundaryARN string

	args AccessArgs
}

// AccessRoleName is the physical name of the preview or deploy role.
func AccessRoleName(scope Scope, role string) string { return scope.Name(NameIAMRole, role) }

// NewAccess makes [Access].
func NewAccess(ctx *pulumi.Context, name string, args *AccessArgs, opts ...pulumi.ResourceOption) (*Access, error) {
	a := &Access{}
	if args != nil {
		a.args = *args
	}
	if err := a.args.validate(); err != nil {
		return nil, fmt.Errorf("access %q: %w", name, err)
	}
	if err := ctx.RegisterComponentResource(accessType, name, a, opts...); err != nil {
		return nil, fmt.Errorf("access %q: register: %w", name, err)
	}
	a.BoundaryARN = a.account().boundaryARN()
	for _, step := range []struct {
		name   string
		create func(*pulumi.Context, string) error
	}{
		{"create boundary", a.createBoundary},
		{"create roles", a.createRoles},
	} {
		if err := step.create(ctx, name); err != nil {
			return nil, fmt.Errorf("access %q: %s: %w", name, step.name, err)
		}
	}
	if err := ctx.RegisterResourceOutputs(a, pulumi.Map{
		"previewRoleArn": a.PreviewRoleARN,
		"deployRoleArn":  a.DeployRoleARN,
		"boundaryArn":    pulumi.String(a.BoundaryARN),
		"accounts":       a.accountDocuments(),
	}); err != nil {
		return nil, fmt.Errorf("access %q: register outputs: %w", name, err)
	}
	return a, nil
}

func (a AccessArgs) validate() error {
	errs := errorList{a.Scope.validate()}
	owner, repository, found := strings.Cut(a.Repository, "/")
	errs.addf(!found || owner == "" || repository == "" || strings.ContainsAny(a.Repository, "*?:"),
		"Repository is %q: give owner/name", a.Repository)
	errs.addf(len(a.PreviewSubjects) == 0, "PreviewSubjects is empty: name the events that may preview")
	errs.addf(len(a.DeployEnvironments) == 0, "DeployEnvironments is empty: name the environments whose jobs may deploy")
	for _, subject := range append(append([]string{}, a.PreviewSubjects...), a.DeployEnvironments...) {
		errs.addf(subject == "" || strings.ContainsAny(subject, "*?"), "subject %q: name one, without wildcards", subject)
	}
	for i, workload := range a.Workloads {
		errs.addf(workload.Stack == "", "Workloads[%d].Stack is empty: name the stack", i)
		foreign := workload.AccountID != a.Scope.AccountID
		errs.addf(foreign && (workload.PreviewRoleARN == "" || workload.DeployRoleARN == ""),
			"Workloads[%d] is in account %s: give the roles there", i, workload.AccountID)
	}
	errs.addf(len(a.RoleNames) == 0, "RoleNames is empty: say what a workload's roles are called")
	errs.addf(a.StateBucket == "", "StateBucket is empty: name the bucket of the states")
	errs.addf(a.StateKeyARN == nil, "StateKeyARN is missing: give the KMS key of the states")
	return errors.Join(errs...)
}

// account is what the roles are about in this account.
func (a *Access) account() accessAccount {
	return a.args.accountOf(a.args.Scope.AccountID)
}

// createBoundary fixes the policy's name: workload stacks name its ARN.
func (a *Access) createBoundary(ctx *pulumi.Context, name string) error {
	account := a.account()
	_, err := iam.NewPolicy(ctx, name+"-"+boundaryRole, &iam.PolicyArgs{
		Name:        pulumi.String(account.boundaryName()),
		Description: pulumi.String("The most that a role of a workload stack can do. It grants nothing by itself."),
		Policy:      policyDocument(account.boundaryStatements()...),
		Tags:        named(account.boundaryName()),
	}, pulumi.Parent(a))
	return err
}

func (a *Access) createRoles(ctx *pulumi.Context, name string) error {
	provider, err := a.createProvider(ctx, name)
	if err != nil {
		return err
	}
	account := a.account()
	read, err := a.createPolicies(ctx, name, "Reads what workload stacks are made of, but no secret and no data.", account.readDocuments())
	if err != nil {
		return err
	}
	write, err := a.createPolicies(ctx, name, "Changes what workload stacks are made of.", account.writeDocuments())
	if err != nil {
		return err
	}
	guard, err := a.createPolicies(ctx, name, "Keeps the deploy role from widening its own rights.", account.guardDocuments())
	if err != nil {
		return err
	}
	for _, role := range []struct {
		role, description string
		trust             []statement
		policies          []*iam.Policy
		inline            []statement
		arn               *pulumi.StringOutput
		after             []pulumi.Resource
	}{
		{
			previewRole, "Previews workload stacks.",
			[]statement{a.trustGitHub(a.args.PreviewSubjects)},
			read, a.previewStatements(), &a.PreviewRoleARN, nil,
		},
		{
			deployRole, "Deploys workload stacks.",
			a.deployTrust(), append(append(append([]*iam.Policy{}, read...), write...), guard...), a.deployStatements(), &a.DeployRoleARN,
			a.args.Deployers,
		},
	} {
		created, err := iam.NewRole(ctx, name+"-"+role.role, &iam.RoleArgs{
			Name:               pulumi.String(AccessRoleName(a.args.Scope, role.role)),
			Description:        pulumi.String(role.description),
			AssumeRolePolicy:   policyDocument(role.trust...),
			MaxSessionDuration: pulumi.Int(accessSessionSeconds),
			Tags:               named(AccessRoleName(a.args.Scope, role.role)),
		}, pulumi.Parent(a), pulumi.DependsOn(append(provider, role.after...)))
		if err != nil {
			return fmt.Errorf("%s: %w", role.role, err)
		}
		for i, policy := range role.policies {
			if _, err := iam.NewRolePolicyAttachment(ctx, fmt.Sprintf("%s-%s-%d", name, role.role, i+1), &iam.RolePolicyAttachmentArgs{
				Role:      created.Name,
				PolicyArn: policy.Arn,
			}, pulumi.Parent(a)); err != nil {
				return fmt.Errorf("%s: attach: %w", role.role, err)
			}
		}
		if _, err := iam.NewRolePolicy(ctx, name+"-"+role.role+"-state", &iam.RolePolicyArgs{
			Role:   created.Name,
			Policy: policyDocument(role.inline...),
		}, pulumi.Parent(a)); err != nil {
			return fmt.Errorf("%s: state: %w", role.role, err)
		}
		if _, err := iam.NewRolePolicy(ctx, name+"-"+role.role+"-state-key", &iam.RolePolicyArgs{
			Role:   created.Name,
			Policy: policyDocument(a.stateKeyStatement(role.role == deployRole)),
		}, pulumi.Parent(a)); err != nil {
			return fmt.Errorf("%s: state key: %w", role.role, err)
		}
		*role.arn = created.Arn
	}
	return nil
}

// createProvider needs no thumbprint: AWS checks GitHub's certificate against the root
// certificates that it trusts, and lets the list be left out.
func (a *Access) createProvider(ctx *pulumi.Context, name string) ([]pulumi.Resource, error) {
	if !a.args.CreateProvider {
		return nil, nil
	}
	provider, err := iam.NewOpenIdConnectProvider(ctx, name+"-github", &iam.OpenIdConnectProviderArgs{
		Url:           pulumi.String("https://" + gitHubIssuer),
		ClientIdLists: pulumi.ToStringArray([]string{gitHubAudience}),
		Tags:          named(name + "-github"),
	}, pulumi.Parent(a))
	if err != nil {
		return nil, err
	}
	return []pulumi.Resource{provider}, nil
}

// createPolicies makes a managed policy of each document: inline ones of a role may have
// 10240 characters in all.
func (a *Access) createPolicies(ctx *pulumi.Context, name, description string, documents []accessDocument) ([]*iam.Policy, error) {
	policies := make([]*iam.Policy, len(documents))
	for i, document := range documents {
		logical := name + "-" + document.name
		physical := a.args.Scope.Name(NameIAMPolicy, document.name)
		policy, err := iam.NewPolicy(ctx, logical, &iam.PolicyArgs{
			Name:        pulumi.String(physical),
			Description: pulumi.String(description),
			Policy:      policyDocument(document.statements...),
			Tags:        named(physical),
		}, pulumi.Parent(a))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", logical, err)
		}
		policies[i] = policy
	}
	return policies, nil
}
