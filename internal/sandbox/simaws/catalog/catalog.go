package catalog

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Types maps a Pulumi type token, such as aws:ec2/subnet:Subnet, to its description.
type Types map[string]*Type

// Outputs maps an output property to the source of its value: a string is a template, a
// [Compute] is called, anything else is a constant. An output that the program also gave as an
// input keeps the program's value.
type Outputs map[string]any

// Compute makes an output that a template cannot express. A nil result leaves the
// property out.
type Compute func(c *Call) any

// Rule makes a check of AWS that a table cannot express. It returns an [Error] worded as AWS
// words it.
type Rule func(c *Call) error

// Type describes one resource type.
type Type struct {
	// Schema is the Terraform provider's schema of the type, completed from provider.json.
	Schema
	// Differs lists deviations of the simulation from the schema.
	Differs []Difference
	// Name describes the physical name; nil if the type has none.
	Name *Name
	// ID is the template of the resource's id.
	ID string
	// MakeID makes the id if a template cannot.
	MakeID Compute
	// Key is the template of the string that identifies the resource in the cloud if the id does
	// not: two revisions of a task definition share their id.
	Key string
	// Outputs holds the properties that AWS, or the provider, computes.
	Outputs Outputs
	// OnUpdate lists the outputs that get a new value with every update.
	OnUpdate []string
	// Refs lists the inputs that name other resources.
	Refs []Ref
	// Unique lists the combinations of properties that no two resources may share.
	Unique []Unique
	// Tags says that the resource can have tags, and gets the provider's default tags.
	Tags bool
	// JSON lists the inputs that must hold a JSON document.
	JSON []string
	// Checks validate the inputs before anything is created, as the provider does.
	Checks []Check
	// Rules judge a creation or an update against the rest of the cloud, as AWS does.
	Rules []Rule
	// Pending rules judge a creation while AWS makes the resource, and not at once: what another call is making by
	// then is in time.
	Pending []Rule
	// After judge a resource once its stack is up: settings that AWS accepts and then silently
	// does not act on. The error says why, and what would fix it.
	After []Rule
	// Guards judge a deletion, in addition to Protect and the references.
	Guards []Rule
	// Protect maps a boolean property to the error with which AWS refuses to delete a
	// resource while it is true.
	Protect map[string]string
	// Spawns lists the resources that AWS creates along with this one.
	Spawns []Spawn
	// Account says that there is one of these per account and region, which always
	// exists: creating it only sets it, deleting it only resets it.
	Account bool
	// NotFound is the error of a reference to one of these that does not exist; {value} stands for
	// the name that was looked up.
	NotFound string
	// InUse is the error of deleting one of these while something refers to it; {user} stands for
	// the referrer.
	InUse string
}

// Ref is an input that names another resource.
type Ref struct {
	// Path leads to the naming values, for example "vpcConfig.subnetIds[]".
	Path string
	// To is the type token of the resource named.
	To string
	// By lists the properties of the named resource by which it may be named; by default its id.
	By []string
	// Holds says that the resource named cannot be deleted as long as this one exists.
	Holds bool
	// Foreign says that the value may also name something outside of the stack. It is then only
	// refused if it names a resource that the stack has deleted.
	Foreign bool
}

// Unique is a combination of properties that no two resources of a type may share.
type Unique struct {
	// Properties must all be equal for a clash; the first must be set.
	Properties []string
	// Error is the template of the error.
	Error string
}

// Check judges inputs by themselves: it returns the property at fault and the reason,
// or two empty strings.
type Check func(inputs resource.PropertyMap) (property, reason string)

// Spawn is a resource that AWS creates along with another one, such as the default security
// group of a VPC. It disappears together with that one.
type Spawn struct {
	// Token is the type of the resource.
	Token string
	// ID is the path in the creating resource's outputs that holds the new one's id. Nothing is
	// created if the path does not exist.
	ID string
	// Outputs are templates and constants, evaluated for the creating resource.
	Outputs Outputs
}

// Op is an operation on a resource.
type Op int

// The operations of a [Call].
const (
	Create Op = iota + 1
	Update
	Delete
)

// Object is a resource that exists in the simulated cloud.
type Object struct {
	// Token is its type.
	Token string
	// ID is its id.
	ID string
	// Region of the resource.
	Region string
	// Label names the part of the program that created it, for messages.
	Label string
	// Props holds its inputs and outputs.
	Props resource.PropertyMap
}

// World is the rest of the cloud, as far as rules and outputs may see it.
type World interface {
	// Find returns the resource of the type whose property (or "id") has the value.
	Find(token, property, value string) (Object, bool)
	// List returns all resources of the type in order of creation.
	List(token string) []Object
	// Deleted reports whether a resource with this id or property value existed once.
	Deleted(token, value string) bool
}

// Call is one operation on one resource, as rules and outputs see it.
type Call struct {
	World
	// Op is the operation.
	Op Op
	// Type describes the resource, Token names the type.
	Type  *Type
	Token string
	// ID is the resource's id, once it has one.
	ID string
	// Account, Region and Partition of the resource.
	Account, Region, Partition string
	// Inputs holds the checked inputs.
	Inputs resource.PropertyMap
	// Old holds the properties before an update or a deletion.
	Old resource.PropertyMap
	// Seed makes generated values unique to the resource. Revision does so per update, for values
	// that change with every update.
	Seed     string
	Revision int

	outputs resource.PropertyMap
}

// is reports whether the object is the resource that the call is about. For a creation it is
// always false: an existing object is another one.
func (c *Call) is(o Object) bool { return c.Op != Create && o.ID == c.ID }
