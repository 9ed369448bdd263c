package catalog

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/prop"
)

// placeholderPattern distinguishes a placeholder from the braces of a JSON document.
var placeholderPattern = regexp.MustCompile(`\{(\.[\w.]+(\[\])?|[a-z]+\d*(#[\w.-]+)?)\}`)

// Expand fills in a template. Extra placeholders, such as {value}, come from extra.
func (c *Call) Expand(template string, extra map[string]string) string {
	return placeholderPattern.ReplaceAllStringFunc(template, func(found string) string {
		return c.placeholder(found[1:len(found)-1], extra)
	})
}

func (c *Call) placeholder(name string, extra map[string]string) string {
	if v, ok := extra[name]; ok {
		return v
	}
	if path, ok := strings.CutPrefix(name, "."); ok {
		return c.Text(path)
	}
	switch name {
	case "account":
		return c.Account
	case "region":
		return c.Region
	case "partition":
		return c.Partition
	case "id":
		return c.ID
	}
	kind, _, _ := strings.Cut(name, "#")
	if kind == "uuid" {
		return uuid(c.Seed + name)
	}
	letters := strings.TrimRight(kind, "0123456789")
	n, err := strconv.Atoi(kind[len(letters):])
	if _, known := alphabets[letters]; !known || err != nil {
		// A test expands every template of the catalog and fails on this text.
		return "{" + name + "?}"
	}
	return Generate(letters, n, c.Seed+name)
}

// Text returns the string at path among the inputs and the outputs, resolving outputs
// that depend on each other. Numbers are written out.
func (c *Call) Text(path string) string {
	v, ok := c.Value(path)
	switch {
	case !ok:
		return ""
	case v.IsString():
		return v.StringValue()
	case v.IsNumber():
		return strconv.FormatFloat(v.NumberValue(), 'f', -1, 64)
	default:
		return ""
	}
}

// Value returns the first value at path among the inputs and the outputs.
func (c *Call) Value(path string) (resource.PropertyValue, bool) {
	if found := prop.Values(c.Inputs, path); len(found) > 0 {
		return found[0], true
	}
	top, _, _ := strings.Cut(strings.ReplaceAll(path, "[]", ""), ".")
	c.resolve(top)
	if found := prop.Values(c.outputs, path); len(found) > 0 {
		return found[0], true
	}
	return resource.PropertyValue{}, false
}

// Resolve returns the resource's outputs: the inputs, and over them everything that the
// type computes. The caller has set the ID, or calls [Call.ResolveID] first.
func (c *Call) Resolve() resource.PropertyMap {
	all := resource.PropertyMap{}
	for _, name := range slices.Sorted(maps.Keys(c.Type.Outputs)) {
		c.resolve(name)
	}
	if c.Type.Name != nil {
		c.resolve(string(c.Type.Name.Key()))
	}
	maps.Copy(all, c.outputs)
	for name, v := range c.Inputs {
		if !resource.IsInternalPropertyKey(name) && !v.IsNull() {
			all[name] = v
		}
	}
	return all
}

// ResolveID sets and returns the resource's id.
func (c *Call) ResolveID() string {
	c.ID = c.Expand(c.Type.ID, nil)
	if c.Type.MakeID != nil {
		c.ID, _ = c.Type.MakeID(c).(string)
	}
	return c.ID
}

// resolve computes one output, once.
func (c *Call) resolve(name string) {
	key := resource.PropertyKey(name)
	how, computed := c.Type.Outputs[name]
	if n := c.Type.Name; !computed && n != nil && n.Key() == key {
		template := n.template(c.Inputs)
		how, computed = template, template != ""
	}
	if _, done := c.outputs[key]; done || !computed || prop.Has(c.Inputs, name) {
		return
	}
	if c.outputs == nil {
		c.outputs = resource.PropertyMap{}
	}
	seed := c.Seed
	if slices.Contains(c.Type.OnUpdate, name) {
		c.Seed = fmt.Sprintf("%s@%d", seed, c.Revision)
	}
	switch how := how.(type) {
	case string:
		c.outputs[key] = resource.NewStringProperty(c.Expand(how, nil))
	case Compute:
		if v := how(c); v != nil {
			c.outputs[key] = resource.NewPropertyValue(v)
		}
	default:
		c.outputs[key] = resource.NewPropertyValue(how)
	}
	c.Seed = seed
}

// Settled reports whether the value of an output depends only on inputs that are known now, by way of other templates,
// too. It is called at preview, when inputs may be unknown.
func (c *Call) Settled(name string) bool {
	if slices.Contains(c.Type.OnUpdate, name) {
		return false
	}
	switch how := c.Type.Outputs[name].(type) {
	case string:
		for _, part := range strings.Split(how, "{.")[1:] {
			path, _, _ := strings.Cut(part, "}")
			_, template := c.Type.Outputs[path].(string)
			if !prop.Known(c.Inputs, path) || template && !c.Settled(path) {
				return false
			}
		}
		return true
	case Compute:
		return !resource.NewObjectProperty(c.Inputs).ContainsUnknowns()
	default:
		return true
	}
}

// Spawned returns only the outputs, for a resource that is created along with another.
func (c *Call) Spawned() resource.PropertyMap {
	spawned := resource.PropertyMap{}
	for name, how := range c.Type.Outputs {
		spawned[resource.PropertyKey(name)] = resource.NewPropertyValue(how)
		if template, ok := how.(string); ok {
			spawned[resource.PropertyKey(name)] = resource.NewStringProperty(c.Expand(template, nil))
		}
	}
	return spawned
}
