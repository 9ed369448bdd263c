package resourcetypes

import (
	"time"
)

// The tokens of the network: VPC, routes, endpoints, security groups.
const (
	DefaultSecurityGroup  = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
	ElasticIP             = "aws:ec2/eip:Eip"
	FlowLog               = "aws:ec2/flowLog:FlowLog"
	InternetGateway       = "aws:ec2/internetGateway:InternetGateway"
	NATGateway            = "aws:ec2/natGateway:NatGateway"
	Route                 = "aws:ec2/route:Route"
	RouteTable            = "aws:ec2/routeTable:RouteTable"
	RouteTableAssociation = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	SecurityGroup         = "aws:ec2/securityGroup:SecurityGroup"
	Subnet                = "aws:ec2/subnet:Subnet"
	VPC                   = "aws:ec2/vpc:Vpc"
	VPCEndpoint           = "aws:ec2/vpcEndpoint:VpcEndpoint"
	EgressRule            = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	IngressRule           = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
)

func init() { register(networkServices, networkTypes) }

var networkServices = []Service{
	{Prefix: "ec2", Group: "network", Actions: Actions{Read: "DescribeAvailabilityZones DescribeRegions"}},
}

var networkTypes = []Type{
	{
		Token: DefaultSecurityGroup,
		Actions: []Actions{
			{
				Service: "ec2",
				Read:    "DescribeSecurityGroups",
				Write: "AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateTags DeleteTags " +
					"RevokeSecurityGroupEgress RevokeSecurityGroupIngress",
			},
		},
		Free: "AWS does not charge for filters",
	},
	{
		Token: ElasticIP,
		Actions: []Actions{{
			Service: "ec2", Read: "DescribeAddresses DescribeAddressesAttribute",
			Write: "AllocateAddress AssociateAddress CreateTags DeleteTags DisassociateAddress ReleaseAddress",
		}},
		Loss: Loss{High, "the public address: whoever allows it in a firewall has to be told the new one"},
	},
	{
		Token: FlowLog,
		Actions: []Actions{{
			Service: "ec2", Read: "DescribeFlowLogs", Write: "CreateFlowLogs CreateTags DeleteFlowLogs DeleteTags",
		}},
		Free: "charged as its log group's ingestion",
	},
	{
		Token: InternetGateway,
		Actions: []Actions{
			{
				Service: "ec2",
				Read:    "DescribeInternetGateways",
				Write: "AttachInternetGateway CreateInternetGateway CreateTags DeleteInternetGateway DeleteTags " +
					"DetachInternetGateway",
			},
		},
		Free: "traffic is charged where it leaves: see the load balancer",
		Times: Times{
			Create: 2 * time.Second, Update: 2 * time.Second, Delete: 10 * time.Second,
			Source: "estimate: detaching waits for public addresses to be unmapped",
		},
	},
	{
		Token: NATGateway,
		Actions: []Actions{{
			Service: "ec2", Read: "DescribeNatGateways", Write: "CreateNatGateway CreateTags DeleteNatGateway DeleteTags",
		}},
		Times: Times{
			Create: 100 * time.Second, Update: 2 * time.Second, Delete: 60 * time.Second,
			Source: "log: gentledev10's post on writing a Terraform module (2021), 116 s; estimate: 85 to 120 s until available",
		},
	},
	{
		Token:   Route,
		Actions: []Actions{{Service: "ec2", Read: "DescribeRouteTables", Write: "CreateRoute DeleteRoute ReplaceRoute"}},
		Free:    "AWS does not charge for routes",
	},
	{
		Token: RouteTable,
		Actions: []Actions{{
			Service: "ec2", Read: "DescribeRouteTables", Write: "CreateRouteTable CreateTags DeleteRouteTable DeleteTags",
		}},
		Free: "AWS does not charge for routes",
	},
	{
		Token: RouteTableAssociation,
		Actions: []Actions{{
			Service: "ec2", Read: "DescribeRouteTables",
			Write: "AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation",
		}},
		Free: "AWS does not charge for routes",
	},
	{
		Token: SecurityGroup,
		Actions: []Actions{
			{
				Service: "ec2",
				Read:    "DescribeNetworkInterfaces DescribeSecurityGroups",
				Write: "CreateSecurityGroup CreateTags DeleteSecurityGroup DeleteTags RevokeSecurityGroupEgress " +
					"RevokeSecurityGroupIngress",
			},
		},
		Free: "AWS does not charge for filters",
		Times: Times{
			Create: 3 * time.Second, Update: 2 * time.Second, Delete: 10 * time.Second,
			Source: "estimate: deleting is retried until network interfaces are gone",
		},
	},
	{
		Token: Subnet,
		Actions: []Actions{{
			Service: "ec2", Read: "DescribeNetworkInterfaces DescribeSubnets",
			Write: "CreateSubnet CreateTags DeleteSubnet DeleteTags ModifySubnetAttribute",
		}},
		Free: "AWS does not charge for subnets",
		Times: Times{
			Create: 11 * time.Second, Update: 11 * time.Second, Delete: 2 * time.Second,
			Source: "wait: ec2/vpc_subnet.go polls the attributes set after the creation",
		},
	},
	{
		Token: VPC,
		Actions: []Actions{{
			Service: "ec2",
			Read:    "DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups DescribeVpcAttribute DescribeVpcs",
			Write:   "CreateTags CreateVpc DeleteTags DeleteVpc ModifyVpcAttribute",
		}},
		Free: "AWS does not charge for VPCs",
		Times: Times{
			// DNS host names are switched on after the creation.
			Create: 22 * time.Second, Update: 11 * time.Second, Delete: time.Second,
			Source: "log: DevopsArtFactory/terraform-provisioning pull requests 4, 5 and 7, 21 to 22 s",
		},
	},
	{
		Token: VPCEndpoint,
		Actions: []Actions{
			{
				Service: "ec2",
				Read:    "DescribePrefixLists DescribeVpcEndpoints",
				Write:   "CreateTags CreateVpcEndpoint DeleteTags DeleteVpcEndpoints ModifyVpcEndpoint",
			},
			{Service: "route53", Write: "AssociateVPCWithHostedZone"}, // for private DNS names, in the caller's name
		},
		Documents: []string{"policy"},
		Times: Times{
			Create: 75 * time.Second, Update: 60 * time.Second, Delete: 60 * time.Second,
			Source: "estimate: interface endpoints 60 to 90 s; wait: ec2/wait.go polls every 5 s",
		},
	},
	{
		Token: EgressRule,
		Actions: []Actions{
			{
				Service: "ec2",
				Read:    "DescribeSecurityGroupRules",
				Write: "AuthorizeSecurityGroupEgress CreateTags DeleteTags ModifySecurityGroupRules " +
					"RevokeSecurityGroupEgress",
			},
		},
		Free: "AWS does not charge for filters",
	},
	{
		Token: IngressRule,
		Actions: []Actions{
			{
				Service: "ec2",
				Read:    "DescribeSecurityGroupRules",
				Write: "AuthorizeSecurityGroupIngress CreateTags DeleteTags ModifySecurityGroupRules " +
					"RevokeSecurityGroupIngress",
			},
		},
		Free: "AWS does not charge for filters",
	},
}
