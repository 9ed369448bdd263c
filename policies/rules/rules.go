package rules

import (
	"slices"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/prop"
)

// All returns every control of the pack, in the order of the documentation.
func All() []*control.Control {
	return slices.Concat(
		network(), securityGroups(), database(), caches(), fileSystems(), loadBalancer(), containerService(), deployments(),
		containerRegistry(),
		storage(), auditTrail(), logSearch(), secretsAndKeys(), identity(), logsAndAlarms(), functions(),
		messaging(), volumes(), firewalls(), builds(), backups(), servicesDeliver(), account(), protection(), retired(),
		stackWide(), pack.Integrity(),
	)
}

// advisory and mandatory are levels that apply in every environment.
var (
	advisory  = control.Everywhere(control.Advisory)
	mandatory = control.Everywhere(control.Mandatory)
	remediate = control.Everywhere(control.Remediate)
	prodOnly  = control.MandatoryInProd()
)

type in = control.Case

// exists answers whether one of the referrers satisfies f.
func exists(referrers []graph.Referrer, f func(*graph.Resource) prop.Truth) prop.Truth {
	answer := prop.No
	for _, r := range referrers {
		answer = answer.Or(r.Sure.And(f(r.Resource)))
	}
	return answer
}

// anything is true of every resource.
func anything(*graph.Resource) prop.Truth { return prop.Yes }

// some answers whether one element of a list satisfies f.
func some(list prop.Value, f func(prop.Value) prop.Truth) prop.Truth {
	elems, complete := list.List()
	answer := prop.No
	if complete != prop.Yes {
		answer = prop.Maybe
	}
	for _, elem := range elems {
		answer = answer.Or(f(elem))
	}
	return answer
}

// every answers whether a list has elements and all of them satisfy f.
func every(list prop.Value, f func(prop.Value) prop.Truth) prop.Truth {
	elems, complete := list.List()
	if complete != prop.Yes {
		return prop.Maybe
	}
	answer := prop.Known(len(elems) > 0)
	for _, elem := range elems {
		answer = answer.And(f(elem))
	}
	return answer
}

// ifUnknown answers maybe for a value that is not known yet, and no otherwise.
func ifUnknown(v prop.Value) prop.Truth {
	if v.IsUnknown() {
		return prop.Maybe
	}
	return prop.No
}

// ownKey answers whether a property names a customer managed key. Aliases of AWS's own keys
// begin with aws/. A key that is not known yet is ours if it comes from a key of the stack.
func ownKey(c in, v prop.Value) prop.Truth {
	if text, ok := v.Text(); ok && strings.Contains(text, "alias/aws/") {
		return prop.No
	}
	if v.IsUnknown() {
		return computedFrom(c, v, keyType, replicaKeyType, externalKeyType, keyAliasType)
	}
	return v.IsSet()
}

// computedFrom answers whether a value that is not known yet comes from the stack's own resources of
// the given types, or of any type: then it will exist. Otherwise it is open until AWS answers.
func computedFrom(c in, v prop.Value, types ...string) prop.Truth {
	if c.Graph == nil {
		return prop.Maybe
	}
	property, _, _ := strings.Cut(v.Path(), ".")
	property, _, _ = strings.Cut(property, "[")
	for _, r := range c.Graph.Behind(c.Resource, property) {
		if r.Provider != nil && (len(types) == 0 || slices.Contains(types, r.Type)) {
			return prop.Yes
		}
	}
	return prop.Maybe
}

// alone judges a resource that configures another one. If that one is in the stack, the two are
// judged together; otherwise it may be in another stack, and the resource is judged by itself.
func alone(c in, owners []string, property string, judge func() control.Result) control.Result {
	if len(c.Graph.Follow(c.Resource, owners, property).To) > 0 {
		return control.Ignore()
	}
	return judge()
}

// settled answers whether a companion of a resource satisfies f. If there are several, the last
// one deployed wins, so none may fail.
func settled(companions []graph.Referrer, f func(*graph.Resource) prop.Truth) prop.Truth {
	answer := exists(companions, f)
	for _, r := range companions {
		if r.Sure == prop.Yes {
			answer = answer.And(f(r.Resource))
		}
	}
	return answer
}

// set returns the patch of a remediation.
func set(value any, path ...string) []control.Patch {
	return []control.Patch{{Path: path, Value: value}}
}

// elsewhereSuffix is the suffix of parameters for environments other than production.
const elsewhereSuffix = "Elsewhere"

// inEnvironment returns a number that has one parameter for production and another for
// elsewhere.
func inEnvironment(c in, name string) float64 {
	if c.Environment == control.Prod || c.Environment == "" {
		return c.Params.Number(name)
	}
	return c.Params.Number(name + elsewhereSuffix)
}
