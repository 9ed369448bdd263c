package stack

import (
	"fmt"
	"net/netip"
	"path"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/awsdata/fargate"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/cidr"
	"aws-webapp/internal/config"
	"aws-webapp/internal/deployed"
)

// networkName is the network's logical name and the prefix of its subnets' names.
const networkName = "network"

// heldSubnets holds the deployed subnets by zone.
type heldSubnets struct {
	zones []string
	plan  cidr.Plan
	// ids of each zone's subnets, as the ends of their ARNs.
	ids [][]string
}

// deployedSubnets returns the subnets in the state. awsx numbers them by zone: network-app-1
// and so on. The list ends at the first zone without any.
func deployedSubnets(was *deployed.Stack) heldSubnets {
	var held heldSubnets
	for zone := 1; ; zone++ {
		var name string
		var ids []string
		block := func(tier string) netip.Prefix {
			subnet, ok := was.Find(resourcetypes.Subnet, fmt.Sprintf("%s-%s-%d", networkName, tier, zone))
			if !ok {
				return netip.Prefix{}
			}
			name, ids = subnet.Text("availabilityZone"), append(ids, path.Base(subnet.Text("arn")))
			found, _ := netip.ParsePrefix(subnet.Text("cidrBlock"))
			return found
		}
		public, app, db := block("public"), block("app"), block("db")
		if name == "" {
			return held
		}
		held.zones, held.ids = append(held.zones, name), append(held.ids, ids)
		held.plan.Public = append(held.plan.Public, public)
		held.plan.App = append(held.plan.App, app)
		held.plan.DB = append(held.plan.DB, db)
	}
}

// first returns the subnets of the first zones.
func (h heldSubnets) first(zones int) cidr.Plan {
	zones = min(zones, len(h.zones))
	return cidr.Plan{Public: h.plan.Public[:zones], App: h.plan.App[:zones], DB: h.plan.DB[:zones]}
}

// findZones returns the zones to use: the configured ones; or the deployed ones, followed by the
// region's first zones by name that need no opt-in and have Fargate. The deployed ones come first
// because AWS opens new zones, whose names may sort before them.
func (w *workload) findZones(ctx *pulumi.Context, opts ...pulumi.InvokeOption) ([]string, error) {
	if named := w.cfg.Network.AvailabilityZones; len(named) > 0 {
		return named, nil
	}
	zones, want := slices.Clone(w.subnets.zones), w.cfg.Network.AvailabilityZoneCount
	if len(zones) >= want {
		return zones[:want], nil
	}
	found, err := aws.GetAvailabilityZones(ctx, &aws.GetAvailabilityZonesArgs{
		State: pulumi.StringRef("available"),
		Filters: []aws.GetAvailabilityZonesFilter{
			{Name: "opt-in-status", Values: []string{"opt-in-not-required"}},
		},
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("list availability zones: %w", err)
	}
	withoutFargate := map[string]bool{}
	for i, id := range found.ZoneIds {
		withoutFargate[found.Names[i]] = !fargate.Runs(id)
	}
	for _, zone := range slices.Sorted(slices.Values(found.Names)) {
		if !slices.Contains(zones, zone) && !withoutFargate[zone] {
			zones = append(zones, zone)
		}
	}
	if len(zones) < want {
		return nil, &config.Error{
			Key: w.key("network.availabilityZoneCount"), Found: fmt.Sprint(want),
			Allowed: fmt.Sprintf("2 to %d, the zones of %s: %v", len(zones), w.cfg.AWS.Region, zones),
			Fix:     "lower the count or choose another region",
		}
	}
	return zones[:want], nil
}

func (w *workload) createNetwork(ctx *pulumi.Context) error {
	plan, err := w.planSubnets()
	if err != nil {
		return err
	}
	w.network, err = components.NewNetwork(ctx, networkName, &components.NetworkArgs{
		Scope:              w.scope,
		CIDRBlock:          w.cfg.Network.CIDRBlock,
		AvailabilityZones:  w.zones,
		PublicCIDRs:        blocks(plan.Public),
		AppCIDRs:           blocks(plan.App),
		DatabaseCIDRs:      blocks(plan.DB),
		Protect:            w.cfg.Environment == config.Prod,
		NAT:                components.NATStrategy(w.cfg.Network.NAT),
		InterfaceEndpoints: w.cfg.Network.InterfaceEndpoints,
		EndpointAccounts:   w.cfg.Network.EndpointAccounts,
		ReadableBuckets:    w.cfg.ReadableBuckets(),
		LogKeyARN:          w.keys.LogsARN,
		LogRetentionDays:   w.cfg.Logging.RetentionDays,
		TopicARN:           w.alerts.TopicARN,
	}, w.opts...)
	return err
}

func (w *workload) planSubnets() (cidr.Plan, error) {
	vpc, err := netip.ParsePrefix(w.cfg.Network.CIDRBlock)
	if err != nil {
		return cidr.Plan{}, fmt.Errorf("%s: %w", w.key("network.cidrBlock"), err)
	}
	plan, err := cidr.NewPlan(vpc, w.cfg.Network.SubnetPrefix, len(w.zones), w.subnets.first(len(w.zones)))
	if err != nil {
		return cidr.Plan{}, fmt.Errorf("%s: %w", w.key("network"), err)
	}
	return plan, nil
}

func blocks(prefixes []netip.Prefix) []string {
	texts := make([]string, len(prefixes))
	for i, prefix := range prefixes {
		texts[i] = prefix.String()
	}
	return texts
}
