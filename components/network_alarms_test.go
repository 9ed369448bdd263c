package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
)

func TestEachNATGatewayHasAnAlarm(t *testing.T) {
	rec := deployed(t, networkProgram(testNetworkArgs()))
	assert.Equal(t, []string{"web-nat-1-ports", "web-nat-2-ports"}, rec.names(alarmToken))
	for name, gateway := range map[string]string{"web-nat-1-ports": "web-nat-1-id", "web-nat-2-ports": "web-nat-2-id"} {
		t.Run(name, func(t *testing.T) {
			alarm := rec.one(t, alarmToken, name).inputs
			assert.NotEmpty(t, alarm["alarmDescription"])
			delete(alarm, "alarmDescription")
			assert.Equal(t, map[string]any{
				"name":               "aws-webapp-prod-" + name,
				"namespace":          "AWS/NATGateway",
				"metricName":         "ErrorPortAllocation",
				"dimensions":         map[string]any{"NatGatewayId": gateway},
				"statistic":          "Sum",
				"period":             60.0,
				"evaluationPeriods":  2.0,
				"comparisonOperator": "GreaterThanThreshold",
				"threshold":          0.0,
				"treatMissingData":   "notBreaching",
				"actionsEnabled":     true,
				"alarmActions":       []any{testTopicARN},
				"okActions":          []any{testTopicARN},
				"tags":               map[string]any{"Name": "aws-webapp-prod-" + name},
			}, alarm)
		})
	}
}

func TestAlarmsByNATStrategy(t *testing.T) {
	for strategy, want := range map[NATStrategy]int{NATNone: 0, NATSingle: 1, NATPerAZ: 2} {
		t.Run(string(strategy), func(t *testing.T) {
			args := testNetworkArgs()
			args.NAT = strategy
			assert.Len(t, previewed(t, networkProgram(args)).ofType(alarmToken), want)
		})
	}
}

// Whoever looks for failed connections finds each gateway.
func TestTheDashboardShowsEachNATGateway(t *testing.T) {
	for strategy, want := range map[NATStrategy]int{NATNone: 0, NATSingle: 1, NATPerAZ: 2} {
		args := testNetworkArgs()
		args.NAT = strategy
		var row DashboardRow
		deployed(t, func(ctx *pulumi.Context) error {
			network, err := NewNetwork(ctx, "web", &args)
			row = network.DashboardRow()
			return err
		})
		if want == 0 {
			assert.Empty(t, row.tiles, strategy)
			continue
		}
		for _, tile := range row.tiles {
			assert.Len(t, tile.properties["metrics"], want, strategy)
		}
	}
}
