package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	wildcard = "*."
	// validationTTLSeconds is short, so that resolvers see a corrected record soon.
	validationTTLSeconds = 300
)

// DNSArgs describe the names of a load balancer in a Route 53 public zone.
type DNSArgs struct {
	// Domain such as app.example.com, the name that clients use.
	Domain string
	// HostedZoneID of the zone that holds Domain and AlternativeNames.
	HostedZoneID string
	// AlternativeNames lists further names for the same load balancer; a leading *. stands for any
	// one label.
	AlternativeNames []string
}

// names returns all names of the load balancer; the name that clients use comes first.
func (a DNSArgs) names() []string {
	return append([]string{a.Domain}, a.AlternativeNames...)
}

// createCertificate requests a certificate for the domain unless one is given. ACM renews it by
// itself as long as the validation records stay.
func (l *LoadBalancer) createCertificate(ctx *pulumi.Context, name string) error {
	if l.args.CertificateARN != "" {
		l.CertificateARN = pulumi.String(l.args.CertificateARN).ToStringOutput()
		return nil
	}
	// Pulumi creates a replacement before it deletes the old certificate; in between it switches
	// the listener over.
	args := &acm.CertificateArgs{
		DomainName:       pulumi.String(l.args.DNS.Domain),
		ValidationMethod: pulumi.String("DNS"),
		Tags:             named(l.args.DNS.Domain),
	}
	// An empty list would differ from ACM's answer and replace the certificate.
	if names := l.args.DNS.AlternativeNames; len(names) > 0 {
		args.SubjectAlternativeNames = pulumi.ToStringArray(names)
	}
	certificate, err := acm.NewCertificate(ctx, name, args, pulumi.Parent(l))
	if err != nil {
		return err
	}
	records, err := l.createValidationRecords(ctx, name, certificate)
	if err != nil {
		return err
	}
	validation, err := acm.NewCertificateValidation(ctx, name, &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: records,
	}, pulumi.Parent(l))
	if err != nil {
		return err
	}
	l.CertificateARN = validation.CertificateArn
	return nil
}

// createValidationRecords answers ACM's challenges. ACM asks for the same record for
// example.com and *.example.com, so there is one record for each name without its wildcard. The
// set of records is known before ACM has said what they must contain.
func (l *LoadBalancer) createValidationRecords(
	ctx *pulumi.Context, name string, certificate *acm.Certificate,
) (pulumi.StringArray, error) {
	var fqdns pulumi.StringArray
	seen := map[string]bool{}
	for _, domain := range l.args.DNS.names() {
		base := strings.TrimPrefix(domain, wildcard)
		if seen[base] {
			continue
		}
		seen[base] = true
		challenge := challengeFor(certificate, base)
		record, err := route53.NewRecord(ctx, name+"-validation-"+base, &route53.RecordArgs{
			ZoneId:  pulumi.String(l.args.DNS.HostedZoneID),
			Name:    challenge.MapIndex(pulumi.String("name")),
			Type:    challenge.MapIndex(pulumi.String("type")).ToStringOutput(),
			Records: pulumi.StringArray{challenge.MapIndex(pulumi.String("value"))},
			Ttl:     pulumi.Int(validationTTLSeconds),
			// ACM asks for the same record for every certificate of this name in the account.
			AllowOverwrite: pulumi.Bool(true),
		}, pulumi.Parent(l))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", base, err)
		}
		fqdns = append(fqdns, record.Fqdn)
	}
	return fqdns, nil
}

// challengeFor returns the parts of the record that proves to ACM that base is ours.
func challengeFor(certificate *acm.Certificate, base string) pulumi.StringMapOutput {
	return certificate.DomainValidationOptions.ApplyT(
		func(options []acm.CertificateDomainValidationOption) (map[string]string, error) {
			for _, option := range options {
				if option.DomainName == nil || strings.TrimPrefix(*option.DomainName, wildcard) != base {
					continue
				}
				if option.ResourceRecordName == nil || option.ResourceRecordType == nil || option.ResourceRecordValue == nil {
					continue
				}
				return map[string]string{
					"name": *option.ResourceRecordName, "type": *option.ResourceRecordType, "value": *option.ResourceRecordValue,
				}, nil
			}
			return nil, fmt.Errorf("ACM named no validation record for %s: run the update again", base)
		}).(pulumi.StringMapOutput)
}

// createAliases points the names at the load balancer. There is no AAAA alias, since the load
// balancer has only IPv4 addresses.
func (l *LoadBalancer) createAliases(ctx *pulumi.Context, name string) error {
	if l.args.DNS == nil {
		return nil
	}
	for _, domain := range l.args.DNS.names() {
		record, err := route53.NewRecord(ctx, name+"-alias-"+domain, &route53.RecordArgs{
			ZoneId: pulumi.String(l.args.DNS.HostedZoneID),
			Name:   pulumi.String(domain),
			Type:   pulumi.String("A"),
			Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
				Name:                 l.DNSName,
				ZoneId:               l.ZoneID,
				EvaluateTargetHealth: pulumi.Bool(true),
			}},
		}, pulumi.Parent(l))
		if err != nil {
			return fmt.Errorf("%s: %w", domain, err)
		}
		l.Ready = append(l.Ready, record)
	}
	return nil
}
