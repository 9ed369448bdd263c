package pack

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
)

// Repair is a resource's properties after a control has repaired them.
type Repair struct {
	// Control did it.
	Control *control.Control
	// Properties holds all inputs of the resource, which replace the old ones.
	Properties resource.PropertyMap
}

// Remediate repairs a resource with every control that is set to remediate, finds a violation
// and has a remedy. Each repair builds on the previous one. A repair that does not satisfy its
// own control is dropped: then the violation is reported.
func (p *Pack) Remediate(r *graph.Resource) []Repair {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.learn(r)
	var repairs []Repair
	for _, c := range p.byType[r.Type] {
		s := p.setting(c, p.environment())
		if c.Remedy == nil || s.level != control.Remediate || p.waivers.Covers(c.Name, r.URN) {
			continue
		}
		in := control.Case{Resource: r, Params: s.params, Environment: p.environment(), Accounts: p.accounts}
		if safely(c, in).Verdict() != control.Fail {
			continue
		}
		repaired := *r
		repaired.Inputs = patched(r.Inputs, c.Remedy(in))
		in.Resource = &repaired
		if safely(c, in).Verdict() != control.Pass {
			continue
		}
		r = &repaired
		repairs = append(repairs, Repair{Control: c, Properties: repaired.Inputs})
	}
	return repairs
}

// patched returns a copy of the properties with the patches applied. Everything else stays as
// it was, secrets, unknown values and the provider's __defaults included; only the patched
// properties leave __defaults, because they are not defaulted any more.
func patched(properties resource.PropertyMap, patches []control.Patch) resource.PropertyMap {
	result := properties
	for _, patch := range patches {
		result = set(result, patch.Path, resource.NewPropertyValue(patch.Value))
	}
	return result
}

const defaultsKey resource.PropertyKey = "__defaults"

func set(properties resource.PropertyMap, path []string, value resource.PropertyValue) resource.PropertyMap {
	result := properties.Copy()
	key := resource.PropertyKey(path[0])
	if len(path) == 1 {
		result[key] = value
	} else {
		result[key] = setBelow(result[key], path[1:], value)
	}
	if defaults, ok := result[defaultsKey]; ok && defaults.IsArray() {
		result[defaultsKey] = resource.NewArrayProperty(slices.DeleteFunc(
			slices.Clone(defaults.ArrayValue()),
			func(v resource.PropertyValue) bool { return v.IsString() && v.StringValue() == path[0] }))
	}
	return result
}

// setBelow sets a property of an object that may be absent or secret.
func setBelow(parent resource.PropertyValue, path []string, value resource.PropertyValue) resource.PropertyValue {
	switch {
	case parent.IsSecret():
		return resource.MakeSecret(setBelow(parent.SecretValue().Element, path, value))
	case parent.IsObject():
		return resource.NewObjectProperty(set(parent.ObjectValue(), path, value))
	default:
		return resource.NewObjectProperty(set(resource.PropertyMap{}, path, value))
	}
}
