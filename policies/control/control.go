package control

import (
	"slices"
	"strings"

	"aws-webapp/policies/graph"
)

// Scope is the moment at which a control is judged.
type Scope int

const (
	// PerResource controls look at one resource's inputs, before it is created.
	PerResource Scope = iota
	// PerStack controls relate resources to each other, after all of them have been seen.
	PerStack
)

// String returns "resource" or "stack".
func (s Scope) String() string {
	if s == PerStack {
		return "stack"
	}
	return "resource"
}

// Control is one row of the table.
type Control struct {
	// Name is the policy's name, unique in the pack.
	Name string
	// Subject groups controls in the documentation, such as Database.
	Subject string
	// Title states in a sentence what must be true.
	Title string
	// IDs are the control's names in public frameworks.
	IDs IDs
	// Beyond says what else the ids marked as part mean, besides what the control judges.
	Beyond string
	// Severity of a violation.
	Severity Severity
	// Levels per environment.
	Levels Levels
	// OnUnknown is the level for reporting a value that cannot be judged yet.
	OnUnknown Level
	// Scope says when the control is judged.
	Scope Scope
	// Types lists the type tokens that the control judges. One that ends in * stands for all with
	// that prefix; only [PerStack] controls may use it.
	Types []string
	// Present lists parts of type tokens, such as aws:ec2/subnet:. If the stack has such a
	// resource, the control must have judged something. Default: the services of Types.
	Present []string
	// Optional controls judge resources that a stack with the service need not have, such
	// as a repository policy. Judging none of them is no violation.
	Optional bool
	// Risk says what could happen, in a sentence.
	Risk string
	// Fix says how to comply in any program.
	Fix string
	// Here says how to comply in this project's own program, with its keys and components, if that
	// differs from Fix. Stacks of other programs never see it.
	Here string
	// Own marks a rule of this project's architecture. In stacks of other programs it is off until the
	// configuration of the policies gives it a level.
	Own bool
	// Link is the address of the documentation; by default that of the first Security Hub id.
	Link string
	// Params lists the parameters that the policy's configuration may set.
	Params []Param
	// Floor returns an error for parameters below the minimum of production; nil accepts all. It is not
	// used in other environments.
	Floor func(Params) error
	// Judge gives the verdict on one resource.
	Judge func(Case) Result
	// Remedy lists the properties to set so that the resource complies; nil if there is no safe
	// repair. It is only called for resources that do not comply.
	Remedy func(Case) []Patch
}

// Case is the input of a control: one resource, the stack around it, and the parameters.
type Case struct {
	*graph.Resource
	// Graph is the whole stack. [PerResource] controls only get it when they judge a value again
	// that was not known at first; otherwise it is nil.
	Graph *graph.Graph
	// Params holds the control's parameters with their defaults filled in.
	Params Params
	// Environment of the stack.
	Environment Environment
	// Accounts lists the accounts to which the stack delivers, by its configuration.
	Accounts []string
	// EarlierPorts lists the ports on which tasks of earlier versions still listen, by the stack's
	// configuration.
	EarlierPorts []int
}

// Patch sets one property of a resource.
type Patch struct {
	// Path holds the keys that lead to the property.
	Path []string
	// Value is a string, a float64 or a bool.
	Value any
}

// Elsewhere returns the control for stacks of other programs. A rule of this project's architecture
// is off. A mandatory one may be lowered to advisory in production, too, and its parameters have no
// floor.
func (c *Control) Elsewhere() *Control {
	lenient := *c
	lenient.Levels.Lenient, lenient.Floor = true, nil
	if c.Own {
		lenient.Levels = Everywhere(Disabled)
	}
	return &lenient
}

// DocURL returns the address of the control's documentation.
func (c *Control) DocURL() string {
	if c.Link != "" {
		return c.Link
	}
	return c.IDs.securityHubURL()
}

// Judges reports whether the control looks at resources of a type.
func (c *Control) Judges(typeToken string) bool {
	return slices.ContainsFunc(c.Types, func(t string) bool {
		prefix, open := strings.CutSuffix(t, "*")
		return t == typeToken || open && strings.HasPrefix(typeToken, prefix)
	})
}

// Expects reports whether the control must have judged something if the stack has a resource of
// this type.
func (c *Control) Expects(typeToken string) bool {
	if c.Optional {
		return c.Judges(typeToken)
	}
	for _, part := range c.Present {
		if strings.Contains(typeToken, part) {
			return true
		}
	}
	service := graph.ServiceOf(typeToken)
	return len(c.Present) == 0 && service != "" && slices.ContainsFunc(c.Types, func(t string) bool {
		return graph.ServiceOf(t) == service
	})
}
