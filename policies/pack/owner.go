package pack

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/control"
)

// componentPrefix begins the type tokens of this project's components.
const componentPrefix = "aws-webapp:"

// ofComponent says whether a resource is one of this project's components, or below one.
func ofComponent(urn string) bool {
	if !strings.Contains(urn, componentPrefix) || !resource.URN(urn).IsValid() {
		return false
	}
	types := "$" + string(resource.URN(urn).QualifiedType())
	return strings.Contains(types, "$"+componentPrefix)
}

// own says whether the stack is of this project's program: by the project's name or, where that was
// changed, by its components.
func (p *Pack) own() bool { return p.stack.Project == Name || p.stack.Project == "" || p.components }

// inForce is a control as it holds for the stack's program.
func (p *Pack) inForce(c *control.Control) *control.Control {
	if p.own() {
		return c
	}
	return p.lenient[c.Name]
}

// setting is how a control is set for the stack.
func (p *Pack) setting(c *control.Control, env control.Environment) setting {
	return p.settings.of(p.inForce(c), env)
}

// fix is how to comply, in words for the stack's program.
func fix(c *control.Control, own bool) string {
	if !own || c.Here == "" {
		return c.Fix
	}
	return c.Fix + " (in this project: " + c.Here + ")"
}
