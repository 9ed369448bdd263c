package engine_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// grants holds the roles of all three accounts, and the policies of the resources in the delivery
// account that others use.
type grants struct {
	// roles and resources by ARN.
	roles     map[string]*grantedRole
	resources map[string]iamdoc.Document
}

type grantedRole struct {
	trust    iamdoc.Document
	policies []iamdoc.Document
	// seconds is the longest session.
	seconds int
}

// grantsOf reads them from the delivery stack's state.
func grantsOf(t *testing.T, s *sandbox) grants {
	t.Helper()
	g := grants{roles: map[string]*grantedRole{}, resources: map[string]iamdoc.Document{}}
	state, err := s.State()
	require.NoError(t, err)
	text := func(from map[string]any, key string) string { value, _ := from[key].(string); return value }
	policies, attached := map[string]iamdoc.Document{}, [][2]string{}
	byName := func(name string) string { return "arn:aws:iam::333333333333:role/" + name }
	for _, r := range state.Resources {
		out := r.Outputs
		switch string(r.Type) {
		case "aws:iam/role:Role":
			seconds, _ := out["maxSessionDuration"].(float64)
			g.roles[text(out, "arn")] = &grantedRole{trust: readPolicy(t, text(out, "assumeRolePolicy")), seconds: int(seconds)}
		case "aws:iam/policy:Policy":
			policies[text(out, "arn")] = readPolicy(t, text(out, "policy"))
		case "aws:s3/bucketPolicy:BucketPolicy":
			g.resources["arn:aws:s3:::"+text(out, "bucket")] = readPolicy(t, text(out, "policy"))
		case "aws:kms/key:Key":
			g.resources[text(out, "arn")] = readPolicy(t, text(out, "policy"))
		case "aws-webapp:delivery:DeployRoles":
			for account, documents := range out["accounts"].(map[string]any) {
				g.add(t, account, documents.(map[string]any))
			}
		}
	}
	for _, r := range state.Resources {
		switch string(r.Type) {
		case "aws:iam/rolePolicy:RolePolicy":
			role := g.roles[byName(text(r.Outputs, "role"))]
			role.policies = append(role.policies, readPolicy(t, text(r.Outputs, "policy")))
		case "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
			attached = append(attached, [2]string{byName(text(r.Outputs, "role")), text(r.Outputs, "policyArn")})
		}
	}
	for _, pair := range attached {
		g.roles[pair[0]].policies = append(g.roles[pair[0]].policies, policies[pair[1]])
	}
	require.Contains(t, g.resources, states)
	return g
}

// add makes the roles of another account from their documents, as docs/delivery.md tells its administrator.
func (g grants) add(t *testing.T, account string, documents map[string]any) {
	t.Helper()
	for _, kind := range []string{"preview", "deploy"} {
		var input struct {
			Path, RoleName     string
			MaxSessionDuration int
		}
		require.NoError(t, json.Unmarshal([]byte(documents[kind+"-role.json"].(string)), &input))
		role := &grantedRole{trust: readPolicy(t, documents[kind+"-trust.json"].(string)), seconds: input.MaxSessionDuration}
		for name, document := range documents {
			if strings.HasPrefix(name, kind+"-") && name != kind+"-role.json" && name != kind+"-trust.json" {
				role.policies = append(role.policies, readPolicy(t, document.(string)))
			}
		}
		g.roles["arn:aws:iam::"+account+":role"+input.Path+input.RoleName] = role
	}
}

func readPolicy(t *testing.T, text string) iamdoc.Document {
	t.Helper()
	document, ok := iamdoc.Read(prop.New("policy", resource.NewProperty(text)))
	require.Equal(t, prop.Yes, ok, text)
	require.NotEmpty(t, document.Statements, text)
	return document
}

func accountOfARN(arn string) string { return strings.Split(arn, ":")[4] }

// assumable returns the roles that a job can assume with a token, through the provider of the
// role's account.
func (g grants) assumable(token claims) []string {
	keys := map[string][]string{}
	for name, value := range token {
		keys[issuer+":"+name] = []string{value}
	}
	found := []string{}
	for arn, role := range g.roles {
		provider := "arn:aws:iam::" + accountOfARN(arn) + ":oidc-provider/" + issuer
		if role.trust.Decide(iamdoc.Request{
			Caller: iamdoc.Principal{Kind: "federated", ID: provider}, Action: "sts:AssumeRoleWithWebIdentity", Keys: keys,
		}).Allowed {
			found = append(found, arn)
		}
	}
	return found
}

// chains returns the roles that other roles may assume: both sides have to allow it.
func (g grants) chains() []string {
	var found []string
	for from, role := range g.roles {
		for to, other := range g.roles {
			request := iamdoc.Request{Caller: iamdoc.Principal{Kind: "aws", ID: from}, Action: "sts:AssumeRole", Resource: to}
			asked := iamdoc.Request{Caller: request.Caller, Action: request.Action}
			if role.allows(request) && other.trust.Decide(asked).Allowed {
				found = append(found, from+" > "+to)
			}
		}
	}
	return found
}

// allows reports whether the role's own policies allow a request.
func (r *grantedRole) allows(request iamdoc.Request) bool {
	request.Caller = iamdoc.Principal{}
	denied := slices.ContainsFunc(r.policies, func(d iamdoc.Document) bool { return d.Decide(request).DeniedBy != "" })
	return !denied && slices.ContainsFunc(r.policies, func(d iamdoc.Document) bool { return d.Decide(request).Allowed })
}

// does reports whether a role may do something with a resource of the delivery account. Across accounts the
// resource's own policy has to allow it, too.
func (g grants) does(role, action, arn string) bool {
	request := iamdoc.Request{
		Caller: iamdoc.Principal{Kind: "aws", ID: role}, Action: action, Resource: arn,
		Keys: map[string][]string{
			"aws:PrincipalArn": {role}, "aws:PrincipalAccount": {accountOfARN(role)}, "aws:SecureTransport": {"true"},
			"aws:ResourceAccount": {"333333333333"}, "kms:ViaService": {"s3.us-east-1.amazonaws.com"},
		},
	}
	owner, _, _ := strings.Cut(arn, "/.pulumi")
	its, exists := g.resources[owner]
	if !exists {
		return false
	}
	decision := its.Decide(request)
	if decision.DeniedBy != "" || !g.roles[role].allows(request) {
		return false
	}
	return decision.Allowed || accountOfARN(role) == "333333333333"
}
