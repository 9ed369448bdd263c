package resourcetypes

import (
	"time"
)

// The tokens of certificates and DNS records.
const (
	Certificate           = "aws:acm/certificate:Certificate"
	CertificateValidation = "aws:acm/certificateValidation:CertificateValidation"
	DNSRecord             = "aws:route53/record:Record"
)

func init() { register(dnsServices, dnsTypes) }

var dnsServices = []Service{
	{Prefix: "acm", Group: "network"},
	{Prefix: "route53", Group: "network"},
}

var dnsTypes = []Type{
	{
		Token:  Certificate,
		Create: Operation{Name: "acm.RequestCertificate"},
		Actions: []Actions{
			{
				Service: "acm",
				Read:    "DescribeCertificate ListTagsForCertificate",
				Write: "AddTagsToCertificate DeleteCertificate RemoveTagsFromCertificate RequestCertificate " +
					"UpdateCertificateOptions",
			},
		},
		Free: "public certificates are free",
	},
	{
		Token:   CertificateValidation,
		Actions: []Actions{{Service: "acm", Read: "DescribeCertificate"}},
		Free:    "public certificates are free",
		Times: Times{
			Create: 60 * time.Second, Delete: time.Second,
			Source: "estimate: ACM issues within 1 to 5 min once the records can be resolved",
		},
	},
	{
		Token: DNSRecord,
		Actions: []Actions{{
			Service: "route53", Read: "GetChange GetHostedZone ListHostedZones ListResourceRecordSets",
			Write: "ChangeResourceRecordSets",
		}},
		Free: "queries of aliases to AWS are free",
		Times: Times{
			Create: 40 * time.Second, Update: 40 * time.Second, Delete: 40 * time.Second,
			Source: "wait: route53/change_info.go waits for INSYNC; log: hashicorp/terraform-provider-aws pull request " +
				"11300, 37 to 39 s",
		},
	},
}
