package rules

import (
	_ "embed"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/iamdoc"
	"aws-webapp/policies/prop"
)

// taggableTypes lists the types of the pinned SDK that have tags, one per line. A test compares
// the list with the SDK and rewrites it with -update.
//
//go:embed taggable.txt
var taggableTypes string

func stackWide() []*control.Control {
	const subject = "Whole stack"
	return []*control.Control{
		{
			Name: "required-tags", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "Every resource that can be tagged has tags that say who owns it",
			Severity: control.Low, Levels: mandatory, Scope: control.PerStack,
			Types: strings.Fields(taggableTypes), Present: []string{"aws:ec2/vpc:", "aws:ecr/repository:"},
			Risk: "Nobody knows whom to ask, whom to bill, and what may be deleted",
			Fix:  "set them as the provider's default tags",
			Here: "tags.owner, tags.costCenter and tags.repository", Own: true,
			Link: "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
			Params: []control.Param{{
				Name: "tags", Kind: control.Texts,
				Default: []string{"Project", "Environment", "Owner", "CostCenter", "Repository"},
				Doc:     "Tags that have to be there and not empty.",
			}},
			Judge: judgeTags,
		},
		{
			Name: "explicit-provider", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "Everything is on the explicit provider, which allows only our accounts",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack,
			Types: []string{"aws:*"}, Present: []string{"aws:"},
			Risk: "The wrong profile deploys production into another account",
			Fix:  "make an aws.Provider with allowedAccountIds and pass it to the resource",
			Here: "aws.allowedAccountIds", Own: true,
			Link:  "https://www.pulumi.com/docs/iac/concepts/resources/providers/",
			Judge: judgeProvider,
		},
		{
			Name: "provider-judged", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "No AWS resource is of a provider that no control judges",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack,
			Types: []string{"aws-native:*"}, Optional: true,
			Risk: "A bucket or a database of another provider is open, and the report says that all is well",
			Fix:  "use the resource of the provider aws, or lower this control where the resource is judged elsewhere",
			Link: "https://www.pulumi.com/registry/packages/aws-native/",
			Judge: func(c in) control.Result {
				return control.Failed("resource %s is of the provider aws-native, whose resources no control judges", c.Name)
			},
		},
		{
			Name: "resource-policy-not-public", Subject: subject, IDs: control.ParseIDs("SQS.3 K168 K387 house"),
			Title:    "No policy of a queue, bus, secret, layer, access point, vault or log destination allows everybody",
			Severity: control.High, Levels: mandatory, Optional: true, OnUnknown: control.Disabled,
			Types: []string{
				queueType, queuePolicyType, secretType, secretPolicyType, busPolicyType, busPermissionType, logsPolicyType,
				layerPermissionType, accessPointType, accessPointPolicyType, vaultPolicyType,
			},
			Risk:  "Anybody with an AWS account can send, read or take what is there",
			Fix:   "name the accounts, roles or services, with aws:SourceArn or aws:SourceAccount",
			Link:  "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html",
			Judge: judgeResourcePolicy,
		},
		foreignAccounts(),
	}
}

func judgeTags(c in) control.Result {
	own := c.Get("tags")
	var byDefault prop.Value
	if c.Provider != nil {
		byDefault = graph.Memo(c.Graph, "default tags of "+c.Provider.URN, c.Provider.DefaultTags)
	}
	var results []control.Result
	for _, tag := range c.Params.Texts("tags") {
		answer := own.Get(tag).IsEmpty().Not()
		if own.Get(tag).Absent() {
			answer = byDefault.Get(tag).IsEmpty().Not()
		}
		if answer != prop.Yes { // most resources have all tags
			results = append(results, control.Want(answer, "resource %s has no tag %s", c.Name, tag))
		}
	}
	return control.All(results...)
}

func judgeProvider(c in) control.Result {
	if c.Provider == nil {
		return control.Failed("resource %s has no provider", c.Name)
	}
	if c.Provider.Name == "default" || strings.HasPrefix(c.Provider.Name, "default_") {
		return control.Failed("resource %s is on the default provider %s", c.Name, c.Provider.Name)
	}
	limited := graph.Memo(c.Graph, "accounts of "+c.Provider.URN, func() prop.Truth {
		accounts, ok := prop.Of(c.Provider.Inputs).Get("allowedAccountIds").JSON()
		return ok.And(accounts.IsSet())
	})
	return control.Want(limited, "resource %s is on the provider %s, which allows every account", c.Name, c.Provider.Name)
}

func judgeResourcePolicy(c in) control.Result {
	organization, document := "", "policy"
	switch c.Type {
	case busPermissionType:
		organization = "condition"
	case layerPermissionType:
		organization = "organizationId"
	case logsPolicyType:
		document = "policyDocument"
	}
	if organization != "" {
		return control.Want(c.Get("principal").Is("*").Not().Or(c.Get(organization).IsSet()),
			"permission %s allows everybody", c.Name)
	}
	policy := c.Get(document)
	if policy.IsEmpty() == prop.Yes {
		return control.Skip()
	}
	return judgeDocument(c, "the policy of "+c.Name, policy, iamdoc.Document.Public)
}
