package config

import "strings"

const certificate = "arn:aws:acm:eu-west-1:111111111111:certificate/12345678-1234-1234-1234-123456789012"

var badEntries = map[string]bad{
	"no TLS certificate": {
		edits{"dns": ""},
		Error{
			"dns.domain", "nothing", "a TLS certificate source: either a domain or loadBalancer.certificateArn",
			"set dns.domain with dns.hostedZoneId, or the ARN of an issued certificate",
		},
	},
	"two TLS certificates": {
		edits{"loadBalancer.certificateArn": `"` + certificate + `"`},
		Error{
			"loadBalancer.certificateArn", "a certificate besides dns.domain", "one TLS certificate source",
			`remove certificateArn to get a certificate for "app.example.com", or remove dns`,
		},
	},
	"certificate without a name": {
		edits{"dns": "", "loadBalancer.certificateArn": `"` + certificate + `"`},
		Error{
			"loadBalancer.hostName", "nothing", "the name that the certificate is for and that clients use",
			"set it: no certificate can match the load balancer's own name, so that every client would refuse it",
		},
	},
	"name without a certificate": {
		edits{"loadBalancer.hostName": `"www.example.com"`},
		Error{
			"loadBalancer.hostName", `"www.example.com"`, "a host name only with loadBalancer.certificateArn",
			"remove it: dns.domain is the name, and its certificate is made",
		},
	},
	"desync mitigation off": {
		edits{"loadBalancer.desyncMitigation": `"off"`},
		Error{"loadBalancer.desyncMitigation", `"off"`, "defensive, strictest, monitor", "set one of them"},
	},
	"certificate of another region": {
		edits{
			"dns": "", "loadBalancer.hostName": `"app.example.com"`,
			"loadBalancer.certificateArn": `"` + strings.Replace(certificate, "eu-west-1", "us-east-1", 1) + `"`,
		},
		Error{
			"loadBalancer.certificateArn", "the certificate of us-east-1", "ARNs in eu-west-1, the stack's region",
			"name one in eu-west-1, or change aws.region",
		},
	},
	"certificate of IAM": {
		edits{
			"dns": "", "loadBalancer.hostName": `"app.example.com"`,
			"loadBalancer.certificateArn": `"arn:aws:iam::111111111111:server-certificate/web"`,
		},
		Error{
			"loadBalancer.certificateArn", `"arn:aws:iam::111111111111:server-certificate/web"`, "the ARN of an ACM certificate",
			"write it like arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
		},
	},
	"policy with TLS 1.0": {
		edits{"loadBalancer.sslPolicy": `"ELBSecurityPolicy-2016-08"`},
		Error{"loadBalancer.sslPolicy", `"ELBSecurityPolicy-2016-08"`, tlsPolicies, "set one of them"},
	},
	"policy with TLS 1.1": {
		edits{"loadBalancer.sslPolicy": `"ELBSecurityPolicy-TLS13-1-1-2021-06"`},
		Error{
			"loadBalancer.sslPolicy", `"ELBSecurityPolicy-TLS13-1-1-2021-06"`, tlsPolicies,
			`did you mean "ELBSecurityPolicy-TLS13-1-2-2021-06"?`,
		},
	},
	"policy without forward secrecy": {
		edits{"loadBalancer.sslPolicy": `"ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09"`},
		Error{
			"loadBalancer.sslPolicy", `"ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09"`, tlsPolicies,
			`did you mean "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"?`,
		},
	},
	"address for a block": {
		edits{"loadBalancer.ingressCidrs": `["203.0.113.7"]`},
		Error{
			"loadBalancer.ingressCidrs[0]", `"203.0.113.7"`, "an IPv4 block that begins where its prefix does",
			"write it like 203.0.113.0/24",
		},
	},
	"IPv6 block": {
		edits{"loadBalancer.testIngressCidrs": `["::/0"]`},
		Error{
			"loadBalancer.testIngressCidrs[0]", `"::/0"`, "an IPv4 block that begins where its prefix does",
			"write it like 203.0.113.0/24",
		},
	},
	"test port of users": {
		edits{"loadBalancer.testPort": `443`},
		Error{
			"loadBalancer.testPort", "443", "1 to 65535 but 80 and 443, on which users come in",
			"choose another, such as 8443",
		},
	},
	"long idle timeout": {
		edits{"loadBalancer.idleTimeoutSeconds": `4001`},
		Error{"loadBalancer.idleTimeoutSeconds", "4001", "1 to 4000", "set a number in that range"},
	},
	"rule group of somebody else": {
		edits{"loadBalancer.waf.managedRuleGroups": `["F5-OWASP_Managed"]`},
		Error{
			"loadBalancer.waf.managedRuleGroups[0]", `"F5-OWASP_Managed"`, "a rule group of AWS, AWSManagedRules...",
			"write it like AWSManagedRulesCommonRuleSet",
		},
	},
	"rule group that needs settings": {
		edits{"loadBalancer.waf.managedRuleGroups": `["AWSManagedRulesATPRuleSet"]`},
		Error{
			"loadBalancer.waf.managedRuleGroups[0]", `"AWSManagedRulesATPRuleSet"`, "groups that need no settings of their own",
			"remove it: AWSManagedRulesATPRuleSet does not work without",
		},
	},
	"firewall without rules": {
		edits{"loadBalancer.waf": `{"enabled": true, "managedRuleGroups": []}`},
		Error{
			"loadBalancer.waf.managedRuleGroups", "an empty list", "one group or more while waf.enabled is true",
			"name groups such as AWSManagedRulesCommonRuleSet, or remove the key to get the default",
		},
	},
	"low rate limit": {
		edits{"loadBalancer.waf.requestsPerFiveMinutes": `9`},
		Error{"loadBalancer.waf.requestsPerFiveMinutes", "9", "10 to 2000000000", "set a number in that range"},
	},
	"URL for a domain": {
		edits{"dns.domain": `"https://app.example.com"`},
		Error{"dns.domain", `"https://app.example.com"`, "a domain name in lower case", "write it like app.example.com"},
	},
	"wildcard for the domain": {
		edits{"dns.domain": `"*.example.com"`},
		Error{"dns.domain", `"*.example.com"`, "a domain name in lower case", "write it like app.example.com"},
	},
	"long domain": {
		edits{"dns.domain": `"` + strings.Repeat("a", 53) + `.example.com"`},
		Error{
			"dns.domain", `"` + strings.Repeat("a", 53) + `.example.com"`,
			"at most 64 characters, the limit for a certificate's first name",
			"put a shorter name here and this one into dns.alternativeNames",
		},
	},
	"domain without zone": {
		edits{"dns.hostedZoneId": ""},
		Error{
			"dns.hostedZoneId", "nothing", `the id of the Route 53 zone that holds "app.example.com"`,
			"set it: aws route53 list-hosted-zones-by-name shows it",
		},
	},
	"zone with its path": {
		edits{"dns.hostedZoneId": `"/hostedzone/Z0123456789"`},
		Error{
			"dns.hostedZoneId", `"/hostedzone/Z0123456789"`, "the id of a Route 53 zone",
			"write it like Z0123456789ABCDEFGHIJ",
		},
	},
	"zone without domain": {
		edits{
			"dns.domain": "", "loadBalancer.hostName": `"app.example.com"`,
			"loadBalancer.certificateArn": `"` + certificate + `"`,
		},
		Error{
			"dns.hostedZoneId", `"Z0123456789ABCDEFGHI"`, "a zone only with dns.domain",
			"set dns.domain, or remove the zone",
		},
	},
	"further names without domain": {
		edits{
			"dns": `{"alternativeNames": ["a.example.com", "b.example.com"]}`, "loadBalancer.hostName": `"app.example.com"`,
			"loadBalancer.certificateArn": `"` + certificate + `"`,
		},
		Error{
			"dns.alternativeNames", "2 names", "further names only with dns.domain",
			"make one of them dns.domain, or remove them",
		},
	},
	"domain twice": {
		edits{"dns.alternativeNames": `["app.example.com"]`},
		Error{
			"dns.alternativeNames[0]", `"app.example.com"`, "names besides dns.domain",
			"remove it: dns.domain has it already",
		},
	},
	"name in another zone": {
		edits{"dns.domain": `"app.example.co.uk"`, "dns.alternativeNames": `["*.example.co.uk", "app.other.co.uk"]`},
		Error{
			"dns.alternativeNames[1]", `"app.other.co.uk"`, `names in the hosted zone of "app.example.co.uk"`,
			"remove it: its records would lie in a zone of another domain",
		},
	},
	"too many names": {
		edits{"dns.alternativeNames": `["a.example.com","b.example.com","c.example.com","d.example.com","e.example.com",` +
			`"f.example.com","g.example.com","h.example.com","i.example.com","j.example.com"]`},
		Error{"dns.alternativeNames", "10 entries", "0 to 9", "add or remove entries"},
	},
}

// tlsPolicies of the 2025-09 generation offer keys that a quantum computer does not break.
const tlsPolicies = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, ELBSecurityPolicy-TLS13-1-2-PQ-2025-09, " +
	"ELBSecurityPolicy-TLS13-1-3-PQ-2025-09, ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09, " +
	"ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09, ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09, " +
	"ELBSecurityPolicy-TLS13-1-2-2021-06, ELBSecurityPolicy-TLS13-1-2-Res-2021-06, " +
	"ELBSecurityPolicy-TLS13-1-3-2021-06, ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04, " +
	"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04, ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04, " +
	"ELBSecurityPolicy-FS-1-2-Res-2020-10, ELBSecurityPolicy-FS-1-2-Res-2019-08, ELBSecurityPolicy-FS-1-2-2019-08"
