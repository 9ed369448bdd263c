package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/testgraph"
)

// canary is the content of every secret that is planted. It must not show in any message.
const canary = "canary-7f3a91c2-do-not-print"

// variants lists the states that a property can be in, whatever the schema says.
var variants = map[string]func(resource.PropertyValue) resource.PropertyValue{
	"unknown": func(resource.PropertyValue) resource.PropertyValue {
		return resource.MakeComputed(resource.NewStringProperty(""))
	},
	"null":   func(resource.PropertyValue) resource.PropertyValue { return resource.NewNullProperty() },
	"secret": resource.MakeSecret,
	"secret canary": func(resource.PropertyValue) resource.PropertyValue {
		return resource.MakeSecret(resource.NewStringProperty(canary))
	},
	"secret canaries inside": func(v resource.PropertyValue) resource.PropertyValue {
		return resource.MakeSecret(plant(v))
	},
	"secret document": func(resource.PropertyValue) resource.PropertyValue {
		return resource.MakeSecret(resource.NewStringProperty(canaryDocument))
	},
	"secret containers": func(resource.PropertyValue) resource.PropertyValue {
		return resource.MakeSecret(resource.NewStringProperty(canaryContainers))
	},
	"secret unknown": func(resource.PropertyValue) resource.PropertyValue {
		return resource.MakeSecret(resource.MakeComputed(resource.NewStringProperty("")))
	},
	"number": func(resource.PropertyValue) resource.PropertyValue { return resource.NewNumberProperty(-1) },
	"text":   func(resource.PropertyValue) resource.PropertyValue { return resource.NewStringProperty("\x00{[") },
	"flag":   func(resource.PropertyValue) resource.PropertyValue { return resource.NewBoolProperty(true) },
	"list": func(v resource.PropertyValue) resource.PropertyValue {
		return resource.NewArrayProperty([]resource.PropertyValue{
			resource.NewNullProperty(), v, resource.NewNumberProperty(1),
		})
	},
	"empty list": func(resource.PropertyValue) resource.PropertyValue { return resource.NewArrayProperty(nil) },
	"object": func(v resource.PropertyValue) resource.PropertyValue {
		return resource.NewObjectProperty(resource.PropertyMap{"x": v, "": resource.NewNullProperty()})
	},
	"empty object": func(resource.PropertyValue) resource.PropertyValue {
		return resource.NewObjectProperty(resource.PropertyMap{})
	},
}

// canaryDocument has a canary wherever a message could quote a policy.
const canaryDocument = `{"Statement":[{"Sid":"` + canary +
	`","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999999999999:` + canary +
	`","Service":"` + canary + `.amazonaws.com","Federated":"arn:aws:iam::1:oidc-provider/` + canary +
	`"},"Action":["*","` + canary +
	`:*","kms:Decrypt","` + canary + `:put"],"Resource":"*"}]}`

const canaryContainers = `[{"name":"` + canary + `","image":"` + canary + `:latest","user":"root","privileged":true,` +
	`"environment":[{"name":"` + canary + `_PASSWORD","value":"` + canary + `"}]}]`

// plant replaces every text by the canary.
func plant(v resource.PropertyValue) resource.PropertyValue {
	switch {
	case v.IsString():
		return resource.NewStringProperty(canary)
	case v.IsArray():
		elems := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, elem := range v.ArrayValue() {
			elems[i] = plant(elem)
		}
		return resource.NewArrayProperty(elems)
	case v.IsObject():
		fields := resource.PropertyMap{}
		for key, field := range v.ObjectValue() {
			fields[key] = plant(field)
		}
		return resource.NewObjectProperty(fields)
	default:
		return v
	}
}

// Every property that any control reads is put into every state. All types are changed at
// once, one property each, so that the rounds are as many as the most-read type has.
func TestNoStateOfAPropertyPanicsOrLeaks(t *testing.T) {
	reads, err := observed()
	require.NoError(t, err)
	rounds := 0
	for _, paths := range reads {
		rounds = max(rounds, len(paths))
	}
	session := local(t, "prod", false)
	for _, name := range slices.Sorted(maps.Keys(variants)) {
		t.Run(name, func(t *testing.T) {
			for round := range rounds {
				resources := sample(testgraph.Baseline("prod", testgraph.Deployed))
				for _, r := range resources {
					vary(r, reads[r.Type], round, variants[name])
				}
				outcome, err := session.Run(t.Context(), resources)
				require.NoError(t, err)
				for _, d := range outcome.Diagnostics {
					assert.NotContains(t, d.GetMessage(), canary, d.GetPolicyName())
					assert.NotContains(t, d.GetMessage(), "control itself failed", "%s %s", d.GetPolicyName(), d.GetUrn())
				}
			}
		})
	}
}

// vary changes one of the properties that are read from a resource.
func vary(
	r *graph.Resource, paths map[string]bool, round int, variant func(resource.PropertyValue) resource.PropertyValue,
) {
	sorted := slices.Sorted(maps.Keys(paths))
	if round >= len(sorted) || r.Provider == nil {
		return
	}
	keys := strings.Split(sorted[round], ".")
	for _, properties := range []*resource.PropertyMap{&r.Inputs, &r.Outputs} {
		*properties = at(resource.NewObjectProperty(*properties), keys, variant).ObjectValue()
	}
}

// at changes the property at a path; a list stands for all its elements.
func at(
	v resource.PropertyValue, keys []string, variant func(resource.PropertyValue) resource.PropertyValue,
) resource.PropertyValue {
	switch {
	case len(keys) == 0:
		return variant(v)
	case v.IsArray():
		elems := make([]resource.PropertyValue, len(v.ArrayValue()))
		for i, elem := range v.ArrayValue() {
			elems[i] = at(elem, keys, variant)
		}
		return resource.NewArrayProperty(elems)
	case v.IsObject():
		fields := v.ObjectValue().Copy()
		key := resource.PropertyKey(keys[0])
		fields[key] = at(fields[key], keys[1:], variant)
		return resource.NewObjectProperty(fields)
	default:
		return v
	}
}

// sample returns two resources of each type: the states of a third add nothing new.
func sample(resources []*graph.Resource) []*graph.Resource {
	const enough = 2
	count := map[string]int{}
	return slices.DeleteFunc(resources, func(r *graph.Resource) bool {
		count[r.Type]++
		return count[r.Type] > enough
	})
}

// A value that is not known yet may be reported, but not as a violation, nor be repaired. A tag
// that is not known yet cannot tell a tier, so tags stay as they are; and so do single
// environment variables, whose names by themselves can be a violation.
func TestWhatIsUnknownIsNeverMandatory(t *testing.T) {
	reads, err := observed()
	require.NoError(t, err)
	stays := func(path string, _ bool) bool {
		return strings.HasPrefix(path, "tags") || strings.HasPrefix(path, "environment.variables.")
	}
	untagged := map[string]map[string]bool{}
	rounds := 0
	for typeToken, paths := range reads {
		untagged[typeToken] = maps.Clone(paths)
		maps.DeleteFunc(untagged[typeToken], stays)
		rounds = max(rounds, len(untagged[typeToken]))
	}
	session := local(t, "prod", true)
	for round := range rounds {
		resources := testgraph.Baseline("prod", testgraph.Preview)
		for _, r := range resources {
			vary(r, untagged[r.Type], round, variants["unknown"])
		}
		outcome, err := session.Run(t.Context(), resources)
		require.NoError(t, err)
		assert.Empty(t, outcome.ByPolicy(pulumirpc.EnforcementLevel_MANDATORY, pulumirpc.EnforcementLevel_REMEDIATE),
			messages(outcome))
		assert.Empty(t, outcome.Remediations)
	}
}
