package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// accountDocuments are outputs of the component, not of the stack, which every update prints:
// by account what [Access.documentsOf] it has.
func (a *Access) accountDocuments() pulumi.Map {
	documents := pulumi.Map{}
	for _, workload := range a.args.Workloads {
		if workload.AccountID != a.args.Scope.AccountID {
			documents[workload.AccountID] = a.documentsOf(workload.AccountID)
		}
	}
	return documents
}

// documentsOf are the policies of the two roles and of the boundary that another account
// with workload stacks needs, as JSON by file name. The stack has no access to that account:
// its administrator creates them.
func (a *Access) documentsOf(accountID string) pulumi.Map {
	account := a.args.accountOf(accountID)
	documents := pulumi.Map{
		"boundary.json":      policyDocument(account.boundaryStatements()...),
		"preview-trust.json": policyDocument(trustRoles(a.PreviewRoleARN)),
		"deploy-trust.json":  policyDocument(trustRoles(append(pulumi.ToStringArray(a.args.deployersIn(accountID)), a.DeployRoleARN)...)),
		"preview-state.json": policyDocument(a.stateOf(account, false)...),
		"deploy-state.json":  policyDocument(a.stateOf(account, true)...),
	}
	for role, lists := range map[string][][]accessDocument{
		previewRole: {account.readDocuments()},
		deployRole:  {account.readDocuments(), account.writeDocuments(), account.guardDocuments()},
	} {
		for _, list := range lists {
			for _, document := range list {
				documents[fmt.Sprintf("%s-%s.json", role, document.name)] = policyDocument(document.statements...)
			}
		}
	}
	return documents
}

// trustRoles lets roles of the delivery stack's account, and nobody else there.
func trustRoles(roles ...pulumi.StringInput) statement {
	return statement{
		Sid: "Delivery", Effect: "Allow", Principal: map[string]any{"AWS": pulumi.StringArray(roles)}, Action: "sts:AssumeRole",
	}
}

// stateOf is the account's side of what the state's bucket and key allow its roles.
func (a *Access) stateOf(account accessAccount, write bool) []statement {
	return append(
		stateStatements(a.args.Scope.BucketARN(a.args.StateBucket), a.args.Scope.Project, account.stacks, write), a.stateKeyStatement(write))
}
