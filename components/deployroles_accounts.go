package components

import (
	"fmt"
	"path"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// WorkloadRoles are the roles that act on one stack.
type WorkloadRoles struct {
	// PreviewARN reads, DeployARN writes.
	PreviewARN, DeployARN pulumi.StringInput
	// BoundaryARN of the policy that the stack names in aws.permissionsBoundaryArn.
	BoundaryARN string
}

// rolesOf returns the roles of every stack: those of this account, or those of the stack's own
// account.
func (a *DeployRoles) rolesOf() map[string]WorkloadRoles {
	roles := map[string]WorkloadRoles{}
	for _, workload := range a.args.Workloads {
		of := WorkloadRoles{
			PreviewARN:  pulumi.String(workload.PreviewRoleARN),
			DeployARN:   pulumi.String(workload.DeployRoleARN),
			BoundaryARN: a.args.accountOf(workload.AccountID).boundaryARN(),
		}
		if workload.AccountID == a.args.Scope.AccountID {
			of.PreviewARN, of.DeployARN = a.previewRoleARN, a.deployRoleARN
		}
		roles[workload.Stack] = of
	}
	return roles
}

// accountDocuments returns the [DeployRoles.documentsOf] each account. They are outputs of the
// component, not of the stack, since every update prints the stack's outputs.
func (a *DeployRoles) accountDocuments() pulumi.Map {
	documents := pulumi.Map{}
	for _, workload := range a.args.Workloads {
		if workload.AccountID != a.args.Scope.AccountID {
			documents[workload.AccountID] = a.documentsOf(workload)
		}
	}
	return documents
}

// documentsOf returns, as JSON by file name, the two roles, the boundary and the policies that another account with
// workload stacks needs. The stack has no access to that account: its administrator creates them.
func (a *DeployRoles) documentsOf(workload DeployRolesWorkload) pulumi.Map {
	account := a.args.accountOf(workload.AccountID)
	documents := pulumi.Map{"boundary.json": policyDocument(account.boundaryStatements()...)}
	for _, spec := range []struct {
		role, arn string
		trust     []statement
		write     bool
		policies  [][]rolesDocument
	}{
		{
			previewRole, workload.PreviewRoleARN, a.args.previewTrust(account), false,
			[][]rolesDocument{account.readDocuments()},
		},
		{
			deployRole, workload.DeployRoleARN, a.args.deployTrust(account), true,
			[][]rolesDocument{account.readDocuments(), account.writeDocuments(), account.guardDocuments()},
		},
	} {
		documents[spec.role+"-role.json"] = pulumi.String(roleInput(spec.role, spec.arn))
		documents[spec.role+"-trust.json"] = policyDocument(spec.trust...)
		documents[spec.role+"-state.json"] = policyDocument(
			append(a.args.stateOf(account, spec.write), a.args.stateKeyStatement(spec.write))...)
		for _, list := range spec.policies {
			for _, document := range list {
				documents[fmt.Sprintf("%s-%s.json", spec.role, document.name)] = policyDocument(document.statements...)
			}
		}
	}
	return documents
}

// roleInput returns the input of `aws iam create-role --cli-input-json` for a role, without the trust policy: the
// name from the stack's file, and the length of its sessions.
func roleInput(role, arn string) string {
	_, name, _ := strings.Cut(arn, ":role")
	folder := path.Dir(name)
	if folder != "/" {
		folder += "/"
	}
	return fmt.Sprintf(`{"Path":%q,"RoleName":%q,"Description":%q,"MaxSessionDuration":%d}`,
		folder, path.Base(name), accessDescriptions[role], AccessSessionSeconds)
}
