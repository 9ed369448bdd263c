package preflight

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"aws-webapp/internal/awsdata/fargate"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

func (p *Preflight) checkRegion(ctx context.Context) ([]outcome.Finding, error) {
	region := p.Config.AWS.Region
	finding := outcome.Finding{
		Check: "region", Status: outcome.Blocked, Found: region + " does not exist",
		Needed: "an enabled region", Fix: "correct aws.region",
	}
	described, err := ec2.NewFromConfig(p.AWS).DescribeRegions(ctx, &ec2.DescribeRegionsInput{AllRegions: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	for _, one := range described.Regions {
		if aws.ToString(one.RegionName) != region {
			continue
		}
		finding.Found = region + ", " + aws.ToString(one.OptInStatus)
		finding.Status, finding.Fix = outcome.OK, ""
		if aws.ToString(one.OptInStatus) == "not-opted-in" {
			finding.Status = outcome.Blocked
			finding.Fix = "enable the region in the account's settings, or choose another aws.region"
		}
	}
	return []outcome.Finding{finding}, nil
}

// availableZones returns the region's zones in which Fargate runs tasks and which need no opt-in or
// have been opted in to.
func (p *Preflight) availableZones(ctx context.Context) ([]string, error) {
	client := ec2.NewFromConfig(p.AWS)
	described, err := client.DescribeAvailabilityZones(ctx, &ec2.DescribeAvailabilityZonesInput{Filters: []ec2types.Filter{
		{Name: aws.String("state"), Values: []string{"available"}},
	}})
	if err != nil {
		return nil, err
	}
	var available []string
	for _, zone := range described.AvailabilityZones {
		optedIn := zone.OptInStatus != ec2types.AvailabilityZoneOptInStatusNotOptedIn
		if optedIn && fargate.Runs(aws.ToString(zone.ZoneId)) {
			available = append(available, aws.ToString(zone.ZoneName))
		}
	}
	return available, nil
}

// stackZones returns the available zones that the program uses: those of the stack file, or the
// first ones by name.
func (p *Preflight) stackZones(available []string) []string {
	network := p.Config.Network
	if len(network.AvailabilityZones) > 0 {
		return slices.DeleteFunc(slices.Clone(network.AvailabilityZones), func(zone string) bool {
			return !slices.Contains(available, zone)
		})
	}
	sorted := slices.Sorted(slices.Values(available))
	return sorted[:min(len(sorted), network.AvailabilityZoneCount)]
}

// checkZones checks the zones that the program would use.
func (p *Preflight) checkZones(ctx context.Context) ([]outcome.Finding, error) {
	available, err := p.availableZones(ctx)
	if err != nil {
		return nil, err
	}
	network := p.Config.Network
	finding := outcome.Finding{
		Check: "zones", Status: outcome.OK, Found: strings.Join(available, ", "),
		Needed: plural.Of(network.Zones(), "zone"),
	}
	if len(network.AvailabilityZones) > 0 {
		finding.Needed = strings.Join(network.AvailabilityZones, ", ")
		for _, zone := range network.AvailabilityZones {
			if !slices.Contains(available, zone) {
				finding.Status, finding.Fix = outcome.Blocked, fmt.Sprintf("remove %s from network.availabilityZones", zone)
			}
		}
	} else if len(available) < network.AvailabilityZoneCount {
		finding.Status = outcome.Blocked
		finding.Fix = fmt.Sprintf("lower network.availabilityZoneCount to %d, or choose another aws.region", len(available))
	}
	return []outcome.Finding{finding}, nil
}
