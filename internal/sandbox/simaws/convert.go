package simaws

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/types/known/structpb"

	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// defaultsKey is the property in which the bridged provider records the inputs that it filled
// in itself.
const defaultsKey resource.PropertyKey = "__defaults"

var wire = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true, SkipNulls: true}

func unmarshal(props *structpb.Struct) (resource.PropertyMap, error) {
	m, err := plugin.UnmarshalProperties(props, wire)
	if err != nil {
		return nil, fmt.Errorf("read properties: %w", err)
	}
	return m, nil
}

func marshal(props resource.PropertyMap) (*structpb.Struct, error) {
	s, err := plugin.MarshalProperties(props, wire)
	if err != nil {
		return nil, fmt.Errorf("write properties: %w", err)
	}
	return s, nil
}

// bare returns the properties without secret wrappers, nulls and internal keys, for comparing
// and judging. The result must not be stored or printed.
func bare(props resource.PropertyMap) resource.PropertyMap {
	m := resource.PropertyMap{}
	for name, v := range props {
		if !v.IsNull() && !resource.IsInternalPropertyKey(name) {
			m[name] = bareValue(v)
		}
	}
	return m
}

func bareValue(v resource.PropertyValue) resource.PropertyValue {
	v = prop.Reveal(v)
	switch {
	case v.IsObject():
		return resource.NewObjectProperty(bare(v.ObjectValue()))
	case v.IsArray():
		elements := make([]resource.PropertyValue, 0, len(v.ArrayValue()))
		for _, e := range v.ArrayValue() {
			elements = append(elements, bareValue(e))
		}
		return resource.NewArrayProperty(elements)
	case v.IsOutput():
		// Any other output is unknown.
		return resource.MakeComputed(resource.NewStringProperty(""))
	default:
		return v
	}
}

// restore puts back the secrets, which the cloud does not hold, from what Pulumi knew before.
// The source of a function's code is not known either: after a refresh only a hash is left, as
// with the bridged provider (seen in make e2e).
func restore(stored, known resource.PropertyMap) resource.PropertyMap {
	m := resource.PropertyMap{}
	for name, v := range stored {
		before := known[name]
		if before.IsNull() && v.IsString() && v.StringValue() == cloud.Hidden {
			continue // nobody knows it any more: an import, for example
		}
		m[name] = restoreValue(v, before)
	}
	return m
}

func restoreValue(stored, known resource.PropertyValue) resource.PropertyValue {
	inner := prop.Reveal(known)
	switch {
	case stored.IsString() && stored.StringValue() == cloud.Hidden && !known.IsNull():
		return known
	case stored.IsObject() && inner.IsObject():
		return resource.NewObjectProperty(restore(stored.ObjectValue(), inner.ObjectValue()))
	case stored.IsArray() && inner.IsArray():
		elements := make([]resource.PropertyValue, 0, len(stored.ArrayValue()))
		for i, e := range stored.ArrayValue() {
			var before resource.PropertyValue
			if i < len(inner.ArrayValue()) {
				before = inner.ArrayValue()[i]
			}
			elements = append(elements, restoreValue(e, before))
		}
		return resource.NewArrayProperty(elements)
	default:
		return stored
	}
}
