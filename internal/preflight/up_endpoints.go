package preflight

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"aws-webapp/internal/outcome"
)

// checkEndpointServices checks whether each interface endpoint is possible in every zone of the
// stack: AWS does not offer every service in all zones.
func (p *Preflight) checkEndpointServices(ctx context.Context) ([]outcome.Finding, error) {
	endpoints := p.Config.Network.InterfaceEndpoints
	if len(endpoints) == 0 {
		return nil, nil
	}
	available, err := p.availableZones(ctx)
	if err != nil {
		return nil, err
	}
	served, err := p.endpointZones(ctx)
	if err != nil {
		return nil, err
	}
	zones := p.stackZones(available)
	var findings []outcome.Finding
	for _, endpoint := range endpoints {
		finding := outcome.Finding{Check: "endpoint " + endpoint, Status: outcome.OK, Needed: strings.Join(zones, ", ")}
		at, exists := served[p.endpointService(endpoint)]
		finding.Found = strings.Join(at, ", ")
		missing := slices.DeleteFunc(slices.Clone(zones), func(zone string) bool { return slices.Contains(at, zone) })
		switch {
		case !exists:
			finding.Status, finding.Found = outcome.Blocked, "no such service in "+p.Config.AWS.Region
			finding.Fix = "take " + endpoint + " out of network.interfaceEndpoints"
		case len(missing) > 0:
			finding.Status = outcome.Blocked
			finding.Fix = "name zones without " + strings.Join(missing, ", ") + " in network.availabilityZones, or take " +
				endpoint + " out of network.interfaceEndpoints"
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

// endpointZones returns the zones of the interface endpoints' services, by the service's name.
func (p *Preflight) endpointZones(ctx context.Context) (map[string][]string, error) {
	var names []string
	for _, endpoint := range p.Config.Network.InterfaceEndpoints {
		names = append(names, p.endpointService(endpoint))
	}
	zones := map[string][]string{}
	input := &ec2.DescribeVpcEndpointServicesInput{
		Filters: []ec2types.Filter{{Name: aws.String("service-name"), Values: names}},
	}
	for {
		page, err := ec2.NewFromConfig(p.AWS).DescribeVpcEndpointServices(ctx, input)
		if err != nil {
			return nil, err
		}
		for i := range page.ServiceDetails {
			service := &page.ServiceDetails[i]
			name := aws.ToString(service.ServiceName)
			zones[name] = append(zones[name], service.AvailabilityZones...)
		}
		if input.NextToken = page.NextToken; aws.ToString(input.NextToken) == "" {
			return zones, nil
		}
	}
}

func (p *Preflight) endpointService(endpoint string) string {
	return "com.amazonaws." + p.Config.AWS.Region + "." + endpoint
}
