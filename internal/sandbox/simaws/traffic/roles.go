package traffic

import (
	"encoding/json"
	"slices"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// oneOrMore is a JSON string or a list of strings.
type oneOrMore []string

// UnmarshalJSON accepts both forms.
func (o *oneOrMore) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*o = oneOrMore{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(o))
}

// may reports whether an inline policy of the role allows the action on the resource.
// Conditions are assumed to hold.
func may(r *cloud.Reader, roleARN, action, on string) bool {
	role, ok := r.Find(resourcetypes.Role, "arn", roleARN)
	if !ok {
		return false
	}
	for _, attached := range r.List(resourcetypes.RolePolicy) {
		if prop.Text(attached.Outputs, "role") != prop.Text(role.Outputs, "name") {
			continue
		}
		var policy struct {
			Statement []struct {
				Effect           string
				Action, Resource oneOrMore
			}
		}
		// A policy that cannot be read allows nothing.
		_ = json.Unmarshal([]byte(prop.Text(attached.Outputs, "policy")), &policy)
		for _, s := range policy.Statement {
			fits := func(text string) func(string) bool {
				return func(pattern string) bool { return like(pattern, text) }
			}
			if s.Effect == "Allow" && slices.ContainsFunc(s.Action, fits(action)) && slices.ContainsFunc(s.Resource, fits(on)) {
				return true
			}
		}
	}
	return false
}
