package prop

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Values returns every value that path leads to. A path is a list of property names
// joined by dots; a name that ends in [] stands for every element of the list under
// it, for example "defaultActions[].forward.targetGroups[].arn".
func Values(props resource.PropertyMap, path string) []resource.PropertyValue {
	found := []resource.PropertyValue{resource.NewObjectProperty(props)}
	for step := range strings.SplitSeq(path, ".") {
		name, each := strings.CutSuffix(step, "[]")
		var next []resource.PropertyValue
		for _, v := range found {
			child, ok := member(v, name)
			if !ok {
				continue
			}
			if !each {
				next = append(next, child)
				continue
			}
			next = append(next, elements(child)...)
		}
		found = next
	}
	return found
}

// Objects returns the objects that path leads to, without what is unknown.
func Objects(props resource.PropertyMap, path string) []resource.PropertyMap {
	var objects []resource.PropertyMap
	for _, v := range Values(props, path) {
		if v.IsObject() {
			objects = append(objects, v.ObjectValue())
		}
	}
	return objects
}

// Texts returns the known strings that path leads to, without the empty ones.
func Texts(props resource.PropertyMap, path string) []string {
	var texts []string
	for _, v := range Values(props, path) {
		if v.IsString() && v.StringValue() != "" {
			texts = append(texts, v.StringValue())
		}
	}
	return texts
}

// Text returns the first known string that path leads to, or "".
func Text(props resource.PropertyMap, path string) string {
	if texts := Texts(props, path); len(texts) > 0 {
		return texts[0]
	}
	return ""
}

// True reports whether path leads to the boolean true. The text "true" counts, because
// Terraform schemas carry some booleans as strings.
func True(props resource.PropertyMap, path string) bool {
	for _, v := range Values(props, path) {
		if v.IsBool() && v.BoolValue() || v.IsString() && v.StringValue() == "true" {
			return true
		}
	}
	return false
}

// Number returns the first known number that path leads to.
func Number(props resource.PropertyMap, path string) (float64, bool) {
	for _, v := range Values(props, path) {
		if v.IsNumber() {
			return v.NumberValue(), true
		}
	}
	return 0, false
}

// Known reports whether every value that path leads to is known. An absent value is known.
func Known(props resource.PropertyMap, path string) bool {
	for _, v := range Values(props, path) {
		if v.ContainsUnknowns() {
			return false
		}
	}
	return true
}

// Has reports whether a value other than null is set for the property, known or not.
func Has(props resource.PropertyMap, name string) bool {
	v, ok := props[resource.PropertyKey(name)]
	return ok && !v.IsNull()
}

// Reveal strips the secret and output wrappers from a value.
func Reveal(v resource.PropertyValue) resource.PropertyValue {
	for {
		switch {
		case v.IsSecret():
			v = v.SecretValue().Element
		case v.IsOutput() && v.OutputValue().Known:
			v = v.OutputValue().Element
		default:
			return v
		}
	}
}

func member(v resource.PropertyValue, name string) (resource.PropertyValue, bool) {
	if !v.IsObject() {
		return v, v.IsComputed() || v.IsOutput()
	}
	child, ok := v.ObjectValue()[resource.PropertyKey(name)]
	if !ok || child.IsNull() {
		return resource.PropertyValue{}, false
	}
	return Reveal(child), true
}

func elements(v resource.PropertyValue) []resource.PropertyValue {
	if !v.IsArray() {
		// An unknown list, or one of at most one element, which Terraform's schemas flatten to the element itself.
		return []resource.PropertyValue{v}
	}
	list := make([]resource.PropertyValue, 0, len(v.ArrayValue()))
	for _, e := range v.ArrayValue() {
		list = append(list, Reveal(e))
	}
	return list
}
