// Package control defines what a control is: one row of the table that the pack judges
// by, and the verdicts that it gives.
package control

import (
	"slices"
	"strings"

	"aws-webapp/policies/graph"
)

// Scope says when a control is judged.
type Scope int

const (
	// PerResource controls look at one resource's inputs, before it is created.
	PerResource Scope = iota
	// PerStack controls join resources, after all of them have been seen.
	PerStack
)

// String is resource or stack.
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
	// Title says in a sentence what must be true.
	Title string
	// IDs are the control's names in public frameworks.
	IDs IDs
	// Beyond says what the ids that are marked part mean beyond the control.
	Beyond string
	// Severity of a violation.
	Severity Severity
	// Levels per environment.
	Levels Levels
	// OnUnknown is the level at which a value is reported that cannot be judged yet.
	OnUnknown Level
	// Scope says when the control is judged.
	Scope Scope
	// Types are the type tokens that the control judges. One that ends in * stands for all
	// that begin so; only [PerStack] controls may use it.
	Types []string
	// Present are parts of type tokens whose presence means that the control must have
	// judged something, such as aws:ec2/subnet:. By default it is the services of Types.
	Present []string
	// Optional controls judge resources that a stack with the service need not have, such
	// as a repository policy. Judging none of them is no violation.
	Optional bool
	// Risk says what could happen, in a sentence.
	Risk string
	// Fix says how to comply in any program.
	Fix string
	// Here says how to comply in this project's own program, by its keys and components, where that is
	// another step. Stacks of other programs never see it.
	Here string
	// Own marks a rule of this project's architecture. In stacks of other programs it is off until their
	// configuration of the policies gives it a level.
	Own bool
	// Link is the documentation; by default that of the first id of Security Hub.
	Link string
	// Params are what the policy's configuration may set.
	Params []Param
	// Floor refuses parameters that ask for less than production has to have; nil accepts all. It is not
	// asked in other environments.
	Floor func(Params) error
	// Judge gives the verdict on one resource.
	Judge func(Case) Result
	// Remedy lists the properties to set so that the resource complies; nil if there is
	// no safe repair. It is asked only for resources that do not comply.
	Remedy func(Case) []Patch
}

// Case is what a control judges: one resource, the stack around it, and the parameters.
type Case struct {
	*graph.Resource
	// Graph is the whole stack. [PerResource] controls get it only when they are asked again about
	// a value that was not known; else it is nil.
	Graph *graph.Graph
	// Params are the control's parameters with their defaults filled in.
	Params Params
	// Environment is what the stack is used for.
	Environment Environment
	// Accounts are those that the stack's configuration says it delivers to.
	Accounts []string
	// EarlierPorts are those that the stack's configuration says tasks of earlier versions
	// still listen on.
	EarlierPorts []int
}

// Patch sets one property of a resource.
type Patch struct {
	// Path are the keys that lead to the property.
	Path []string
	// Value is a string, a float64 or a bool.
	Value any
}

// Elsewhere is the control for stacks of other programs: one of this project's architecture is off,
// and what is mandatory may be lowered to advisory, in production too, by its parameters as well.
func (c *Control) Elsewhere() *Control {
	lenient := *c
	lenient.Levels.Lenient, lenient.Floor = true, nil
	if c.Own {
		lenient.Levels = Everywhere(Disabled)
	}
	return &lenient
}

// DocURL is where the control is documented.
func (c *Control) DocURL() string {
	if c.Link != "" {
		return c.Link
	}
	return c.IDs.securityHubURL()
}

// Judges says whether the control looks at resources of a type.
func (c *Control) Judges(typeToken string) bool {
	return slices.ContainsFunc(c.Types, func(t string) bool {
		prefix, open := strings.CutSuffix(t, "*")
		return t == typeToken || open && strings.HasPrefix(typeToken, prefix)
	})
}

// Expects says whether a resource of this type means that the control must have judged
// something.
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
