package stackstate

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// State of a stack.
type State struct {
	Resources []Resource `json:"resources"`
	// Pending holds operations whose end Pulumi does not know, since it was interrupted.
	Pending []json.RawMessage `json:"pending_operations"`
}

// Resource of a stack.
type Resource struct {
	URN     string         `json:"urn"`
	Type    string         `json:"type"`
	ID      string         `json:"id"`
	Protect bool           `json:"protect"`
	Inputs  map[string]any `json:"inputs"`
	Outputs map[string]any `json:"outputs"`
	// Delete marks a resource that was replaced and only waits for its deletion.
	Delete bool `json:"delete"`
}

// Read reads the JSON of `pulumi stack export`. A stack without resources is not an error.
func Read(text []byte) (*State, error) {
	var export struct {
		Deployment *State `json:"deployment"`
	}
	if err := json.Unmarshal(text, &export); err != nil || export.Deployment == nil {
		return nil, errors.New("found no JSON of pulumi stack export: write it with pulumi stack export --file state.json")
	}
	return export.Deployment, nil
}

// Of returns the resources of some types, without those that wait for their deletion.
func (s *State) Of(types ...string) (found []Resource) {
	for _, one := range s.Resources {
		if !one.Delete && slices.Contains(types, one.Type) {
			found = append(found, one)
		}
	}
	return found
}

// IDs returns the ids of the resources of some types, as a set.
func (s *State) IDs(types ...string) map[string]bool {
	set := map[string]bool{}
	for _, one := range s.Of(types...) {
		set[one.ID] = true
	}
	return set
}

// Protected returns the names of the resources that are protected from deletion, by type.
func (s *State) Protected() map[string][]string {
	protected := map[string][]string{}
	for _, one := range s.Resources {
		if one.Protect {
			protected[one.Type] = append(protected[one.Type], one.Name())
		}
	}
	return protected
}

// Region returns the region of the stack's own AWS provider; "" without one.
func (s *State) Region() string {
	for _, provider := range s.Of("pulumi:providers:aws") {
		if region, is := provider.Inputs["region"].(string); is {
			return region
		}
	}
	return ""
}

// Name returns the resource's logical name.
func (r *Resource) Name() string { return r.URN[strings.LastIndex(r.URN, "::")+len("::"):] }

// Text returns an output; "" if there is none or it is not a text.
func (r *Resource) Text(output string) string {
	text, _ := r.Outputs[output].(string)
	return text
}
