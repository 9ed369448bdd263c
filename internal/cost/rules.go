package cost

import (
	"maps"
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// rule of a resource type: what it costs, or why it is free.
type rule struct {
	price func(*estimator, *Resource)
	free  string
}

// prices are the types for which AWS charges: each rules_*.go adds those that it counts. Why the others are free is in
// their rows.
var prices = map[string]func(*estimator, *Resource){}

// groups lists kinds of resources that only exist in Pulumi.
var groups = map[string]string{
	"pulumi:":     "the stack and its providers exist in Pulumi alone",
	"aws-webapp:": "a component; its children are priced",
	"awsx:":       "a component; its children are priced",
}

// ruleOf finds the rule of a type.
func ruleOf(token string) (rule, bool) {
	if price, found := prices[token]; found {
		return rule{price: price}, true
	}
	for prefix, reason := range groups {
		if strings.HasPrefix(token, prefix) {
			return rule{free: reason}, true
		}
	}
	row, _ := resourcetypes.Of(token)
	return rule{free: row.Free}, row.Free != ""
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// million converts a number of millions.
const million = 1e6

// daysPerMonth matches 730 hours.
const daysPerMonth = 365.0 / 12
