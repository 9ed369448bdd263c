package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

// file is the file format of a graph: each provider once, and a line for each resource.
type file struct {
	Providers []providerRecord `json:"providers"`
	Resources []record         `json:"resources"`
}

// record is a resource in a file. Properties are in the engine's wire form, in which unknown
// values and secrets have special signatures.
type record struct {
	URN                  string              `json:"urn"`
	Type                 string              `json:"type"`
	Name                 string              `json:"name"`
	Parent               string              `json:"parent,omitempty"`
	Inputs               json.RawMessage     `json:"inputs,omitempty"`
	Outputs              json.RawMessage     `json:"outputs,omitempty"`
	Dependencies         []string            `json:"dependencies,omitempty"`
	PropertyDependencies map[string][]string `json:"propertyDependencies,omitempty"`
	Provider             string              `json:"provider,omitempty"`
	Protect              bool                `json:"protect,omitempty"`
}

type providerRecord struct {
	URN    string          `json:"urn"`
	Name   string          `json:"name"`
	Inputs json.RawMessage `json:"inputs,omitempty"`
}

// wire keeps everything that the engine knows about a value.
var wire = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true}

// The placeholders for the content of a secret, and for files and folders.
const (
	redacted = "[secret]"
	omitted  = "[file]"
)

// Encode writes resources as JSON, sorted by URN, one per line. Secrets are marked as such but
// their content is left out, and so is that of files and folders.
func Encode(resources []*Resource) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("{\"providers\":[")
	if err := encodeProviders(&b, resources); err != nil {
		return nil, err
	}
	b.WriteString("\n],\"resources\":[")
	sorted := slices.SortedFunc(slices.Values(resources), func(a, b *Resource) int {
		return strings.Compare(a.URN, b.URN)
	})
	for i, r := range sorted {
		encoded, err := encode(r)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", r.URN, err)
		}
		if err := line(&b, i, encoded); err != nil {
			return nil, fmt.Errorf("encode %s: %w", r.URN, err)
		}
	}
	b.WriteString("\n]}\n")
	return b.Bytes(), nil
}

func line(b *bytes.Buffer, index int, v any) error {
	if index > 0 {
		b.WriteByte(',')
	}
	b.WriteByte('\n')
	content, err := json.Marshal(v)
	b.Write(content)
	return err
}

func encodeProviders(b *bytes.Buffer, resources []*Resource) error {
	providers := map[string]*Provider{}
	for _, r := range resources {
		if r.Provider != nil {
			providers[r.Provider.URN] = r.Provider
		}
	}
	for i, urn := range slices.Sorted(maps.Keys(providers)) {
		inputs, err := encodeProperties(providers[urn].Inputs)
		if err == nil {
			err = line(b, i, providerRecord{URN: urn, Name: providers[urn].Name, Inputs: inputs})
		}
		if err != nil {
			return fmt.Errorf("encode %s: %w", urn, err)
		}
	}
	return nil
}

func encode(r *Resource) (record, error) {
	rec := record{
		URN: r.URN, Type: r.Type, Name: r.Name, Parent: r.Parent,
		Dependencies: slices.Sorted(slices.Values(r.Dependencies)), PropertyDependencies: r.PropertyDependencies,
		Protect: r.Protect,
	}
	if r.Provider != nil {
		rec.Provider = r.Provider.URN
	}
	var err error
	if rec.Inputs, err = encodeProperties(r.Inputs); err != nil {
		return rec, err
	}
	rec.Outputs, err = encodeProperties(r.Outputs)
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
	case v.IsAsset(), v.IsArchive():
		return resource.NewStringProperty(omitted)
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
	var f file
	if err := json.Unmarshal(content, &f); err != nil {
		return nil, fmt.Errorf("decode the graph: %w", err)
	}
	providers := map[string]*Provider{}
	for _, rec := range f.Providers {
		inputs, err := decodeProperties(rec.Inputs)
		if err != nil {
			return nil, fmt.Errorf("decode %s: %w", rec.URN, err)
		}
		providers[rec.URN] = &Provider{URN: rec.URN, Name: rec.Name, Inputs: inputs}
	}
	resources := make([]*Resource, len(f.Resources))
	for i, rec := range f.Resources {
		r, err := rec.decode()
		if err != nil {
			return nil, fmt.Errorf("decode %s: %w", rec.URN, err)
		}
		if rec.Provider != "" && providers[rec.Provider] == nil {
			return nil, fmt.Errorf("decode %s: the graph has no provider %s", rec.URN, rec.Provider)
		}
		r.Provider = providers[rec.Provider]
		resources[i] = r
	}
	return resources, nil
}

func (rec record) decode() (*Resource, error) {
	r := &Resource{
		URN: rec.URN, Type: rec.Type, Name: rec.Name, Parent: rec.Parent,
		Dependencies: rec.Dependencies, PropertyDependencies: rec.PropertyDependencies, Protect: rec.Protect,
	}
	if r.PropertyDependencies == nil {
		r.PropertyDependencies = map[string][]string{}
	}
	var err error
	if r.Inputs, err = decodeProperties(rec.Inputs); err != nil {
		return nil, err
	}
	r.Outputs, err = decodeProperties(rec.Outputs)
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
