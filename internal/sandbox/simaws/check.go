package simaws

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// The limits of tags. Source: "Tag your AWS resources", AWS documentation.
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

// Check validates a resource's inputs and completes them with the provider's defaults, a
// generated name and the default tags.
func (p *Provider) Check(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	typ, token, err := lookup(req.GetUrn())
	if err != nil {
		return nil, err
	}
	olds, err := unmarshal(req.GetOlds())
	if err != nil {
		return nil, err
	}
	inputs, err := unmarshal(req.GetNews())
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(inputs, func(_ resource.PropertyKey, v resource.PropertyValue) bool { return v.IsNull() })
	c := &check{typ: typ, token: token, inputs: inputs}
	c.applyDefaults()
	if err := c.applyName(p, resource.URN(req.GetUrn()), olds); err != nil {
		return nil, err
	}
	if typ.Tags {
		c.applyTags(sessionOf(ctx))
	}
	c.judge()
	c.noteDefaults()
	checked, err := marshal(c.inputs)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.CheckResponse{Inputs: checked, Failures: c.failures}, nil
}

// lookup finds the type of a URN in the catalog.
func lookup(urn string) (*catalog.Type, string, error) {
	token := string(resource.URN(urn).Type())
	typ, err := catalog.Lookup(token)
	return typ, token, err
}

// check is one check under way.
type check struct {
	typ       *catalog.Type
	token     string
	inputs    resource.PropertyMap
	defaulted []string
	failures  []*pulumirpc.CheckFailure
}

func (c *check) fail(property, reason string) {
	c.failures = append(c.failures, &pulumirpc.CheckFailure{Property: property, Reason: reason})
}

func (c *check) setDefault(name resource.PropertyKey, v resource.PropertyValue) {
	c.inputs[name] = v
	c.defaulted = append(c.defaulted, string(name))
}

func (c *check) applyDefaults() {
	for name, v := range c.typ.Defaults {
		if !prop.Has(c.inputs, name) {
			c.setDefault(resource.PropertyKey(name), resource.NewPropertyValue(v))
		}
	}
}

// applyName keeps the generated name of an existing resource. For a new one it generates a name
// from its URN and from how often the URN has been created.
func (c *check) applyName(p *Provider, urn resource.URN, olds resource.PropertyMap) error {
	name := c.typ.Name
	if name == nil || !name.Auto(c.inputs) {
		return nil
	}
	if slices.Contains(prop.Texts(olds, string(defaultsKey)+"[]"), string(name.Key())) {
		c.setDefault(name.Key(), olds[name.Key()])
		return nil
	}
	var seed string
	err := p.opts.Cloud.View(func(r *cloud.Reader) error {
		seed = seedOf(urn, r.Created(urn))
		return nil
	})
	if err != nil {
		return err
	}
	generated, err := name.Make(urn.Name(), seed+"name")
	if err != nil {
		c.fail(string(name.Key()), err.Error())
		return nil
	}
	c.setDefault(name.Key(), resource.NewStringProperty(generated))
	return nil
}

// seedOf returns the seed of a resource's generated values.
func seedOf(urn resource.URN, generation int) string { return fmt.Sprintf("%s#%d|", urn, generation) }

// applyTags merges the provider's default tags into the resource's own, as pulumi-aws v6
// does: tags and tagsAll are then the same.
func (c *check) applyTags(s *session) {
	defaults, unknown := s.tags()
	own := prop.Reveal(c.inputs["tags"])
	if unknown || own.IsComputed() || own.IsOutput() {
		all := resource.MakeComputed(resource.NewStringProperty(""))
		c.inputs["tags"], c.inputs["tagsAll"] = all, all
		return
	}
	merged := resource.PropertyMap{}
	maps.Copy(merged, defaults)
	if own.IsObject() {
		maps.Copy(merged, own.ObjectValue())
	}
	delete(c.inputs, "tags")
	delete(c.inputs, "tagsAll")
	if len(merged) == 0 {
		return
	}
	c.judgeTags(merged)
	c.inputs["tags"], c.inputs["tagsAll"] = resource.NewObjectProperty(merged), resource.NewObjectProperty(merged)
}

func (c *check) judgeTags(tags resource.PropertyMap) {
	if len(tags) > maxTags {
		c.fail("tags", fmt.Sprintf("AWS allows %d tags, found %d with the default tags", maxTags, len(tags)))
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		switch {
		case strings.HasPrefix(strings.ToLower(string(key)), "aws:"):
			c.fail("tags", fmt.Sprintf("%q: keys that start with aws: are reserved", key))
		case len(key) == 0 || len(key) > maxTagKey:
			c.fail("tags", fmt.Sprintf("%q: a key has 1 to %d characters", key, maxTagKey))
		}
		if v := prop.Reveal(tags[key]); v.IsString() && len(v.StringValue()) > maxTagValue {
			c.fail("tags", fmt.Sprintf("the value of %q is longer than %d characters", key, maxTagValue))
		}
	}
}

func (c *check) judge() {
	for _, name := range c.typ.Required {
		if !prop.Has(c.inputs, name) {
			c.fail(name, fmt.Sprintf("Missing required argument: the argument %q of %s is required, but no definition "+
				"was found", name, c.token))
		}
	}
	judged := bare(c.inputs)
	for _, name := range c.typ.JSON {
		if text := prop.Text(judged, name); text != "" && !json.Valid([]byte(text)) {
			c.fail(name, fmt.Sprintf("%q contains an invalid JSON", name))
		}
	}
	checks := c.typ.Checks
	if c.typ.Name != nil {
		checks = append(slices.Clone(checks), c.typ.Name.Check)
	}
	for _, judge := range checks {
		if property, reason := judge(judged); reason != "" {
			c.fail(property, reason)
		}
	}
}

func (c *check) noteDefaults() {
	slices.Sort(c.defaulted)
	names := []resource.PropertyValue{}
	for _, name := range c.defaulted {
		names = append(names, resource.NewStringProperty(name))
	}
	c.inputs[defaultsKey] = resource.NewArrayProperty(names)
}
