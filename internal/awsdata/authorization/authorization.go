// Package authorization holds the part of AWS's Service Authorization Reference that the workloads
// need: by action the types of resources that it is authorized on, the condition keys that a request
// carries, and the actions that AWS asks for besides. It is generated, see [Source]: make authorization.
package authorization

import (
	_ "embed" // for actions.json
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:embed actions.json
var generated []byte

// Data is the content of actions.json.
type Data struct {
	// Source names the package that the data is from, with its version.
	Source string `json:"source"`
	// Actions by name, such as ec2:CreateVpc.
	Actions map[string]Action `json:"actions"`
}

// Action is what AWS says of one action.
type Action struct {
	// Resources that it is authorized on; none for an action that knows * alone.
	Resources []Resource `json:"resources,omitempty"`
	// Keys are the condition keys of the request whatever the resource is. Those of tags end in ${TagKey}.
	Keys []string `json:"keys,omitempty"`
	// Dependents are actions that the caller may need besides; which, depends on the parameters.
	Dependents []string `json:"dependents,omitempty"`
}

// Resource is a type of resource of an action.
type Resource struct {
	Type string `json:"type"`
	// ARN is the pattern, with ${Partition}, ${Region}, ${Account} and names of the type's own.
	ARN string `json:"arn"`
	// Required says that every request has one.
	Required bool `json:"required,omitempty"`
	// Keys are the condition keys that this resource adds to the request.
	Keys []string `json:"keys,omitempty"`
}

var read = sync.OnceValue(func() Data {
	var data Data
	if err := json.Unmarshal(generated, &data); err != nil {
		panic("actions.json: " + err.Error()) // it is part of this package, and its test reads it
	}
	return data
})

// Source names the package that the data is from, with its version.
func Source() string { return read().Source }

// Of returns what AWS says of an action; ok is false for one that is not among the data.
func Of(action string) (a Action, ok bool) {
	a, ok = read().Actions[action]
	return a, ok
}

// WithoutResources says that AWS has no resources for an action, whose name may be in any case: a policy
// allows it for * or not at all. No for an action that is not among the data.
func WithoutResources(action string) bool {
	for name, of := range read().Actions {
		if strings.EqualFold(name, action) {
			return len(of.Resources) == 0
		}
	}
	return false
}

// Carries says whether a request for the action carries a condition key, such as
// aws:ResourceTag/Project; for a key that a resource adds, the resource has to be of the type.
func (a Action) Carries(key, resourceType string) bool {
	keys := a.Keys
	for _, resource := range a.Resources {
		if resource.Type == resourceType {
			keys = append(slices.Clone(keys), resource.Keys...)
		}
	}
	return slices.ContainsFunc(keys, func(known string) bool {
		prefix, _, templated := strings.Cut(known, "${")
		return strings.EqualFold(known, key) ||
			templated && len(key) > len(prefix) && strings.EqualFold(key[:len(prefix)], prefix)
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
