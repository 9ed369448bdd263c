package catalog

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Types maps a Pulumi type token, such as aws:ec2/subnet:Subnet, to its description.
type Types map[string]*Type

// Outputs maps an output property to how its value comes about: a string is a template,
// a [Compute] is called, anything else is a constant. An output that the program also
// gave as an input keeps the program's value.
type Outputs map[string]any

// Compute makes an output that a template cannot express. A nil result leaves the
// property out.
type Compute func(c *Call) any

// Rule checks what AWS would check and a table cannot say. It returns an [Error] worded
// as AWS words it.
type Rule func(c *Call) error

// Type describes one resource type.
type Type struct {
	// Schema is what the Terraform provider knows of the type, completed from provider.json.
	Schema
	// Differs are where the simulation knows better.
	Differs []Difference
	// Name describes the physical name, nil when the type has none.
	Name *Name
	// ID is the template of the resource's id.
	ID string
	// MakeID makes the id where a template cannot.
	MakeID Compute
	// Key is the template of what identifies the resource in the cloud where the id does
	// not: two revisions of a task definition share their id.
	Key string
	// Outputs are the properties that AWS, or the provider, computes.
	Outputs Outputs
	// OnUpdate are the outputs that get a new value with every update.
	OnUpdate []string
	// Refs are the inputs that name other resources.
	Refs []Ref
	// Unique are the combinations of properties that no two resources may share.
	Unique []Unique
	// Tags says that the resource takes tags, and the provider's default tags.
	Tags bool
	// JSON are the inputs that must hold a JSON document.
	JSON []string
	// Checks judge the inputs before anything is created, as the provider does.
	Checks []Check
	// Rules judge a creation or an update against the rest of the cloud, as AWS does.
	Rules []Rule
	// After judge a resource once its stack is up: what AWS takes without a word and then does
	// not do. The error says why, and what would mend it.
	After []Rule
	// Guards judge a deletion, beside what Protect and the references say.
	Guards []Rule
	// Protect maps a boolean property to the error with which AWS refuses to delete a
	// resource while it is true.
	Protect map[string]string
	// Spawns are the resources that AWS creates along with this one.
	Spawns []Spawn
	// Account says that there is one of these per account and region, which always
	// exists: creating it only sets it, deleting it only resets it.
	Account bool
	// NotFound is the error of a reference to one of these that does not exist; {value}
	// stands for what was asked for.
	NotFound string
	// InUse is the error of deleting one of these while something refers to it; {user}
	// stands for who does.
	InUse string
}

// Ref is an input that names another resource.
type Ref struct {
	// Path leads to the naming values, for example "vpcConfig.subnetIds[]".
	Path string
	// To is the type token of the resource named.
	To string
	// By are the properties of the named resource by which it may be named; by default
	// its id.
	By []string
	// Holds says that the resource named cannot be deleted as long as this one exists.
	Holds bool
	// Foreign says that the value may also name something outside of the stack. It is
	// then refused only when it names a resource that the stack has deleted.
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

// Spawn is a resource that AWS creates along with another, such as the default security
// group of a VPC. It disappears with the other.
type Spawn struct {
	// Token is the type of the resource.
	Token string
	// ID is the path in the creating resource's outputs that holds the new one's id.
	// Nothing is created when it leads nowhere.
	ID string
	// Outputs are templates and constants, evaluated for the creating resource.
	Outputs Outputs
}

// Op is what is being done to a resource.
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
	// Region is where it is.
	Region string
	// Label says which part of the program made it, for messages.
	Label string
	// Props are its inputs and outputs.
	Props resource.PropertyMap
}

// World is the rest of the cloud, as far as rules and outputs may ask.
type World interface {
	// Find returns the resource of the type whose property (or "id") has the value.
	Find(token, property, value string) (Object, bool)
	// List returns all resources of the type in order of creation.
	List(token string) []Object
	// Deleted says whether a resource with this id or property value existed once.
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
	// Account, Region and Partition say where.
	Account, Region, Partition string
	// Inputs are the checked inputs.
	Inputs resource.PropertyMap
	// Old are the properties before an update or a deletion.
	Old resource.PropertyMap
	// Seed makes generated values unique to the resource, and Revision makes those that
	// change with every update unique to the update.
	Seed     string
	Revision int

	outputs   resource.PropertyMap
	resolving map[string]bool
}

// is says whether the object is the resource that the call is about. At a creation
// nothing is: what exists already is another.
func (c *Call) is(o Object) bool { return c.Op != Create && o.ID == c.ID }
