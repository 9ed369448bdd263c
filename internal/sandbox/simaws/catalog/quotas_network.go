package catalog

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/prefixlists"
	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// The words are those of "Error codes for the Amazon EC2 API".
var networkQuotas = []Limited{
	{
		Quota: quotas.VPCs, Tokens: []string{resourcetypes.VPC},
		Error: "VpcLimitExceeded: The maximum number of VPCs has been reached.",
	},
	{
		Quota: quotas.InternetGateways, Tokens: []string{resourcetypes.InternetGateway},
		Error: "InternetGatewayLimitExceeded: The maximum number of internet gateways has been reached.",
	},
	{
		Quota: quotas.Addresses, Tokens: []string{resourcetypes.ElasticIP},
		Error: "AddressLimitExceeded: The maximum number of addresses has been reached.",
	},
	{
		Quota: quotas.NATGateways, Tokens: []string{resourcetypes.NATGateway}, Share: zoneOfSubnet,
		Error: "NatGatewayLimitExceeded: The maximum number of NAT Gateways has been reached.",
	},
	{
		Quota: quotas.Subnets, Tokens: []string{resourcetypes.Subnet}, Share: by("vpcId"),
		Error: "SubnetLimitExceeded: The maximum number of subnets has been reached.",
	},
	{
		Quota: quotas.InterfaceEndpoints, Tokens: []string{resourcetypes.VPCEndpoint},
		Share: endpointsOf("Interface", by("vpcId")),
		Error: "VpcEndpointLimitExceeded: The maximum number of VPC endpoints has been reached.",
	},
	{
		Quota: quotas.GatewayEndpoints, Tokens: []string{resourcetypes.VPCEndpoint},
		Share: endpointsOf("Gateway", func(*Call, resource.PropertyMap) string { return "all" }),
		Error: "VpcEndpointLimitExceeded: The maximum number of VPC endpoints has been reached.",
	},
	{
		Quota: quotas.SecurityGroups, Tokens: []string{resourcetypes.SecurityGroup},
		Error: "SecurityGroupLimitExceeded: The maximum number of security groups has been reached.",
	},
	{
		Quota: quotas.GroupRules, Tokens: []string{resourcetypes.IngressRule}, Share: by("securityGroupId"),
		Size:  rulesOf,
		Error: "RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached.",
	},
	{
		Quota: quotas.GroupRules, Tokens: []string{resourcetypes.EgressRule}, Share: by("securityGroupId"),
		Size:  rulesOf,
		Error: "RulesPerSecurityGroupLimitExceeded: The maximum number of rules per security group has been reached.",
	},
	{
		Quota: quotas.InterfaceGroups, Alone: true,
		Tokens: []string{
			resourcetypes.LoadBalancer, resourcetypes.VPCEndpoint, resourcetypes.DBInstance, resourcetypes.SearchDomain,
		},
		Size: each("securityGroups[]", "securityGroupIds[]", "vpcSecurityGroupIds[]", "vpcOptions.securityGroupIds[]"),
		Error: "SecurityGroupsPerInterfaceLimitExceeded: The maximum number of security groups per interface has been " +
			"reached.",
	},
}

// rulesOf counts a rule with a prefix list of AWS for several. The lists of an account are not known here: they count
// for one rule, and on AWS for as many as they may have entries.
func rulesOf(_ *Call, props resource.PropertyMap) int {
	return prefixlists.LeastWeight(prop.Text(props, "prefixListId"))
}

func zoneOfSubnet(c *Call, props resource.PropertyMap) string {
	subnet, _ := c.Find(resourcetypes.Subnet, "id", prop.Text(props, "subnetId"))
	return prop.Text(subnet.Props, "availabilityZone")
}

// endpointsOf shares a quota between the endpoints of one kind.
func endpointsOf(kind string, share func(*Call, resource.PropertyMap) string) func(*Call, resource.PropertyMap) string {
	return func(c *Call, props resource.PropertyMap) string {
		found := prop.Text(props, "vpcEndpointType")
		if found == "" {
			found = "Gateway"
		}
		if found != kind {
			return ""
		}
		return share(c, props)
	}
}

// balancerQuotas: the words are those of the Elastic Load Balancing API Reference, errors.
var balancerQuotas = []Limited{
	{
		Quota: quotas.LoadBalancers, Tokens: []string{resourcetypes.LoadBalancer},
		Error: "TooManyLoadBalancers: You've reached the limit on the number of load balancers for your AWS account.",
	},
	{
		Quota: quotas.TargetGroups, Tokens: []string{resourcetypes.TargetGroup},
		Error: "TooManyTargetGroups: You've reached the limit on the number of target groups for your AWS account.",
	},
	{
		Quota: quotas.Listeners, Tokens: []string{resourcetypes.Listener}, Share: by("loadBalancerArn"),
		Error: "TooManyListeners: You've reached the limit on the number of listeners per load balancer.",
	},
	{
		Quota: quotas.ListenerRules, Tokens: []string{resourcetypes.ListenerRule}, Share: balancerOf,
		Error: "TooManyRules: You've reached the limit on the number of rules per load balancer.",
	},
	{
		Quota: quotas.BalancerTargetGroups, Tokens: []string{resourcetypes.ListenerRule, resourcetypes.Listener},
		Share: balancerOf,
		Items: targetGroupsOf,
		Error: "TooManyUniqueTargetGroupsPerLoadBalancer: You've reached the limit on the number of unique target groups " +
			"per load balancer across all listeners.",
	},
	{
		Quota: quotas.RuleConditionValues, Tokens: []string{resourcetypes.ListenerRule}, Alone: true,
		Size: each(
			"conditions[].hostHeader.values[]", "conditions[].pathPattern.values[]",
			"conditions[].httpHeader.values[]", "conditions[].httpRequestMethod.values[]",
			"conditions[].sourceIp.values[]", "conditions[].queryStrings[]",
		),
		Error: "ValidationError: A rule can have a maximum of {limit} condition values, found {size}",
	},
}

// balancerOf returns the load balancer of a listener, or of a resource attached to one.
func balancerOf(_ *Call, props resource.PropertyMap) string {
	if balancer := prop.Text(props, "loadBalancerArn"); balancer != "" {
		return balancer
	}
	listener := prop.Text(props, "listenerArn")
	last := strings.LastIndexByte(listener, '/')
	if last < 0 {
		return ""
	}
	return strings.Replace(listener[:last], ":listener/", ":loadbalancer/", 1)
}

func targetGroupsOf(_ *Call, props resource.PropertyMap) []string {
	var groups []string
	for _, action := range []string{"actions[]", "defaultActions[]"} {
		groups = append(groups, prop.Texts(props, action+".targetGroupArn")...)
		groups = append(groups, prop.Texts(props, action+".forward.targetGroups[].arn")...)
	}
	return groups
}
