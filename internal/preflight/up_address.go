package preflight

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	r53types "github.com/aws/aws-sdk-go-v2/service/route53/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

// checkHostedZone checks whether the zone can hold the stack's names, and whether they are
// free.
func (p *Preflight) checkHostedZone(ctx context.Context) ([]outcome.Finding, error) {
	dns := p.Config.DNS
	if dns.Domain == "" {
		return nil, nil
	}
	finding := outcome.Finding{
		Check: "hosted zone", Status: outcome.Blocked,
		Needed: "a public zone that holds " + dns.Domain, Fix: "correct dns.hostedZoneId",
	}
	zone, err := route53.NewFromConfig(p.AWS).GetHostedZone(ctx, &route53.GetHostedZoneInput{
		Id: aws.String(dns.HostedZoneID),
	})
	if code := awsapi.Code(err); code == "NoSuchHostedZone" || code == "InvalidInput" {
		finding.Found = "no zone " + dns.HostedZoneID + " in the account"
		return []outcome.Finding{finding}, nil
	}
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(aws.ToString(zone.HostedZone.Name), ".")
	finding.Found = name
	switch {
	case zone.HostedZone.Config != nil && zone.HostedZone.Config.PrivateZone:
		finding.Found += ", a private zone"
		return []outcome.Finding{finding}, nil
	case dns.Domain != name && !strings.HasSuffix(dns.Domain, "."+name):
		finding.Fix = "correct dns.domain or dns.hostedZoneId"
		return []outcome.Finding{finding}, nil
	}
	finding.Status, finding.Fix = outcome.OK, ""
	records, err := p.checkRecords(ctx, append([]string{dns.Domain}, dns.AlternativeNames...))
	return append([]outcome.Finding{finding}, records...), err
}

// checkRecords looks for records of others under the stack's names.
func (p *Preflight) checkRecords(ctx context.Context, names []string) ([]outcome.Finding, error) {
	if p.deployed() {
		return nil, nil
	}
	var findings []outcome.Finding
	for _, name := range names {
		listed, err := route53.NewFromConfig(p.AWS).ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{
			HostedZoneId:    aws.String(p.Config.DNS.HostedZoneID),
			StartRecordName: aws.String(name), StartRecordType: r53types.RRTypeA, MaxItems: aws.Int32(1),
		})
		if err != nil {
			return findings, err
		}
		finding := outcome.Finding{Check: "record " + name, Status: outcome.OK, Found: "free"}
		for _, record := range listed.ResourceRecordSets {
			// Route 53 writes * as \052.
			found := strings.ReplaceAll(strings.TrimSuffix(aws.ToString(record.Name), "."), `\052`, "*")
			if found == name && record.Type == r53types.RRTypeA {
				finding.Status, finding.Found = outcome.Blocked, "an A record already exists outside the stack"
				finding.Fix = "delete the record when the stack may take over, or choose another dns.domain"
			}
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

// checkCertificate checks a given certificate; those that the stack requests need no check.
func (p *Preflight) checkCertificate(ctx context.Context) ([]outcome.Finding, error) {
	arn := p.Config.LoadBalancer.CertificateARN
	if arn == "" {
		return nil, nil
	}
	finding := outcome.Finding{
		Check: "certificate", Status: outcome.Blocked,
		Needed: "an issued certificate in " + p.Config.AWS.Region, Fix: "correct loadBalancer.certificateArn",
	}
	described, err := acm.NewFromConfig(p.AWS).DescribeCertificate(ctx, &acm.DescribeCertificateInput{
		CertificateArn: aws.String(arn),
	})
	if awsapi.Code(err) == "ResourceNotFoundException" {
		finding.Found = "no such certificate in the account and region"
		return []outcome.Finding{finding}, nil
	}
	if err != nil {
		return nil, err
	}
	certificate := described.Certificate
	finding.Found = fmt.Sprintf("%s, %s", aws.ToString(certificate.DomainName), certificate.Status)
	switch {
	case certificate.Status == acmtypes.CertificateStatusPendingValidation:
		finding.Fix = "add the validation records that ACM shows to the domain's DNS"
	case certificate.Status != acmtypes.CertificateStatusIssued:
	case !certifies(certificate, p.Config.LoadBalancer.HostName):
		finding.Needed = "a certificate for " + p.Config.LoadBalancer.HostName
		finding.Fix = "correct loadBalancer.hostName or loadBalancer.certificateArn"
	case certificate.NotAfter != nil && certificate.NotAfter.Before(p.Now()):
		finding.Found += ", expired"
		finding.Fix = "import its successor, or correct loadBalancer.certificateArn"
	default:
		finding.Status, finding.Fix = outcome.OK, ""
		const soon = 30
		if certificate.NotAfter != nil {
			days := int(certificate.NotAfter.Sub(p.Now()).Hours() / 24)
			finding.Found += ", valid for " + plural.Of(days, "day")
			if days < soon && certificate.Type == acmtypes.CertificateTypeImported {
				finding.Status, finding.Fix = outcome.Warning, "import its successor: ACM does not renew imported certificates"
			}
		}
	}
	return []outcome.Finding{finding}, nil
}

// certifies reports whether a certificate covers a name, by itself or by a wildcard.
func certifies(certificate *acmtypes.CertificateDetail, host string) bool {
	_, parent, _ := strings.Cut(host, ".")
	names := append([]string{aws.ToString(certificate.DomainName)}, certificate.SubjectAlternativeNames...)
	return slices.Contains(names, host) || slices.Contains(names, "*."+parent)
}
