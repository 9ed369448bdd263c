package rules

import (
	"slices"

	"aws-webapp/policies/control"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// identityPolicies lists the types of policies of a role, a user or a group, with the possible holders.
var identityPolicies = map[string]iamdoc.Holder{
	iamPolicyType: iamdoc.OfAnIdentity, iamGroupPolicyType: iamdoc.OfAnIdentity, iamUserPolicyType: iamdoc.OfAnIdentity,
	iamRolePolicyType: iamdoc.OfARole,
}

// conditionKeys returns the control that finds policies that do not do what they seem to.
func conditionKeys() *control.Control {
	endpoints := []string{vpcEndpointType, "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"}
	types := append([]string{iamRoleType}, endpoints...)
	for typeToken := range identityPolicies {
		types = append(types, typeToken)
	}
	for typeToken := range resourcePolicies {
		types = append(types, typeToken)
	}
	slices.Sort(types)
	return &control.Control{
		Name: "iam-sent-condition-keys", Subject: "IAM", IDs: control.ParseIDs("house"),
		Title:    "No policy has a condition on a key that requests for its actions do not carry",
		Severity: control.High, Levels: mandatory, Types: types, Optional: true, OnUnknown: control.Disabled,
		Risk: "A grant grants nothing, or has no limit; a denial denies nothing, or everything",
		Fix: "use a key that AWS lists for the action, and split statements whose actions carry different keys; a key that " +
			"is sent nevertheless goes into sentKeys",
		Link: "https://docs.aws.amazon.com/service-authorization/latest/reference/" +
			"reference_policies_actions-resources-contextkeys.html",
		Params: []control.Param{{
			Name: "sentKeys", Kind: control.Texts, Default: []string{},
			Doc: "Condition keys, * for any text, that are sent although the pack's copy of AWS's reference does not say so.",
		}},
		Judge: func(c in) control.Result {
			unsent := func(holder iamdoc.Holder) func(iamdoc.Document) []iamdoc.Problem {
				return func(doc iamdoc.Document) []iamdoc.Problem { return doc.UnsentKeys(holder, c.Params.Texts("sentKeys")) }
			}
			policyOf := func(what, property string, holder iamdoc.Holder) control.Result {
				policy := c.Get(property)
				if policy.IsEmpty() == prop.Yes {
					return control.Skip()
				}
				return judgeDocument(c, what+c.Name, policy, unsent(holder))
			}
			holder, ofIdentity := identityPolicies[c.Type]
			switch {
			case c.Type == iamRoleType:
				return control.All(policyOf("the trust policy of role ", "assumeRolePolicy", iamdoc.OfAResource),
					eachPolicy(c, unsent(iamdoc.OfARole)))
			case slices.Contains(endpoints, c.Type):
				return policyOf("the policy of ", "policy", iamdoc.OfAResource)
			case ofIdentity:
				return policyOf("policy ", "policy", holder)
			default:
				return policyOf("the policy of ", resourcePolicies[c.Type], iamdoc.OfAResource)
			}
		},
	}
}
