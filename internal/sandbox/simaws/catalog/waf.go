package catalog

import (
	"regexp"

	"aws-webapp/internal/awsdata/resourcetypes"
)

const (
	wafDuplicate = "WAFDuplicateItemException: AWS WAF couldn't perform the operation because some resource in your " +
		"request is a duplicate of an existing one."
)

var wafChars = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)

func init() { tables = append(tables, wafTypes) }

// wafTypes are web application firewalls.
var wafTypes = Types{
	resourcetypes.WebACL: {
		Differs: []Difference{{"namePrefix", Replaces, newer}},
		Name:    &Name{Prefix: "namePrefix", Max: 128, Chars: wafChars},
		ID:      "{uuid}",
		Outputs: Outputs{
			"arn": "arn:{partition}:wafv2:{region}:{account}:regional/webacl/{.name}/{id}", "capacity": 1000,
			"lockToken": "{uuid#lock}", "applicationIntegrationUrl": "",
		},
		OnUpdate: []string{"lockToken"},
		Unique:   []Unique{{Properties: []string{"name", "scope"}, Error: wafDuplicate}},
		Rules:    []Rule{managedGroupsExist},
		Tags:     true,
		NotFound: "WAFNonexistentItemException: AWS WAF couldn't perform the operation because your resource doesn't exist.",
		InUse: "WAFAssociatedItemException: AWS WAF couldn't perform the operation because your resource is being used " +
			"by another resource or it's associated with another resource.",
	},
	resourcetypes.WebACLAssociation: {
		ID: "{.webAclArn},{.resourceArn}",
		Refs: []Ref{
			{Path: "webAclArn", To: resourcetypes.WebACL, By: arn, Holds: true},
			{Path: "resourceArn", To: resourcetypes.LoadBalancer},
		},
		Unique: []Unique{{Properties: []string{"resourceArn"}, Error: "WAFInvalidOperationException: " +
			"The resource {.resourceArn} is already associated with a web ACL"}},
	},
	resourcetypes.WebACLLogging: {
		ID:     "{.resourceArn}",
		Refs:   []Ref{{Path: "resourceArn", To: resourcetypes.WebACL, By: arn}},
		Checks: []Check{wafLogName},
		Rules:  []Rule{wafLogGroupExists},
		After:  []Rule{firewallLogsArrive},
	},
}
