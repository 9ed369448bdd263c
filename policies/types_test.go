package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/policies/rules"
	"aws-webapp/policies/testgraph"
)

// computedTypes are the controls whose types are those of the SDK: other tests go through all of these.
var computedTypes = []string{"required-tags", "no-foreign-accounts", "iam-sent-condition-keys"}

// quietTypes lists types in which a control finds no fault while the stack is whole: rules of the other direction, and
// parts of something in another stack, which TestEveryMutantIsKilledAcrossStacks moves there.
var quietTypes = map[string][]string{
	"vpc-default-security-group-closed": {defaultGroup}, "vpc-flow-log": {flowLog},
	"vpc-protected":               {"aws:ec2/subnet:Subnet"},
	"app-tier-egress-through-nat": {route}, "db-tier-no-internet-route": {route},
	"sg-world-only-to-alb": {egressRule}, "sg-no-risky-port-from-world": {egressRule},
	"sg-no-all-protocol-ingress": {egressRule}, "sg-no-all-port-egress": {ingressRule},
	"sg-descriptions": {defaultGroup}, "sg-rules-not-mixed": {oldRule},
	"iam-no-escalation-in-sum": {"aws:iam/rolePolicyAttachment:RolePolicyAttachment"},
}

// A type that a control lists is judged by it: one of the control's mutants is found in such a resource, or in a
// sibling that becomes one.
func TestEveryTypeOfAControlHasAMutant(t *testing.T) {
	t.Parallel()
	faults := map[string][]mutant{}
	for _, m := range mutants() {
		faults[m.control] = append(faults[m.control], m)
	}
	for _, c := range rules.All() {
		if slices.Contains(computedTypes, c.Name) {
			continue
		}
		found := map[string]bool{}
		for _, m := range faults[c.Name] {
			s := baseline(testgraph.Deployed)
			m.mutate(s)
			urns := foundAlone(t, c, s)
			for _, r := range s.Resources {
				found[r.Type] = found[r.Type] || urns[r.URN]
			}
		}
		for _, family := range siblings {
			if slices.ContainsFunc(family, func(one string) bool { return slices.Contains(c.Types, one) }) {
				maps.Copy(found, foundIn(t, c, family, faults[c.Name]))
			}
		}
		for _, one := range c.Types {
			if !strings.HasSuffix(one, "*") {
				assert.Equal(t, !slices.Contains(quietTypes[c.Name], one), found[one], "%s finds a fault in %s", c.Name, one)
			}
		}
	}
}
