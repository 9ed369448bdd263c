package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const deployRolesType = "aws-webapp:delivery:DeployRoles"

const (
	gitHubIssuer   = "token.actions.githubusercontent.com"
	gitHubAudience = "sts.amazonaws.com"
	// AccessSessionSeconds is the longest session of an assumed role: as long as a job on a GitHub runner may take. A
	// job cannot renew its credentials, since its token is good for one exchange. A test compares it with the
	// workflows. Sources: https://docs.github.com/en/actions/reference/limits (job execution time),
	// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html (DurationSeconds)
	AccessSessionSeconds = 6 * 60 * 60
)

// The roles of [DeployRoles], part of their names.
const (
	previewRole  = "preview"
	deployRole   = "deploy"
	boundaryRole = "boundary"
)

var accessDescriptions = map[string]string{
	previewRole: "Previews workload stacks.",
	deployRole:  "Deploys workload stacks.",
}

// DeployRolesArgs describe [DeployRoles].
type DeployRolesArgs struct {
	// Scope of the stack.
	Scope Scope
	// Repository on GitHub, owner/name, whose workflows may assume the roles.
	Repository string
	// SubjectPrefix is the beginning of the subject of the repository's tokens, if it has ids in it, such as
	// repo:example@1/app@2. Optional: the form without ids is trusted in any case.
	SubjectPrefix string
	// Branch of the repository whose jobs deploy.
	Branch string
	// CreateProvider creates the account's OIDC provider for GitHub if a workload lives in the account. An account has
	// only one: another stack may have created it.
	CreateProvider bool
	// PreviewSubjects lists the events that may preview: pull_request, ref:refs/heads/<branch> or
	// environment:<name>.
	PreviewSubjects []string
	// Workloads lists the stacks that the roles are for. Jobs that deploy a stack run in the GitHub
	// environment of the same name.
	Workloads []DeployRolesWorkload
	// Deployers lists the roles of builds that must exist first: AWS refuses a trust policy that
	// names a missing role.
	Deployers []pulumi.Resource
	// StateBucket, by name, and StateKeyARN keep the states.
	StateBucket string
	StateKeyARN pulumi.StringInput
}

// DeployRolesWorkload is a workload stack.
type DeployRolesWorkload struct {
	// Stack by its name.
	Stack string
	// AccountID that it lives in.
	AccountID string
	// PreviewRoleARN and DeployRoleARN are the roles of that account, if it is another one. All stacks there share
	// them.
	PreviewRoleARN, DeployRoleARN string
	// DeployerARN is the role in this account, besides those of GitHub's jobs, that deploys the
	// stack; may be empty.
	DeployerARN string
	// TaskPermissions are what its tasks may do beside what the program gives them.
	TaskPermissions []ServicePermission
}

// DeployRoles lets GitHub's workflows and builds act on the workload stacks, through the OIDC provider of each stack's
// account. The preview role reads. The deploy role writes, but cannot grant a permission beyond the boundary, which
// every role that it creates must have. There are no long-lived credentials. The component creates the roles of its
// own account, if a workload lives there, and writes the documents for the roles of other accounts.
type DeployRoles struct {
	pulumi.ResourceState

	// Roles by stack.
	Roles map[string]WorkloadRoles

	previewRoleARN, deployRoleARN pulumi.StringOutput

	args DeployRolesArgs
}

// AccessRoleName returns the physical name of the preview or deploy role.
func AccessRoleName(scope Scope, role string) string { return scope.Name(NameIAMRole, role) }

// NewDeployRoles makes [DeployRoles].
func NewDeployRoles(
	ctx *pulumi.Context, name string, args *DeployRolesArgs, opts ...pulumi.ResourceOption,
) (*DeployRoles, error) {
	a := &DeployRoles{args: given(args)}
	wrong := check(a.args)
	if wrong == nil {
		wrong = a.args.checkBoundaries()
	}
	steps := []step{{"create boundary", a.createBoundary}, {"create roles", a.createRoles}}
	if len(a.account().stacks) == 0 {
		steps = nil // nobody has anything to do here
	}
	return construct(ctx, name, a, opts, construction{
		kind: "deploy roles", token: deployRolesType, wrong: wrong, steps: steps,
		outputs: func() pulumi.Map {
			a.Roles = a.rolesOf()
			return pulumi.Map{"accounts": a.accountDocuments()}
		},
	})
}

// account describes what the roles act on in this account.
func (a *DeployRoles) account() rolesAccount {
	return a.args.accountOf(a.args.Scope.AccountID)
}

// createBoundary fixes the policy's name: workload stacks name its ARN.
func (a *DeployRoles) createBoundary(ctx *pulumi.Context, name string) error {
	account := a.account()
	_, err := iam.NewPolicy(ctx, name+"-"+boundaryRole, &iam.PolicyArgs{
		Name:        pulumi.String(account.boundaryName()),
		Description: pulumi.String("The most that a role of a workload stack can do. It grants nothing by itself."),
		Policy:      policyDocument(account.boundaryStatements()...),
		Tags:        named(account.boundaryName()),
	}, pulumi.Parent(a))
	return err
}

func (a *DeployRoles) createRoles(ctx *pulumi.Context, name string) error {
	provider, err := a.createProvider(ctx, name)
	if err != nil {
		return err
	}
	account := a.account()
	var read, rest []rolesPolicy
	for _, group := range []struct {
		description string
		documents   []rolesDocument
		into        *[]rolesPolicy
	}{
		{"Reads what workload stacks are made of, but no secret and no data.", account.readDocuments(), &read},
		{"Changes what workload stacks are made of.", account.writeDocuments(), &rest},
		{"Keeps the deploy role from widening its own rights.", account.guardDocuments(), &rest},
	} {
		policies, err := a.createPolicies(ctx, name, group.description, group.documents)
		if err != nil {
			return err
		}
		*group.into = append(*group.into, policies...)
	}
	a.previewRoleARN, err = a.createRole(ctx, name, accountRole{
		role: previewRole, trust: a.args.previewTrust(account), policies: read, after: provider,
	})
	if err != nil {
		return err
	}
	a.deployRoleARN, err = a.createRole(ctx, name, accountRole{
		role: deployRole, trust: a.args.deployTrust(account), policies: slices.Concat(read, rest),
		after: slices.Concat(provider, a.args.Deployers),
	})
	return err
}

// accountRole is one of the two roles.
type accountRole struct {
	role string
	// trust holds the statements of the role's trust policy.
	trust    []statement
	policies []rolesPolicy
	after    []pulumi.Resource
}

// rolesPolicy is a managed policy with the distinguishing part of its name.
type rolesPolicy struct {
	name   string
	policy *iam.Policy
}

func (a *DeployRoles) createRole(ctx *pulumi.Context, name string, spec accountRole) (pulumi.StringOutput, error) {
	logical := name + "-" + spec.role
	physical := AccessRoleName(a.args.Scope, spec.role)
	role, err := iam.NewRole(ctx, logical, &iam.RoleArgs{
		Name:               pulumi.String(physical),
		Description:        pulumi.String(accessDescriptions[spec.role]),
		AssumeRolePolicy:   policyDocument(spec.trust...),
		MaxSessionDuration: pulumi.Int(AccessSessionSeconds),
		Tags:               named(physical),
	}, pulumi.Parent(a), pulumi.DependsOn(spec.after))
	if err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("%s: %w", spec.role, err)
	}
	for _, attached := range spec.policies {
		if _, err := iam.NewRolePolicyAttachment(ctx, logical+"-"+attached.name, &iam.RolePolicyAttachmentArgs{
			Role:      role.Name,
			PolicyArn: attached.policy.Arn,
		}, pulumi.Parent(a)); err != nil {
			return pulumi.StringOutput{}, fmt.Errorf("%s: attach %s: %w", spec.role, attached.name, err)
		}
	}
	write := spec.role == deployRole
	if _, err := grant(ctx, a, logical, role,
		policyPart{"state", a.args.stateOf(a.account(), write)},
		policyPart{"state-key", []statement{a.args.stateKeyStatement(write)}}); err != nil {
		return pulumi.StringOutput{}, err
	}
	return role.Arn, nil
}

// createProvider needs no thumbprint: AWS checks GitHub's certificate against the root
// certificates that it trusts, and lets the list be left out.
func (a *DeployRoles) createProvider(ctx *pulumi.Context, name string) ([]pulumi.Resource, error) {
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

// createPolicies makes a managed policy of each document: all inline policies of a role
// together may only have 10240 characters.
func (a *DeployRoles) createPolicies(
	ctx *pulumi.Context, name, description string, documents []rolesDocument,
) ([]rolesPolicy, error) {
	policies := make([]rolesPolicy, len(documents))
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
		policies[i] = rolesPolicy{document.name, policy}
	}
	return policies, nil
}
