package resourcetypes

import (
	"time"
)

// The tokens of the web application firewall.
const (
	WebACL            = "aws:wafv2/webAcl:WebAcl"
	WebACLAssociation = "aws:wafv2/webAclAssociation:WebAclAssociation"
	WebACLLogging     = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
)

func init() { register(wafServices, wafTypes) }

var wafServices = []Service{
	{Prefix: "wafv2", Group: "network", Linked: "wafv2.amazonaws.com"},
}

var wafTypes = []Type{
	{
		Token: WebACL,
		Create: Operation{Name: "wafv2.CreateWebACL", Renamed: map[string]string{
			"rule": "Rules",
		}},
		Actions: []Actions{{
			Service: "wafv2", Read: "GetWebACL ListTagsForResource",
			Write: "CreateWebACL DeleteWebACL TagResource UntagResource UpdateWebACL",
		}},
		Times: Times{
			Create: 5 * time.Second, Update: 5 * time.Second, Delete: 3 * time.Second, Source: "estimate",
		},
	},
	{
		Token:  WebACLAssociation,
		Create: Operation{Name: "wafv2.AssociateWebACL"},
		Actions: []Actions{
			{Service: "wafv2", Read: "GetWebACLForResource", Write: "AssociateWebACL DisassociateWebACL"},
			{Service: "elasticloadbalancing", Write: "SetWebAcl"},
		},
		Free: "charged as the web ACL",
		Times: Times{
			Create: 15 * time.Second, Delete: 5 * time.Second, Source: "estimate: retried while the web ACL propagates",
		},
	},
	{
		Token:  WebACLLogging,
		Create: Operation{Name: "wafv2.PutLoggingConfiguration/LoggingConfiguration"},
		Actions: []Actions{
			{
				Service: "wafv2",
				Read:    "GetLoggingConfiguration",
				Write:   "DeleteLoggingConfiguration PutLoggingConfiguration",
			},
			{Service: "logs", Read: "ListLogDeliveries", Write: "CreateLogDelivery DeleteLogDelivery"},
			// Delivery of WAF logs adds itself to the log group's resource policy.
			{Service: "logs", Read: "DescribeResourcePolicies", Write: "PutResourcePolicy"},
		},
		Free: "charged as its log group's ingestion",
	},
}
