package config

import (
	"strings"

	"golang.org/x/net/publicsuffix"

	"aws-webapp/internal/plural"
)

// longestCommonName is RFC 5280's limit for a certificate's first name.
const longestCommonName = 64

// DNS names the public entry point.
type DNS struct {
	// Domain such as app.example.com, at most 64 characters; makes the alias records and a
	// DNS-validated certificate.
	Domain string `json:"domain" optional:"true" allowed:"<domain>"`
	// HostedZoneID of the Route 53 public zone that holds Domain. Required with Domain.
	HostedZoneID string `json:"hostedZoneId" optional:"true" allowed:"<hosted zone id>"`
	// AlternativeNames lists further names on the certificate and as alias records, in the same
	// zone, at most 9 (ACM's initial quota is 10 names); a leading *. stands for any one label.
	AlternativeNames []string `json:"alternativeNames" count:"0 to 9" allowed:"<domain or wildcard>"`
}

func (d *DNS) validate(v *validation, at path) {
	domain, zone, names := at.key("domain"), at.key("hostedZoneId"), at.key("alternativeNames")
	if d.Domain == "" {
		if d.HostedZoneID != "" {
			v.add(zone, quote(d.HostedZoneID), "a zone only with dns.domain", "set dns.domain, or remove the zone")
		}
		if len(d.AlternativeNames) > 0 {
			v.add(names, plural.Of(len(d.AlternativeNames), "name"), "further names only with dns.domain",
				"make one of them dns.domain, or remove them")
		}
		return
	}
	if d.HostedZoneID == "" {
		v.add(zone, "nothing", "the id of the Route 53 zone that holds "+quote(d.Domain),
			"set it: aws route53 list-hosted-zones-by-name shows it")
	}
	if len(d.Domain) > longestCommonName {
		v.add(domain, quote(d.Domain), "at most 64 characters, the limit for a certificate's first name",
			"put a shorter name here and this one into dns.alternativeNames")
	}
	for i, name := range d.AlternativeNames {
		entry := names.index(i)
		if !v.sound(domain) {
			continue
		}
		if name == d.Domain {
			v.add(entry, quote(name), "names besides dns.domain", "remove it: dns.domain has it already")
		} else if !sameRegistration(d.Domain, name) {
			v.add(entry, quote(name), "names in the hosted zone of "+quote(d.Domain),
				"remove it: its records would lie in a zone of another domain")
		}
	}
}

// sameRegistration reports whether two names can be in one zone, as far as names can show:
// whether they belong to the same registered domain.
func sameRegistration(a, b string) bool {
	first, err := publicsuffix.EffectiveTLDPlusOne(a)
	if err != nil {
		return true
	}
	second, err := publicsuffix.EffectiveTLDPlusOne(strings.TrimPrefix(b, "*."))
	return err == nil && first == second
}
