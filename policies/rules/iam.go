package rules

import (
	"slices"
	"strings"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// withoutResourceLevel lists actions that must be allowed for all resources although AWS's reference has resource
// types for them: Lambda's actions with the role of a function in a VPC, and those on the hosted zone of an
// endpoint with private DNS names, which AWS owns.
//
// Source: "Giving Lambda functions access to resources in an Amazon VPC" in the Lambda developer guide, and AWS's
// policy AWSLambdaVPCAccessExecutionRole.
var withoutResourceLevel = []string{
	"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses",
	"ec2:UnassignPrivateIpAddresses", "route53:AssociateVPCWithHostedZone",
}

// administrators lists AWS's managed policies that allow everything, all of a service, or more
// than one role should have.
var administrators = []string{
	"*Administrator*", "*FullAccess*", "*PowerUser*", "*ReadWrite", "job-function/DataScientist",
}

func identity() []*control.Control {
	const subject = "IAM"
	const docs = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
	documents := []string{iamPolicyType, iamRolePolicyType, iamRoleType, iamGroupPolicyType, iamUserPolicyType}
	present := []string{"aws:iam/role", "aws:iam/policy", "aws:iam/groupPolicy", "aws:iam/userPolicy"}
	return []*control.Control{
		{
			Name: "iam-no-wildcard-actions", Subject: subject, IDs: control.ParseIDs("IAM.1+ IAM.21+ K62~ K63~ K2:40~ N:IAM5~"),
			Beyond:   "Checkov also judges permissions boundaries and Identity Center's permission sets; cdk-nag wants no *",
			Title:    "No policy allows all actions, or all of a service",
			Severity: control.High, Levels: mandatory, Types: documents, Present: present, OnUnknown: control.Disabled,
			Risk:   "The role can do what nobody meant it to do, today and with every action that AWS adds",
			Fix:    "list the actions that the role needs",
			Params: []control.Param{boundariesParam()},
			Judge: func(c in) control.Result {
				return eachPolicy(c, iamdoc.Document.WildcardActions)
			},
		},
		{
			Name: "iam-no-unrestricted-writes", Subject: subject,
			IDs:      control.ParseIDs("KMS.1~ KMS.2~ K286~ K287~ K288~ K289~ K290~ K355~"),
			Beyond:   "Security Hub looks at no condition, Checkov at lists of actions of its own and at permissions boundaries",
			Title:    "No policy allows decryption, escalation, reading data or writing on every resource",
			Severity: control.High, Levels: mandatory, Types: documents, Present: present, OnUnknown: control.Disabled,
			Risk: "One role that is taken over reads every secret, or makes itself an administrator",
			Fix: "name the resources by ARN, or add a condition that narrows them; where neither is " +
				"possible, give the reason as the statement's Sid, such as BecauseTheSearchListsAllTables (not for secrets, " +
				"keys, sessions and IAM); an action that has to be allowed everywhere goes into withoutResourceLevel",
			Here: "services[].permissions",
			Params: []control.Param{boundariesParam(), {
				Name: "withoutResourceLevel", Kind: control.Texts, Default: withoutResourceLevel,
				Doc: "Actions, * for any text, that have to be allowed on every resource beside those that change something " +
					"and for which AWS's reference has no resources, for example actions newer than the pack's copy of it.",
			}, {
				Name: "accountWide", Kind: control.Texts, Default: []string{},
				Doc: "Logical names of the policies of roles that deploy whole stacks; * stands for any text. They may write on " +
					"every resource of an account that a condition on aws:ResourceAccount or each ARN names, but not read " +
					"secrets, use keys, assume roles or change IAM.",
			}},
			Judge: func(c in) control.Result {
				accountWide := named(c, "accountWide", c.Name)
				return eachPolicy(c, func(doc iamdoc.Document) []iamdoc.Problem {
					return doc.Unrestricted(c.Params.Texts("withoutResourceLevel"), accountWide)
				})
			},
		},
		conditionKeys(),
		{
			Name: "iam-boundary-not-attached", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "A permissions boundary is attached to nobody as a policy",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack, Optional: true,
			Types:  []string{iamRoleAttachmentType, iamAttachmentType, iamGroupAttachType, iamUserAttachType},
			Risk:   "A boundary says what may be granted at most, and attached it grants all of that",
			Fix:    "set it as permissionsBoundary of the role; a policy that grants something gets a name without boundary",
			Link:   docs + "access_policies_boundaries.html",
			Params: []control.Param{boundariesParam()},
			Judge: func(c in) control.Result {
				// The ARN identifies a boundary of another stack, or one that is computed from its name.
				arn, known := c.Get("policyArn").Text()
				attached := prop.Known(isBoundary(c, arn[strings.LastIndex(arn, "/")+1:]))
				link := c.Graph.Follow(c.Resource, []string{iamPolicyType}, "policyArn")
				for _, policy := range link.To {
					attached = attached.Or(prop.Known(isBoundary(c, policy.Name)))
				}
				if !known {
					attached = attached.Or(link.Any(func(*graph.Resource) prop.Truth { return prop.No }))
				}
				return control.Want(attached.Not(), "attachment %s grants everything within a permissions boundary", c.Name)
			},
		},
		{
			Name: "iam-no-escalation-in-sum", Subject: subject, IDs: control.ParseIDs("K286~"),
			Beyond:   "Checkov judges single policies, by a list of combinations of its own",
			Title:    "The policies of a role do not add up to what none of them allows alone",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack, Present: []string{"aws:iam/role:"},
			Types: []string{iamRoleType, iamRolePolicyType, iamRoleAttachmentType}, OnUnknown: control.Disabled,
			Risk:  "One policy passes any role and another starts something with it: together they make an administrator",
			Fix:   "name the one role that is passed, and the actions that the role needs",
			Link:  docs + "access_policies_job-functions_create-policies.html",
			Judge: judgeSum,
		},
		{
			Name: "iam-narrow-trust", Subject: subject, IDs: control.ParseIDs("K60+ K61~ K393+"),
			Beyond:   "Checkov wants no account as a whole, not even our own",
			Title:    "Roles say exactly who may assume them",
			Severity: control.High, Levels: mandatory, Types: []string{iamRoleType}, Present: []string{"aws:iam/role:"},
			OnUnknown: control.Disabled,
			Risk:      "Somebody else's resource, account or repository gets the role's permissions",
			Fix: "name the service, with aws:SourceArn or aws:SourceAccount where it sends them; for GitHub fix aud and the " +
				"repository's sub",
			Link: docs + "confused-deputy.html",
			Params: []control.Param{accountsParam(), {
				Name: "guardedServices", Kind: control.Texts, Default: deliveries.Guarded(),
				Doc: "Services that surely send aws:SourceArn or aws:SourceAccount when they assume a role, " +
					"so that the role has to ask for it.",
			}},
			Judge: judgeTrust,
		},
		{
			Name: "iam-no-administrator", Subject: subject, IDs: control.ParseIDs("IAM.27+ C1.22+ N:IAM4~ K274~ K2:56~"),
			Beyond:   "Checkov also judges permission sets of IAM Identity Center; cdk-nag wants no policy of AWS's at all",
			Title:    "No role gets one of AWS's policies for administrators and power users",
			Severity: control.Critical, Levels: mandatory, Optional: true, OnUnknown: control.Disabled,
			Types: []string{
				iamRoleAttachmentType, iamAttachmentType, iamGroupAttachType, iamUserAttachType, iamRoleType, iamRoleExclusiveType,
			},
			Risk: "Whoever gets the role gets the account",
			Fix:  "write a policy with the actions that the role needs",
			Link: docs + "best-practices.html#grant-least-privilege",
			Params: []control.Param{{
				Name: "policies", Kind: control.Texts, Default: administrators,
				Doc: "AWS managed policies that must not be attached; * stands for any text.",
			}},
			Judge: judgeAttachment,
		},
		{
			Name: "iam-no-users", Subject: subject, IDs: control.ParseIDs("K273"),
			Title:    "There are no IAM users, passwords or access keys",
			Severity: control.High, Levels: mandatory, Optional: true,
			Types: []string{iamUserType, iamAccessKeyType, iamLoginType, iamServiceLoginType, iamCertificateType, iamSSHKeyType},
			Risk:  "Long-lived credentials leak and are not noticed",
			Fix:   "use roles: OIDC for pipelines, Identity Center for people",
			Link:  docs + "best-practices.html#bp-users-federation-idp",
			Judge: func(c in) control.Result {
				return control.Failed("IAM user or credential %s is a long-lived identity or credential", c.Name)
			},
		},
	}
}

// judgeTrust judges a role's trust policy. If our accounts are not known, the trusted account may be
// one of ours.
func judgeTrust(c in) control.Result {
	own := knownAccounts(c)
	judge := func(accounts func(iamdoc.Document) []string) control.Result {
		return judgeDocument(c, "the trust policy of role "+c.Name, c.Get("assumeRolePolicy"),
			func(doc iamdoc.Document) []iamdoc.Problem {
				return doc.Trust(accounts(doc), c.Params.Texts("guardedServices"))
			})
	}
	result := judge(func(iamdoc.Document) []string { return own })
	if len(own) > 0 || result.Verdict() != control.Fail {
		return result
	}
	if others := judge(iamdoc.Document.Accounts); others.Verdict() == control.Fail {
		return others
	}
	return control.Doubt("cannot tell yet whether the account that role %s trusts is ours", c.Name)
}

// boundariesParam names the policies that only limit and do not grant.
func boundariesParam() control.Param {
	return control.Param{
		Name: "boundaries", Kind: control.Texts, Default: []string{"*boundary*"},
		Doc: "Logical names of managed policies that are permissions boundaries, which limit and grant nothing; " +
			"* stands for any text.",
	}
}

func isBoundary(c in, name string) bool { return named(c, "boundaries", name) }

// named reports whether a parameter lists a logical name.
func named(c in, param, name string) bool {
	return slices.ContainsFunc(c.Params.Texts(param), func(pattern string) bool {
		return iamdoc.Match(pattern,
			strings.ToLower(name))
	})
}

// eachPolicy judges the documents of a resource: its policy, or a role's inline policies.
func eachPolicy(c in, find func(iamdoc.Document) []iamdoc.Problem) control.Result {
	if c.Type == iamPolicyType && isBoundary(c, c.Name) {
		return control.Skip()
	}
	if c.Type != iamRoleType {
		return judgeDocument(c, "policy "+c.Name, c.Get("policy"), find)
	}
	inline, complete := c.Get("inlinePolicies").List()
	if complete != prop.Yes {
		return control.Doubt("the inline policies of role %s are not known yet", c.Name)
	}
	if len(inline) == 0 {
		return control.Skip()
	}
	var results []control.Result
	for _, policy := range inline {
		results = append(results, judgeDocument(c, policy.Path()+" of role "+c.Name, policy.Get("policy"), find))
	}
	return control.All(results...)
}

// judgeAttachment judges the policy of an attachment, or all that a role lists.
func judgeAttachment(c in) control.Result {
	var arns []prop.Value
	switch c.Type {
	case iamRoleType:
		listed, complete := c.Get("managedPolicyArns").List()
		if complete == prop.Yes && len(listed) == 0 {
			return control.Skip()
		}
		if arns = listed; complete != prop.Yes {
			arns = []prop.Value{c.Get("managedPolicyArns")}
		}
	case iamRoleExclusiveType:
		listed, complete := c.Get("policyArns").List()
		if arns = listed; complete != prop.Yes {
			arns = []prop.Value{c.Get("policyArns")}
		}
	default:
		arns = []prop.Value{c.Get("policyArn")}
	}
	var results []control.Result
	for _, arn := range arns {
		text, ok := arn.Text()
		if !ok {
			results = append(results, control.Doubt("cannot tell yet which policy attachment %s gives", c.Name))
			continue
		}
		_, name, managed := strings.Cut(text, ":iam::aws:policy/")
		for _, forbidden := range c.Params.Texts("policies") {
			if managed && (iamdoc.Match(forbidden, name) || iamdoc.Match("*/"+forbidden, name)) {
				results = append(results, control.Failed("attachment %s gives AWS's policy that matches %s", c.Name, forbidden))
				break
			}
		}
	}
	return control.All(append(results, control.Passed())...)
}
