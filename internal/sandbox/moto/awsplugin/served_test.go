//go:build e2e

package awsplugin

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Shapes spell the type of a property: "string", "integer", "number", "boolean", one of the
// two below, "[]" or "{}" before the shape of the elements of a list or map, or "@" before
// the name of a nested type.
const (
	shapeAny   = "any"
	shapeAsset = "asset"
)

// property is one input, or one field of a nested type.
type property struct {
	shape    string
	required bool // known of the plugin's
	optional bool // known of the SDK's, where it says so
}

// properties are the inputs of a resource or the fields of a nested type, by name.
type properties map[string]property

// served describes the inputs that the plugin built from modules understands, as it reports
// them itself.
type served struct {
	Resources map[string]properties `json:"resources"`
	Types     map[string]properties `json:"types"`
	// LeftOut lists inputs, as "type name", that the plugin is too old to know and does not pass
	// on.
	LeftOut []string `json:"leftOut"`
}

func openServed(t *testing.T) served {
	t.Helper()
	content, err := os.ReadFile("testdata/served.json")
	require.NoError(t, err)
	var description served
	require.NoError(t, json.Unmarshal(content, &description))
	return description
}

// UnmarshalJSON reads names and shapes; an exclamation mark after a name means required.
func (p *properties) UnmarshalJSON(data []byte) error {
	var shapes map[string]string
	if err := json.Unmarshal(data, &shapes); err != nil {
		return err
	}
	*p = make(properties, len(shapes))
	for name, shape := range shapes {
		plain := strings.TrimSuffix(name, "!")
		(*p)[plain] = property{shape: shape, required: plain != name}
	}
	return nil
}
