package components

import (
	"maps"
	"slices"
)

// accessAccount is what the roles of one account are about: its workload stacks.
type accessAccount struct {
	// scope is the account's; its stack is the delivery stack.
	scope Scope
	// stacks that live in the account.
	stacks []string
	// stateBucket keeps the states, by name.
	stateBucket string
	// registryAccountID is where images come from.
	registryAccountID string
}

// accountOf is the part of the workloads that lives in an account.
func (a AccessArgs) accountOf(accountID string) accessAccount {
	account := accessAccount{
		scope: a.Scope.in(accountID), stateBucket: a.StateBucket, registryAccountID: a.Scope.AccountID,
	}
	for _, workload := range a.Workloads {
		if workload.AccountID == accountID {
			account.stacks = append(account.stacks, workload.Stack)
		}
	}
	return account
}

func (a accessAccount) boundaryName() string { return a.scope.Name(NameIAMPolicy, boundaryRole) }

func (a accessAccount) boundaryARN() string {
	return a.scope.GlobalARN("iam", "policy/"+a.boundaryName())
}

// accessDocument is one policy of a role.
type accessDocument struct {
	name       string
	statements []statement
}

// ofStacks writes a pattern for each stack, around the beginning that its physical names have.
func (a accessAccount) ofStacks(pattern func(names string) string) []string {
	patterns := make([]string, len(a.stacks))
	for i, stack := range a.stacks {
		patterns[i] = pattern(a.scope.Project + nameSeparator + stack + nameSeparator + "*")
	}
	return patterns
}

func (a accessAccount) resources(service, kind string) []string {
	return a.ofStacks(func(names string) string { return a.scope.ARN(service, kind+names) })
}

func (a accessAccount) buckets() []string {
	return a.ofStacks(a.scope.BucketARN)
}

func (a accessAccount) roles() []string {
	return a.ofStacks(func(names string) string { return a.scope.GlobalARN("iam", "role/"+names) })
}

// readDocuments tell what exists and how it is set. What is stored stays closed: no action
// reads an object, a secret, a parameter, a log or an image. GetFunction is the exception
// that refreshing a function takes; it also gives out its code, which is in the repository.
func (a accessAccount) readDocuments() []accessDocument {
	if len(a.stacks) == 0 {
		return nil
	}
	actions := serviceActions(readOperations)
	var everywhere []string
	for _, service := range slices.Sorted(maps.Keys(actions)) {
		if service != "s3" {
			everywhere = append(everywhere, actions[service]...)
		}
	}
	half := len(everywhere) / 2
	return []accessDocument{
		{"read-1", []statement{{Sid: "Describe", Effect: "Allow", Action: everywhere[:half], Resource: "*"}}},
		{"read-2", []statement{
			{Sid: "Describe", Effect: "Allow", Action: everywhere[half:], Resource: "*"},
			{Sid: "DescribeAccount", Effect: "Allow", Action: s3AccountRead, Resource: "*"},
			{Sid: "DescribeBuckets", Effect: "Allow", Action: without(actions["s3"], s3AccountRead), Resource: a.buckets()},
			{Sid: "DescribeFunctions", Effect: "Allow", Action: "lambda:GetFunction", Resource: a.resources("lambda", "function:")},
		}},
	}
}

const (
	s3AccountRead  = "s3:GetAccountPublicAccessBlock"
	s3AccountWrite = "s3:PutAccountPublicAccessBlock"
)

// writeGroups put services into policies, each of which may have 6144 characters.
var writeGroups = []struct {
	name     string
	services []string
}{
	{"network", []string{"acm", "ec2", "elasticloadbalancing", "route53", "wafv2"}},
	{"compute", []string{"application-autoscaling", "codedeploy", "ecs", "lambda", "logs"}},
	{"data", []string{"backup", "backup-storage", "es", "rds", "s3", "secretsmanager"}},
	{"watch", []string{
		"access-analyzer", "budgets", "cloudtrail", "cloudwatch", "config", "events", "guardduty", "securityhub", "sns", "sqs",
	}},
}

func (a accessAccount) writeDocuments() []accessDocument {
	if len(a.stacks) == 0 {
		return nil
	}
	actions := serviceActions(writeOperations)
	documents := make([]accessDocument, 0, len(writeGroups)+2)
	for _, group := range writeGroups {
		document := accessDocument{name: "write-" + group.name}
		var rest []string
		for _, service := range group.services {
			resources := a.namedResources(service)
			if resources == nil {
				rest = append(rest, actions[service]...)
				continue
			}
			document.statements = append(document.statements, statement{
				Effect: "Allow", Action: without(actions[service], unnamed...), Resource: resources,
			})
			rest = append(rest, intersection(actions[service], unnamed)...)
		}
		if len(rest) > 0 {
			document.statements = append(document.statements, statement{
				Sid: "InThisAccount", Effect: "Allow", Action: rest, Resource: "*",
				Condition: conditions{"StringEquals": {"aws:ResourceAccount": a.scope.AccountID}},
			})
		}
		documents = append(documents, document)
	}
	return append(documents, accessDocument{"write-roles", a.roleStatements()}, accessDocument{"write-keys", a.keyStatements()})
}

func (a accessAccount) guardDocuments() []accessDocument {
	return []accessDocument{{"guard", a.guardStatements()}}
}

// unnamed are actions of services with names for which AWS has no resource level, or whose
// resource has a name of AWS's.
var unnamed = []string{s3AccountWrite, "sns:SetSubscriptionAttributes", "sns:Unsubscribe"}

// namedResources are a service's resources that begin as the workload's names do; nil for a
// service whose names AWS or Pulumi makes up.
func (a accessAccount) namedResources(service string) []string {
	switch service {
	case "s3":
		return append(a.buckets(), a.ofStacks(func(names string) string { return a.scope.BucketARN(names) + "/*" })...)
	case "secretsmanager":
		return []string{a.masterSecrets()}
	case "codedeploy":
		return append(a.resources(service, "application:"), a.resources(service, "deploymentgroup:")...)
	case "cloudwatch":
		return append(a.resources(service, "alarm:"), a.ofStacks(func(names string) string {
			return a.scope.GlobalARN(service, "dashboard/"+names)
		})...)
	case "cloudtrail":
		return a.resources(service, "trail/")
	case "es":
		return a.resources(service, "domain/")
	case "lambda":
		return a.resources(service, "function:")
	case "sns", "sqs":
		return a.resources(service, "")
	default:
		return nil
	}
}

// masterSecrets are those that RDS makes for itself.
func (a accessAccount) masterSecrets() string { return a.scope.ARN("secretsmanager", "secret:rds!*") }

func without(actions []string, left ...string) []string {
	return slices.DeleteFunc(slices.Clone(actions), func(action string) bool { return slices.Contains(left, action) })
}

func intersection(actions, wanted []string) []string {
	return slices.DeleteFunc(slices.Clone(actions), func(action string) bool { return !slices.Contains(wanted, action) })
}
