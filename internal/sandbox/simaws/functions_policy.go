package simaws

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// policyStatement has its keys in the order in which the provider writes them.
type policyStatement struct {
	Sid          string                    `json:"Sid,omitempty"`
	Effect       string                    `json:"Effect,omitempty"`
	Action       any                       `json:"Action,omitempty"`
	NotAction    any                       `json:"NotAction,omitempty"`
	Resource     any                       `json:"Resource,omitempty"`
	NotResource  any                       `json:"NotResource,omitempty"`
	Principal    any                       `json:"Principal,omitempty"`
	NotPrincipal any                       `json:"NotPrincipal,omitempty"`
	Condition    map[string]map[string]any `json:"Condition,omitempty"`
}

type policyDocument struct {
	Version   string            `json:"Version,omitempty"`
	ID        string            `json:"Id,omitempty"`
	Statement []policyStatement `json:"Statement,omitempty"`
}

// getPolicyDocument writes a policy document out of statements. Merging several documents
// is not simulated.
func getPolicyDocument(q *question) (answer, error) {
	for _, unsupported := range []string{"sourceJson", "overrideJson", "sourcePolicyDocuments", "overridePolicyDocuments"} {
		if prop.Has(q.args, unsupported) {
			return nil, fmt.Errorf("the simulated AWS does not merge policy documents: %q is not supported", unsupported)
		}
	}
	document := policyDocument{Version: prop.Text(q.args, "version"), ID: prop.Text(q.args, "policyId")}
	if document.Version == "" {
		document.Version = "2012-10-17"
	}
	for _, v := range prop.Values(q.args, "statements[]") {
		if v.IsObject() {
			document.Statement = append(document.Statement, statementOf(v.ObjectValue()))
		}
	}
	minified, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, minified, "", "  "); err != nil {
		return nil, err
	}
	return answer{
		"id": catalog.Generate("digits", 10, string(minified)), "json": indented.String(), "minifiedJson": string(minified),
	}, nil
}

func statementOf(args resource.PropertyMap) policyStatement {
	effect := prop.Text(args, "effect")
	if effect == "" {
		effect = "Allow"
	}
	statement := policyStatement{
		Sid: prop.Text(args, "sid"), Effect: effect,
		Action: oneOrMany(prop.Texts(args, "actions[]")), NotAction: oneOrMany(prop.Texts(args, "notActions[]")),
		Resource: oneOrMany(prop.Texts(args, "resources[]")), NotResource: oneOrMany(prop.Texts(args, "notResources[]")),
		Principal: principalsOf(args, "principals[]"), NotPrincipal: principalsOf(args, "notPrincipals[]"),
	}
	for _, v := range prop.Values(args, "conditions[]") {
		if !v.IsObject() {
			continue
		}
		if statement.Condition == nil {
			statement.Condition = map[string]map[string]any{}
		}
		test := prop.Text(v.ObjectValue(), "test")
		if statement.Condition[test] == nil {
			statement.Condition[test] = map[string]any{}
		}
		statement.Condition[test][prop.Text(v.ObjectValue(), "variable")] = oneOrMany(prop.Texts(v.ObjectValue(), "values[]"))
	}
	return statement
}

// principalsOf groups the identifiers by type; everybody is written as a plain star.
func principalsOf(args resource.PropertyMap, path string) any {
	byType := map[string][]string{}
	for _, v := range prop.Values(args, path) {
		if v.IsObject() {
			kind := prop.Text(v.ObjectValue(), "type")
			byType[kind] = append(byType[kind], prop.Texts(v.ObjectValue(), "identifiers[]")...)
		}
	}
	if slices.Equal(byType["*"], []string{"*"}) {
		return "*"
	}
	if len(byType) == 0 {
		return nil
	}
	written := map[string]any{}
	for kind, identifiers := range byType {
		written[kind] = oneOrMany(identifiers)
	}
	return written
}

// oneOrMany writes a list of one as the element, and sorts longer ones as the provider does.
func oneOrMany(values []string) any {
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	default:
		slices.Sort(values)
		slices.Reverse(values)
		return values
	}
}
