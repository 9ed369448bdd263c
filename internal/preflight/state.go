package preflight

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// ReadProtected returns the protected resources by type from the JSON of pulumi stack export.
func ReadProtected(source io.Reader) (map[string][]string, error) {
	var state struct {
		Deployment *struct {
			Resources []struct {
				URN     string `json:"urn"`
				Type    string `json:"type"`
				Protect bool   `json:"protect"`
			} `json:"resources"`
		} `json:"deployment"`
	}
	if err := json.NewDecoder(source).Decode(&state); err != nil || state.Deployment == nil {
		return nil, fmt.Errorf("--state: found no exported state: write the file with pulumi stack export --file state.json")
	}
	protected := map[string][]string{}
	for _, resource := range state.Deployment.Resources {
		if resource.Protect {
			name := resource.URN[strings.LastIndex(resource.URN, "::")+len("::"):]
			protected[resource.Type] = append(protected[resource.Type], name)
		}
	}
	return protected, nil
}
