package rules

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/endoflife"
	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/prop"
)

func loadBalancer() []*control.Control {
	const subject = "Load balancer"
	const docs = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
	balancers, listeners, groups := []string{loadBalancerType}, []string{listenerType}, []string{targetGroupType}
	return []*control.Control{
		{
			Name: "lb-drop-invalid-headers", Subject: subject, IDs: control.ParseIDs("ELB.4 K131"),
			Title:    "Load balancers drop invalid headers",
			Severity: control.Medium, Levels: remediate, Types: balancers,
			Risk: "Malformed headers are used to smuggle requests past the load balancer",
			Fix:  "set dropInvalidHeaderFields",
			Judge: func(c in) control.Result {
				return ifApplication(c, control.Want(c.Get("dropInvalidHeaderFields").IsTrue(),
					"load balancer %s passes invalid headers on", c.Name))
			},
			Remedy: func(in) []control.Patch { return set(true, "dropInvalidHeaderFields") },
		},
		{
			Name: "lb-access-logs", Subject: subject, IDs: control.ParseIDs("ELB.5~ N:ELB2~ K91"),
			Beyond:   "ELB.5 and ELB2 are about classic load balancers, too",
			Title:    "Load balancers write access logs",
			Severity: control.Medium, Levels: mandatory, Types: balancers,
			Risk: "Nobody can tell afterwards who asked for what",
			Fix:  "set accessLogs with the log bucket and enabled",
			Judge: func(c in) control.Result {
				// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
				if c.Get("loadBalancerType").Is("gateway") == prop.Yes {
					return control.Skip()
				}
				logs := c.Get("accessLogs")
				return control.Want(logs.Get("enabled").IsTrue().And(logs.Get("bucket").IsSet()),
					"load balancer %s writes no access logs", c.Name)
			},
		},
		{
			Name: "lb-deletion-protection", Subject: subject, IDs: control.ParseIDs("ELB.6 K150"),
			Title:    "Load balancers are protected from deletion (mandatory in prod)",
			Severity: control.Medium, Levels: prodOnly, Types: balancers,
			Risk: "A refactoring or a typo takes the application off the internet",
			Fix:  "set enableDeletionProtection", Here: "loadBalancer.deletionProtection",
			Judge: func(c in) control.Result {
				return control.Want(c.Get("enableDeletionProtection").IsTrue(), "load balancer %s can be deleted", c.Name)
			},
		},
		{
			Name: "lb-desync-mode", Subject: subject, IDs: control.ParseIDs("ELB.12 K328~"),
			Beyond:   "Checkov asks it of classic load balancers, too",
			Title:    "Load balancers defend against request smuggling",
			Severity: control.Medium, Levels: mandatory, Types: balancers,
			Risk: "Requests that proxies read differently reach other users' sessions",
			Fix:  "set desyncMitigationMode to strictest or defensive",
			Judge: func(c in) control.Result {
				mode := c.Get("desyncMitigationMode").IsOrAbsent("defensive", "strictest")
				return ifApplication(c, control.Want(mode, "load balancer %s only monitors malformed requests", c.Name))
			},
		},
		{
			Name: "lb-several-zones", Subject: subject, IDs: control.ParseIDs("ELB.13"),
			Title:    "Load balancers span two availability zones or more",
			Severity: control.Medium, Levels: mandatory, Scope: control.PerStack, Types: balancers,
			Risk:  "The loss of a zone takes the application off the internet",
			Fix:   "pass a public subnet per availability zone as subnets",
			Judge: judgeZones,
		},
		{
			Name: "lb-http-redirects", Subject: subject, IDs: control.ParseIDs("ELB.1 K2 K103~ K2:20"),
			Beyond:   "CKV_AWS_103 also asks that everything else speaks TLS 1.2, which lb-tls-policy judges",
			Title:    "HTTP listeners redirect to HTTPS",
			Severity: control.High, Levels: mandatory, Types: listeners, Optional: true,
			Risk:  "Sessions and passwords cross the internet in the clear",
			Fix:   "make the HTTP listener's default action a redirect to HTTPS with status HTTP_301",
			Judge: judgeRedirect,
		},
		{
			Name: "lb-http-rules-redirect", Subject: subject, IDs: control.ParseIDs("ELB.1~ K2:20~"),
			Beyond:   "What the listener does by default, which lb-http-redirects judges",
			Title:    "Rules of HTTP listeners redirect to HTTPS, too",
			Severity: control.High, Levels: mandatory, Scope: control.PerStack, Types: []string{listenerRuleType},
			Optional: true,
			Risk:     "The listener redirects, but paths with a rule of their own are served in the clear",
			Fix:      "put the rule on the HTTPS listener",
			Judge:    judgeRuleRedirect,
		},
		{
			Name: "lb-tls-policy", Subject: subject, IDs: control.ParseIDs("ELB.17~ ELB.18~ ELB.3 K103~ K2:74+"),
			Beyond: "ELB.17 allows only restricted policies and those of TLS 1.3 alone; ELB.18 also fails HTTP that " +
				"redirects, and CKV_AWS_103 HTTP that does not",
			Title:    "Listeners speak TLS 1.2 or newer",
			Severity: control.High, Levels: mandatory, Types: []string{listenerType, classicLBType},
			Risk: "Old protocols and ciphers can be broken, or traffic is not encrypted at all",
			Fix:  "serve the application on an HTTPS listener and set sslPolicy to one of the allowed policies",
			Here: "loadBalancer.sslPolicy",
			Params: []control.Param{{
				Name: "policies", Kind: control.Texts, Default: endoflife.Good(endoflife.TLSPolicy),
				Doc: "Allowed security policies of HTTPS and TLS listeners; by default those that speak TLS 1.2 and 1.3 alone, " +
					"with forward secrecy.",
			}},
			Judge: judgeTLS,
		},
		{
			Name: "lb-waf-attached", Subject: subject, IDs: control.ParseIDs("ELB.16~ K2:28"),
			Beyond:   "ELB.16 is about internal load balancers, too",
			Title:    "Public load balancers have a web application firewall",
			Severity: control.Medium, Levels: advisory, Scope: control.PerStack, Types: balancers,
			Risk: "Known attack patterns and floods reach the application",
			Fix:  "add a wafv2.WebAcl and its WebAclAssociation", Here: "set loadBalancer.waf.enabled",
			Judge: func(c in) control.Result {
				if c.Get("internal").IsTrue() == prop.Yes {
					return control.Skip()
				}
				attached := exists(c.Graph.Referrers(c.Resource, wafAssociationType, "resourceArn"), anything)
				return ifApplication(c, control.Want(attached, "load balancer %s has no web application firewall", c.Name))
			},
		},
		{
			Name: "lb-encrypted-targets", Subject: subject, IDs: control.ParseIDs("ELB.22 K378+"),
			Title:    "Load balancers talk to their targets over an encrypted protocol",
			Severity: control.Low, Levels: advisory, Types: groups,
			Risk: "Traffic inside the VPC can be read by whoever gets a foot in it",
			Fix:  "terminate TLS in the container and set the target group's protocol to HTTPS",
			Judge: func(c in) control.Result {
				if appliances(c) == prop.Yes || c.Get("targetType").Is("lambda", "alb") == prop.Yes {
					return control.Skip()
				}
				return control.Want(c.Get("protocol").Is("HTTPS", "TLS", "QUIC"), "target group %s is not encrypted", c.Name)
			},
		},
		{
			Name: "lb-health-check", Subject: subject, IDs: control.ParseIDs("K261+"),
			Title:    "Target groups check the health of their targets",
			Severity: control.Medium, Levels: mandatory, Types: groups,
			Risk: "Requests go to tasks that cannot answer, and bad deployments look good",
			Fix:  "set healthCheck with a path of the application, such as /health",
			Link: docs + "target-group-health-checks.html",
			Judge: func(c in) control.Result {
				if c.Get("targetType").Is("lambda") == prop.Yes {
					// The load balancer calls a function whether it is healthy or not, and each check costs a
					// call:
					// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
					return control.Skip()
				}
				check := c.Get("healthCheck")
				needsPath := c.Get("protocol").Is("HTTP", "HTTPS")
				return control.All(
					control.Want(check.IsSet().And(check.Get("enabled").TrueByDefault()),
						"target group %s has no health check", c.Name),
					control.Want(needsPath.Not().Or(check.Get("path").IsSet()),
						"the health check of target group %s has no path", c.Name),
				)
			},
		},
	}
}

// ifApplication skips network and gateway load balancers, which have no HTTP settings.
func ifApplication(c in, result control.Result) control.Result {
	if c.Get("loadBalancerType").Is("network", "gateway") == prop.Yes {
		return control.Skip()
	}
	return result
}

func judgeZones(c in) control.Result {
	const least = 2
	if c.Get("subnetMappings").IsSet() == prop.Yes && c.Get("subnets").IsSet() == prop.No {
		mappings, complete := c.Get("subnetMappings").List()
		return control.Want(prop.Known(len(mappings) >= least).Or(complete.Not()),
			"load balancer %s is in one availability zone", c.Name)
	}
	subnets := c.Graph.Follow(c.Resource, []string{subnetType}, "subnets")
	zones := map[string]bool{}
	known := true
	for _, subnet := range subnets.To {
		zone, ok := zoneOf(subnet)
		known = known && ok
		zones[zone] = true
	}
	listed, complete := c.Get("subnets").List()
	switch {
	case len(zones) >= least && known && subnets.Exact:
		return control.Passed()
	case complete == prop.Yes && len(listed) < least, subnets.Exact && known && !subnets.Outside:
		return control.Failed("load balancer %s is in one availability zone", c.Name)
	case subnets.Outside:
		return control.Elsewhere("load balancer %s is in subnets of another stack, which knows their availability zones",
			c.Name)
	default:
		return control.Doubt("cannot tell yet which availability zones load balancer %s is in", c.Name)
	}
}

// speaks returns the protocol of a listener. That of an application load balancer is HTTP by
// default, and a gateway load balancer's listener has neither a protocol nor a port:
// https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/lb_listener
func speaks(c in) (protocol prop.Value, gateway bool) {
	protocol = c.Get("protocol")
	if !protocol.Absent() {
		return protocol, false
	}
	if c.Get("port").Absent() {
		return protocol, true
	}
	return prop.New("protocol", resource.NewStringProperty("HTTP")), false
}

// appliances answers whether a target group belongs to a gateway load balancer, which wraps all
// traffic in GENEVE on its way through the appliances:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/introduction.html
func appliances(c in) prop.Truth { return c.Get("protocol").Is("GENEVE") }

// zoneOf returns the zone that a subnet names, by name or by id, or else the one that AWS chose
// for it.
func zoneOf(subnet *graph.Resource) (string, bool) {
	for _, zone := range []prop.Value{
		subnet.Get("availabilityZone"), subnet.Get("availabilityZoneId"), subnet.InForce("availabilityZone"),
	} {
		if text, ok := zone.Text(); ok {
			return text, true
		}
	}
	return "", false
}

// judgeRedirect judges listeners that speak plain HTTP.
func judgeRedirect(c in) control.Result {
	protocol, gateway := speaks(c)
	plain := protocol.Is("HTTP")
	if gateway || plain == prop.No {
		return control.Skip()
	}
	return control.Want(plain.Not().Or(redirects(c.Get("defaultActions"))),
		"listener %s serves plain HTTP instead of redirecting to HTTPS", c.Name)
}

// judgeRuleRedirect judges the rules of listeners that speak plain HTTP.
func judgeRuleRedirect(c in) control.Result {
	plain := c.Graph.Follow(c.Resource, []string{listenerType},
		"listenerArn").Any(func(listener *graph.Resource) prop.Truth {
		return listener.InForce("protocol").Is("HTTP")
	})
	return control.Want(plain.Not().Or(redirects(c.Get("actions"))),
		"rule %s serves plain HTTP instead of redirecting to HTTPS", c.Name)
}

// redirects answers whether all actions of a listener or a rule redirect to HTTPS.
func redirects(list prop.Value) prop.Truth {
	actions, complete := list.List()
	if complete == prop.Yes && len(actions) == 0 {
		return prop.No
	}
	answer := complete
	for _, action := range actions {
		redirect := action.Get("redirect")
		answer = answer.And(action.Get("type").Is("redirect")).And(redirect.Get("protocol").Is("HTTPS")).
			And(redirect.Get("port").IsOrAbsent("443", "#{port}"))
	}
	return answer
}

// judgeTLS judges listeners that do not speak plain HTTP. Classic load balancers cannot
// redirect, so all of their listeners have to be encrypted.
func judgeTLS(c in) control.Result {
	if c.Type == classicLBType {
		encrypted := every(c.Get("listeners"),
			func(listener prop.Value) prop.Truth { return listener.Get("lbProtocol").Is("https", "ssl") })
		return control.Want(encrypted, "classic load balancer %s has a listener that is not encrypted", c.Name)
	}
	spoken, gateway := speaks(c)
	protocol, ok := spoken.Text()
	switch {
	case gateway, strings.EqualFold(protocol, "HTTP"):
		return control.Skip()
	case !ok && spoken.IsUnknown():
		return control.Doubt("cannot tell yet which protocol listener %s speaks", c.Name)
	case !strings.EqualFold(protocol, "HTTPS") && !strings.EqualFold(protocol, "TLS"):
		return control.Failed("listener %s is not encrypted", c.Name)
	}
	return control.All(
		control.Want(c.Get("sslPolicy").Is(c.Params.Texts("policies")...), "listener %s has no allowed TLS policy", c.Name),
		control.Want(c.Get("certificateArn").IsSet(), "listener %s has no certificate", c.Name),
	)
}
