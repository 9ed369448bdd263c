package catalog

import (
	_ "embed" // for provider.json
	"encoding/json"
	"slices"
	"sync"
)

// provider.json is written by `make awsplugin-describe`: see tools/awsplugin/facts.go.
//
//go:embed provider.json
var generated []byte

// Provider holds the facts of the Terraform AWS provider's schema about the types.
type Provider struct {
	// Terraform is the provider that was read, and Version that of pulumi-aws for which it stands.
	Terraform string `json:"provider"`
	Version   string `json:"version"`
	// Types by token.
	Types map[string]Schema `json:"types"`
}

// Schema holds the provider's facts about one type. In a path, "[]" follows the name of a list.
type Schema struct {
	// Required lists the inputs without which the provider refuses the resource.
	Required []string `json:"required"`
	// Replaces lists the paths of the inputs whose change creates a new resource. A path to a structured input
	// stands for all its parts.
	Replaces []string `json:"replaces"`
	// Defaults holds the inputs that the provider fills in if the program does not set them.
	Defaults map[string]any `json:"defaults"`
	// Computed lists the properties that are not known before the resource exists, unless the program sets
	// them.
	Computed []string `json:"computed"`
}

// FromProvider reads the provider's facts.
var FromProvider = sync.OnceValue(func() Provider {
	var p Provider
	if err := json.Unmarshal(generated, &p); err != nil {
		panic("provider.json: " + err.Error())
	}
	return p
})

// Fact is a statement of a [Difference] about a property.
type Fact int

// The facts.
const (
	// Required inputs have to be given, Optional ones need not.
	Required Fact = iota + 1
	Optional
	// Replaces means that a change of the input makes a new resource.
	Replaces
	// InPlace means that a change of the input makes no new resource.
	InPlace
	// Computed properties get a value without the program setting one.
	Computed
)

// Difference is a deviation of the simulation from the provider's schema.
type Difference struct {
	// Property is a path as in [Schema].
	Property string
	Fact     Fact
	// Why gives the reason, which the schema does not show.
	Why string
}

// newer is the reason of differences that the pinned SDK proves.
const newer = "newer than the Terraform provider that make awsplugin builds: the SDK has it"

// named is the reason of names that the pinned SDK requires from the program.
const named = "the provider that make awsplugin builds makes a name of its own"

// filledIn is the reason of properties that always have a value although the schema neither computes them nor has
// a default that the bridge would use.
const filledIn = "Terraform fills in its default while it plans: the bridge takes none of another Go type than the " +
	"property's"

// complete adds what the provider knows to a type, and then the differences. A type that provider.json does not have
// yet has its schema in the table.
func (t *Type) complete(token string, p Provider) {
	known, found := p.Types[token]
	if !found {
		return
	}
	if t.Required != nil || t.Replaces != nil || t.Defaults != nil {
		panic(token + " is in provider.json: remove its schema from the table")
	}
	t.Schema = Schema{
		Required: slices.Clone(known.Required), Replaces: slices.Clone(known.Replaces), Defaults: known.Defaults,
		Computed: slices.Clone(known.Computed),
	}
	for _, d := range t.Differs {
		switch is := func(path string) bool { return path == d.Property }; d.Fact {
		case Required:
			t.Required = append(t.Required, d.Property)
		case Optional:
			t.Required = slices.DeleteFunc(t.Required, is)
		case Replaces:
			t.Replaces = append(t.Replaces, d.Property)
		case InPlace:
			t.Replaces = slices.DeleteFunc(t.Replaces, is)
		case Computed:
			t.Computed = append(t.Computed, d.Property)
		}
	}
}
