package catalog

import (
	"regexp"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	iamArn            = "arn:{partition}:iam::{account}:"
	badTrustPrincipal = `MalformedPolicyDocument: Invalid principal in policy: "AWS":"{principal}"`
)

var iamChars = regexp.MustCompile(`^[\w+=,.@-]+$`)

func init() { tables = append(tables, iamTypes) }

// iamTypes are identities and their permissions.
var iamTypes = Types{
	resourcetypes.Role: {
		Name: &Name{Prefix: "namePrefix", Max: 64, Chars: iamChars},
		ID:   "{.name}",
		Outputs: Outputs{
			"arn":      Compute(func(c *Call) any { return c.Expand(iamArn+"role"+c.Text("path")+"{.name}", nil) }),
			"uniqueId": "AROA{upper17}", "createDate": createdAt, "managedPolicyArns": []any{}, "inlinePolicies": []any{},
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "EntityAlreadyExists: " +
			"Role with name {.name} already exists."}},
		JSON:     []string{"assumeRolePolicy"},
		Refs:     []Ref{{Path: "permissionsBoundary", To: resourcetypes.ManagedPolicy, Holds: true, Foreign: true}},
		Rules:    []Rule{principalsExist("assumeRolePolicy", badTrustPrincipal), federatedExists},
		Tags:     true,
		NotFound: "NoSuchEntity: The role with name {value} cannot be found.",
		InUse:    "DeleteConflict: Cannot delete entity, must detach all policies first.",
	},
	resourcetypes.RolePolicy: {
		Name: &Name{Prefix: "namePrefix", Max: 128, Chars: iamChars},
		ID:   "{.role}:{.name}",
		Refs: []Ref{{Path: "role", To: resourcetypes.Role}},
		JSON: []string{"policy"},
	},
	resourcetypes.ManagedPolicy: {
		Name: &Name{Prefix: "namePrefix", Max: 128, Chars: iamChars},
		ID:   "{.arn}",
		Outputs: Outputs{
			"arn":      Compute(func(c *Call) any { return c.Expand(iamArn+"policy"+c.Text("path")+"{.name}", nil) }),
			"policyId": "ANPA{upper17}", "attachmentCount": 0,
		},
		Unique: []Unique{{Properties: []string{"name"}, Error: "EntityAlreadyExists: " +
			"A policy called {.name} already exists. Duplicate names are not allowed."}},
		JSON:     []string{"policy"},
		Tags:     true,
		NotFound: "NoSuchEntity: Policy {value} does not exist or is not attachable.",
		InUse:    "DeleteConflict: Cannot delete a policy attached to entities.",
	},
	resourcetypes.RolePolicyAttachment: {
		ID: "{.role}-{digits26}",
		Refs: []Ref{
			{Path: "role", To: resourcetypes.Role, Holds: true},
			{Path: "policyArn", To: resourcetypes.ManagedPolicy, Holds: true, Foreign: true},
		},
	},
	resourcetypes.OIDCProvider: {
		Differs: []Difference{{"thumbprintLists", Optional, newer}, {"thumbprintLists", Computed, newer}},
		ID:      "{.arn}",
		Outputs: Outputs{"arn": Compute(func(c *Call) any {
			return c.Expand(iamArn+"oidc-provider/", nil) + strings.TrimPrefix(c.Text("url"), "https://")
		}), "thumbprintLists": []any{}},
		Unique: []Unique{{Properties: []string{"url"}, Error: "EntityAlreadyExists: " +
			"Provider with url {.url} already exists."}},
		Tags: true,
	},
	resourcetypes.AccountPasswordPolicy: {
		ID: "iam-account-password-policy",
		Outputs: Outputs{"expirePasswords": Compute(func(c *Call) any {
			days, _ := prop.Number(c.Inputs, "maxPasswordAge")
			return days > 0
		})},
		Account: true,
	},
	resourcetypes.ServiceLinkedRole: {
		ID: "{.arn}",
		Outputs: Outputs{
			"arn": iamArn + "role/aws-service-role/{.awsServiceName}/{.name}", "name": Compute(serviceRoleName),
			"path": "/aws-service-role/{.awsServiceName}/", "uniqueId": "AROA{upper17}", "createDate": createdAt,
		},
		Unique: []Unique{{Properties: []string{"awsServiceName", "customSuffix"}, Error: "InvalidInput: " +
			"Service role name {.name} has been taken in this account, please try a different suffix."}},
		Tags: true,
	},
}

// createdAt is the creation time of everything in the simulated cloud: a fixed one, so
// that two runs give the same state.
const createdAt = "2026-01-01T00:00:00Z"

// serviceRoleName makes AWSServiceRoleForEs from es.amazonaws.com. AWS uses other names; only
// the shape matters here.
func serviceRoleName(c *Call) any {
	service, _, _ := strings.Cut(c.Text("awsServiceName"), ".")
	var name strings.Builder
	for word := range strings.FieldsFuncSeq(service, func(r rune) bool { return r == '-' }) {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	suffix := ""
	if custom := c.Text("customSuffix"); custom != "" {
		suffix = "_" + custom
	}
	return "AWSServiceRoleFor" + name.String() + suffix
}

// federatedExists: a trust policy is malformed if it names an OIDC provider of this account
// that does not exist.
func federatedExists(c *Call) error {
	own := "arn:" + c.Partition + ":iam::" + c.Account + ":oidc-provider/"
	for _, s := range readPolicy(c.Text("assumeRolePolicy")).Statements {
		for _, p := range s.Principals {
			if p.Kind != "federated" || !strings.HasPrefix(p.ID, own) {
				continue
			}
			if _, ok := c.Find(resourcetypes.OIDCProvider, "arn", p.ID); !ok && c.Deleted(resourcetypes.OIDCProvider, p.ID) {
				return Errorf("MalformedPolicyDocument", "Invalid principal in policy: \"Federated\":\"%s\"", p.ID)
			}
		}
	}
	return nil
}
