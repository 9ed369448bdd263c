package catalog

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

func init() { tables = append(tables, securityGroupTypes) }

// securityGroupTypes are the firewalls of a VPC.
var securityGroupTypes = Types{
	resourcetypes.SecurityGroup: {
		Name:    &Name{Prefix: "namePrefix", Max: 255},
		ID:      "sg-{hex17}",
		Outputs: Outputs{"arn": ec2Arn + "security-group/{id}", "ownerId": "{account}"},
		Refs:    []Ref{{Path: "vpcId", To: resourcetypes.VPC, Holds: true}},
		Unique: []Unique{{Properties: []string{"name", "vpcId"}, Error: "InvalidGroup.Duplicate: " +
			"The security group '{.name}' already exists for VPC '{.vpcId}'"}},
		Checks:   []Check{groupDescription("description")},
		Tags:     true,
		NotFound: "InvalidGroup.NotFound: The security group '{value}' does not exist",
		InUse:    "DependencyViolation: resource {id} has a dependent object",
	},
	resourcetypes.DefaultSecurityGroup: {
		MakeID: func(c *Call) any { return c.Follow("vpcId", resourcetypes.VPC, "defaultSecurityGroupId") },
		Outputs: Outputs{
			"arn": ec2Arn + "security-group/{id}", "ownerId": "{account}",
			"name": "default", "namePrefix": "", "description": "default VPC security group",
		},
		Refs: []Ref{{Path: "vpcId", To: resourcetypes.VPC}},
		Tags: true,
	},
	resourcetypes.IngressRule: securityGroupRule(),
	resourcetypes.EgressRule:  securityGroupRule(),
}

// securityGroupRule describes both directions.
func securityGroupRule() *Type {
	return &Type{
		Differs: []Difference{{
			"securityGroupId", Replaces, "the schema does not show plan modifiers of the plugin framework: " +
				"stringplanmodifier.RequiresReplace in vpc_security_group_ingress_rule.go",
		}},
		ID:      "sgr-{hex17}",
		Outputs: Outputs{"arn": ec2Arn + "security-group-rule/{id}", "securityGroupRuleId": "{id}"},
		Refs: []Ref{
			{Path: "securityGroupId", To: resourcetypes.SecurityGroup},
			{Path: "referencedSecurityGroupId", To: resourcetypes.SecurityGroup, Holds: true},
		},
		Unique: []Unique{{
			Properties: []string{
				"securityGroupId", "ipProtocol", "fromPort", "toPort",
				"cidrIpv4", "cidrIpv6", "referencedSecurityGroupId", "prefixListId",
			},
			Error: `InvalidPermission.Duplicate: the specified rule "peer: ` +
				`{.cidrIpv4}{.cidrIpv6}{.referencedSecurityGroupId}{.prefixListId}, {.ipProtocol}, ` +
				`from port: {.fromPort}, to port: {.toPort}, ALLOW" already exists`,
		}},
		Checks: []Check{oneSource, groupDescription("description")},
		Tags:   true,
	}
}

// oneSource: a rule names exactly one peer.
func oneSource(inputs resource.PropertyMap) (string, string) {
	peers := []string{"cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"}
	var given []string
	for _, peer := range peers {
		if prop.Has(inputs, peer) {
			given = append(given, peer)
		}
	}
	if len(given) == 1 {
		return "", ""
	}
	return peers[0], fmt.Sprintf("exactly one of %v must be set, found %v", peers, given)
}

// groupDescription: AWS allows 255 characters of a small alphabet.
func groupDescription(property string) Check {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789. _-:/()#,@[]+=&;{}!$*"
	return func(inputs resource.PropertyMap) (string, string) {
		text := prop.Text(inputs, property)
		if len(text) > 255 {
			return property, fmt.Sprintf("cannot be longer than 255 characters, has %d", len(text))
		}
		for _, r := range text {
			if !slices.Contains([]rune(allowed), r) {
				return property, fmt.Sprintf("%q: the character %q is not allowed in a security group", text, r)
			}
		}
		return "", ""
	}
}
