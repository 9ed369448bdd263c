package config

import "strings"

// LoadBalancer is the entry point of the web services.
type LoadBalancer struct {
	// Scheme is internet-facing, or internal for a load balancer in the app subnets that has private addresses alone:
	// only the networks of ingressCidrs reach it, from the VPC, or over a peering, VPN or transit gateway of your own.
	// Its names stand in public DNS all the same, with those addresses. It is fixed for the life of a stack. Default
	// internet-facing.
	Scheme Scheme `json:"scheme" allowed:"internet-facing, internal"`
	// CertificateARN of an issued ACM certificate in the stack's region. Set either this
	// or dns.domain.
	CertificateARN string `json:"certificateArn" optional:"true" allowed:"<certificate ARN>"`
	// HostName that clients use with CertificateARN, one of the certificate's names. You manage its DNS record
	// yourself: an alias or CNAME of the load balancer's own name (output albDnsName). Required with
	// CertificateARN.
	HostName string `json:"hostName" optional:"true" allowed:"<domain>"`
	// SSLPolicy of the HTTPS listener, one that offers only TLS 1.2 and 1.3, with forward secrecy.
	// Default ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, which AWS recommends: clients that support
	// post-quantum keys use them.
	SSLPolicy string `json:"sslPolicy" allowed:"<TLS policy>"`
	// IngressCIDRs may reach ports 80 and 443; an internal load balancer is not for 0.0.0.0/0. Default 0.0.0.0/0.
	IngressCIDRs []string `json:"ingressCidrs" allowed:"<CIDR block>"`
	// IngressPrefixLists may reach port 443, beside the networks of ingressCidrs, which is then an empty list or others
	// than 0.0.0.0/0.
	// A list of the account counts for as many rules of a security group as it may have entries, CloudFront's list
	// (com.amazonaws.global.cloudfront.origin-facing) for 55 of the usual 60. Every distribution comes from
	// CloudFront's, not yours alone. Default none.
	IngressPrefixLists []string `json:"ingressPrefixLists" allowed:"<prefix list>"`
	// TestIngressCIDRs may reach the blue/green test listener, such as the addresses of the NAT
	// gateways from which the pipeline's tests come. Default nobody.
	TestIngressCIDRs []string `json:"testIngressCidrs" allowed:"<CIDR block>"`
	// TestPort of the blue/green test listener, 1 to 65535, neither 80 nor 443. Default 8443.
	TestPort int `json:"testPort" allowed:"1 to 65535"`
	// IdleTimeoutSeconds after which an idle connection is closed, 1 to 4000. Default 60.
	IdleTimeoutSeconds int `json:"idleTimeoutSeconds" allowed:"1 to 4000"`
	// DesyncMitigation is the handling of requests that two servers may read in different ways, which allows request
	// smuggling: defensive refuses the dangerous ones; strictest refuses everything that RFC 7230 does not allow,
	// also from odd clients and probes, with a 400; monitor lets all pass. Default defensive; prod refuses monitor.
	DesyncMitigation DesyncMitigation `json:"desyncMitigation" allowed:"defensive, strictest, monitor"`
	// DeletionProtection prevents deletion, in AWS and in Pulumi. Default true; prod demands it.
	DeletionProtection bool `json:"deletionProtection"`
	// WAF is the web application firewall in front of the load balancer.
	WAF WAF `json:"waf"`
}

func (l *LoadBalancer) defaults() {
	*l = LoadBalancer{
		Scheme:             InternetFacing,
		SSLPolicy:          "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
		IngressCIDRs:       []string{everybody},
		TestPort:           8443,
		IdleTimeoutSeconds: 60,
		DesyncMitigation:   DesyncDefensive,
		DeletionProtection: true,
		WAF: WAF{
			ManagedRuleGroups: []string{
				"AWSManagedRulesAmazonIpReputationList",
				"AWSManagedRulesCommonRuleSet",
				"AWSManagedRulesKnownBadInputsRuleSet",
				"AWSManagedRulesSQLiRuleSet",
			},
			RequestsPerFiveMinutes: 2000,
			LogRequests:            LogMatched,
		},
	}
}

// DesyncMitigation is the strictness of the load balancer about ambiguous requests.
type DesyncMitigation string

// The modes of desync mitigation.
const (
	DesyncDefensive DesyncMitigation = "defensive"
	DesyncStrictest DesyncMitigation = "strictest"
	DesyncMonitor   DesyncMitigation = "monitor"
)

func (l *LoadBalancer) validate(v *validation, at path) {
	v.inProd(!l.DeletionProtection, at.key("deletionProtection"),
		"false", "true in prod", "set true, so that no slip takes the public entry point away")
	v.inProd(l.DesyncMitigation == DesyncMonitor, at.key("desyncMitigation"),
		`"monitor"`, "defensive or strictest in prod", "remove it: monitor lets smuggled requests through to the services")
	if l.TestPort == 80 || l.TestPort == 443 {
		v.add(at.key("testPort"), show(l.TestPort), "1 to 65535 but 80 and 443, on which users come in",
			"choose another, such as 8443")
	}
	certificate := at.key("certificateArn")
	if l.CertificateARN != "" && v.sound(certificate) {
		v.regional(certificate, "the certificate", l.CertificateARN)
	}
}

// validateTLS requires exactly one source of a certificate: nothing is served without one.
func (c *Config) validateTLS(v *validation, at path) {
	certificate, domain := at.key("loadBalancer").key("certificateArn"), at.key("dns").key("domain")
	host := at.key("loadBalancer").key("hostName")
	if !v.sound(certificate, domain, host) {
		return
	}
	switch {
	case c.LoadBalancer.CertificateARN == "" && c.DNS.Domain == "":
		v.add(domain, "nothing", "a TLS certificate source: either a domain or loadBalancer.certificateArn",
			"set dns.domain with dns.hostedZoneId, or the ARN of an issued certificate")
	case c.LoadBalancer.CertificateARN != "" && c.DNS.Domain != "":
		v.add(certificate, "a certificate besides dns.domain", "one TLS certificate source",
			"remove certificateArn to get a certificate for "+quote(c.DNS.Domain)+", or remove dns")
	case c.LoadBalancer.CertificateARN != "" && c.LoadBalancer.HostName == "":
		v.add(host, "nothing", "the name that the certificate is for and that clients use",
			"set it: no certificate can match the load balancer's own name, so that every client would refuse it")
	case c.LoadBalancer.CertificateARN == "" && c.LoadBalancer.HostName != "":
		v.add(host, quote(c.LoadBalancer.HostName), "a host name only with loadBalancer.certificateArn",
			"remove it: dns.domain is the name, and its certificate is made")
	}
}

// regional refuses an ARN of another region than the stack's.
func (v *validation) regional(at path, what, arn string) {
	region := v.aws.Region
	if found := strings.Split(arn, ":")[3]; region != "" && found != region {
		v.add(at, what+" of "+found, "ARNs in "+region+", the stack's region", "name one in "+region+", or change aws.region")
	}
}
