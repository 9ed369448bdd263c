package graph

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

// record is a resource in a file. Properties are in the engine's wire form, in which
// unknown values and secrets have signatures of their own.
type record struct {
	URN                  string              `json:"urn"`
	Type                 string              `json:"type"`
	Name                 string              `json:"name"`
	Parent               string              `json:"parent,omitempty"`
	Inputs               json.RawMessage     `json:"inputs,omitempty"`
	Outputs              json.RawMessage     `json:"outputs,omitempty"`
	Dependencies         []string            `json:"dependencies,omitempty"`
	PropertyDependencies map[string][]string `json:"propertyDependencies,omitempty"`
	Provider             *providerRecord     `json:"provider,omitempty"`
}

type providerRecord struct {
	URN    string          `json:"urn"`
	Name   string          `json:"name"`
	Inputs json.RawMessage `json:"inputs,omitempty"`
}

// wire keeps everything that the engine knows about a value.
var wire = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true}

// redacted stands for the content of a secret in a file.
const redacted = "[secret]"

// Encode writes resources as JSON, sorted by URN. What is secret is marked as such, but its
// content is left out.
func Encode(resources []*Resource) ([]byte, error) {
	sorted := slices.SortedFunc(slices.Values(resources), func(a, b *Resource) int { return strings.Compare(a.URN, b.URN) })
	records := make([]record, len(sorted))
	for i, r := range sorted {
		encoded, err := encode(r)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", r.URN, err)
		}
		records[i] = encoded
	}
	content, err := json.MarshalIndent(records, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode the graph: %w", err)
	}
	return append(content, '\n'), nil
}

func encode(r *Resource) (record, error) {
	rec := record{
		URN: r.URN, Type: r.Type, Name: r.Name, Parent: r.Parent,
		Dependencies: slices.Sorted(slices.Values(r.Dependencies)), PropertyDependencies: r.PropertyDependencies,
	}
	var err error
	if rec.Inputs, err = encodeProperties(r.Inputs); err != nil {
		return rec, err
	}
	if rec.Outputs, err = encodeProperties(r.Outputs); err != nil {
		return rec, err
	}
	if r.Provider != nil {
		rec.Provider = &providerRecord{URN: r.Provider.URN, Name: r.Provider.Name}
		rec.Provider.Inputs, err = encodeProperties(r.Provider.Inputs)
	}
	return rec, err
}

func encodeProperties(properties resource.PropertyMap) (json.RawMessage, error) {
	if properties == nil {
		return nil, nil
	}
	hidden := redact(resource.NewObjectProperty(properties)).ObjectValue()
	encoded, err := plugin.MarshalProperties(hidden, wire)
	if err != nil {
		return nil, err
	}
	content, err := protojson.Marshal(encoded)
	if err != nil {
		return nil, err
	}
	// protojson varies its spacing on purpose; files must not.
	var plain any
	if err := json.Unmarshal(content, &plain); err != nil {
		return nil, err
	}
	return json.Marshal(plain)
}

func redact(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsSecret():
		return resource.MakeSecret(resource.NewStringProperty(redacted))
	case v.IsOutput():
		out := v.OutputValue()
		if !out.Known {
			return resource.MakeComputed(resource.NewStringProperty(""))
		}
		if out.Secret {
			return resource.MakeSecret(resource.NewStringProperty(redacted))
		}
		return redact(out.Element)
	case v.IsArray():
		elems := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, elem := range v.ArrayValue() {
			elems[i] = redact(elem)
		}
		return resource.NewArrayProperty(elems)
	case v.IsObject():
		fields := resource.PropertyMap{}
		for key, field := range v.ObjectValue() {
			fields[key] = redact(field)
		}
		return resource.NewObjectProperty(fields)
	default:
		return v
	}
}

// Decode reads what [Encode] wrote.
func Decode(content []byte) ([]*Resource, error) {
	var records []record
	if err := json.Unmarshal(content, &records); err != nil {
		return nil, fmt.Errorf("decode the graph: %w", err)
	}
	resources := make([]*Resource, len(records))
	for i, rec := range records {
		r, err := rec.decode()
		if err != nil {
			return nil, fmt.Errorf("decode %s: %w", rec.URN, err)
		}
		resources[i] = r
	}
	return resources, nil
}

func (rec record) decode() (*Resource, error) {
	r := &Resource{
		URN: rec.URN, Type: rec.Type, Name: rec.Name, Parent: rec.Parent,
		Dependencies: rec.Dependencies, PropertyDependencies: rec.PropertyDependencies,
	}
	var err error
	if r.Inputs, err = decodeProperties(rec.Inputs); err != nil {
		return nil, err
	}
	if r.Outputs, err = decodeProperties(rec.Outputs); err != nil {
		return nil, err
	}
	if rec.Provider != nil {
		r.Provider = &Provider{URN: rec.Provider.URN, Name: rec.Provider.Name}
		r.Provider.Inputs, err = decodeProperties(rec.Provider.Inputs)
	}
	return r, err
}

func decodeProperties(content json.RawMessage) (resource.PropertyMap, error) {
	if len(content) == 0 {
		return nil, nil
	}
	encoded := &structpb.Struct{}
	if err := protojson.Unmarshal(content, encoded); err != nil {
		return nil, err
	}
	return plugin.UnmarshalProperties(encoded, wire)
}
