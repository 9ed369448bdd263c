package catalog

import (
	"slices"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// Type tokens that other tables and the rules use.
const (
	networkACLToken       = "aws:ec2/networkAcl:NetworkAcl"
	ec2Arn                = "arn:{partition}:ec2:{region}:{account}:"
	noSubnetDependents    = "DependencyViolation: The subnet '{id}' has dependencies and cannot be deleted."
	noVpcDependents       = "DependencyViolation: The vpc '{id}' has dependencies and cannot be deleted."
	noGatewayWithMappings = "DependencyViolation: Network {.vpcId} has some mapped public address(es). " +
		"Please unmap those public address(es) before detaching the gateway."
)

func init() { tables = append(tables, networkTypes) }

// networkTypes are the parts of a VPC.
var networkTypes = Types{
	resourcetypes.VPC: {
		Differs: []Difference{{"instanceTenancy", Computed, filledIn}},
		ID:      "vpc-{hex17}",
		Outputs: Outputs{
			"arn":                              ec2Arn + "vpc/{id}",
			"ownerId":                          "{account}",
			"defaultSecurityGroupId":           "sg-{hex17#default}",
			"defaultNetworkAclId":              "acl-{hex17#default}",
			"defaultRouteTableId":              "rtb-{hex17#main}",
			"mainRouteTableId":                 "rtb-{hex17#main}",
			"dhcpOptionsId":                    "dopt-{hex17#dhcp}",
			"enableDnsHostnames":               false,
			"enableNetworkAddressUsageMetrics": false,
			"instanceTenancy":                  "default",
		},
		Checks: []Check{cidrCheck("cidrBlock", 16, 28)},
		Spawns: []Spawn{
			{Token: resourcetypes.SecurityGroup, ID: "defaultSecurityGroupId", Outputs: Outputs{
				"name": "default", "vpcId": "{id}", "description": "default VPC security group",
				"arn": ec2Arn + "security-group/{.defaultSecurityGroupId}",
			}},
			{Token: resourcetypes.RouteTable, ID: "mainRouteTableId", Outputs: Outputs{"vpcId": "{id}"}},
			{Token: networkACLToken, ID: "defaultNetworkAclId", Outputs: Outputs{"vpcId": "{id}"}},
		},
		Tags:     true,
		NotFound: "InvalidVpcID.NotFound: The vpc ID '{value}' does not exist",
		InUse:    noVpcDependents,
	},
	resourcetypes.Subnet: {
		ID: "subnet-{hex17}",
		Outputs: Outputs{
			"arn":                            ec2Arn + "subnet/{id}",
			"ownerId":                        "{account}",
			"availabilityZone":               "{region}a",
			"availabilityZoneId":             Compute(zoneID),
			"privateDnsHostnameTypeOnLaunch": "ip-name",
		},
		Checks:   []Check{cidrCheck("cidrBlock", 16, 28)},
		Refs:     []Ref{{Path: "vpcId", To: resourcetypes.VPC, Holds: true}},
		Rules:    []Rule{subnetInsideVpc, subnetZoneExists},
		Tags:     true,
		NotFound: "InvalidSubnetID.NotFound: The subnet ID '{value}' does not exist",
		InUse:    noSubnetDependents,
	},
	resourcetypes.InternetGateway: {
		ID:      "igw-{hex17}",
		Outputs: Outputs{"arn": ec2Arn + "internet-gateway/{id}", "ownerId": "{account}"},
		Refs:    []Ref{{Path: "vpcId", To: resourcetypes.VPC, Holds: true}},
		Unique: []Unique{{Properties: []string{"vpcId"}, Error: "Resource.AlreadyAssociated: " +
			"resource {.vpcId} is already attached to network"}},
		Guards:   []Rule{gatewayHasNoMappedAddresses},
		Tags:     true,
		NotFound: "InvalidInternetGatewayID.NotFound: The internetGateway ID '{value}' does not exist",
	},
	resourcetypes.ElasticIP: {
		ID: "eipalloc-{hex17}",
		Outputs: Outputs{
			"allocationId": "{id}", "arn": ec2Arn + "elastic-ip/{id}", "domain": "vpc", "vpc": true,
			"networkBorderGroup": "{region}", "publicIpv4Pool": "amazon",
			"publicIp":  Compute(publicIP),
			"publicDns": Compute(publicDNS),
		},
		Tags:     true,
		NotFound: "InvalidAllocationID.NotFound: The allocation ID '{value}' does not exist",
		InUse:    "InvalidIPAddress.InUse: The address with allocation id [{id}] is in use.",
	},
	resourcetypes.NATGateway: {
		ID: "nat-{hex17}",
		Outputs: Outputs{
			"associationId": "eipassoc-{hex17#assoc}", "networkInterfaceId": "eni-{hex17#eni}",
			"privateIp": Compute(addressInSubnet),
			"publicIp":  Compute(func(c *Call) any { return c.Follow("allocationId", resourcetypes.ElasticIP, "publicIp") }),
		},
		Refs: []Ref{
			{Path: "subnetId", To: resourcetypes.Subnet, Holds: true},
			{Path: "allocationId", To: resourcetypes.ElasticIP, Holds: true},
		},
		Unique: []Unique{{Properties: []string{"allocationId"}, Error: "Resource.AlreadyAssociated: " +
			"Elastic IP address [{.allocationId}] is already associated"}},
		Pending:  []Rule{natNeedsInternetGateway},
		Tags:     true,
		NotFound: "NatGatewayNotFound: The Nat Gateway {value} was not found",
	},
	resourcetypes.RouteTable: {
		ID:       "rtb-{hex17}",
		Outputs:  Outputs{"arn": ec2Arn + "route-table/{id}", "ownerId": "{account}"},
		Refs:     []Ref{{Path: "vpcId", To: resourcetypes.VPC, Holds: true}},
		Tags:     true,
		NotFound: "InvalidRouteTableID.NotFound: The routeTable ID '{value}' does not exist",
		InUse:    "DependencyViolation: The routeTable '{id}' has dependencies and cannot be deleted.",
	},
	resourcetypes.RouteTableAssociation: {
		ID: "rtbassoc-{hex17}",
		Refs: []Ref{
			{Path: "routeTableId", To: resourcetypes.RouteTable, Holds: true},
			{Path: "subnetId", To: resourcetypes.Subnet},
		},
		Unique: []Unique{{Properties: []string{"subnetId"}, Error: "Resource.AlreadyAssociated: " +
			"the specified association for route table {.routeTableId} conflicts with an existing association"}},
	},
	resourcetypes.Route: {
		ID:      "r-{.routeTableId}{digits10}",
		Outputs: Outputs{"origin": "CreateRoute", "state": "active"},
		Refs: []Ref{
			{Path: "routeTableId", To: resourcetypes.RouteTable},
			{Path: "gatewayId", To: resourcetypes.InternetGateway},
			{Path: "natGatewayId", To: resourcetypes.NATGateway},
		},
		Unique: []Unique{
			{Properties: []string{"destinationCidrBlock", "routeTableId"}, Error: "RouteAlreadyExists: " +
				"The route identified by {.destinationCidrBlock} already exists."},
			{Properties: []string{"destinationIpv6CidrBlock", "routeTableId"}, Error: "RouteAlreadyExists: " +
				"The route identified by {.destinationIpv6CidrBlock} already exists."},
		},
	},
	resourcetypes.VPCEndpoint: {
		Differs: []Difference{{"serviceName", Optional, newer}},
		ID:      "vpce-{hex17}",
		Outputs: Outputs{
			"arn": ec2Arn + "vpc-endpoint/{id}", "ownerId": "{account}", "state": "available", "requesterManaged": false,
			"ipAddressType": "ipv4",
			"policy": `{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],` +
				`"Version":"2008-10-17"}`,
			"prefixListId":        Compute(endpointPrefixList),
			"networkInterfaceIds": Compute(endpointInterfaces),
			"dnsEntries":          Compute(endpointNames),
		},
		Refs: []Ref{
			{Path: "vpcId", To: resourcetypes.VPC, Holds: true},
			{Path: "subnetIds[]", To: resourcetypes.Subnet, Holds: true},
			{Path: "routeTableIds[]", To: resourcetypes.RouteTable},
			{Path: "securityGroupIds[]", To: resourcetypes.SecurityGroup, Holds: true},
		},
		Rules:    []Rule{onePrivateNamePerVpc, groupsOfVpc("securityGroupIds[]", vpcOfEndpoint)},
		JSON:     []string{"policy"},
		Tags:     true,
		NotFound: "InvalidVpcEndpointId.NotFound: The Vpc Endpoint Id '{value}' does not exist",
	},
	resourcetypes.FlowLog: {
		ID:      "fl-{hex17}",
		Outputs: Outputs{"arn": ec2Arn + "vpc-flow-log/{id}"},
		Refs: []Ref{
			{Path: "vpcId", To: resourcetypes.VPC},
			{Path: "iamRoleArn", To: resourcetypes.Role, By: arn, Foreign: true},
		},
		// Another role does not make it another configuration (moto has the error, too:
		// https://github.com/getmoto/moto/issues/6369).
		Unique: []Unique{{
			Properties: []string{"logDestination", "vpcId", "subnetId", "eniId", "trafficType"},
			Error: "FlowLogAlreadyExists: Error. " +
				"There is an existing Flow Log with the same configuration and log destination.",
		}},
		Rules: []Rule{flowLogGroupExists, trusts("iamRoleArn", deliveries.FlowLogRole,
			"InvalidParameter: Unable to assume given IAM role")},
		After: []Rule{flowLogsArrive},
		Tags:  true,
	},
	networkACLToken: {
		ID:       "acl-{hex17}",
		Outputs:  Outputs{"arn": ec2Arn + "network-acl/{id}", "ownerId": "{account}"},
		Tags:     true,
		NotFound: "InvalidNetworkAclID.NotFound: The networkAcl ID '{value}' does not exist",
	},
}

// arn is the usual second way to name a resource.
var arn = []string{"arn"}

// Follow returns the string property of the resource that the input at path names by id.
func (c *Call) Follow(path, token, property string) any {
	target, ok := c.Find(token, "id", c.Text(path))
	if !ok {
		return nil
	}
	if text := prop.Text(target.Props, property); text != "" {
		return text
	}
	return nil
}

// vpcOf returns the VPC of the subnets that the inputs at path name by id.
func (c *Call) vpcOf(path string) string {
	for _, id := range prop.Texts(c.Inputs, path) {
		if subnet, ok := c.Find(resourcetypes.Subnet, "id", id); ok {
			return prop.Text(subnet.Props, "vpcId")
		}
	}
	return ""
}

func vpcOfEndpoint(c *Call) string { return c.Text("vpcId") }

func endpointPrefixList(c *Call) any {
	if c.Text("vpcEndpointType") != "Gateway" {
		return nil
	}
	return c.Expand("pl-{hex8#prefix}", nil)
}

func endpointInterfaces(c *Call) any {
	ids := []any{}
	for _, subnet := range prop.Texts(c.Inputs, "subnetIds[]") {
		ids = append(ids, "eni-"+Generate("hex", 17, c.Seed+subnet))
	}
	return ids
}

func endpointNames(c *Call) any {
	if c.Text("vpcEndpointType") != "Interface" {
		return []any{}
	}
	service := c.Text("serviceName")
	return []any{
		map[string]any{
			"dnsName":      c.Expand("{id}-{lower8#dns}.", nil) + reverseService(service) + ".vpce.amazonaws.com",
			"hostedZoneId": c.Expand("Z{upper13#zone}", nil),
		},
		map[string]any{"dnsName": privateName(service), "hostedZoneId": c.Expand("Z{upper20#private}", nil)},
	}
}

// onePrivateNamePerVpc refuses a second interface endpoint for a service, as AWS does: both
// would claim the same private DNS name.
func onePrivateNamePerVpc(c *Call) error {
	if !prop.True(c.Inputs, "privateDnsEnabled") {
		return nil
	}
	clash := slices.ContainsFunc(c.List(resourcetypes.VPCEndpoint), func(o Object) bool {
		return !c.is(o) && prop.True(o.Props, "privateDnsEnabled") &&
			prop.Text(o.Props, "vpcId") == c.Text("vpcId") &&
			prop.Text(o.Props, "serviceName") == c.Text("serviceName")
	})
	if clash {
		return Errorf("InvalidParameter", "private-dns-enabled cannot be set because there is already a conflicting "+
			"DNS domain for %s in the VPC %s", privateName(c.Text("serviceName")), c.Text("vpcId"))
	}
	return nil
}
