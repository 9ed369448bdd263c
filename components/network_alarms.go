package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const natNamespace = "AWS/NATGateway"

// createAlarms watches the NAT gateways: one that has no port left for a destination turns
// calls away, at random to whoever makes them.
func (n *Network) createAlarms(ctx *pulumi.Context, name string) error {
	for i := range n.args.NAT.gateways(len(n.args.AvailabilityZones)) {
		logical := fmt.Sprintf("%s-nat-%d-ports", name, i+1)
		if _, err := newAlarm(ctx, n, alarmSpec{
			scope:   n.args.Scope,
			name:    logical,
			runbook: "network-nat-ports",
			description: "A NAT gateway has no port left for a destination: calls from services fail at random. Find who " +
				"opens so many connections in the flow logs.",
			namespace:         natNamespace,
			metric:            "ErrorPortAllocation",
			dimensions:        pulumi.StringMap{"NatGatewayId": n.natGatewayID(i)},
			statistic:         "Sum",
			periodSeconds:     alarmMinute,
			evaluationPeriods: 2,
			comparison:        comparisonAbove,
			missing:           missingIsGood,
			topicARN:          n.args.TopicARN,
		}); err != nil {
			return fmt.Errorf("%s: %w", logical, err)
		}
		n.AlarmNames = append(n.AlarmNames, alarmName(n.args.Scope, logical))
	}
	return nil
}

// gateways is how many the strategy makes.
func (s NATStrategy) gateways(zones int) int {
	switch s {
	case NATPerAZ:
		return zones
	case NATSingle:
		return 1
	default:
		return 0
	}
}

// natGatewayID is that of a gateway by its place, which awsx counts by zone.
func (n *Network) natGatewayID(place int) pulumi.StringOutput {
	return n.vpc.NatGateways.ApplyT(func(gateways []*ec2.NatGateway) (pulumi.StringOutput, error) {
		if place >= len(gateways) {
			return pulumi.StringOutput{}, fmt.Errorf("the VPC has %d NAT gateways, and the strategy %s asks for more: "+
				"the release of awsx differs from the one that go.mod names", len(gateways), n.args.NAT)
		}
		return gateways[place].ID().ToStringOutput(), nil
	}).(pulumi.StringOutput)
}
