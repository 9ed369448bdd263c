package stack

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
	"aws-webapp/internal/deployed"
)

// subnets returns deployed subnets of zones, a block of 24 bits for each tier.
func subnets(zones ...string) []deployed.Resource {
	var all []deployed.Resource
	for i, zone := range zones {
		for n, tier := range []string{"public", "app", "db"} {
			all = append(all, deployed.Resource{
				Name: fmt.Sprintf("network-%s-%d", tier, i+1), Outputs: map[string]any{
					"availabilityZone": zone, "cidrBlock": fmt.Sprintf("10.0.%d.0/24", 10*i+n),
					"arn": fmt.Sprintf("arn:aws:ec2:us-east-1:1:subnet/subnet-%s-%d", tier, i+1),
				},
			})
		}
	}
	return all
}

// networkOf is a workload in zones, with what is deployed of the network and a user of some subnets.
func networkOf(zones []string, deployedZones []string, uses ...string) *workload {
	was := resources{
		resourcetypes.VPC:    {{Name: "network", Outputs: map[string]any{"cidrBlock": "10.0.0.0/16"}}},
		resourcetypes.Subnet: subnets(deployedZones...),
	}
	for _, id := range uses {
		was["aws:rds/subnetGroup:SubnetGroup"] = append(was["aws:rds/subnetGroup:SubnetGroup"],
			deployed.Resource{Outputs: map[string]any{"subnetIds": []any{id}}})
		was["aws:ec2/routeTableAssociation:RouteTableAssociation"] = []deployed.Resource{
			{Outputs: map[string]any{"subnetId": "subnet-app-1"}},
		}
	}
	w := workloadOf(was)
	w.cfg.Network = config.Network{CIDRBlock: "10.0.0.0/16", SubnetPrefix: 24, AvailabilityZoneCount: len(zones)}
	w.zones, w.subnets = zones, deployedSubnets(w.was)
	return w
}

// A VPC and its subnets cannot be moved; zones may be added, and those that nobody uses may go.
func TestChangesOfANetworkThatIsThere(t *testing.T) {
	ab, abc := []string{"a", "b"}, []string{"a", "b", "c"}
	for name, row := range map[string]struct {
		w      *workload
		change func(*config.Network)
		want   []string
	}{
		"as it was":   {networkOf(ab, ab, "subnet-db-2"), func(*config.Network) {}, nil},
		"a new stack": {workloadOf(nil), func(*config.Network) {}, nil},
		"another block": {
			networkOf(ab, ab), func(n *config.Network) { n.CIDRBlock = "10.1.0.0/16" },
			[]string{`app:network.cidrBlock: found "10.1.0.0/16", allowed 10.0.0.0/16, which is deployed`},
		},
		"another size": {
			networkOf(ab, ab), func(n *config.Network) { n.SubnetPrefix = 23 },
			[]string{"app:network.subnetPrefix: found 23, allowed 24, which is deployed"},
		},
		"a further zone": {networkOf(abc, ab, "subnet-db-2"), func(*config.Network) {}, nil},
		"a zone that is in use goes": {
			networkOf(ab, abc, "subnet-db-3"), func(*config.Network) {},
			[]string{"app:network.availabilityZoneCount: found 2, allowed 3 or more: a, b, c are deployed"},
		},
		"a zone that nobody uses goes": {networkOf(ab, abc, "subnet-db-2"), func(*config.Network) {}, nil},
		"another zone in its place": {
			networkOf([]string{"a", "c"}, ab, "subnet-public-2"),
			func(n *config.Network) { n.AvailabilityZones = []string{"a", "c"} },
			[]string{"app:network.availabilityZones: found a, c, allowed a, b, which are deployed, in that order, and further " +
				"ones behind them"},
		},
	} {
		row.change(&row.w.cfg.Network)
		assert.Equal(t, row.want, told(row.w.judgeNetwork()), name)
	}
	w := networkOf(ab, ab)
	assert.Equal(t, ab, w.subnets.zones)
	assert.Equal(t, [][]string{
		{"subnet-public-1", "subnet-app-1", "subnet-db-1"}, {"subnet-public-2", "subnet-app-2", "subnet-db-2"},
	}, w.subnets.ids)
	assert.False(t, w.zoneInUse(0), "the network's own routes do not count")
	first := w.subnets.first(1)
	assert.Equal(t, []string{"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"},
		append(append(blocks(first.Public), blocks(first.App)...), blocks(first.DB)...))
	assert.Len(t, w.subnets.first(3).App, 2)
}

// Deployed subnets keep their places, and what does not fit is told with its key.
func TestPlansOfSubnets(t *testing.T) {
	w := networkOf([]string{"a", "b", "c"}, []string{"a", "b"})
	plan, err := w.planSubnets()
	require.NoError(t, err)
	assert.Equal(t, "10.0.11.0/24", plan.App[1].String())
	assert.Len(t, plan.App, 3)
	w.cfg.Network.SubnetPrefix = 15
	_, err = w.planSubnets()
	require.ErrorContains(t, err, "app:network: ")
	w.cfg.Network.CIDRBlock = "x"
	_, err = w.planSubnets()
	require.ErrorContains(t, err, "app:network.cidrBlock: ")
}

// answering mocks the engine: each function answers with what a test says.
type answering map[string]map[string]any

func (a answering) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	if a[args.Token] == nil {
		return nil, errors.New("no answer to " + args.Token)
	}
	return resource.NewPropertyMapFromMap(a[args.Token]), nil
}

func (answering) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	return args.Name, args.Inputs, nil
}

// Zones are those that are named, then those that are deployed, then the region's that have Fargate.
func TestWhichZonesAreUsed(t *testing.T) {
	const function = "aws:index/getAvailabilityZones:getAvailabilityZones"
	region := answering{function: {
		"names":   []any{"ap-northeast-1c", "ap-northeast-1b", "ap-northeast-1a"},
		"zoneIds": []any{"apne1-az1", "apne1-az3", "apne1-az2"},
	}}
	for name, row := range map[string]struct {
		mocks answering
		w     *workload
		count int
		want  string
	}{
		"the first that have Fargate": {region, workloadOf(nil), 2, "ap-northeast-1a ap-northeast-1c"},
		"after the deployed": {
			region, networkOf(nil, []string{"ap-northeast-1c"}), 2, "ap-northeast-1c ap-northeast-1a",
		},
		"deployed enough": {nil, networkOf(nil, []string{"z", "y", "x"}), 2, "z y"},
		"too few": {
			region, workloadOf(nil), 3, "app:network.availabilityZoneCount: found 3, allowed 2 to 2, the zones of " +
				"ap-northeast-1: [ap-northeast-1a ap-northeast-1c]: lower the count or choose another region",
		},
		"nobody answers": {answering{}, workloadOf(nil), 2, "list availability zones: "},
	} {
		row.w.cfg.Network.AvailabilityZoneCount, row.w.cfg.AWS.Region = row.count, "ap-northeast-1"
		err := pulumi.RunErr(func(ctx *pulumi.Context) error {
			found, err := row.w.findZones(ctx)
			if err == nil {
				assert.Equal(t, row.want, strings.Join(found, " "), name)
			}
			return err
		}, pulumi.WithMocks("app", "prod", row.mocks))
		if strings.Contains(row.want, ":") {
			require.ErrorContains(t, err, row.want, name)
			continue
		}
		require.NoError(t, err, name)
	}
	w := workloadOf(nil)
	w.cfg.Network.AvailabilityZones = []string{"ap-northeast-1f", "ap-northeast-1b"}
	named, err := w.findZones(nil)
	require.NoError(t, err)
	assert.Equal(t, w.cfg.Network.AvailabilityZones, named)
}

// The program ends before it makes anything where its names, its kind or its state cannot be used.
func TestProgramsThatDoNotBegin(t *testing.T) {
	for name, row := range map[string]struct {
		project, config, want string
	}{
		"a long name":  {strings.Repeat("x", 60), `{}`, "x"},
		"another kind": {"app", `{"app:kind": "toy"}`, "app:kind: found"},
		"no state":     {"app", `{}`, "readStackResourceOutputs"},
	} {
		t.Setenv(pulumi.EnvConfig, row.config)
		made := 0
		err := pulumi.RunErr(func(ctx *pulumi.Context) error {
			count := func(*pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
				made++
				return nil
			}
			if err := ctx.RegisterStackTransformation(count); err != nil {
				return err
			}
			return Deploy(ctx)
		}, pulumi.WithMocks(row.project, "prod", answering{}))
		require.ErrorContains(t, err, row.want, name)
		assert.Zero(t, made, name)
	}
}
