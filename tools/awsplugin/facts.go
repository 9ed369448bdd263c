package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime/debug"
	"slices"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// facts are what the Terraform provider's schema knows of resource types, under the names of the Pulumi package.
type facts struct {
	// Provider is the Terraform provider's version, Version that of the Pulumi package that it is served as.
	Provider string                `json:"provider"`
	Version  string                `json:"version"`
	Types    map[string]*typeFacts `json:"types"`
}

// typeFacts are the properties of one type.
type typeFacts struct {
	// Required are the inputs that have to be given.
	Required []string `json:"required,omitempty"`
	// Replaces are the paths of the inputs whose change makes a new resource; what is below one is left out.
	// "[]" behind a name stands for the elements of a list.
	Replaces []string `json:"replaces,omitempty"`
	// Defaults are the inputs that are filled in.
	Defaults map[string]any `json:"defaults,omitempty"`
	// Computed are the properties that are known only once the resource exists, unless they are given.
	Computed []string `json:"computed,omitempty"`
}

// writeFacts writes what is known of the types with the tokens. A token that the mapping does not have is an error.
func writeFacts(w io.Writer, provider *tfbridge.ProviderInfo, tokens []string) error {
	found := facts{Provider: terraformVersion(), Version: version, Types: map[string]*typeFacts{}}
	for name, resource := range provider.Resources {
		token := string(resource.Tok)
		if !slices.Contains(tokens, token) {
			continue
		}
		schema, ok := provider.P.ResourcesMap().GetOk(name)
		if !ok {
			return fmt.Errorf("%s: the provider has no %s", token, name)
		}
		one, err := factsOf(schema.Schema(), resource.Fields)
		if err != nil {
			return fmt.Errorf("%s: %w", token, err)
		}
		found.Types[token] = one
	}
	for _, token := range tokens {
		if found.Types[token] == nil {
			return fmt.Errorf("%s is not in mapping.json", token)
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", " ")
	return encoder.Encode(found)
}

// terraformVersion is the module that the Terraform provider is built from.
func terraformVersion() string {
	build, _ := debug.ReadBuildInfo()
	for _, module := range build.Deps {
		if module.Path == "github.com/hashicorp/terraform-provider-aws" && module.Replace != nil {
			return module.Replace.Path + " " + module.Replace.Version
		}
	}
	return "unknown"
}

func factsOf(schema shim.SchemaMap, fields map[string]*tfbridge.SchemaInfo) (*typeFacts, error) {
	one := &typeFacts{Defaults: map[string]any{}, Replaces: replacing(schema, fields, "")}
	var failed error
	schema.Range(func(name string, s shim.Schema) bool {
		if name == "id" || name == "tags_all" || s.Removed() != "" {
			return true // ids and tags are alike in all types
		}
		property := tfbridge.TerraformToPulumiNameV2(name, schema, fields)
		if named := fields[name] != nil && fields[name].Default != nil; s.Required() && !named {
			one.Required = append(one.Required, property)
		}
		if s.Computed() {
			one.Computed = append(one.Computed, property)
		}
		value, err := defaultOf(name, s, schema)
		if failed = err; value != nil {
			one.Defaults[property] = value
		}
		return err == nil
	})
	slices.Sort(one.Required)
	slices.Sort(one.Computed)
	return one, failed
}

// defaultOf returns the default that the bridge fills in for an attribute: see applyDefaults in its
// pkg/tfbridge/schema.go. The schema of the newer plugin framework has no defaults.
func defaultOf(name string, s shim.Schema, schema shim.SchemaMap) (any, error) {
	value, err := s.DefaultValue()
	switch {
	case errors.Is(err, tfbridge.ErrSchemaDefaultValue):
		return nil, nil
	case err != nil || value == nil || s.Deprecated() != "" && !s.Required():
		return nil, err
	}
	for _, other := range slices.Concat(s.ConflictsWith(), s.ExactlyOneOf()) {
		if one, ok := schema.GetOk(other); ok && other != name {
			if value, err := one.DefaultValue(); err == nil && value != nil {
				return nil, nil
			}
		}
	}
	if value == "Managed by Terraform" {
		value = "Managed by Pulumi" // managedByPulumi in provider/resources.go of pulumi-aws
	}
	return value, nil
}

// replacing are the paths of the attributes whose change makes a new resource.
func replacing(schema shim.SchemaMap, fields map[string]*tfbridge.SchemaInfo, above string) []string {
	attributes := map[string]shim.Schema{}
	schema.Range(func(name string, s shim.Schema) bool {
		attributes[name] = s
		return true
	})
	var paths []string
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		s := attributes[name]
		if s.Removed() != "" || !s.Required() && !s.Optional() {
			continue
		}
		path := above + tfbridge.TerraformToPulumiNameV2(name, schema, fields)
		if s.ForceNew() {
			paths = append(paths, path)
			continue
		}
		if nested, ok := s.Elem().(shim.Resource); ok {
			var within map[string]*tfbridge.SchemaInfo
			if info := fields[name]; info != nil && info.Elem != nil {
				within = info.Elem.Fields
			}
			if listed := s.Type() == shim.TypeList || s.Type() == shim.TypeSet; listed &&
				!tfbridge.IsMaxItemsOne(s, fields[name]) {
				path += "[]"
			}
			paths = append(paths, replacing(nested.Schema(), within, path+".")...)
		}
	}
	slices.Sort(paths)
	return paths
}
