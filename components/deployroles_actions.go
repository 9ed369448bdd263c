package components

import (
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// serviceActions returns the actions of the resources and of the program itself, by service, sorted.
func serviceActions(of func(resourcetypes.Actions) string) map[string][]string {
	var all []resourcetypes.Actions
	for _, service := range resourcetypes.Services() {
		service.Actions.Service = service.Prefix
		all = append(all, service.Actions)
	}
	for _, row := range resourcetypes.All() {
		all = append(all, row.Actions...)
	}
	actions := map[string][]string{}
	for _, one := range all {
		for _, name := range strings.Fields(of(one)) {
			actions[one.Service] = append(actions[one.Service], one.Service+":"+name)
		}
	}
	for service := range actions {
		slices.Sort(actions[service])
		actions[service] = slices.Compact(actions[service])
	}
	return actions
}

func readActions(a resourcetypes.Actions) string  { return a.Read }
func writeActions(a resourcetypes.Actions) string { return a.Write }
