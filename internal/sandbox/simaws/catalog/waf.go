package catalog

import "regexp"

const (
	webACLToken  = "aws:wafv2/webAcl:WebAcl"
	wafDuplicate = "WAFDuplicateItemException: AWS WAF couldn't perform the operation because some resource in your " +
		"request is a duplicate of an existing one."
)

var wafChars = regexp.MustCompile(`^[0-9A-Za-z_-]+$`)

// wafTypes are web application firewalls.
var wafTypes = Types{
	webACLToken: {
		Required: []string{"defaultAction", "scope", "visibilityConfig"},
		Replace:  []string{"name", "namePrefix", "scope"},
		Name:     &Name{Prefix: "namePrefix", Max: 128, Chars: wafChars},
		ID:       "{uuid}",
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
	"aws:wafv2/webAclAssociation:WebAclAssociation": {
		Required: []string{"resourceArn", "webAclArn"},
		Replace:  []string{"resourceArn", "webAclArn"},
		ID:       "{.webAclArn},{.resourceArn}",
		Refs: []Ref{
			{Path: "webAclArn", To: webACLToken, By: arn, Holds: true},
			{Path: "resourceArn", To: loadBalancerToken},
		},
		Unique: []Unique{{Properties: []string{"resourceArn"}, Error: "WAFInvalidOperationException: " +
			"The resource {.resourceArn} is already associated with a web ACL"}},
	},
	"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": {
		Required: []string{"logDestinationConfigs", "resourceArn"},
		Replace:  []string{"logDestinationConfigs", "resourceArn"},
		ID:       "{.resourceArn}",
		Refs:     []Ref{{Path: "resourceArn", To: webACLToken, By: arn}},
		Checks:   []Check{wafLogName},
		Rules:    []Rule{wafLogGroupExists},
		After:    []Rule{firewallLogsArrive},
	},
	"aws:wafv2/ipSet:IpSet": {
		Required: []string{"ipAddressVersion", "scope"},
		Replace:  []string{"ipAddressVersion", "name", "scope"},
		Name:     &Name{Max: 128, Chars: wafChars},
		ID:       "{uuid}",
		Outputs: Outputs{
			"arn": "arn:{partition}:wafv2:{region}:{account}:regional/ipset/{.name}/{id}", "lockToken": "{uuid#lock}",
		},
		OnUpdate: []string{"lockToken"},
		Unique:   []Unique{{Properties: []string{"name", "scope"}, Error: wafDuplicate}},
		Tags:     true,
	},
}
