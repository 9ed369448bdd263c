package stack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// was is a resource of a stack that is up.
type was struct {
	token, name string
	outputs     map[string]any
}

func stateOf(resources ...was) resource.PropertyMap {
	state := resource.PropertyMap{}
	for _, r := range resources {
		urn := "urn:pulumi:prod::aws-webapp::aws-webapp:any:Component$" + r.token + "::" + r.name
		state[resource.PropertyKey(urn)] = resource.NewProperty(resource.PropertyMap{
			"type":    resource.NewProperty(r.token),
			"outputs": resource.NewProperty(resource.NewPropertyMapFromMap(r.outputs)),
		})
	}
	return state
}

// deployedNetwork is prod's network in some zones.
func deployedNetwork(zones ...string) []was {
	resources := []was{{"aws:ec2/vpc:Vpc", "network", map[string]any{"cidrBlock": "10.0.0.0/16"}}}
	for i, zone := range zones {
		for n, tier := range []string{"public", "app", "db"} {
			resources = append(resources, deployedSubnet(tier, i+1, zone, fmt.Sprintf("10.0.%d.0/24", n*len(zones)+i)))
		}
	}
	return resources
}

func deployedSubnet(tier string, number int, zone, block string) was {
	name := fmt.Sprintf("network-%s-%d", tier, number)
	return was{"aws:ec2/subnet:Subnet", name, map[string]any{
		"availabilityZone": zone, "cidrBlock": block, "arn": "arn:aws:ec2:us-east-1:1:subnet/subnet-" + name,
	}}
}

// inSubnets is something that lies in subnets.
func inSubnets(token string, subnets ...string) was {
	ids := make([]any, len(subnets))
	for i, subnet := range subnets {
		ids[i] = "subnet-network-" + subnet
	}
	return was{token, "it", map[string]any{"subnetIds": ids}}
}

const network = `{"cidrBlock": "10.0.0.0/16", "nat": "per-az", "interfaceEndpoints": ["ecr.api", "ecr.dkr", "logs",
	"secretsmanager", "kms", "sts", "ssmmessages"], %s}`

// TestTheNetworkStaysWhereItIs: a VPC or subnet that moves would take everything in it along. Zones come behind those
// that are there, and go as long as nothing lies in them.
func TestTheNetworkStaysWhereItIs(t *testing.T) {
	const count = `"availabilityZoneCount": %d`
	three := deployedNetwork("us-east-1a", "us-east-1b", "us-east-1c")
	for name, test := range map[string]struct {
		state []was
		keys  string
		want  string
	}{
		"nothing deployed":        {nil, fmt.Sprintf(count, 3), ""},
		"as it is":                {three, fmt.Sprintf(count, 3), ""},
		"one zone more":           {three, fmt.Sprintf(count, 4), ""},
		"zones of another order":  {deployedNetwork("us-east-1c", "us-east-1a", "us-east-1b"), fmt.Sprintf(count, 3), ""},
		"a zone that nobody uses": {three, fmt.Sprintf(count, 2), ""},
		"another VPC": {
			[]was{{"aws:ec2/vpc:Vpc", "network", map[string]any{"cidrBlock": "10.9.0.0/16"}}},
			fmt.Sprintf(count, 3),
			`network.cidrBlock: found "10.0.0.0/16", allowed 10.9.0.0/16, which is deployed: write 10.9.0.0/16`,
		},
		"another size": {
			three, fmt.Sprintf(count, 3) + `, "subnetPrefix": 22`,
			"network.subnetPrefix: found 22, allowed 24, which is deployed: write 24",
		},
		"another size of a public subnet": {
			[]was{deployedSubnet("public", 1, "us-east-1a", "10.0.0.0/25")}, fmt.Sprintf(count, 3), "found 24, allowed 25",
		},
		"another size of an app subnet": {
			[]was{deployedSubnet("app", 1, "us-east-1a", "10.0.0.0/25")}, fmt.Sprintf(count, 3), "found 24, allowed 25",
		},
		"another size of a database subnet": {
			[]was{deployedSubnet("db", 1, "us-east-1a", "10.0.0.0/25")}, fmt.Sprintf(count, 3), "found 24, allowed 25",
		},
		"a zone that a service uses": {
			append(slices.Clone(three), inSubnets("aws:ecs/service:Service", "app-3")), fmt.Sprintf(count, 2),
			"network.availabilityZoneCount: found 2, allowed 3 or more: us-east-1a, us-east-1b, us-east-1c are deployed: " +
				"write 3: services, database and load balancer have addresses in the zones that would go; to get there",
		},
		"a zone that the network uses itself": {
			append(slices.Clone(three), inSubnets("aws:ec2/natGateway:NatGateway", "public-3")), fmt.Sprintf(count, 2), "",
		},
		"another zone in the place of one": {
			three, `"availabilityZones": ["us-east-1a", "us-east-1d", "us-east-1c"]`,
			"network.availabilityZones: found us-east-1a, us-east-1d, us-east-1c, allowed us-east-1a, us-east-1b, us-east-1c, " +
				"which are deployed, in that order, and further ones behind them: begin the list with us-east-1a, us-east-1b",
		},
		"more zones than there are": {nil, fmt.Sprintf(count, 5), "allowed 2 to 4, the zones of us-east-1"},
	} {
		t.Run(name, func(t *testing.T) {
			change := replaced(map[string]string{"network": fmt.Sprintf(network, test.keys)})
			rec, err := deployOver(t, "prod", stateOf(test.state...), change)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, keysOf(rec.resources), "aws:kms/key:Key::keys-data", "nothing is made before it is refused")
		})
	}
}

// TestTheDomainStaysInItsZones: AWS builds all nodes of a domain anew when it goes to other subnets.
func TestTheDomainStaysInItsZones(t *testing.T) {
	for name, test := range map[string]struct {
		deployed, nodes, want int
	}{
		"new, by two":                     {0, 2, 2},
		"new, by three":                   {0, 6, 3},
		"in two of three zones":           {2, 6, 2},
		"in two that no longer divide":    {2, 3, 3},
		"in three":                        {3, 6, 3},
		"in one, as before it was spread": {1, 6, 3},
		"in more zones than there are":    {4, 6, 3},
	} {
		t.Run(name, func(t *testing.T) {
			var state []was
			if test.deployed > 0 {
				state = append(state, was{"aws:opensearch/domain:Domain", "search", map[string]any{
					"vpcOptions": map[string]any{"subnetIds": make([]any, test.deployed)},
				}})
			}
			rec, err := deployOver(t, "prod", stateOf(state...), replaced(map[string]string{
				"logSearch": fmt.Sprintf(`{"instanceCount": %d, "serviceLinkedRole": true}`, test.nodes),
			}))
			require.NoError(t, err)
			domain := one(t, rec.resources, "aws:opensearch/domain:Domain", "search").inputs
			assert.Len(t, domain["vpcOptions"].ObjectValue()["subnetIds"].ArrayValue(), test.want)
			spread := domain["clusterConfig"].ObjectValue()["zoneAwarenessConfig"].ObjectValue()["availabilityZoneCount"]
			assert.InDelta(t, test.want, spread.NumberValue(), 0)
		})
	}
}

// TestAStackStaysWhatAndWhereItIs: the engine would delete what it has, or look for it where it is not.
func TestAStackStaysWhatAndWhereItIs(t *testing.T) {
	key := func(region, account string) was {
		return was{"aws:kms/key:Key", "keys-data", map[string]any{"arn": "arn:aws:kms:" + region + ":" + account + ":key/1"}}
	}
	accounts := map[string]string{"prod": "222222222222", "delivery": "333333333333"}
	marks := map[string]was{
		"prod":     {"aws-webapp:network:Network", "network", nil},
		"delivery": {"aws-webapp:delivery:Registry", "registry", nil},
	}
	others := map[string]string{"prod": "delivery", "delivery": "prod"}
	kinds := map[string]string{"prod": "workload", "delivery": "delivery"}
	for stack, account := range accounts {
		for name, test := range map[string]struct {
			state []was
			want  string
		}{
			"as it is": {[]was{marks[stack], key("us-east-1", account)}, ""},
			"of the other kind": {
				[]was{marks[others[stack]]},
				"aws-webapp:kind: found " + kinds[stack] + ", allowed " + kinds[others[stack]] + " while",
			},
			"from another region": {
				[]was{key("eu-west-1", account)}, "aws-webapp:aws.region: found us-east-1, allowed eu-west-1 while the stack is up",
			},
			"from another account": {
				[]was{key("us-east-1", "444444444444")},
				"aws-webapp:aws.allowedAccountIds: found " + account + ", allowed a list with 444444444444 while the stack is up",
			},
			"with a key of which nothing is known": {
				[]was{{"aws:kms/key:Key", "a-key", map[string]any{"arn": "pending"}}, key("eu-west-1", account)}, "aws.region",
			},
		} {
			t.Run(stack+" "+name, func(t *testing.T) {
				rec, err := deployOver(t, stack, stateOf(test.state...), replaced(nil))
				if test.want == "" {
					require.NoError(t, err)
					return
				}
				require.ErrorContains(t, err, test.want)
				for _, made := range rec.resources {
					assert.True(t, strings.HasPrefix(made.typ, "pulumi:"), "%s is made before it is refused", made.key())
				}
			})
		}
	}
}

// A load balancer with other addresses is another one, and a target group serves one alone.
func TestSchemeIsRefusedForADeployedLoadBalancer(t *testing.T) {
	const inside = `{"scheme": "internal", "ingressCidrs": ["10.0.0.0/16"], "waf": {"enabled": true}}`
	for name, row := range map[string]struct {
		internal bool
		balancer string
		want     string
	}{
		"public to internal": {false, inside, "aws-webapp:loadBalancer.scheme: found internal, allowed internet-facing, " +
			"which is deployed: AWS would have to replace the load balancer under its services: write internet-facing; to get " +
			"there, deploy a second stack beside this one and move over"},
		"internal to public": {true, `{"waf": {"enabled": true}}`, "aws-webapp:loadBalancer.scheme: found internet-facing, " +
			"allowed internal, which is deployed"},
		"public as it was":   {false, `{"waf": {"enabled": true}}`, ""},
		"internal as it was": {true, inside, ""},
	} {
		_, err := deployOver(t, "prod", stateOf(was{
			"aws:lb/loadBalancer:LoadBalancer", "web", map[string]any{"internal": row.internal},
		}), replaced(map[string]string{"loadBalancer": row.balancer}))
		if row.want == "" {
			assert.NoError(t, err, name)
			continue
		}
		assert.ErrorContains(t, err, row.want, name)
	}
}
