package stack_test

import (
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"aws-webapp/policies/iamdoc"
)

var crosscheck = flag.String("crosscheck", "", "file for what another simulator judges: make roles-crosscheck")

// namedDocument and judgedRequest are the input of tools/iamsimulate/check.mjs.
type namedDocument struct {
	Name   string          `json:"name"`
	Policy json.RawMessage `json:"policy"`
}

type judgedRequest struct {
	Role     string              `json:"role"`
	Action   string              `json:"action"`
	Resource string              `json:"resource"`
	Keys     map[string][]string `json:"keys"`
	Allowed  bool                `json:"allowed"`
	From     string              `json:"from"`
}

// TestRequestsForAnotherSimulator writes all requests of the tests with the answers that they got.
func TestRequestsForAnotherSimulator(t *testing.T) {
	if *crosscheck == "" {
		t.Skip("give -crosscheck")
	}
	roles := attackers(t)
	roles["production"] = rolesFor(t, "production").deploy
	var judgements []judgedRequest
	add := func(who string, r iamdoc.Request, from string) {
		allowed, _ := roles[who].decide(r)
		judgements = append(judgements, judgedRequest{who, r.Action, r.Resource, r.Keys, allowed, from})
	}
	for stack, who := range map[string]string{"staging": "staging", "prod": "production"} {
		for _, c := range append(recordOf(t, stack), documented(t, stack)...) {
			for _, r := range requests(t, c) {
				add(who, r.Request, r.from)
				add("preview", r.Request, r.from)
			}
		}
	}
	for _, a := range everyAttack() {
		add(a.who, a.request(a.resource, a.keys), "attack")
		if a.own != "" {
			add(a.who, a.request(a.own, a.ownKeys), "its own")
		}
	}
	policies := map[string]map[string]any{}
	for who, role := range roles {
		var identity []namedDocument
		for _, policy := range role.policies {
			identity = append(identity, namedDocument{policy.name, json.RawMessage(policy.text)})
		}
		policies[who] = map[string]any{"identity": identity}
		if role.boundary != nil {
			policies[who]["boundary"] = namedDocument{role.boundary.name, json.RawMessage(role.boundary.text)}
		}
	}
	encoded, err := json.Marshal(map[string]any{"policies": policies, "requests": judgements})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(*crosscheck, encoded, 0o600))
}
