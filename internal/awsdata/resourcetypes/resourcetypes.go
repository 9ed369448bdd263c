package resourcetypes

import (
	"maps"
	"slices"
	"time"

	"aws-webapp/internal/awsdata/endoflife"
)

// Type holds the project's facts about a resource type.
type Type struct {
	// Token names the type in the Pulumi AWS package, such as aws:sqs/queue:Queue.
	Token string
	// Create is the API operation that creates a resource. It is empty if the operation's input and the type's
	// properties have no names in common that are worth comparing.
	Create Operation
	// Actions lists the IAM actions with which the AWS provider manages a resource, by service. Types that only
	// the delivery stack creates have none: an administrator deploys it, with their own permissions.
	Actions []Actions
	// Loss describes what is lost with a resource if no deployment can bring it back.
	Loss Loss
	// Free says why AWS charges nothing for the resource by itself. It is empty if the estimate prices the
	// resource.
	Free string
	// Documents lists the properties that hold IAM policy documents.
	Documents []string
	// Versions lists the properties that hold versions which AWS ends.
	Versions []Version
	// Times that AWS takes; the zero value stands for [Usual].
	Times Times
}

// Actions are IAM actions of one service.
type Actions struct {
	// Service is the prefix of the actions.
	Service string
	// Read lists the actions that a refresh needs, Write those that creating, changing and deleting need in
	// addition, separated by spaces. They are those of the provider's calls. In most services tags have separate
	// actions.
	Read, Write string
}

// Operation is an operation of a service's API.
type Operation struct {
	// Name is "service.Operation", in the spelling of botocore's models, followed by "/Member" if a part of the
	// operation's input describes the resource.
	Name string
	// Renamed holds the API's names of properties that have other names in the provider. An empty name says that
	// the property means something else there, and "^" in front of a name that a nested property is at the top of
	// the input.
	Renamed map[string]string
}

// Severity of a loss.
type Severity int

// The severities. Critical is data or access that exists nowhere else, High is something that is missed for days,
// Medium something that can be made again with work.
const (
	Medium Severity = iota + 1
	High
	Critical
)

// Loss describes what is lost when a resource is deleted. The zero value means nothing.
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

// Times are the times until an operation is complete from the provider's point of view: the API
// calls and the wait for the resource to become available. They model the duration of an up
// against the real AWS; nothing sleeps that long unless asked to.
type Times struct {
	Create, Update, Delete time.Duration
	// Source says where the figures come from. "wait" names the fixed delay of the Terraform AWS
	// provider 5.x, which is a lower bound; "log" a published apply log; "estimate" is the figure
	// that operators of such stacks report, within a factor of two.
	Source string
}

// Usual are the times of a call that is answered at once, with the provider's own overhead.
var Usual = Times{
	Create: 2 * time.Second, Update: 2 * time.Second, Delete: time.Second,
	Source: "log: hashicorp-education/learn-terraform-variables pull request 6, 1 to 5 s for security group rules and " +
		"route tables",
}

var (
	services []Service
	byToken  = map[string]Type{}
)

// register adds the rows of a subject. Each subject's file calls it for its own.
func register(ofServices []Service, ofTypes []Type) {
	services = append(services, ofServices...)
	for _, row := range ofTypes {
		if _, twice := byToken[row.Token]; twice {
			panic("two rows of " + row.Token)
		}
		byToken[row.Token] = row
	}
}

// All returns every row, in the order of the tokens.
func All() []Type {
	rows := make([]Type, 0, len(byToken))
	for _, token := range slices.Sorted(maps.Keys(byToken)) {
		rows = append(rows, byToken[token])
	}
	return rows
}

// Of returns the row of a type; false where no stack makes it.
func Of(token string) (Type, bool) {
	row, found := byToken[token]
	return row, found
}

// TimesOf returns the times of a type, [Usual] where its row has none or it has no row.
func TimesOf(token string) Times {
	if row := byToken[token]; row.Times != (Times{}) {
		return row.Times
	}
	return Usual
}
