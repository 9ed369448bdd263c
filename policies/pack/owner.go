package pack

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/control"
)

// componentPrefix is the prefix of the type tokens of this project's components.
const componentPrefix = "aws-webapp:"

// ofComponent reports whether a resource is one of this project's components, or below one.
func ofComponent(urn string) bool {
	if !strings.Contains(urn, componentPrefix) || !resource.URN(urn).IsValid() {
		return false
	}
	types := "$" + string(resource.URN(urn).QualifiedType())
	return strings.Contains(types, "$"+componentPrefix)
}

// own reports whether the stack belongs to this project's program: by the project's name or, if
// that was changed, by its components.
func (p *Pack) own() bool { return p.stack.Project == Name || p.stack.Project == "" || p.components }

// inForce returns a control as it applies to the stack's program.
func (p *Pack) inForce(c *control.Control) *control.Control {
	if p.own() {
		return c
	}
	return p.lenient[c.Name]
}

// setting returns a control's configuration for the stack.
func (p *Pack) setting(c *control.Control, env control.Environment) setting {
	return p.settings.of(p.inForce(c), env)
}

// fix says how to comply, in words for the stack's program.
func fix(c *control.Control, own bool) string {
	if !own || c.Here == "" {
		return c.Fix
	}
	return c.Fix + " (in this project: " + c.Here + ")"
}
