package stack_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/authorization"
)

// neededActions returns the actions of the policies, without patterns, and those of all
// requests.
func neededActions(t *testing.T) []string {
	t.Helper()
	needed := map[string]bool{}
	for _, role := range everyRole(t) {
		for _, s := range role.statements {
			for _, action := range texts(s.Action) {
				if !strings.Contains(action, "*") {
					needed[action] = true
				}
			}
		}
	}
	for _, c := range everyCall(t) {
		for _, action := range slices.Concat(c.actions(), c.alongside(), []string{c.tagging()}) {
			needed[action] = action != ""
		}
	}
	for _, uses := range keyUsers {
		for _, use := range uses {
			for _, name := range use.actions {
				needed["kms:"+name] = true
			}
		}
	}
	for _, attack := range everyAttack() {
		needed[attack.action] = true
	}
	delete(needed, "")
	return slices.Sorted(maps.Keys(needed))
}

// Every action in our policies exists in AWS: a policy with a misspelt one is accepted, and
// allows nothing.
func TestPoliciesNameActionsThatAWSKnows(t *testing.T) {
	for _, action := range neededActions(t) {
		_, known := authorization.Of(action)
		assert.True(t, known, "%s: AWS does not know it, or it is newer than the data: make authorization", action)
	}
}
