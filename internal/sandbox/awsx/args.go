package awsx

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
)

// The NAT gateway strategies.
const (
	natNone     = "None"
	natSingle   = "Single"
	natOnePerAz = "OnePerAz"
)

// The types of subnet, in the order in which awsx creates them within a zone.
var subnetTypes = []string{"Public", "Private", "Isolated"}

// vpcArgs holds the arguments of awsx:ec2:Vpc that are implemented.
type vpcArgs struct {
	AvailabilityZoneNames []string              `pulumi:"availabilityZoneNames"`
	CidrBlock             *string               `pulumi:"cidrBlock"`
	EnableDNSHostnames    pulumi.BoolPtrInput   `pulumi:"enableDnsHostnames"`
	EnableDNSSupport      pulumi.BoolPtrInput   `pulumi:"enableDnsSupport"`
	NatGateways           *natGateways          `pulumi:"natGateways"`
	SubnetSpecs           []subnetSpec          `pulumi:"subnetSpecs"`
	SubnetStrategy        *string               `pulumi:"subnetStrategy"`
	Tags                  pulumi.StringMapInput `pulumi:"tags"`
}

type natGateways struct {
	Strategy               string   `pulumi:"strategy"`
	ElasticIPAllocationIDs []string `pulumi:"elasticIpAllocationIds"`
}

type subnetSpec struct {
	Type       string            `pulumi:"type"`
	Name       *string           `pulumi:"name"`
	CidrBlocks []string          `pulumi:"cidrBlocks"`
	CidrMask   *int              `pulumi:"cidrMask"`
	Size       *int              `pulumi:"size"`
	Tags       map[string]string `pulumi:"tags"`
}

// known lists the names of the implemented arguments.
var known = []string{
	"availabilityZoneNames", "cidrBlock", "enableDnsHostnames", "enableDnsSupport", "natGateways", "subnetSpecs",
	"subnetStrategy", "tags",
}

// parseArgs reads and validates the arguments.
func parseArgs(inputs provider.ConstructInputs) (*vpcArgs, error) {
	given, err := inputs.Map()
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(known, name) {
			errs = append(errs, unsupported(name))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	args := &vpcArgs{}
	if err := inputs.CopyTo(args); err != nil {
		return nil, err
	}
	return args, args.validate()
}

func unsupported(argument string) error {
	return fmt.Errorf("the awsx stand-in does not implement the argument %q: implement it in internal/sandbox/awsx as "+
		"the official provider does, or do without it", argument)
}

func (a *vpcArgs) validate() error {
	var errs []error
	if a.SubnetStrategy == nil || *a.SubnetStrategy != "Auto" {
		errs = append(errs, errors.New(`subnetStrategy must be "Auto": Legacy, the default, ignores cidrBlocks`))
	}
	if a.CidrBlock == nil {
		errs = append(errs, errors.New("cidrBlock must be set"))
	}
	if len(a.AvailabilityZoneNames) == 0 {
		errs = append(errs, errors.New("availabilityZoneNames must be set"))
	}
	if len(a.SubnetSpecs) == 0 {
		errs = append(errs, errors.New("subnetSpecs must be set"))
	}
	for i, spec := range a.SubnetSpecs {
		errs = append(errs, a.validateSpec(i, spec))
	}
	errs = append(errs, a.validateNat(), a.validateOverlap())
	return errors.Join(errs...)
}

func (a *vpcArgs) validateSpec(i int, spec subnetSpec) error {
	var errs []error
	path := fmt.Sprintf("subnetSpecs[%d]", i)
	if !slices.Contains(subnetTypes, spec.Type) {
		errs = append(errs, fmt.Errorf("%s.type: %q must be one of %s", path, spec.Type, strings.Join(subnetTypes, ", ")))
	}
	if spec.CidrMask != nil {
		errs = append(errs, unsupported(path+".cidrMask"))
	}
	if spec.Size != nil {
		errs = append(errs, unsupported(path+".size"))
	}
	if len(spec.CidrBlocks) != len(a.AvailabilityZoneNames) {
		errs = append(errs, fmt.Errorf("%s.cidrBlocks: the number of CIDR blocks must match the number of availability "+
			"zones: %d, found %d", path, len(a.AvailabilityZoneNames), len(spec.CidrBlocks)))
	}
	for _, block := range spec.CidrBlocks {
		if _, err := netip.ParsePrefix(block); err != nil {
			errs = append(errs, fmt.Errorf("%s.cidrBlocks: %q is no CIDR block", path, block))
		}
	}
	return errors.Join(errs...)
}

func (a *vpcArgs) natStrategy() string {
	if a.NatGateways == nil || a.NatGateways.Strategy == "" {
		return natOnePerAz
	}
	return a.NatGateways.Strategy
}

func (a *vpcArgs) validateNat() error {
	if a.NatGateways != nil && len(a.NatGateways.ElasticIPAllocationIDs) > 0 {
		return unsupported("natGateways.elasticIpAllocationIds")
	}
	has := func(typ string) bool {
		return slices.ContainsFunc(a.SubnetSpecs, func(s subnetSpec) bool { return s.Type == typ })
	}
	switch a.natStrategy() {
	case natNone:
		return nil
	case natSingle, natOnePerAz:
		if has("Public") && has("Private") {
			return nil
		}
		return errors.New("if the NAT gateway strategy is OnePerAz or Single, both private and public subnets must be " +
			"declared: the private ones create the need for a NAT gateway, the public ones host it")
	default:
		return fmt.Errorf("natGateways.strategy: %q must be one of %s, %s, %s", a.natStrategy(), natNone, natSingle,
			natOnePerAz)
	}
}

func (a *vpcArgs) validateOverlap() error {
	var taken []netip.Prefix
	for _, spec := range a.SubnetSpecs {
		for _, text := range spec.CidrBlocks {
			block, err := netip.ParsePrefix(text)
			if err != nil {
				continue
			}
			if slices.ContainsFunc(taken, block.Overlaps) {
				return fmt.Errorf("subnetSpecs: the block %s overlaps with another subnet", block)
			}
			taken = append(taken, block)
		}
	}
	return nil
}
