package catalog

import (
	"encoding/json"
	"slices"
	"strings"

	"aws-webapp/internal/sandbox/simaws/prop"
)

// texts is a JSON string or list of strings.
type texts []string

// UnmarshalJSON accepts both forms.
func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// principals is the Principal of a statement: "*" or a map from kind to names.
type principals map[string]texts

// UnmarshalJSON accepts both forms.
func (p *principals) UnmarshalJSON(data []byte) error {
	var everyone string
	if json.Unmarshal(data, &everyone) == nil {
		*p = principals{"AWS": {everyone}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]texts)(p))
}

type statement struct {
	Effect    string
	Principal principals
	Action    texts
}

// statements returns the statements of an IAM policy document, none when it is malformed:
// malformed documents are refused by the JSON check of the type.
func statements(document string) []statement {
	var several struct{ Statement []statement }
	if json.Unmarshal([]byte(document), &several) == nil {
		return several.Statement
	}
	var single struct{ Statement statement }
	if json.Unmarshal([]byte(document), &single) == nil {
		return []statement{single.Statement}
	}
	return nil
}

// allows says whether the document has an Allow statement for any of the principals, AWS
// or service, and the action. Conditions are not judged: they depend on the request.
func allows(document, action string, principal ...string) bool {
	return slices.ContainsFunc(statements(document), func(s statement) bool {
		if s.Effect != "Allow" || !slices.ContainsFunc(s.Action, func(a string) bool { return matches(a, action) }) {
			return false
		}
		for _, names := range s.Principal {
			for _, name := range names {
				if name == "*" || slices.Contains(principal, name) {
					return true
				}
			}
		}
		return false
	})
}

// matches compares an action of a policy, which may end in a wildcard, with an action.
func matches(pattern, action string) bool {
	if start, wild := strings.CutSuffix(pattern, "*"); wild {
		return len(action) >= len(start) && strings.EqualFold(action[:len(start)], start)
	}
	return strings.EqualFold(pattern, action)
}

// trusts: a service refuses a role that does not let it assume the role.
func trusts(path, service, refusal string) Rule {
	return func(c *Call) error {
		for _, name := range prop.Texts(c.Inputs, path) {
			role, ok := c.Find(roleToken, "arn", name)
			if ok && !allows(prop.Text(role.Props, "assumeRolePolicy"), "sts:AssumeRole", service) {
				return Wording(c.Expand(refusal, nil))
			}
		}
		return nil
	}
}

// principalsExist: a resource policy that names a role of this account which does not
// exist (yet) is malformed. Service-linked roles are taken to exist.
func principalsExist(path, refusal string) Rule {
	return func(c *Call) error {
		own := "arn:" + c.Partition + ":iam::" + c.Account + ":role/"
		for _, document := range prop.Texts(c.Inputs, path) {
			for _, s := range statements(document) {
				for _, name := range s.Principal["AWS"] {
					if !strings.HasPrefix(name, own) || strings.HasPrefix(name, own+"aws-service-role/") {
						continue
					}
					if _, ok := c.Find(roleToken, "arn", name); !ok {
						return Wording(strings.ReplaceAll(refusal, "{principal}", name))
					}
				}
			}
		}
		return nil
	}
}
