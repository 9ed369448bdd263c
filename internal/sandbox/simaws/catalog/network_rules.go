package catalog

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// zoneLetters has the letters of the availability zones of every simulated region.
const zoneLetters = "abcdef"

// Zones returns the names of the availability zones of a region.
func Zones(region string) []string {
	zones := make([]string, 0, len(zoneLetters))
	for _, letter := range zoneLetters {
		zones = append(zones, region+string(letter))
	}
	return zones
}

// ZoneID returns the account-independent id of an availability zone: use1-az1 for
// us-east-1a. In a real account the letters are shuffled; here they are not.
func ZoneID(zone string) string {
	if zone == "" {
		return ""
	}
	letter := strings.IndexByte(zoneLetters, zone[len(zone)-1])
	parts := strings.Split(zone[:len(zone)-1], "-")
	if letter < 0 || len(parts) < 3 {
		return ""
	}
	short := parts[0]
	for _, direction := range parts[1 : len(parts)-1] {
		short += direction[:1]
	}
	return fmt.Sprintf("%s%s-az%d", short, parts[len(parts)-1], letter+1)
}

func zoneID(c *Call) any { return ZoneID(c.Text("availabilityZone")) }

// cidrCheck refuses a text that is not an IPv4 block, has host bits set, or is outside of AWS's
// sizes.
func cidrCheck(property string, shortest, longest int) Check {
	return func(inputs resource.PropertyMap) (string, string) {
		text := prop.Text(inputs, property)
		if text == "" {
			return "", ""
		}
		block, err := netip.ParsePrefix(text)
		if err != nil || !block.Addr().Is4() {
			return property, fmt.Sprintf("%q is not an IPv4 CIDR block", text)
		}
		if block != block.Masked() {
			return property, fmt.Sprintf("%q has host bits set; the block is %s", text, block.Masked())
		}
		if block.Bits() < shortest || block.Bits() > longest {
			return property, fmt.Sprintf("%q: AWS allows /%d to /%d", text, shortest, longest)
		}
		return "", ""
	}
}

func subnetInsideVpc(c *Call) error {
	vpc, _ := c.Find(resourcetypes.VPC, "id", c.Text("vpcId"))
	block, err := netip.ParsePrefix(c.Text("cidrBlock"))
	if err != nil {
		return nil // of IPv6 alone
	}
	whole, err := netip.ParsePrefix(prop.Text(vpc.Props, "cidrBlock"))
	if err == nil && (!whole.Contains(block.Addr()) || block.Bits() < whole.Bits()) {
		return Errorf("InvalidSubnet.Range", "The CIDR '%s' is invalid.", block)
	}
	for _, other := range c.List(resourcetypes.Subnet) {
		taken, err := netip.ParsePrefix(prop.Text(other.Props, "cidrBlock"))
		if err == nil && !c.is(other) && prop.Text(other.Props, "vpcId") == vpc.ID && taken.Overlaps(block) {
			return Errorf("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", block)
		}
	}
	return nil
}

func subnetZoneExists(c *Call) error {
	zone := c.Text("availabilityZone")
	if !slices.Contains(Zones(c.Region), zone) {
		return Errorf("InvalidParameterValue", "Value (%s) for parameter availabilityZone is invalid. "+
			"Subnets can currently only be created in the following availability zones: %s.",
			zone, strings.Join(Zones(c.Region), ", "))
	}
	return nil
}

// natNeedsInternetGateway: a public NAT gateway whose VPC has no way out fails. AWS finds out while the gateway is
// pending (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html, failureCode), and the provider
// does not try again:
// https://github.com/aws/aws-cdk/issues/21404, https://github.com/giantswarm/aws-operator/pull/1234
func natNeedsInternetGateway(c *Call) error {
	vpc := c.vpcOf("subnetId")
	if c.Text("connectivityType") == "private" || c.attachedGateway(vpc) {
		return nil
	}
	return Errorf("Gateway.NotAttached", "Network %s has no Internet gateway attached", vpc)
}

func (c *Call) attachedGateway(vpc string) bool {
	_, ok := c.Find(resourcetypes.InternetGateway, "vpcId", vpc)
	return ok
}

// gatewayHasNoMappedAddresses: an internet gateway cannot be detached while a NAT gateway
// or an internet-facing load balancer of the VPC holds a public address.
func gatewayHasNoMappedAddresses(c *Call) error {
	vpc := prop.Text(c.Old, "vpcId")
	for _, nat := range c.List(resourcetypes.NATGateway) {
		if subnet, ok := c.Find(resourcetypes.Subnet, "id", prop.Text(nat.Props, "subnetId")); ok &&
			prop.Text(subnet.Props, "vpcId") == vpc {
			return Wording(strings.ReplaceAll(noGatewayWithMappings, "{.vpcId}", vpc))
		}
	}
	for _, lb := range c.List(resourcetypes.LoadBalancer) {
		if prop.Text(lb.Props, "vpcId") == vpc && !prop.True(lb.Props, "internal") {
			return Wording(strings.ReplaceAll(noGatewayWithMappings, "{.vpcId}", vpc))
		}
	}
	return nil
}

// addressInSubnet picks an address outside the five that AWS reserves in every subnet.
func addressInSubnet(c *Call) any {
	subnet, ok := c.Find(resourcetypes.Subnet, "id", c.Text("subnetId"))
	if !ok {
		return nil
	}
	block, err := netip.ParsePrefix(prop.Text(subnet.Props, "cidrBlock"))
	if err != nil || !block.Addr().Is4() {
		return nil
	}
	base := block.Addr().As4()
	offset := 5 + uint32(Generate("hex", 1, c.Seed+"ip")[0])%8
	address := binary.BigEndian.AppendUint32(nil, binary.BigEndian.Uint32(base[:])+offset)
	return netip.AddrFrom4([4]byte(address)).String()
}

// publicIP generates an address of TEST-NET-3 (RFC 5737), which nobody owns.
func publicIP(c *Call) any {
	return fmt.Sprintf("203.0.113.%d", 1+hexNumber(c.Seed+"public-ip")%254)
}

func publicDNS(c *Call) any {
	dashed := strings.ReplaceAll(c.Text("publicIp"), ".", "-")
	if c.Region == "us-east-1" {
		return "ec2-" + dashed + ".compute-1.amazonaws.com"
	}
	return "ec2-" + dashed + "." + c.Region + ".compute.amazonaws.com"
}

// hexNumber returns a number from 0 to 65535 that follows from the seed.
func hexNumber(seed string) int {
	var n int
	for _, digit := range Generate("hex", 4, seed) {
		n = n*16 + strings.IndexRune(alphabets["hex"], digit)
	}
	return n
}

// reverseService turns com.amazonaws.us-east-1.ecr.api into api.ecr.us-east-1.
func reverseService(service string) string {
	parts := strings.Split(strings.TrimPrefix(service, "com.amazonaws."), ".")
	slices.Reverse(parts)
	return strings.Join(parts, ".")
}

// privateName returns the private DNS name of a service's endpoint.
func privateName(service string) string { return reverseService(service) + ".amazonaws.com" }

// groupsOfVpc: security groups must belong to the VPC in which they are used.
func groupsOfVpc(path string, vpcOf func(*Call) string) Rule {
	return func(c *Call) error {
		vpc := vpcOf(c)
		for _, id := range prop.Texts(c.Inputs, path) {
			group, ok := c.Find(resourcetypes.SecurityGroup, "id", id)
			if ok && vpc != "" && prop.Text(group.Props, "vpcId") != vpc {
				return Errorf("InvalidGroup.NotFound", "The security group '%s' does not exist in VPC '%s'", id, vpc)
			}
		}
		return nil
	}
}

// flowLogGroupExists: flow logs may name their log group by ARN, with or without the :*.
func flowLogGroupExists(c *Call) error {
	destination := c.Text("logDestination")
	if c.Text("logDestinationType") != "cloud-watch-logs" || destination == "" {
		return nil
	}
	if _, ok := c.Find(resourcetypes.LogGroup, "arn", strings.TrimSuffix(destination, ":*")); !ok {
		return Errorf("InvalidParameter", "LogDestination: %s does not exist", destination)
	}
	return nil
}
