package components

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"aws-webapp/tests/mockaws"
)

const (
	natGatewayToken = "aws:ec2/natGateway:NatGateway"
	routeToken      = "aws:ec2/route:Route"
)

func TestEachZoneLeavesThroughItsGateway(t *testing.T) {
	for _, tc := range []struct {
		strategy NATStrategy
		gateways []string
		// routes holds the gateways of the app tier's route tables, by logical name.
		routes map[string]string
	}{
		{NATPerAZ, []string{"web-nat-1", "web-nat-2"}, map[string]string{
			"web-app-1": "web-nat-1-id", "web-app-2": "web-nat-2-id",
		}},
		{NATSingle, []string{"web-nat-1"}, map[string]string{"web-app-1": "web-nat-1-id", "web-app-2": "web-nat-1-id"}},
		{NATNone, []string{}, map[string]string{}},
	} {
		t.Run(string(tc.strategy), func(t *testing.T) {
			args := testNetworkArgs()
			args.NAT = tc.strategy
			rec := deployed(t, networkProgram(args))
			assert.Equal(t, tc.gateways, rec.names(natGatewayToken))
			assert.Equal(t, tc.gateways, rec.names("aws:ec2/eip:Eip"))
			routes := map[string]string{}
			for _, route := range rec.ofType(routeToken) {
				assert.Equal(t, map[string]any{
					"routeTableId":         mockaws.ID(mockaws.RouteTable, route.name),
					"destinationCidrBlock": "0.0.0.0/0",
					"natGatewayId":         route.inputs["natGatewayId"],
				}, route.inputs)
				routes[route.name] = route.inputs["natGatewayId"].(string)
			}
			assert.Equal(t, tc.routes, routes)
		})
	}
}

func TestGatewaysLieInPublicSubnets(t *testing.T) {
	gateway := deployed(t, networkProgram(testNetworkArgs())).one(t, natGatewayToken, "web-nat-2")
	assert.Equal(t, map[string]any{
		"subnetId":     "subnet-web-public-2",
		"allocationId": "eipalloc-web-nat-2",
		"tags":         map[string]any{"Name": "web-nat-2"},
	}, gateway.inputs)
}

func TestRoutesGoIntoNoOtherTable(t *testing.T) {
	t.Cleanup(func() { delete(awsOutputs, mockaws.VPC) })
	type tables = []resource.PropertyValue
	for name, change := range map[string]func(t tables) tables{
		"route table 2 of the VPC is web-db-1 and not web-app-1": func(t tables) tables {
			t[1], t[2] = t[2], t[1]
			return t
		},
		"the VPC has 3 route tables, and web-app-2 should be number 5: the": func(t tables) tables { return t[:3] },
	} {
		t.Run(name, func(t *testing.T) {
			awsOutputs[mockaws.VPC] = func(name string) map[string]any {
				return map[string]any{"routeTables": change(vpcOutputs(name)["routeTables"].ArrayValue())}
			}
			_, err := run(t, networkProgram(testNetworkArgs()), false)
			assert.ErrorContains(t, err, name)
		})
	}
}

// Resources that wait for the app tier wait for its ways out and for nothing else of the
// network.
func TestAppTierIsReadyWithItsWaysOut(t *testing.T) {
	rec := deployed(t, func(ctx *pulumi.Context) error {
		args := testNetworkArgs()
		network, err := NewNetwork(ctx, "web", &args)
		if err != nil {
			return err
		}
		var consumer pulumi.ResourceState
		return ctx.RegisterComponentResource("test:index:Tasks", "tasks", &consumer, pulumi.DependsOn(network.AppReady))
	})
	want := []string{}
	for _, typ := range []string{
		routeToken, "aws:ec2/vpcEndpoint:VpcEndpoint",
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
	} {
		for _, r := range rec.ofType(typ) {
			want = append(want, r.urn)
		}
	}
	assert.Len(t, want, 2+3+2)
	assert.ElementsMatch(t, want, rec.one(t, "test:index:Tasks", "tasks").request.GetDependencies())
}
