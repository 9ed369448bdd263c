package main

import "aws-webapp/policies/testgraph"

const (
	loadBalancer = "aws:lb/loadBalancer:LoadBalancer"
	listener     = "aws:lb/listener:Listener"
	targetGroup  = "aws:lb/targetGroup:TargetGroup"
	association2 = "aws:wafv2/webAclAssociation:WebAclAssociation"
)

func balancerMutants() []mutant {
	lb, http := testgraph.First(loadBalancer), testgraph.With(listener, "HTTP", "protocol")
	https, target := testgraph.With(listener, "HTTPS", "protocol"), testgraph.First(targetGroup)
	return []mutant{
		{control: "lb-drop-invalid-headers", fault: "passed on", mutate: set(lb, false, "dropInvalidHeaderFields")},
		{control: "lb-access-logs", fault: "off", mutate: set(lb, false, "accessLogs", "enabled")},
		{control: "lb-deletion-protection", fault: "off", mutate: set(lb, nil, "enableDeletionProtection")},
		{control: "lb-desync-mode", fault: "monitor", mutate: set(lb, "monitor", "desyncMitigationMode")},
		{control: "lb-several-zones", fault: "one zone", mutate: func(s *testgraph.Stack) {
			s.Point(lb, "id", s.Every(testgraph.Subnet("Public"))[:1], "subnets")
		}},
		{control: "lb-several-zones", fault: "one zone id", mutate: func(s *testgraph.Stack) {
			for _, r := range s.Every(testgraph.Subnet("Public")) {
				s.Set(testgraph.Named(r.Type, r.Name), nil, "availabilityZone")
				s.Set(testgraph.Named(r.Type, r.Name), "use1-az1", "availabilityZoneId")
			}
		}},
		{control: "lb-http-redirects", fault: "forwards", mutate: set(http, "forward", "defaultActions", "0", "type")},
		{control: "lb-http-redirects", fault: "to HTTP", mutate: set(http, "HTTP", "defaultActions", "0", "redirect",
			"protocol")},
		{control: "lb-http-redirects", fault: "the SDK's other name", mutate: func(s *testgraph.Stack) {
			s.Add("aws:alb/listener:Listener", "extra", testgraph.Props{
				"loadBalancerArn": testgraph.Of(s.Get(lb), "arn"), "port": 8080, "protocol": "HTTP",
				"defaultActions": []any{testgraph.Props{"type": "forward", "targetGroupArn": testgraph.Of(s.Get(target), "arn")}},
			})
		}},
		{control: "lb-http-rules-redirect", fault: "a path in the clear", mutate: func(s *testgraph.Stack) {
			s.Add("aws:lb/listenerRule:ListenerRule", "extra", testgraph.Props{
				"listenerArn": testgraph.Of(s.Get(http), "arn"),
				"actions":     []any{testgraph.Props{"type": "forward", "targetGroupArn": testgraph.Of(s.Get(target), "arn")}},
			})
		}},
		{control: "lb-tls-policy", fault: "classic load balancer", mutate: func(s *testgraph.Stack) {
			s.Add("aws:elb/loadBalancer:LoadBalancer", "extra", testgraph.Props{"listeners": []any{
				testgraph.Props{"lbPort": 443, "lbProtocol": "https", "instancePort": 8000, "instanceProtocol": "http"},
				testgraph.Props{"lbPort": 80, "lbProtocol": "http", "instancePort": 8000, "instanceProtocol": "http"},
			}})
		}},
		{control: "lb-tls-policy", fault: "old policy", mutate: set(https, "ELBSecurityPolicy-2016-08", "sslPolicy")},
		{control: "lb-tls-policy", fault: "TLS 1.2 without forward secrecy", mutate: set(https,
			"ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09", "sslPolicy")},
		{control: "lb-http-redirects", fault: "HTTP that is not named", mutate: func(s *testgraph.Stack) {
			s.Set(http, "forward", "defaultActions", "0", "type")
			s.Set(http, nil, "protocol")
		}},
		{control: "lb-health-check", fault: "none for machines", mutate: func(s *testgraph.Stack) {
			s.Set(target, "instance", "targetType")
			s.Set(target, nil, "healthCheck")
		}},
		{control: "lb-tls-policy", fault: "not named", mutate: set(https, nil, "sslPolicy")},
		{control: "lb-tls-policy", fault: "TCP", mutate: set(https, "TCP", "protocol")},
		{control: "lb-waf-attached", fault: "none", mutate: remove(testgraph.First(association2))},
		{control: "lb-encrypted-targets", fault: "HTTP", madeUp: true, mutate: set(target, "HTTP", "protocol")},
		{control: "lb-health-check", fault: "none", mutate: set(target, nil, "healthCheck")},
		{control: "lb-health-check", fault: "no path", mutate: set(target, nil, "healthCheck", "path")},
	}
}
