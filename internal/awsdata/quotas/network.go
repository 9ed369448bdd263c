package quotas

const vpcQuotas = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"

// Amazon VPC. A new account has one VPC already, the default one.
var (
	// VPCs of a region.
	VPCs = Quota{Name: "VPCs", Limit: 5, Raisable: true, Service: "vpc", Code: "L-F678F1CE", Source: vpcQuotas}
	// InternetGateways of a region; AWS raises it with the VPCs.
	InternetGateways = Quota{
		Name: "internet gateways", Limit: 5, Raisable: true, Service: "vpc", Code: "L-A4707A72", Source: vpcQuotas,
	}
	// Addresses are the Elastic IP addresses of a region.
	Addresses = Quota{
		Name: "Elastic IPs", Limit: 5, Raisable: true, Service: "ec2", Code: "L-0263D0A3", Source: vpcQuotas,
	}
	// NATGateways of a zone.
	NATGateways = Quota{
		Name: "NAT gateways in a zone", Limit: 5, Raisable: true, Service: "vpc", Code: "L-FE5A380F", Source: vpcQuotas,
	}
	// Subnets of a VPC.
	Subnets = Quota{
		Name: "subnets of a VPC", Limit: 200, Raisable: true, Service: "vpc", Code: "L-407747CB", Source: vpcQuotas,
	}
	// InterfaceEndpoints of a VPC, with the endpoints of Gateway Load Balancers.
	InterfaceEndpoints = Quota{
		Name: "interface endpoints of a VPC", Limit: 50, Raisable: true, Service: "vpc", Code: "L-29B6F2EB",
		Source: vpcQuotas,
	}
	// GatewayEndpoints of a region.
	GatewayEndpoints = Quota{
		Name: "gateway endpoints", Limit: 20, Raisable: true, Service: "vpc", Code: "L-1B52E74A", Source: vpcQuotas,
	}
	// SecurityGroups of a region.
	SecurityGroups = Quota{
		Name: "security groups", Limit: 2500, Raisable: true, Service: "vpc", Code: "L-E79EC296", Source: vpcQuotas,
	}
	// GroupRules of a security group, for each direction.
	GroupRules = Quota{
		Name: "rules of a security group in one direction", Limit: 60, Raisable: true, Service: "vpc", Code: "L-0EA8095F",
		Source: vpcQuotas,
	}
	// InterfaceGroups is the number of security groups of a network interface.
	InterfaceGroups = Quota{
		Name: "security groups of a network interface", Limit: 5, Raisable: true, Service: "vpc", Code: "L-2AFB9258",
		Source: vpcQuotas,
	}
)
