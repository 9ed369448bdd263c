package cost

import (
	"maps"
	"slices"
	"strings"
)

// rule of a resource type: what it costs, or why it is free.
type rule struct {
	price func(*estimator, *Resource)
	free  string
}

func priced(price func(*estimator, *Resource)) rule { return rule{price: price} }

func free(reason string) rule { return rule{free: reason} }

// tables of the rules, by subject. A type belongs to one of them.
var tables = []map[string]rule{
	networkRules, computeRules, dataRules, observabilityRules, securityRules, deliveryRules,
}

// groups are kinds of resources that exist in Pulumi alone.
var groups = map[string]string{
	"pulumi:":     "the stack and its providers exist in Pulumi alone",
	"aws-webapp:": "a component; its children are priced",
	"awsx:":       "a component; its children are priced",
}

// ruleOf finds the rule of a type.
func ruleOf(token string) (rule, bool) {
	for _, table := range tables {
		if found, ok := table[token]; ok {
			return found, true
		}
	}
	for prefix, reason := range groups {
		if strings.HasPrefix(token, prefix) {
			return free(reason), true
		}
	}
	return rule{}, false
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// million turns a figure in millions into pieces.
const million = 1e6

// daysPerMonth matches 730 hours.
const daysPerMonth = 365.0 / 12
