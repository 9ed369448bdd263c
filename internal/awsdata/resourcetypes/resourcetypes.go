// Package resourcetypes has one row for each resource type that the stacks make, with what more than one part of this
// project has to know of it: the roles, the estimate of the cost, the risk report, the model of how long a deployment
// takes, the simulation of AWS.
//
// What is behaviour stays in code where it is used, and names the type by its constant here: how a price is computed
// (internal/cost), what is risky about a change (internal/preview/risk), what AWS refuses (internal/sandbox/simaws).
// What Terraform's provider knows of a type is generated: see internal/sandbox/simaws/catalog. The policy pack has
// tokens of its own, since it has to be able to contradict the program.
//
// A test of tests/stack compares the rows with what the stacks make: a type without a row fails it, and so does a row
// of a type that no stack makes.
package resourcetypes

import (
	"maps"
	"slices"
	"sync"
	"time"

	"aws-webapp/internal/awsdata/endoflife"
)

// Type is what the project knows of a resource type.
type Type struct {
	// Token names the type in the Pulumi AWS package, such as aws:sqs/queue:Queue.
	Token string
	// Create is the API operation that creates a resource. It is empty where the operation's input and the type's
	// properties have no names in common that are worth comparing.
	Create Operation
	// Actions are the IAM actions with which the AWS provider keeps a resource, by service. Types that only the
	// delivery stack makes have none: an administrator deploys it, with rights of their own.
	Actions []Actions
	// Loss is what is gone with a resource, where no deployment can bring it back.
	Loss Loss
	// Free says why AWS charges nothing for the resource by itself. It is empty where the estimate prices it.
	Free string
	// Documents are the properties that hold IAM policy documents.
	Documents []string
	// Versions are the properties that hold versions which AWS ends.
	Versions []Version
	// Times are how long AWS takes; the zero value stands for [Usual].
	Times Times
}

// Actions are IAM actions of one service.
type Actions struct {
	// Service is the prefix of the actions.
	Service string
	// Read are the names of what a refresh takes, Write what creating, changing and deleting take besides, between
	// spaces. They are those of the calls that the provider makes. Tags have actions of their own in most services.
	Read, Write string
}

// Operation is one of a service's API.
type Operation struct {
	// Name is "service.Operation", in the spelling of botocore's models, and "/Member" behind it where a part of the
	// operation's input describes the resource.
	Name string
	// Renamed are the API's names of properties that the provider calls otherwise. An empty name says that the
	// property means something else there, and "^" before a name that a nested property is one of the input's own.
	Renamed map[string]string
}

// Severity of a loss.
type Severity int

// The severities. Critical is data or access that nobody has elsewhere, High is what is missed for days, Medium what
// is made again with work.
const (
	Medium Severity = iota + 1
	High
	Critical
)

// Loss is what is gone with a resource that is deleted. The zero value is nothing.
type Loss struct {
	Severity Severity
	// What is lost, as the end of a sentence.
	What string
}

// Version is a property with versions that AWS ends.
type Version struct {
	// Property is the path, such as environment.image.
	Property string
	// Kind of the version, in the table of what ends when.
	Kind endoflife.Kind
}

// Times are how long AWS takes until an operation is complete as the provider sees it:
// the API calls and the waiting for the resource to become available. They model how
// long an up takes against the real AWS; nobody sleeps that long unless asked to.
type Times struct {
	Create, Update, Delete time.Duration
	// Source says where the figures come from. "wait" names the fixed delay of the
	// Terraform AWS provider 5.x, which is a lower bound; "log" a published apply log;
	// "estimate" is what operators of such stacks report, within a factor of two.
	Source string
}

// Usual are the times of a call that is answered at once, with the provider's own overhead.
var Usual = Times{
	Create: 2 * time.Second, Update: 2 * time.Second, Delete: time.Second,
	Source: "log: hashicorp-education/learn-terraform-variables pull request 6, 1 to 5 s for security group rules and " +
		"route tables",
}

var byToken = sync.OnceValue(func() map[string]Type {
	rows := map[string]Type{}
	for _, row := range slices.Concat(
		networkTypes, loadBalancerTypes, dnsTypes, wafTypes, ecsTypes, lambdaTypes, databaseTypes, backupTypes, storageTypes,
		searchTypes, messagingTypes, monitoringTypes, logsTypes, accountTypes, identityTypes, deliveryTypes,
	) {
		if _, twice := rows[row.Token]; twice {
			panic("two rows of " + row.Token)
		}
		rows[row.Token] = row
	}
	return rows
})

// All returns every row, in the order of the tokens.
func All() []Type {
	rows := make([]Type, 0, len(byToken()))
	for _, token := range slices.Sorted(maps.Keys(byToken())) {
		rows = append(rows, byToken()[token])
	}
	return rows
}

// Of returns the row of a type; false where no stack makes it.
func Of(token string) (Type, bool) {
	row, found := byToken()[token]
	return row, found
}

// TimesOf returns the times of a type, [Usual] where its row has none or it has no row.
func TimesOf(token string) Times {
	if row := byToken()[token]; row.Times != (Times{}) {
		return row.Times
	}
	return Usual
}
