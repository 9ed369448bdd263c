package stack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// notOptions lists the fields of a registration that are shown elsewhere or are the same for every
// program: what kind of client registers, and from which line. Any other field is an option, also one
// that Pulumi adds in the future.
var notOptions = []protoreflect.Name{
	"type", "name", "parent", "custom", "remote", "object", "provider", "providers", "dependencies",
	"propertyDependencies",
	"version", "packageRef", "pluginDownloadURL", "pluginChecksums",
	"acceptSecrets", "acceptResources", "accepts_byte_string", "aliasSpecs", "supportsPartialValues",
	"supportsResultReporting", "sourcePosition", "stackTrace", "parentStackTraceHandle", "deleteBeforeReplaceDefined",
}

// options returns the options of a resource that are set, one per line.
func options(r recorded) []string {
	var lines []string
	if r.custom && strings.HasPrefix(r.typ, "aws:") && !strings.Contains(r.provider, ownProvider) {
		lines = append(lines, fmt.Sprintf("provider = %q", r.provider))
	}
	if waits := r.dependsOn(); len(waits) > 0 {
		lines = append(lines, "dependsOn = "+strings.Join(waits, ", "))
	}
	r.request.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case slices.Contains(notOptions, field.Name()):
		case field.Name() == "transforms": // they are addresses of callbacks
			lines = append(lines, fmt.Sprintf("transforms = %d", value.List().Len()))
		default:
			if text := optionText(field, value); text != "{}" {
				lines = append(lines, field.JSONName()+" = "+text)
			}
		}
		return true
	})
	slices.Sort(lines)
	return lines
}

// dependsOn returns what a resource waits for only by option, not because an input comes from it.
func (r recorded) dependsOn() []string {
	waits := slices.Clone(r.dependencies)
	for _, from := range r.sources {
		waits = slices.DeleteFunc(waits, func(key string) bool { return slices.Contains(from, key) })
	}
	return waits
}

func optionText(field protoreflect.FieldDescriptor, value protoreflect.Value) string {
	switch {
	case field.IsList():
		var items []string
		for i := range value.List().Len() {
			items = append(items, singleText(field, value.List().Get(i)))
		}
		return "[" + strings.Join(items, ", ") + "]"
	default:
		return singleText(field, value)
	}
}

// singleText returns a message as JSON without the white space that protojson inserts at
// random.
func singleText(field protoreflect.FieldDescriptor, value protoreflect.Value) string {
	if field.Kind() != protoreflect.MessageKind || field.IsMap() {
		return value.String()
	}
	encoded, err := protojson.Marshal(value.Message().Interface())
	if err != nil {
		return err.Error()
	}
	var text bytes.Buffer
	if err := json.Compact(&text, encoded); err != nil {
		return err.Error()
	}
	return text.String()
}
