package config

// LoadBalancer is the public entry point.
type LoadBalancer struct {
	// CertificateARN of an issued ACM certificate in the stack's region. Set either this
	// or dns.domain.
	CertificateARN string `json:"certificateArn"`
	// SSLPolicy of the HTTPS listener, one that offers only TLS 1.2 and 1.3.
	// Default ELBSecurityPolicy-TLS13-1-2-2021-06.
	SSLPolicy string `json:"sslPolicy"`
	// IngressCIDRs may reach ports 80 and 443. Default 0.0.0.0/0.
	IngressCIDRs []string `json:"ingressCidrs"`
	// TestIngressCIDRs may reach the blue/green test listener, such as the addresses of
	// the NAT gateways that the pipeline's tests come from. Default nobody.
	TestIngressCIDRs []string `json:"testIngressCidrs"`
	// TestPort of the blue/green test listener. Default 8443.
	TestPort int `json:"testPort"`
	// IdleTimeoutSeconds, 1 to 4000. Default 60.
	IdleTimeoutSeconds int `json:"idleTimeoutSeconds"`
	// DeletionProtection refuses deletion at AWS and in Pulumi. Default true; prod demands it.
	DeletionProtection bool `json:"deletionProtection"`
	// WAF is the web application firewall before the load balancer.
	WAF WAF `json:"waf"`
}

// WAF is the web application firewall before the load balancer.
type WAF struct {
	// Enabled attaches a web ACL. Default false.
	Enabled bool `json:"enabled"`
	// ManagedRuleGroups of vendor AWS in order of evaluation. Default
	// AWSManagedRulesAmazonIpReputationList, AWSManagedRulesCommonRuleSet,
	// AWSManagedRulesKnownBadInputsRuleSet and AWSManagedRulesSQLiRuleSet.
	ManagedRuleGroups []string `json:"managedRuleGroups"`
	// RequestsPerFiveMinutes that one address may send, 10 to 2000000000. Default 2000.
	RequestsPerFiveMinutes int `json:"requestsPerFiveMinutes"`
	// CountOnly counts what the managed rules match and blocks nothing. Default false.
	CountOnly bool `json:"countOnly"`
}

// DNS names the public entry point.
type DNS struct {
	// Domain such as app.example.com; makes the alias records and a DNS-validated certificate.
	Domain string `json:"domain"`
	// HostedZoneID of the Route 53 public zone that holds Domain. Required with Domain.
	HostedZoneID string `json:"hostedZoneId"`
	// AlternativeNames are further names on the certificate and as alias records, in the
	// same zone.
	AlternativeNames []string `json:"alternativeNames"`
}
