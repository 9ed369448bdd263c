package components

import (
	"maps"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/authorization"
	"aws-webapp/internal/awsdata/resourcetypes"
)

// rolesAccount describes what the roles of one account act on: its workload stacks.
type rolesAccount struct {
	// scope of the account; its stack is the delivery stack.
	scope Scope
	// stacks that live in the account.
	stacks []string
	// stateBucket keeps the states, by name.
	stateBucket string
	// registryAccountID is the account from which images are pulled.
	registryAccountID string
	// taskPermissions of the stacks.
	taskPermissions []ServicePermission
}

// accountOf returns the workloads that live in an account.
func (a DeployRolesArgs) accountOf(accountID string) rolesAccount {
	account := rolesAccount{
		scope: a.Scope.in(accountID), stateBucket: a.StateBucket, registryAccountID: a.Scope.AccountID,
	}
	for _, workload := range a.Workloads {
		if workload.AccountID == accountID {
			account.stacks = append(account.stacks, workload.Stack)
			account.taskPermissions = append(account.taskPermissions, workload.TaskPermissions...)
		}
	}
	return account
}

func (a rolesAccount) boundaryName() string { return a.scope.Name(NameIAMPolicy, boundaryRole) }

func (a rolesAccount) boundaryARN() string {
	return a.scope.GlobalARN("iam", "policy/"+a.boundaryName())
}

// rolesDocument is one policy of a role.
type rolesDocument struct {
	name       string
	statements []statement
}

// ofStacks returns a pattern for each stack, made from the prefix of its physical names.
func (a rolesAccount) ofStacks(pattern func(names string) string) []string {
	patterns := make([]string, len(a.stacks))
	for i, stack := range a.stacks {
		patterns[i] = pattern(a.scope.Project + nameSeparator + stack + nameSeparator + "*")
	}
	return patterns
}

func (a rolesAccount) resources(service, kind string) []string {
	return a.ofStacks(func(names string) string { return a.scope.ARN(service, kind+names) })
}

func (a rolesAccount) buckets() []string {
	return a.ofStacks(a.scope.BucketARN)
}

func (a rolesAccount) roles() []string {
	return a.ofStacks(func(names string) string { return a.scope.GlobalARN("iam", "role/"+names) })
}

// readDocuments allows reading what exists and how it is configured, but no content: no action
// reads an object, a secret, a parameter, a log or an image. GetFunction is the exception,
// which refreshing a function needs: it also returns the code, which is in the repository
// anyway.
func (a rolesAccount) readDocuments() []rolesDocument {
	if len(a.stacks) == 0 {
		return nil
	}
	actions := serviceActions(readActions)
	var everywhere []string
	for _, service := range slices.Sorted(maps.Keys(actions)) {
		if service != "s3" {
			everywhere = append(everywhere, actions[service]...)
		}
	}
	half := len(everywhere) / 2
	return []rolesDocument{
		{"read-1", []statement{{Sid: "Describe", Effect: "Allow", Action: everywhere[:half], Resource: "*"}}},
		{"read-2", []statement{
			{Sid: "Describe", Effect: "Allow", Action: everywhere[half:], Resource: "*"},
			{Sid: "DescribeAccount", Effect: "Allow", Action: s3AccountRead, Resource: "*"},
			{
				Sid: "DescribeBuckets", Effect: "Allow", Action: without(actions["s3"], authorization.WithoutResources),
				Resource: a.buckets(),
			},
			{
				Sid: "DescribeFunctions", Effect: "Allow", Action: "lambda:GetFunction",
				Resource: a.resources("lambda", "function:"),
			},
		}},
	}
}

const s3AccountRead = "s3:GetAccountPublicAccessBlock"

// writeGroups are the policies over which services are distributed: see [resourcetypes.Service].
var writeGroups = []string{"network", "compute", "data", "watch"}

func (a rolesAccount) writeDocuments() []rolesDocument {
	if len(a.stacks) == 0 {
		return nil
	}
	actions := serviceActions(writeActions)
	documents := make([]rolesDocument, 0, len(writeGroups)+2)
	for _, group := range writeGroups {
		document := rolesDocument{name: "write-" + group}
		var everywhere, inAccount []string
		for _, row := range resourcetypes.Services() {
			if row.Group != group {
				continue
			}
			service := row.Prefix
			about := without(actions[service], authorization.WithoutResources)
			for _, part := range a.own(service) {
				document.statements = append(document.statements, statement{
					Sid: part.sid, Effect: "Allow", Action: only(about, part.covers),
					Resource: part.resources, Condition: part.condition,
				})
			}
			everywhere = append(everywhere, only(actions[service], authorization.WithoutResources)...)
			if len(a.own(service)) == 0 {
				inAccount = append(inAccount, about...)
			}
		}
		document.statements = append(document.statements, a.accountStatements(everywhere, inAccount)...)
		documents = append(documents, document)
	}
	return append(documents,
		rolesDocument{"write-roles", a.roleStatements()}, rolesDocument{"write-keys", a.keyStatements()})
}

// accountStatements covers actions without resource types, which always act on the role's own account,
// and resources without a recognizable name.
func (a rolesAccount) accountStatements(everywhere, inAccount []string) []statement {
	var statements []statement
	if len(everywhere) > 0 {
		statements = append(statements, statement{Sid: "NoResources", Effect: "Allow", Action: everywhere, Resource: "*"})
	}
	carries := only(inAccount, authorization.CarriesResourceAccount)
	if len(carries) > 0 {
		statements = append(statements, statement{
			Sid: "InThisAccount", Effect: "Allow", Action: carries, Resource: "*",
			Condition: conditions{"StringEquals": {"aws:ResourceAccount": a.scope.AccountID}},
		})
	}
	for _, action := range without(inAccount, authorization.CarriesResourceAccount) {
		service, name, _ := strings.Cut(action, ":")
		resource := a.scope.ARN(service, "*")
		if service == "route53" {
			resource = "*" // the zone of an endpoint's names is AWS's, and nobody says under which ARN
		}
		statements = append(statements, statement{Sid: name, Effect: "Allow", Action: action, Resource: resource})
	}
	return statements
}

func (a rolesAccount) guardDocuments() []rolesDocument {
	return []rolesDocument{{"guard", a.guardStatements()}}
}

// ownPart is a part of a service that belongs to the workload.
type ownPart struct {
	sid       string
	covers    func(action string) bool
	resources []string
	condition any
}

// own returns the parts of a service that belong to the workload: resources with the prefix of the
// workload's names, or with its tags. None for a service whose names AWS or Pulumi generates.
func (a rolesAccount) own(service string) []ownPart {
	resources := a.namedResources(service)
	creates := func(action string) bool {
		return strings.HasPrefix(action, service+":Create") || action == service+":TagResource"
	}
	switch service {
	case "logs": // the log group of a service is named after the service alone
		keeps := func(action string) bool { return action != "logs:CreateLogGroup" }
		return []ownPart{
			{"NewLogGroups", creates, resources, a.tagged("aws:RequestTag/")},
			{"OwnLogGroups", keeps, resources, a.tagged("aws:ResourceTag/")},
		}
	case "elasticfilesystem": // EFS makes up all ids
		tags := func(action string) bool { return action == service+":TagResource" }
		made := a.tagged("aws:RequestTag/")
		made["StringEquals"][service+":CreateAction"] = []string{"CreateAccessPoint", "CreateFileSystem"}
		return []ownPart{
			{"NewFileSystems", tags, resources, made},
			{"OwnFileSystems", func(string) bool { return true }, resources, a.tagged("aws:ResourceTag/")},
		}
	case "servicediscovery": // Cloud Map makes up the ids of namespaces
		return []ownPart{{"OwnNamespaces", func(string) bool { return true }, resources, a.tagged("aws:ResourceTag/")}}
	case "secretsmanager":
		keeps := func(action string) bool { return !creates(action) }
		return []ownPart{
			{"NewPasswords", creates, resources, nil},
			{"OwnPasswords", keeps, resources, a.ofOwnDatabases()},
		}
	}
	if resources == nil {
		return nil
	}
	return []ownPart{{"", func(string) bool { return true }, resources, nil}}
}

// tagged requires the tags that all resources of a workload have.
func (a rolesAccount) tagged(prefix string) conditions {
	return conditions{"StringEquals": {prefix + "Project": a.scope.Project, prefix + "Stack": a.stacks}}
}

// namedResources returns ARN patterns of a service's resources with the prefix of the
// workload's names; nil for a service whose names AWS or Pulumi generates.
func (a rolesAccount) namedResources(service string) []string {
	switch service {
	case "s3":
		return append(a.buckets(), a.ofStacks(func(names string) string { return a.scope.BucketARN(names) + "/*" })...)
	case "budgets":
		return a.ofStacks(func(names string) string { return a.scope.GlobalARN(service, "budget/"+names) })
	case "cloudwatch": // dashboards belong to no region
		return append(a.resources(service, "alarm:"), a.ofStacks(func(names string) string {
			return a.scope.GlobalARN(service, "dashboard/"+names)
		})...)
	}
	var resources []string
	row := resourcetypes.ServiceOf(service)
	for _, kind := range row.Named {
		resources = append(resources, a.resources(service, kind)...)
	}
	for _, pattern := range row.Unnamed {
		resources = append(resources, a.scope.ARN(service, pattern))
	}
	return resources
}

// masterSecrets matches all secrets in the account that RDS creates for itself: RDS generates their
// names.
func (a rolesAccount) masterSecrets() string { return a.scope.ARN("secretsmanager", "secret:rds!*") }

// ofOwnDatabases selects the secrets of the workload's databases by the tag that RDS sets. Secrets
// Manager supports aws:ResourceTag for all actions on a secret; RDS's own policy shows the tag:
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRDSPreviewServiceRolePolicy.html
func (a rolesAccount) ofOwnDatabases() conditions {
	return conditions{"StringLike": {"aws:ResourceTag/aws:rds:primaryDBInstanceArn": a.resources("rds", "db:")}}
}

func without(actions []string, left func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(actions), left)
}

func only(actions []string, wanted func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(actions), func(action string) bool { return !wanted(action) })
}
