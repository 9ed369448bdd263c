package stack

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/config"
)

// anotherStack is the advice for changes that are not possible in place.
const anotherStack = "to get there, deploy a second stack beside this one and move over"

// key returns the key of a setting, with the project's namespace.
func (w *workload) key(path string) string { return w.scope.Project + ":" + path }

// judgeNetwork refuses to move the VPC or a subnet: AWS can only replace them, with everything
// in them, including the database.
func (w *workload) judgeNetwork() config.Errors {
	var errs config.Errors
	network := w.cfg.Network
	vpc, ok := w.was.Find(resourcetypes.VPC, networkName)
	if block := vpc.Text("cidrBlock"); ok && block != network.CIDRBlock {
		errs = append(errs, &config.Error{
			Key: w.key("network.cidrBlock"), Found: strconv.Quote(network.CIDRBlock), Allowed: block + ", which is deployed",
			Fix: "write " + block + ": AWS cannot move a VPC, and everything in it would be replaced; " + anotherStack,
		})
	}
	if prefix, ok := w.subnets.prefix(); ok && prefix != network.SubnetPrefix {
		errs = append(errs, &config.Error{
			Key: w.key("network.subnetPrefix"), Found: strconv.Itoa(network.SubnetPrefix),
			Allowed: fmt.Sprintf("%d, which is deployed", prefix),
			Fix: fmt.Sprintf("write %d: AWS cannot resize a subnet, and everything in it would be replaced; %s",
				prefix, anotherStack),
		})
	}
	return append(errs, w.zoneChanges()...)
}

// refuseScheme: AWS cannot give a load balancer other addresses, and the provider replaces it. The rules of the new one
// would come before those of the old one go, and a target group serves one load balancer alone: the update would end
// half way. https://github.com/hashicorp/terraform-provider-aws/issues/22005
func (w *workload) refuseScheme() config.Errors {
	was, up := w.was.Find(resourcetypes.LoadBalancer, balancerName)
	scheme := config.InternetFacing
	if internal, _ := was.Outputs["internal"].(bool); internal {
		scheme = config.SchemeInternal
	}
	if !up || w.cfg.LoadBalancer.Scheme == scheme {
		return nil
	}
	return config.Errors{{
		Key: w.key("loadBalancer.scheme"), Found: string(w.cfg.LoadBalancer.Scheme),
		Allowed: string(scheme) + ", which is deployed: AWS would have to replace the load balancer under its services",
		Fix:     "write " + string(scheme) + "; " + anotherStack,
	}}
}

// zoneChanges refuses to remove a zone that is in use, or to put another zone in its place.
// Further zones may be added after the deployed ones.
func (w *workload) zoneChanges() config.Errors {
	used := len(w.subnets.zones)
	for used > 0 && !w.zoneInUse(used-1) {
		used--
	}
	needed := w.subnets.zones[:max(used, min(len(w.zones), len(w.subnets.zones)))]
	if len(w.zones) >= len(needed) && slices.Equal(w.zones[:len(needed)], needed) {
		return nil
	}
	deployed := strings.Join(needed, ", ")
	if len(w.cfg.Network.AvailabilityZones) > 0 {
		return config.Errors{{
			Key: w.key("network.availabilityZones"), Found: strings.Join(w.zones, ", "),
			Allowed: deployed + ", which are deployed, in that order, and further ones behind them",
			Fix: "begin the list with " + deployed +
				": AWS cannot move a subnet, and everything in it would be replaced; " + anotherStack,
		}}
	}
	return config.Errors{{
		Key: w.key("network.availabilityZoneCount"), Found: strconv.Itoa(len(w.zones)),
		Allowed: fmt.Sprintf("%d or more: %s are deployed", used, deployed),
		Fix: fmt.Sprintf("write %d: services, database and load balancer have addresses in the zones that would go; %s",
			used, anotherStack),
	}}
}

// zoneInUse reports whether the subnets of a zone contain anything besides the network's own
// resources. An update that failed half way may leave a zone that nothing uses.
func (w *workload) zoneInUse(zone int) bool {
	for _, id := range w.subnets.ids[zone] {
		for _, token := range w.was.Mentioning(id) {
			if strings.HasPrefix(token, "aws:") && !strings.HasPrefix(token, "aws:ec2/") {
				return true
			}
		}
	}
	return false
}

// prefix returns the prefix length of the deployed subnets.
func (h heldSubnets) prefix() (int, bool) {
	for zone := range h.zones {
		for _, block := range []netip.Prefix{h.plan.Public[zone], h.plan.App[zone], h.plan.DB[zone]} {
			if block.IsValid() {
				return block.Bits(), true
			}
		}
	}
	return 0, false
}
