package catalog

import (
	"regexp"
	"strings"

	"aws-webapp/internal/sandbox/simaws/prop"
)

const (
	certificateToken = "aws:acm/certificate:Certificate"
	validationToken  = "aws:acm/certificateValidation:CertificateValidation"
	zoneToken        = "aws:route53/zone:Zone"
	healthCheckToken = "aws:route53/healthCheck:HealthCheck"
)

// acmTypes are certificates.
var acmTypes = Types{
	certificateToken: {
		Replace: []string{
			"certificateAuthorityArn", "domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod",
			"validationOptions",
		},
		ID: "{.arn}",
		Outputs: Outputs{
			"arn":                     "arn:{partition}:acm:{region}:{account}:certificate/{uuid}",
			"domainValidationOptions": Compute(validationRecords),
			"keyAlgorithm":            "RSA_2048", "status": "PENDING_VALIDATION", "type": "AMAZON_ISSUED",
			"notAfter": "", "notBefore": "", "pendingRenewal": false, "renewalEligibility": "INELIGIBLE",
			"renewalSummaries": []any{}, "validationEmails": []any{},
			"subjectAlternativeNames": Compute(func(c *Call) any { return []any{c.Text("domainName")} }),
		},
		Tags:     true,
		NotFound: "ResourceNotFoundException: Could not find certificate {value}.",
		InUse:    "ResourceInUseException: Certificate {id} in account {account} is in use.",
	},
	validationToken: {
		Required: []string{"certificateArn"},
		Replace:  []string{"certificateArn", "validationRecordFqdns"},
		ID:       createdAt,
		Key:      "{.certificateArn}",
		Refs:     []Ref{{Path: "certificateArn", To: certificateToken, By: arn}},
		Rules:    []Rule{validationRecordsExist},
	},
}

// route53Types are DNS zones and records.
var route53Types = Types{
	zoneToken: {
		Replace:  []string{"delegationSetId", "name"},
		Defaults: map[string]any{"comment": "Managed by Pulumi", "forceDestroy": false},
		Name:     &Name{Max: 1024},
		ID:       "{.zoneId}",
		Outputs: Outputs{
			"zoneId": "Z{upper20#zone}", "arn": "arn:{partition}:route53:::hostedzone/{.zoneId}",
			"nameServers": Compute(nameServers), "primaryNameServer": "ns-1.awsdns-01.com",
		},
		Tags:     true,
		NotFound: "NoSuchHostedZone: No hosted zone found with ID: {value}",
		InUse: "HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets and so " +
			"cannot be deleted.",
	},
	"aws:route53/record:Record": {
		Required: []string{"name", "type", "zoneId"},
		Replace:  []string{"name", "zoneId"},
		ID:       "{.zoneId}_{.name}_{.type}",
		Outputs:  Outputs{"fqdn": Compute(recordName), "allowOverwrite": false},
		Refs: []Ref{
			{Path: "zoneId", To: zoneToken, Holds: true, Foreign: true},
			{Path: "healthCheckId", To: healthCheckToken, Foreign: true},
		},
		Rules: []Rule{recordIsNew},
	},
	healthCheckToken: {
		Required: []string{"type"},
		Replace:  []string{"measureLatency", "referenceName", "requestInterval", "routingControlArn", "type"},
		Defaults: map[string]any{"disabled": false, "measureLatency": false},
		ID:       "{uuid}",
		Outputs:  Outputs{"arn": "arn:{partition}:route53:::healthcheck/{id}", "failureThreshold": 3},
		Tags:     true,
	},
}

var acmLabel = regexp.MustCompile(`^\*\.`)

// validationRecords are the CNAMEs by which ACM proves the control over a domain. A
// wildcard shares the record of its parent.
func validationRecords(c *Call) any {
	if c.Text("validationMethod") != "DNS" {
		return []any{}
	}
	options := []any{}
	for _, domain := range append([]string{c.Text("domainName")}, prop.Texts(c.Inputs, "subjectAlternativeNames[]")...) {
		base := acmLabel.ReplaceAllString(domain, "")
		options = append(options, map[string]any{
			"domainName":          domain,
			"resourceRecordName":  "_" + Generate("hex", 32, c.Seed+base) + "." + base + ".",
			"resourceRecordType":  "CNAME",
			"resourceRecordValue": "_" + Generate("hex", 32, c.Seed+"value"+base) + ".acm-validations.aws.",
		})
	}
	return options
}

// validationRecordsExist: waiting for a validation ends only when the records are there.
func validationRecordsExist(c *Call) error {
	certificate, ok := c.Find(certificateToken, "id", c.Text("certificateArn"))
	if !ok {
		return nil
	}
	for _, name := range prop.Texts(certificate.Props, "domainValidationOptions[].resourceRecordName") {
		if !c.recordExists(name) {
			return Errorf("RequestTimedOut", "Certificate %s is still PENDING_VALIDATION: the DNS record %s does not exist",
				certificate.ID, name)
		}
	}
	return nil
}

func (c *Call) recordExists(name string) bool {
	for _, record := range c.List("aws:route53/record:Record") {
		if strings.TrimSuffix(prop.Text(record.Props, "fqdn"), ".") == strings.TrimSuffix(name, ".") {
			return true
		}
	}
	return false
}

// certificateIssued: a listener refuses a certificate that has not been validated.
func certificateIssued(path string) Rule {
	return func(c *Call) error {
		name := c.Text(path)
		if _, ours := c.Find(certificateToken, "id", name); !ours {
			return nil
		}
		if _, validated := c.Find(validationToken, "certificateArn", name); !validated {
			return Errorf("UnsupportedCertificate", "The certificate '%s' must have a fully-qualified domain name, "+
				"a supported signature, and a supported key size (it has not been issued yet)", name)
		}
		return nil
	}
}

func nameServers(c *Call) any {
	servers := []any{}
	for _, domain := range []string{"com", "net", "org", "co.uk"} {
		servers = append(servers, c.Expand("ns-{digits4#"+domain+"}.awsdns-{digits2#"+domain+"}."+domain, nil))
	}
	return servers
}

func recordName(c *Call) any {
	name := strings.TrimSuffix(c.Text("name"), ".")
	zone, ok := c.Find(zoneToken, "id", c.Text("zoneId"))
	domain := strings.TrimSuffix(prop.Text(zone.Props, "name"), ".")
	if !ok || name == domain || strings.HasSuffix(name, "."+domain) {
		return name
	}
	if name == "" {
		return domain
	}
	return name + "." + domain
}

// recordIsNew: Route 53 refuses to create a record set that is already there, unless the
// program asked to overwrite it.
func recordIsNew(c *Call) error {
	if prop.True(c.Inputs, "allowOverwrite") {
		return nil
	}
	for _, other := range c.List("aws:route53/record:Record") {
		if !c.is(other) && prop.Text(other.Props, "fqdn") == c.Text("fqdn") &&
			prop.Text(other.Props, "type") == c.Text("type") && prop.Text(other.Props, "zoneId") == c.Text("zoneId") &&
			prop.Text(other.Props, "setIdentifier") == c.Text("setIdentifier") {
			return Errorf("InvalidChangeBatch", "[Tried to create resource record set [name='%s', type='%s'] but it "+
				"already exists]", c.Text("fqdn"), c.Text("type"))
		}
	}
	return nil
}
