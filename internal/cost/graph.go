package cost

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/urn"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// Resource of a stack.
type Resource struct {
	URN    string         `json:"urn"`
	Type   string         `json:"type"`
	Parent string         `json:"parent"`
	Inputs map[string]any `json:"inputs"`
	// Delete marks a resource that only waits for its deletion.
	Delete bool `json:"delete"`
}

// Name returns the logical name.
func (r *Resource) Name() string { return urn.URN(r.URN).Name() }

// value returns an input; nil if it is missing or not known before the update.
func (r *Resource) value(key string) any {
	if v := r.Inputs[key]; v != plugin.UnknownStringValue {
		return v
	}
	return nil
}

func (r *Resource) text(key string) string {
	text, _ := r.value(key).(string)
	return text
}

func (r *Resource) number(key string) float64 {
	number, _ := r.value(key).(float64)
	return number
}

func (r *Resource) flag(key string) bool {
	flag, _ := r.value(key).(bool)
	return flag
}

// list returns an input that is a list; known is false if the list is not known before the
// update.
func (r *Resource) list(key string) (list []any, known bool) {
	list, known = r.value(key).([]any)
	return list, known || r.Inputs[key] == nil
}

// object returns an input that has inputs itself.
func (r *Resource) object(key string) *Resource {
	inputs, _ := r.value(key).(map[string]any)
	return &Resource{Inputs: inputs}
}

// Graph of a stack's resources.
type Graph struct {
	Resources []*Resource
	byURN     map[string]*Resource
}

func newGraph(resources []*Resource) *Graph {
	g := &Graph{byURN: map[string]*Resource{}}
	for _, r := range resources {
		if !r.Delete {
			g.Resources = append(g.Resources, r)
			g.byURN[r.URN] = r
		}
	}
	return g
}

// FromState reads the graph from a state.
func FromState(state *apitype.DeploymentV3) (*Graph, error) {
	content, err := json.Marshal(state)
	if err != nil {
		return nil, err
	}
	return Decode(content)
}

// Decode reads the graph from Pulumi's output: that of `pulumi stack export`, or that of
// `pulumi preview --json`, whose steps show what will exist after the update.
func Decode(content []byte) (*Graph, error) {
	var document struct {
		Deployment struct {
			Resources []*Resource `json:"resources"`
		} `json:"deployment"`
		Resources []*Resource `json:"resources"`
		Steps     []struct {
			Op       string    `json:"op"`
			NewState *Resource `json:"newState"`
		} `json:"steps"`
		ChangeSummary map[string]int `json:"changeSummary"`
	}
	if err := json.Unmarshal(content, &document); err != nil {
		return nil, fmt.Errorf("read the resources: %w: expected the output of pulumi stack export or pulumi preview --json",
			err)
	}
	same := 0
	for _, step := range document.Steps {
		if step.Op == "same" {
			same++
		}
	}
	if left := document.ChangeSummary["same"] - same; left > 0 {
		return nil, fmt.Errorf("read the resources: the preview leaves out %d that stay the same, and their cost: "+
			"run pulumi preview --json --show-sames", left)
	}
	resources := slices.Concat(document.Resources, document.Deployment.Resources)
	seen := map[string]bool{}
	for _, step := range document.Steps {
		// A replacement has several steps for one resource.
		if step.NewState == nil || seen[step.NewState.URN] || strings.HasPrefix(step.Op, "delete") ||
			strings.HasPrefix(step.Op, "discard") {
			continue
		}
		seen[step.NewState.URN] = true
		resources = append(resources, step.NewState)
	}
	if len(resources) == 0 {
		return nil, errors.New("read the resources: found none: expected the output of pulumi stack export or pulumi " +
			"preview --json")
	}
	return newGraph(resources), nil
}

// stack returns the stack's name from the resources' URNs.
func (g *Graph) stack() string {
	if len(g.Resources) == 0 {
		return ""
	}
	return urn.URN(g.Resources[0].URN).Stack().String()
}

// region returns the region of the stack's provider; empty if the graph has none.
func (g *Graph) region() string {
	for _, r := range g.ofType("pulumi:providers:aws") {
		if region := r.text("region"); region != "" {
			return region
		}
	}
	return ""
}

func (g *Graph) ofType(token string) []*Resource {
	var found []*Resource
	for _, r := range g.Resources {
		if r.Type == token {
			found = append(found, r)
		}
	}
	return found
}

// sibling returns a resource of the type in the same component.
func (g *Graph) sibling(r *Resource, token string) *Resource {
	for _, other := range g.ofType(token) {
		if other.Parent == r.Parent {
			return other
		}
	}
	return nil
}

// component returns the name of the outermost component that a resource belongs to, or the
// resource's service if it belongs to none.
func (g *Graph) component(r *Resource) string {
	const root = "pulumi:pulumi:Stack"
	outermost := r
	for parent := g.byURN[r.Parent]; parent != nil && parent.Type != root; parent = g.byURN[parent.Parent] {
		outermost = parent
	}
	if outermost == r {
		service, _, _ := strings.Cut(strings.TrimPrefix(r.Type, "aws:"), "/")
		return service
	}
	return outermost.Name()
}

// zones returns the number of zones of the stack, which a preview knows even before it knows
// the subnets.
func (g *Graph) zones() int {
	zones := map[string]bool{}
	for _, subnet := range g.ofType(resourcetypes.Subnet) {
		if zone := subnet.text("availabilityZone"); zone != "" {
			zones[zone] = true
		}
	}
	return max(1, len(zones))
}

// countOrZones returns the length of a list, or the number of zones if the list is not known
// yet.
func (g *Graph) countOrZones(r *Resource, key string) float64 {
	if list, known := r.list(key); known {
		return float64(len(list))
	}
	return float64(g.zones())
}
