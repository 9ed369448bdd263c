package catalog

import (
	"regexp"
	"strings"

	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
)

func init() { tables = append(tables, acmTypes) }

// acmTypes are certificates.
var acmTypes = Types{
	resourcetypes.Certificate: {
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
	resourcetypes.CertificateValidation: {
		ID:    createdAt,
		Key:   "{.certificateArn}",
		Refs:  []Ref{{Path: "certificateArn", To: resourcetypes.Certificate}},
		Rules: []Rule{validationRecordsExist},
	},
}

func init() { tables = append(tables, route53Types) }

// route53Types are DNS records.
var route53Types = Types{
	resourcetypes.DNSRecord: {
		Differs: []Difference{{"name", Required, named}},
		MakeID: func(c *Call) any {
			return strings.TrimSuffix(c.Expand("{.zoneId}_{.name}_{.type}_{.setIdentifier}", nil), "_")
		},
		Outputs: Outputs{"fqdn": Compute(recordName), "allowOverwrite": false},
		Rules:   []Rule{recordIsNew},
	},
}

var acmLabel = regexp.MustCompile(`^\*\.`)

// validationRecords returns the CNAMEs by which ACM proves control over a domain. A wildcard
// shares the record of its parent.
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

// validationRecordsExist: waiting for a validation only ends once the records exist.
func validationRecordsExist(c *Call) error {
	certificate, _ := c.Find(resourcetypes.Certificate, "id", c.Text("certificateArn"))
	for _, name := range prop.Texts(certificate.Props, "domainValidationOptions[].resourceRecordName") {
		if !c.recordExists(name) {
			return Errorf("RequestTimedOut", "Certificate %s is still PENDING_VALIDATION: the DNS record %s does not exist",
				certificate.ID, name)
		}
	}
	return nil
}

func (c *Call) recordExists(name string) bool {
	for _, record := range c.List(resourcetypes.DNSRecord) {
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
		if _, ours := c.Find(resourcetypes.Certificate, "id", name); !ours {
			return nil
		}
		if _, validated := c.Find(resourcetypes.CertificateValidation, "certificateArn", name); !validated {
			return Errorf("UnsupportedCertificate", "The certificate '%s' must have a fully-qualified domain name, "+
				"a supported signature, and a supported key size (it has not been issued yet)", name)
		}
		return nil
	}
}

// recordName is the whole name: no stack makes the zone that could complete it.
func recordName(c *Call) any {
	return strings.TrimSuffix(c.Text("name"), ".")
}

// recordIsNew: Route 53 refuses to create a record set that already exists, unless the program
// asked to overwrite it.
func recordIsNew(c *Call) error {
	if prop.True(c.Inputs, "allowOverwrite") {
		return nil
	}
	for _, other := range c.List(resourcetypes.DNSRecord) {
		if !c.is(other) && prop.Text(other.Props, "fqdn") == c.Text("fqdn") &&
			prop.Text(other.Props, "type") == c.Text("type") && prop.Text(other.Props, "zoneId") == c.Text("zoneId") &&
			prop.Text(other.Props, "setIdentifier") == c.Text("setIdentifier") {
			return Errorf("InvalidChangeBatch", "[Tried to create resource record set [name='%s', type='%s'] but it "+
				"already exists]", c.Text("fqdn"), c.Text("type"))
		}
	}
	return nil
}
