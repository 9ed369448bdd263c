package strangers_test

import (
	"encoding/json"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// document writes a policy as the provider's data source does. A list with one element is written
// as the element.
func document(args resource.PropertyMap) string {
	var statements []any
	for _, s := range args["statements"].ArrayValue() {
		from := s.ObjectValue()
		statement := map[string]any{"Effect": "Allow"}
		for key, value := range map[string]resource.PropertyKey{
			"Sid": "sid", "Effect": "effect", "Action": "actions", "Resource": "resources",
		} {
			if given, ok := from[value]; ok {
				statement[key] = plain(given)
			}
		}
		for _, p := range from["principals"].ArrayValue() {
			who := p.ObjectValue()
			statement["Principal"] = map[string]any{who["type"].StringValue(): plain(who["identifiers"])}
			if who["type"].StringValue() == "*" {
				statement["Principal"] = "*"
			}
		}
		conditions := map[string]any{}
		if given, ok := from["conditions"]; ok {
			for _, c := range given.ArrayValue() {
				condition := c.ObjectValue()
				conditions[condition["test"].StringValue()] = map[string]any{
					condition["variable"].StringValue(): plain(condition["values"]),
				}
			}
			statement["Condition"] = conditions
		}
		statements = append(statements, statement)
	}
	content, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err)
	}
	return string(content)
}

func plain(v resource.PropertyValue) any {
	if v.IsArray() && len(v.ArrayValue()) == 1 {
		v = v.ArrayValue()[0]
	}
	return v.Mappable()
}
