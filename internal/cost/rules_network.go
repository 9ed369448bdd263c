package cost

import (
	"fmt"
	"strings"
)

var networkRules = map[string]rule{
	"aws:ec2/natGateway:NatGateway":       priced((*estimator).natGateway),
	"aws:ec2/eip:Eip":                     priced((*estimator).address),
	"aws:ec2/vpcEndpoint:VpcEndpoint":     priced((*estimator).endpoint),
	"aws:lb/loadBalancer:LoadBalancer":    priced((*estimator).loadBalancer),
	"aws:wafv2/webAcl:WebAcl":             priced((*estimator).webACL),
	"aws:route53/zone:Zone":               priced((*estimator).zone),
	"aws:route53/healthCheck:HealthCheck": free("checks of AWS endpoints cost nothing up to 50 an account"),

	"aws:ec2/vpc:Vpc":                                                           free("AWS does not charge for VPCs"),
	"aws:ec2/subnet:Subnet":                                                     free("AWS does not charge for subnets"),
	"aws:ec2/route:Route":                                                       free("AWS does not charge for routes"),
	"aws:ec2/routeTable:RouteTable":                                             free("AWS does not charge for routes"),
	"aws:ec2/routeTableAssociation:RouteTableAssociation":                       free("AWS does not charge for routes"),
	"aws:ec2/defaultRouteTable:DefaultRouteTable":                               free("AWS does not charge for routes"),
	"aws:ec2/internetGateway:InternetGateway":                                   free("traffic is charged where it leaves: see the load balancer"),
	"aws:ec2/flowLog:FlowLog":                                                   free("charged as its log group's ingestion"),
	"aws:ec2/networkAcl:NetworkAcl":                                             free("AWS does not charge for filters"),
	"aws:ec2/defaultNetworkAcl:DefaultNetworkAcl":                               free("AWS does not charge for filters"),
	"aws:ec2/securityGroup:SecurityGroup":                                       free("AWS does not charge for filters"),
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":                         free("AWS does not charge for filters"),
	"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":                 free("AWS does not charge for filters"),
	"aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule":                   free("AWS does not charge for filters"),
	"aws:ec2/managedPrefixList:ManagedPrefixList":                               free("AWS does not charge for prefix lists"),
	"aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": free("gateway endpoints are free"),
	"aws:lb/listener:Listener":                                                  free("charged as the load balancer"),
	"aws:lb/listenerCertificate:ListenerCertificate":                            free("charged as the load balancer"),
	"aws:lb/listenerRule:ListenerRule":                                          free("charged as the load balancer"),
	"aws:lb/targetGroup:TargetGroup":                                            free("charged as the load balancer"),
	"aws:wafv2/ipSet:IpSet":                                                     free("charged as the rules that use it"),
	"aws:wafv2/webAclAssociation:WebAclAssociation":                             free("charged as the web ACL"),
	"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration":           free("charged as its log group's ingestion"),
	"aws:route53/record:Record":                                                 free("queries of aliases to AWS are free"),
	"aws:acm/certificate:Certificate":                                           free("public certificates are free"),
	"aws:acm/certificateValidation:CertificateValidation":                       free("public certificates are free"),
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
	for _, r := range e.graph.ofType("aws:ec2/vpcEndpoint:VpcEndpoint") {
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
	e.add(r, charge{what: fmt.Sprintf("interface endpoint in %g zones", zones), price: "endpoint.hour", quantity: zones * e.usage.HoursPerMonth})
	e.add(r, charge{what: "data through the endpoint", price: "endpoint.gb", quantity: e.usage.EndpointGB / float64(len(e.interfaceEndpoints()))})
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
		e.add(r, charge{what: fmt.Sprintf("public IPv4 addresses in %g zones", addresses), price: "ipv4.hour", quantity: addresses * u.HoursPerMonth})
		e.add(r, charge{what: "answers to the internet", price: "transfer.internet", quantity: e.answersGB()})
	}
	const directions = 2
	e.add(r, charge{what: "traffic between zones", price: "transfer.zone", quantity: directions * u.CrossZoneGB})
}

func (e *estimator) answersGB() float64 {
	const kbPerGB = 1e6
	return e.usage.RequestsMillion * million * e.usage.ResponseKB / kbPerGB
}

// capacityUnits of the dearest dimension, averaged over the month.
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

func (e *estimator) zone(r *Resource) {
	e.add(r, charge{what: "hosted zone", price: "route53.zone", quantity: 1})
}

// notes tell what the figures alone do not.
func (e *estimator) notes() []string {
	var notes []string
	endpoints, gateways := e.interfaceEndpoints(), e.graph.ofType("aws:ec2/natGateway:NatGateway")
	if len(endpoints) > 0 && len(gateways) > 0 {
		zones := e.graph.countOrZones(endpoints[0], "subnetIds")
		hour := e.usd("endpoint.hour") * e.usage.HoursPerMonth
		notes = append(notes, fmt.Sprintf("%d interface endpoints in %g zones cost %.2f a month, whatever they carry. "+
			"One saves money against the NAT gateway only above %.0f GB a month in a zone; below that it pays for traffic that stays private.",
			len(endpoints), zones, float64(len(endpoints))*zones*hour, hour/(e.usd("nat.gb")-e.usd("endpoint.gb"))))
	}
	for _, service := range e.graph.ofType("aws:ecs/service:Service") {
		if service.object("deploymentController").text("type") == "CODE_DEPLOY" {
			notes = append(notes, fmt.Sprintf("Service %s runs its tasks twice during a blue/green deployment and until the old ones end.", service.Name()))
		}
	}
	if spot := strings.Join(e.spotServices(), ", "); spot != "" {
		notes = append(notes, fmt.Sprintf("Spot tasks of %s are reckoned at %.0f %% of the on-demand price; AWS's price follows supply.", spot, 100*e.usd("fargate.spot-share")))
	}
	return notes
}
