package rules

import "testing"

func TestLoadBalancers(t *testing.T) {
	redirect := p{"type": "redirect", "redirect": p{"protocol": "HTTPS", "port": "443"}}
	rule := func(protocol string) []made {
		return []made{{listenerType, "http", p{"protocol": protocol, "port": 80}}}
	}
	judgeAll(t, []judged{
		{control: "lb-drop-invalid-headers", want: passes, base: p{"dropInvalidHeaderFields": true}, changes: []change{
			{"dropInvalidHeaderFields", false, fails},
			{"dropInvalidHeaderFields", nil, fails},
			{"loadBalancerType", "application", passes},
			{"loadBalancerType", "network", none},
			{"loadBalancerType", "gateway", none},
		}},
		{
			control: "lb-access-logs", want: passes, base: p{"accessLogs": p{"enabled": true, "bucket": "logs"}},
			changes: []change{
				{"accessLogs.enabled", false, fails},
				{"accessLogs.bucket", nil, fails},
				{"accessLogs.bucket", "", fails},
				{"accessLogs", nil, fails},
				{"loadBalancerType", "network", passes},
				{"loadBalancerType", "gateway", none},
			},
		},
		{control: "lb-deletion-protection", want: passes, base: p{"enableDeletionProtection": true}, changes: []change{
			{"enableDeletionProtection", false, fails}, {"enableDeletionProtection", nil, fails},
		}},
		{control: "lb-desync-mode", want: passes, changes: []change{
			{"desyncMitigationMode", "defensive", passes},
			{"desyncMitigationMode", "strictest", passes},
			{"desyncMitigationMode", "monitor", fails},
			{"loadBalancerType", "network", none},
		}},
		{
			control: "lb-several-zones", want: passes, base: p{"subnets": []any{"a", "b"}}, others: []made{
				{subnetType, "a", p{"availabilityZone": "us-east-1a"}},
				{subnetType, "b", p{"availabilityZone": "us-east-1b"}},
				{subnetType, "a2", p{"availabilityZone": "us-east-1a"}},
				{subnetType, "x", nil},
				{subnetType, "i", p{"availabilityZoneId": "use1-az1"}},
				{subnetType, "j", p{"availabilityZoneId": "use1-az2"}},
			}, changes: []change{
				{"subnets", []any{"a"}, fails},
				{"subnets", []any{"a", "a2"}, fails},
				{"subnets", []any{"i", "j"}, passes},
				{"subnets", []any{"subnet-1"}, fails},
				{"subnets", []any{"subnet-1", "subnet-2"}, outside},
				{"subnets", []any{"a", "subnet-2"}, outside},
				{"subnets", []any{"a", "x"}, open},
				{"subnets", unknownText, open},
				{"subnets", []any{}, fails},
				{"subnets", nil, fails},
				{"subnetMappings", []any{p{"subnetId": "a"}}, passes},
			},
		},
		{
			control: "lb-several-zones", want: passes, base: p{"subnetMappings": []any{
				p{"subnetId": "a"},
				p{"subnetId": "b"},
			}},
			changes: []change{{"subnetMappings", []any{p{"subnetId": "a"}}, fails}, {"subnetMappings", unknownText, open}},
		},
		{
			control: "lb-http-redirects", want: passes,
			base: p{"protocol": "HTTP", "port": 80, "defaultActions": []any{redirect, redirect}}, changes: []change{
				{"defaultActions.1.type", "forward", fails},
				{"defaultActions.0.redirect.protocol", "HTTP", fails},
				{"defaultActions.0.redirect.protocol", nil, fails},
				{"defaultActions.0.redirect.port", "8443", fails},
				{"defaultActions.0.redirect.port", nil, passes},
				{"defaultActions.0.redirect.port", "#{port}", passes},
				{"defaultActions", []any{}, fails},
				{"defaultActions", unknownText, open},
				{"protocol", "HTTPS", none},
				{"protocol", nil, passes},
				{"protocol", unknownText, passes},
			},
		},
		{
			control: "lb-http-redirects", want: fails, base: p{"protocol": "HTTP", "port": 80, "defaultActions": []any{}},
			changes: []change{{"protocol", unknownText, open}, {"protocol", nil, fails}, {"protocol", "TLS", none}},
		},
		{control: "lb-http-redirects", want: none, base: p{"defaultActions": []any{p{"type": "forward"}}}},
		{
			control: "lb-http-rules-redirect", want: passes, others: rule("HTTP"),
			base: p{"listenerArn": "http", "actions": []any{redirect}}, changes: []change{
				{"actions.0.type", "forward", fails}, {"listenerArn", "another", passes},
			},
		},
		{
			control: "lb-http-rules-redirect", want: outside, others: rule("HTTP"),
			base: p{"listenerArn": "another", "actions": []any{p{"type": "forward"}}},
		},
		{
			control: "lb-http-rules-redirect", want: passes, others: rule("HTTPS"),
			base: p{"listenerArn": "http", "actions": []any{p{"type": "forward"}}},
		},
		{
			control: "lb-tls-policy", want: passes, base: p{
				"protocol": "HTTPS", "port": 443, "certificateArn": "arn:c",
				"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
			}, changes: []change{
				{"certificateArn", nil, fails},
				{"sslPolicy", nil, fails},
				{"sslPolicy", "ELBSecurityPolicy-2016-08", fails},
				{"protocol", "TLS", passes},
				{"protocol", "tls", passes},
				{"protocol", "https", passes},
				{"protocol", "UDP", fails},
				{"protocol", "HTTP", none},
				{"protocol", "http", none},
				{"protocol", nil, none},
				{"protocol", unknownText, open},
				{"protocol", true, fails},
			},
		},
		{control: "lb-tls-policy", want: none, base: p{}},
		{
			control: "lb-tls-policy", typeToken: classicLBType, want: passes,
			base: p{"listeners": []any{p{"lbProtocol": "https"}, p{"lbProtocol": "ssl"}}}, changes: []change{
				{"listeners.0.lbProtocol", "http", fails},
				{"listeners.1.lbProtocol", "tcp", fails},
				{"listeners", nil, fails},
				{"listeners", []any{}, fails},
				{"listeners", unknownText, open},
			},
		},
		{
			control: "lb-waf-attached", want: passes, others: []made{{wafAssociationType, "a", p{"resourceArn": "it"}}},
			changes: []change{{"loadBalancerType", "network", none}, {"loadBalancerType", "gateway", none}},
		},
		{control: "lb-waf-attached", want: fails, changes: []change{
			{"internal", true, none}, {"internal", false, fails}, {"loadBalancerType", "network", none},
		}},
		{control: "lb-encrypted-targets", want: passes, base: p{"protocol": "HTTPS"}, changes: []change{
			{"protocol", "TLS", passes},
			{"protocol", "QUIC", passes},
			{"protocol", "HTTP", fails},
			{"protocol", "TCP", fails},
			{"protocol", nil, fails},
			{"protocol", "GENEVE", none},
			{"targetType", "lambda", none},
			{"targetType", "alb", none},
			{"targetType", "ip", passes},
		}},
		{
			control: "lb-health-check", want: passes, base: p{"protocol": "HTTP", "healthCheck": p{"path": "/health"}},
			changes: []change{
				{"healthCheck.enabled", true, passes},
				{"healthCheck.enabled", false, fails},
				{"healthCheck", nil, fails},
				{"healthCheck.path", nil, fails},
				{"protocol", "HTTPS", passes},
				{"targetType", "lambda", none},
				{"targetType", "instance", passes},
			},
		},
		{
			control: "lb-health-check", want: passes, base: p{"protocol": "TCP", "healthCheck": p{"enabled": true}},
			changes: []change{{"protocol", "HTTPS", fails}, {"protocol", "HTTP", fails}, {"healthCheck", nil, fails}},
		},
	})
}
