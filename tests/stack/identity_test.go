package stack_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// longLists have two or more entries where a stack's own file has one or none.
var longLists = map[string]string{
	"network": `{"cidrBlock": "10.0.0.0/16", "availabilityZones": ["us-east-1a", "us-east-1b", "us-east-1c"],
		"interfaceEndpoints": ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts", "ssmmessages"],
		"endpointAccounts": ["444444444444", "555555555555"]}`,
	"loadBalancer": `{"ingressCidrs": ["203.0.113.0/24", "198.51.100.0/24"], "deletionProtection": true,
		"testIngressCidrs": ["192.0.2.0/25", "192.0.2.128/25"],
		"waf": {"enabled": true, "managedRuleGroups": [
			"AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"]}}`,
	"dns": `{"domain": "visitors.example.com", "hostedZoneId": "Z0123456789PROD00000",
		"alternativeNames": ["www.visitors.example.com", "old.visitors.example.com"]}`,
	"services": `[
		{"name": "visitor-book", "image": "visitor-book:1.0.0", "databaseAccess": true, "bucketAccess": "read",
			"routing": {"priority": 100, "paths": ["/*", "/a"], "hosts": ["a.example.com", "b.example.com"]},
			"scaling": {"schedules": [
				{"name": "night", "expression": "cron(0 20 * * ? *)", "min": 2, "max": 3},
				{"name": "day", "expression": "cron(0 6 * * ? *)", "min": 2, "max": 9}]}},
		{"name": "api", "image": "api:1.0.0", "databaseAccess": true, "bucketAccess": "read-write",
			"routing": {"priority": 50, "paths": ["/api/*"]}},
		{"name": "news", "image": "news:1.0.0", "routing": {"priority": 60, "paths": ["/news/*"]},
			"deployment": {"controller": "blue-green"}}]`,
	"monitoring": `{"subscriptions": [{"protocol": "email", "endpoint": "first@example.com"},
		{"protocol": "email", "endpoint": "second@example.com"}]}`,
	"notifications": `{"subscriptions": [{"protocol": "email", "endpoint": "first@example.com"},
		{"protocol": "email", "endpoint": "second@example.com"}]}`,
}

// TestNothingChangesItsLogicalName changes the order and the first entry of every list, and renames
// services. Pulumi creates resources with a new logical name before it deletes those whose name is
// gone. So nothing that AWS identifies by its properties may move to another logical name: AWS
// refuses the second one, or takes it for the first, which is then deleted.
func TestNothingChangesItsLogicalName(t *testing.T) {
	// With these lists, staging is like prod.
	for _, name := range []string{"prod", "delivery"} {
		t.Run(name, func(t *testing.T) {
			values := stackConfig(t, name)
			for key, value := range longLists {
				if _, has := values[project+":"+key]; has {
					values[project+":"+key] = value
				}
			}
			before := deployWith(t, name, replacedBy(values))
			changes := map[string]map[string]string{}
			for key, value := range values {
				var decoded any
				if json.Unmarshal([]byte(value), &decoded) != nil {
					continue
				}
				for change, varied := range variations(key, decoded) {
					encoded, err := json.Marshal(varied)
					require.NoError(t, err)
					changes[change] = map[string]string{key: string(encoded)}
				}
			}
			for change, renaming := range map[string]*strings.Replacer{
				"a service renamed":          strings.NewReplacer(`"api"`, `"backend"`),
				"names of services swapped":  strings.NewReplacer(`"api"`, `"visitor-book"`, `"visitor-book"`, `"api"`),
				"priorities of them swapped": strings.NewReplacer(`: 50,`, `: 100,`, `: 100,`, `: 50,`),
			} {
				if services, has := values[project+":services"]; has {
					changes[change] = map[string]string{project + ":services": renaming.Replace(services)}
				}
			}
			for change, changed := range changes {
				after := deployWith(t, name, func(config map[string]string) {
					replacedBy(values)(config)
					replacedBy(changed)(config)
				})
				assert.Emptyf(t, moves(before, after), "%s moved what AWS knows to other logical names", change)
			}
		})
	}
}

func replacedBy(values map[string]string) func(map[string]string) {
	return func(config map[string]string) { maps.Copy(config, values) }
}

// variations returns variants of a value, each with one of its lists reversed or without its
// first entry.
func variations(path string, value any) map[string]any {
	varied := map[string]any{}
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			for change, other := range variations(path+"."+key, member) {
				whole := maps.Clone(value)
				whole[key] = other
				varied[change] = whole
			}
		}
	case []any:
		if len(value) > 1 {
			reversed := slices.Clone(value)
			slices.Reverse(reversed)
			varied[path+" reversed"], varied[path+" without its first"] = reversed, value[1:]
		}
		for i, entry := range value {
			for change, other := range variations(fmt.Sprintf("%s[%d]", path, i), entry) {
				whole := slices.Clone(value)
				whole[i] = other
				varied[change] = whole
			}
		}
	}
	return varied
}

// moves lists resources that are the same for AWS although their logical names differ.
func moves(before, after []recorded) []string {
	account := accountOf{}
	for _, r := range before {
		if call := r.call(accountOf{}); call != nil {
			object := catalog.Object{Token: r.typ, ID: call.ResolveID(), Label: r.name, Props: call.Inputs}
			account[r.typ] = append(account[r.typ], object)
		}
	}
	var moved []string
	for _, r := range after {
		call := r.call(account)
		if call == nil {
			continue
		}
		id := call.ResolveID()
		for _, object := range account[r.typ] {
			if object.Label == r.name || slices.Contains(r.formerNames(), object.Label) {
				continue
			}
			clashes := func(u catalog.Unique) bool { return shares(call.Inputs, object.Props, u) }
			if object.ID == id || slices.ContainsFunc(call.Type.Unique, clashes) {
				moved = append(moved, fmt.Sprintf("%s is now %s, id %s", object.Label, r.key(), id))
			}
		}
	}
	return moved
}

// call returns the call that creates the resource in an account; nil for types that the
// simulation does not have. Values that AWS generates differ with the logical name.
func (r recorded) call(account accountOf) *catalog.Call {
	typ, known := catalog.All()[r.typ]
	if !known {
		return nil
	}
	inputs := r.inputs.Copy()
	if typ.Name != nil && !prop.Has(inputs, string(typ.Name.Key())) {
		inputs[typ.Name.Key()] = resource.NewProperty("made up for " + r.name)
	}
	return &catalog.Call{
		World: account, Op: catalog.Create, Type: typ, Token: r.typ, Inputs: inputs, Seed: r.name,
		Account: "123456789012", Region: "us-east-1", Partition: "aws",
	}
}

// formerNames returns the logical names that the resource had before.
func (r recorded) formerNames() []string {
	var names []string
	for _, alias := range r.request.GetAliases() {
		names = append(names, alias.GetSpec().GetName())
	}
	return names
}

func shares(mine, theirs resource.PropertyMap, unique catalog.Unique) bool {
	return prop.Has(mine, unique.Properties[0]) && !slices.ContainsFunc(unique.Properties, func(property string) bool {
		key := resource.PropertyKey(property)
		return !mine[key].DeepEquals(theirs[key])
	})
}

// accountOf is an account with these resources, by type.
type accountOf map[string][]catalog.Object

func (a accountOf) List(token string) []catalog.Object { return a[token] }
func (a accountOf) Deleted(string, string) bool        { return false }
func (a accountOf) Find(string, string, string) (catalog.Object, bool) {
	return catalog.Object{}, false
}
