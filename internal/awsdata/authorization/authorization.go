package authorization

import (
	"slices"
	"strings"
)

// Level is the access level of an action in AWS's classification.
type Level byte

// The access levels.
const (
	List        Level = 'L'
	Read        Level = 'R'
	Write       Level = 'W'
	Permissions Level = 'P'
	Tagging     Level = 'T'
)

// Reads reports whether actions of the level change nothing.
func (l Level) Reads() bool { return l == List || l == Read }

// Action is AWS's entry for one action.
type Action struct {
	// Name as AWS spells it, such as ec2:CreateVpc.
	Name string
	// Level is the access level.
	Level Level
	// Resources that it is authorized on; empty for an action that accepts only *.
	Resources []Resource
	// Keys lists the condition keys of every request, whatever its resource. Keys of tags end in
	// ${TagKey}.
	Keys []string
	// Dependents lists further actions that the caller may need, depending on the parameters.
	Dependents []string
}

// Resource is a type of resource of an action.
type Resource struct {
	Type string
	// ARN is the pattern of its ARNs, with ${Partition}, ${Region}, ${Account} and variables of
	// the type.
	ARN string
	// Required says that every request names such a resource.
	Required bool
	// Keys lists the condition keys that this resource adds to the request.
	Keys []string
}

// Of returns the entry of an action, whose name may be in any case; ok is false if the data does not
// have it.
func Of(action string) (a Action, ok bool) {
	prefix, name, _ := strings.Cut(strings.ToLower(action), ":")
	found, ok := of(prefix).actions[name]
	if !ok {
		return Action{}, false
	}
	return *found, true
}

// Actions returns the actions of a service, given by its prefix in lower case, sorted by name; none if the
// data does not have the service. The caller must not change them.
func Actions(prefix string) []*Action { return of(prefix).inOrder }

// WithoutResources reports whether an action, whose name may be in any case, has no resource types: a
// policy can only allow it for *. It is false for an action that the data does not have.
func WithoutResources(action string) bool {
	a, known := Of(action)
	return known && len(a.Resources) == 0
}

// Carries reports whether a request for the action on a resource of the type carries a
// condition key, such as aws:ResourceTag/Project.
func (a Action) Carries(key, resourceType string) bool {
	return has(a.Keys, key) || slices.ContainsFunc(a.Resources, func(r Resource) bool {
		return r.Type == resourceType && has(r.Keys, key)
	})
}

// MayCarry reports whether a request for the action carries a condition key for at least one type of
// resource.
func (a Action) MayCarry(key string) bool {
	return has(a.Keys, key) || slices.ContainsFunc(a.Resources, func(r Resource) bool { return has(r.Keys, key) })
}

// has reports whether a list has a key. In the list, the part that varies is written as ${TagKey}, <key> or
// tag-key.
func has(keys []string, key string) bool {
	return slices.ContainsFunc(keys, func(known string) bool {
		fixed := strings.TrimSuffix(known, "tag-key")
		if i := strings.IndexAny(known, "$<"); i >= 0 {
			fixed = known[:i]
		}
		if len(fixed) == len(known) {
			return strings.EqualFold(known, key)
		}
		return len(key) > len(fixed) && strings.EqualFold(key[:len(fixed)], fixed)
	})
}

// withoutResourceAccount lists the actions of a deploy role whose requests carry no
// aws:ResourceAccount. Older versions of the page name all actions of EventBridge, newer ones only
// PutEvents, so no statement that has to work relies on the key there.
//
// Source: "AWS global condition context keys", aws:ResourceAccount, in the IAM user guide,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var withoutResourceAccount = []string{"ec2:CreateVpcEndpoint", "route53:AssociateVPCWithHostedZone"}

// CarriesResourceAccount reports whether a policy may rely on aws:ResourceAccount in requests for the
// action.
func CarriesResourceAccount(action string) bool {
	return !strings.HasPrefix(action, "events:") && !slices.Contains(withoutResourceAccount, action)
}
