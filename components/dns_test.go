package components

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func init() {
	awsOutputs["aws:acm/certificate:Certificate"] = func(string) map[string]any {
		option := func(domain, record string) map[string]any {
			return map[string]any{
				"domainName": domain, "resourceRecordName": "_" + record + ".example.com.",
				"resourceRecordType": "CNAME", "resourceRecordValue": "_" + record + ".acm-validations.aws.",
			}
		}
		// In no particular order; a wildcard has the same record as its base name.
		return map[string]any{"domainValidationOptions": []any{
			option("*.app.example.com", "app"), option("www.example.com", "www"), option("app.example.com", "app"),
		}}
	}
	awsOutputs["aws:route53/record:Record"] = func(name string) map[string]any {
		return map[string]any{"fqdn": name + ".fqdn"}
	}
}

func testDNSArgs() LoadBalancerArgs {
	args := testLoadBalancerArgs()
	args.CertificateARN = ""
	args.DNS = &DNSArgs{
		Domain:           "app.example.com",
		HostedZoneID:     "Z1",
		AlternativeNames: []string{"*.app.example.com", "www.example.com"},
	}
	return args
}

func TestCertificateIsMadeAndValidated(t *testing.T) {
	args := testDNSArgs()
	rec := deployed(t, loadBalancerProgram(&args))
	assert.Equal(t, map[string]any{
		"domainName":              "app.example.com",
		"subjectAlternativeNames": []any{"*.app.example.com", "www.example.com"},
		"validationMethod":        "DNS",
		"tags":                    map[string]any{"Name": "app.example.com"},
	}, rec.one(t, "aws:acm/certificate:Certificate", "web").inputs)
	assert.Equal(t, map[string]any{
		"certificateArn":        "arn:aws:acm:us-east-1:123456789012:web",
		"validationRecordFqdns": []any{"web-validation-app.example.com.fqdn", "web-validation-www.example.com.fqdn"},
	}, rec.one(t, "aws:acm/certificateValidation:CertificateValidation", "web").inputs)
	listener := rec.one(t, "aws:lb/listener:Listener", "web-https")
	assert.True(t, listener.dependsOn(rec.one(t, "aws:acm/certificateValidation:CertificateValidation", "web")),
		"a listener refuses a certificate that is not issued yet")
}

func TestValidationRecordsDoNotClash(t *testing.T) {
	args := testDNSArgs()
	rec := deployed(t, loadBalancerProgram(&args))
	for name, record := range map[string]string{
		"web-validation-app.example.com": "app",
		"web-validation-www.example.com": "www",
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, map[string]any{
				"zoneId":         "Z1",
				"name":           "_" + record + ".example.com.",
				"type":           "CNAME",
				"records":        []any{"_" + record + ".acm-validations.aws."},
				"ttl":            300.0,
				"allowOverwrite": true,
			}, rec.one(t, "aws:route53/record:Record", name).inputs)
		})
	}
}

func TestRecordsAreKnownToPreview(t *testing.T) {
	args := testDNSArgs()
	rec := previewed(t, loadBalancerProgram(&args))
	assert.Equal(t, []string{
		"web-alias-*.app.example.com", "web-alias-app.example.com", "web-alias-www.example.com",
		"web-validation-app.example.com", "web-validation-www.example.com",
	}, rec.names("aws:route53/record:Record"))
	assert.Equal(t, unknown, rec.one(t, "aws:route53/record:Record", "web-validation-www.example.com").inputs["name"])
	assert.Equal(t, "https://app.example.com", rec.one(t, loadBalancerType, "web").outputs["url"])
}

func TestAliasesPointAtTheLoadBalancer(t *testing.T) {
	args := testDNSArgs()
	rec := deployed(t, loadBalancerProgram(&args))
	for _, domain := range []string{"app.example.com", "*.app.example.com", "www.example.com"} {
		t.Run(domain, func(t *testing.T) {
			assert.Equal(t, map[string]any{
				"zoneId": "Z1",
				"name":   domain,
				"type":   "A",
				"aliases": []any{map[string]any{
					"name": "web-123456789.us-east-1.elb.amazonaws.com", "zoneId": "Z35SXDOTRQ7X7K", "evaluateTargetHealth": true,
				}},
			}, rec.one(t, "aws:route53/record:Record", "web-alias-"+domain).inputs)
		})
	}
}

func TestGivenCertificateIsUsedUnderAName(t *testing.T) {
	args := testDNSArgs()
	args.CertificateARN = certificateARN
	rec := deployed(t, loadBalancerProgram(&args))
	assert.Empty(t, rec.ofType("aws:acm/certificate:Certificate"))
	assert.Len(t, rec.ofType("aws:route53/record:Record"), 3, "the aliases alone")
	assert.Equal(t, certificateARN, rec.one(t, "aws:lb/listener:Listener", "web-https").inputs["certificateArn"])
}

func TestMissingValidationRecordIsAnError(t *testing.T) {
	args := testDNSArgs()
	args.DNS.AlternativeNames = []string{"other.example.com"}
	_, err := run(t, loadBalancerProgram(&args), false)
	assert.ErrorContains(t, err, "ACM named no validation record for other.example.com")
}

// The certificate for a new name has to exist before the listener gives up the old one.
func TestCertificateIsReplacedBeforeItIsDeleted(t *testing.T) {
	args := testDNSArgs()
	certificate := deployed(t, loadBalancerProgram(&args)).one(t, "aws:acm/certificate:Certificate", "web")
	assert.False(t, certificate.request.GetDeleteBeforeReplace())
}
