package eventlog

import (
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

// properties converts a resource's properties from the form in the log to the engine's own, in
// which unknown values and secrets differ from text.
func properties(raw map[string]any) resource.PropertyMap {
	if raw == nil {
		return nil
	}
	m := make(resource.PropertyMap, len(raw))
	for key, value := range raw {
		m[resource.PropertyKey(key)] = property(value)
	}
	return m
}

// unknowns lists the marks of values that are not known yet, by the type that they are going to
// have.
var unknowns = map[string]bool{
	plugin.UnknownBoolValue:    true,
	plugin.UnknownNumberValue:  true,
	plugin.UnknownStringValue:  true,
	plugin.UnknownArrayValue:   true,
	plugin.UnknownAssetValue:   true,
	plugin.UnknownArchiveValue: true,
	plugin.UnknownObjectValue:  true,
}

func property(raw any) resource.PropertyValue {
	switch value := raw.(type) {
	case string:
		if unknowns[value] {
			return resource.MakeComputed(resource.NewStringProperty(""))
		}
		return resource.NewStringProperty(value)
	case []any:
		list := make([]resource.PropertyValue, len(value))
		for i, element := range value {
			list[i] = property(element)
		}
		return resource.NewArrayProperty(list)
	case map[string]any:
		return object(value)
	default:
		return resource.NewPropertyValue(value)
	}
}

// object reads an object, or something that the log writes as one: a secret, whose content the
// engine has blinded and is not kept here either, or a file, of which only a hash is left.
func object(raw map[string]any) resource.PropertyValue {
	switch raw[resource.SigKey] {
	case nil:
		return resource.NewObjectProperty(properties(raw))
	case resource.SecretSig:
		return resource.MakeSecret(resource.NewStringProperty(""))
	case resource.OutputValueSig:
		if value, known := raw["value"]; known {
			return property(value)
		}
		return resource.MakeComputed(resource.NewStringProperty(""))
	default:
		rest := properties(raw)
		delete(rest, resource.SigKey)
		return resource.NewObjectProperty(rest)
	}
}
