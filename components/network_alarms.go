package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const natNamespace = "AWS/NATGateway"

// createAlarms watches the NAT gateways: a gateway without a free port for a destination
// refuses connections, which callers see as random failures.
func (n *Network) createAlarms(ctx *pulumi.Context, name string) error {
	for i, gateway := range n.gateways {
		if err := n.addAlarm(ctx, n, alarmSpec{
			scope:   n.args.Scope,
			name:    fmt.Sprintf("%s-nat-%d-ports", name, i+1),
			runbook: "network-nat-ports",
			description: "A NAT gateway has no port left for a destination: calls from services fail at random. Find who " +
				"opens so many connections in the flow logs.",
			namespace:         natNamespace,
			metric:            "ErrorPortAllocation",
			dimensions:        pulumi.StringMap{"NatGatewayId": gateway.ID()},
			statistic:         "Sum",
			periodSeconds:     alarmMinute,
			evaluationPeriods: 2,
			comparison:        comparisonAbove,
			missing:           missingIsGood,
			topicARN:          n.args.TopicARN,
		}); err != nil {
			return err
		}
	}
	return nil
}

// DashboardRow shows the NAT gateways, if there are any.
func (n *Network) DashboardRow() DashboardRow {
	graph := func(title, name string) tile {
		var metrics []metric
		for i, gateway := range n.gateways {
			metrics = append(metrics, metric{
				natNamespace, name, "NatGatewayId", gateway.ID(),
				map[string]any{"stat": "Sum", "label": fmt.Sprintf("gateway %d", i+1)},
			})
		}
		return n.args.Scope.graph(title, metrics...)
	}
	if len(n.gateways) == 0 {
		return DashboardRow{}
	}
	return DashboardRow{[]tile{
		graph("NAT: connections without a port", "ErrorPortAllocation"),
		graph("NAT: bytes to the internet", "BytesOutToDestination"),
	}}
}
