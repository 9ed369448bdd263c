package live

import (
	"encoding/json"
	"fmt"
	"slices"
)

// State is what `pulumi stack export` says of the stack's resources.
type State struct {
	resources []resource
	// Region of the stack, from the explicit provider.
	Region string
}

type resource struct {
	Type    string         `json:"type"`
	ID      string         `json:"id"`
	Delete  bool           `json:"delete"`
	Inputs  map[string]any `json:"inputs"`
	Outputs map[string]any `json:"outputs"`
}

// text returns an output, or "".
func (r resource) text(name string) string {
	text, _ := r.Outputs[name].(string)
	return text
}

// providerType is the provider that every resource of the stack uses.
const providerType = "pulumi:providers:aws"

// ReadState reads the JSON of `pulumi stack export`.
func ReadState(text []byte) (*State, error) {
	var export struct {
		Deployment struct {
			Resources []resource `json:"resources"`
		} `json:"deployment"`
	}
	if err := json.Unmarshal(text, &export); err != nil {
		return nil, fmt.Errorf("found no JSON of pulumi stack export: %w", err)
	}
	s := &State{}
	for _, one := range export.Deployment.Resources {
		if one.Delete {
			continue
		}
		s.resources = append(s.resources, one)
		if region, is := one.Inputs["region"].(string); is && one.Type == providerType {
			s.Region = region
		}
	}
	if len(s.resources) == 0 {
		return nil, fmt.Errorf("found no resources in the state: the stack has not been deployed")
	}
	return s, nil
}

// of returns the resources of some types.
func (s *State) of(types ...string) (found []resource) {
	for _, one := range s.resources {
		if slices.Contains(types, one.Type) {
			found = append(found, one)
		}
	}
	return found
}

// ids returns the ids of all resources of some types, as a set.
func (s *State) ids(types ...string) map[string]bool {
	set := map[string]bool{}
	for _, one := range s.of(types...) {
		set[one.ID] = true
	}
	return set
}
