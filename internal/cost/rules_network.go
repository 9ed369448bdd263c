package cost

import (
	"fmt"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
)

func init() {
	prices[resourcetypes.NATGateway] = (*estimator).natGateway
	prices[resourcetypes.ElasticIP] = (*estimator).address
	prices[resourcetypes.VPCEndpoint] = (*estimator).endpoint
	prices[resourcetypes.LoadBalancer] = (*estimator).loadBalancer
	prices[resourcetypes.WebACL] = (*estimator).webACL
}

func (e *estimator) natGateway(r *Resource) {
	gateways := float64(len(e.graph.ofType(r.Type)))
	e.add(r, charge{what: "NAT gateway", price: "nat.hour", quantity: e.usage.HoursPerMonth})
	e.add(r, charge{what: "data through the gateway", price: "nat.gb", quantity: e.usage.NATGB / gateways})
}

func (e *estimator) address(r *Resource) {
	e.add(r, charge{what: "public IPv4 address", price: "ipv4.hour", quantity: e.usage.HoursPerMonth})
}

const interfaceEndpoint = "Interface"

func (e *estimator) interfaceEndpoints() (found []*Resource) {
	for _, r := range e.graph.ofType(resourcetypes.VPCEndpoint) {
		if r.text("vpcEndpointType") == interfaceEndpoint {
			found = append(found, r)
		}
	}
	return found
}

func (e *estimator) endpoint(r *Resource) {
	if r.text("vpcEndpointType") != interfaceEndpoint {
		return // gateway endpoints are free
	}
	zones := e.graph.countOrZones(r, "subnetIds")
	e.add(r, charge{
		what: fmt.Sprintf("interface endpoint in %g zones", zones), price: "endpoint.hour",
		quantity: zones * e.usage.HoursPerMonth,
	})
	e.add(r, charge{
		what: "data through the endpoint", price: "endpoint.gb",
		quantity: e.usage.EndpointGB / float64(len(e.interfaceEndpoints())),
	})
}

// What one capacity unit of an Application Load Balancer serves:
// https://aws.amazon.com/elasticloadbalancing/pricing/
const (
	lcuConnectionsPerSecond = 25
	lcuGBPerHour            = 1
)

func (e *estimator) loadBalancer(r *Resource) {
	u := e.usage
	e.add(r, charge{what: "load balancer", price: "alb.hour", quantity: u.HoursPerMonth})
	e.add(r, charge{what: "capacity units", price: "alb.lcu", quantity: e.capacityUnits() * u.HoursPerMonth})
	if !r.flag("internal") {
		addresses := e.graph.countOrZones(r, "subnets")
		e.add(r, charge{
			what: fmt.Sprintf("public IPv4 addresses in %g zones", addresses), price: "ipv4.hour",
			quantity: addresses * u.HoursPerMonth,
		})
		e.add(r, charge{what: "answers to the internet", price: "transfer.internet", quantity: e.answersGB()})
	}
	const directions = 2
	e.add(r, charge{what: "traffic between zones", price: "transfer.zone", quantity: directions * u.CrossZoneGB})
}

func (e *estimator) answersGB() float64 {
	const kbPerGB = 1e6
	return e.usage.RequestsMillion * million * e.usage.ResponseKB / kbPerGB
}

// capacityUnits returns the capacity units of the most expensive dimension, averaged over the
// month.
func (e *estimator) capacityUnits() float64 {
	if e.usage.HoursPerMonth == 0 {
		return 0
	}
	seconds := e.usage.HoursPerMonth * 3600
	connections := e.usage.RequestsMillion * million / e.usage.RequestsPerConnection / seconds / lcuConnectionsPerSecond
	return max(connections, e.answersGB()/e.usage.HoursPerMonth/lcuGBPerHour)
}

func (e *estimator) webACL(r *Resource) {
	rules, _ := r.list("rules")
	e.add(r, charge{what: "web ACL", price: "waf.acl", quantity: 1})
	e.add(r, charge{what: "rules and managed rule groups", price: "waf.rule", quantity: float64(len(rules))})
	e.add(r, charge{what: "requests", price: "waf.request", quantity: e.usage.RequestsMillion * million})
}

// notes explain what the figures by themselves do not show.
func (e *estimator) notes() []string {
	var notes []string
	endpoints, gateways := e.interfaceEndpoints(), e.graph.ofType(resourcetypes.NATGateway)
	if len(endpoints) > 0 && len(gateways) > 0 {
		zones := e.graph.countOrZones(endpoints[0], "subnetIds")
		hour := e.usd("endpoint.hour") * e.usage.HoursPerMonth
		notes = append(notes, fmt.Sprintf("%d interface endpoints in %g zones cost %.2f a month, whatever they carry. "+
			"One saves money against the NAT gateway only above %.0f GB a month in a zone; below that it pays for traffic "+
			"that stays private.",
			len(endpoints), zones, float64(len(endpoints))*zones*hour, hour/(e.usd("nat.gb")-e.usd("endpoint.gb"))))
	}
	for _, service := range e.graph.ofType(resourcetypes.ECSService) {
		if service.object("deploymentController").text("type") == "CODE_DEPLOY" {
			notes = append(notes,
				fmt.Sprintf("Service %s runs its tasks twice during a blue/green deployment and until the old ones end.",
					service.Name()))
		}
	}
	if spot := strings.Join(e.spotServices(), ", "); spot != "" {
		notes = append(notes,
			fmt.Sprintf("Spot tasks of %s are reckoned at %.0f %% of the on-demand price; AWS's price follows supply.", spot,
				100*e.usd("fargate.spot-share")))
	}
	return notes
}
