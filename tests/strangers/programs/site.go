package programs

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Site is a static site: a private bucket behind CloudFront with a certificate and a DNS name.
func Site(ctx *pulumi.Context) error {
	domain, _ := ctx.GetConfig("bikes:domain")
	content, err := s3.NewBucketV2(ctx, "content", &s3.BucketV2Args{ForceDestroy: pulumi.Bool(true)})
	if err != nil {
		return err
	}
	if _, err := s3.NewBucketObject(ctx, "index.html", &s3.BucketObjectArgs{
		Bucket: content.ID(), Content: pulumi.String("<h1>Bikes</h1>"), ContentType: pulumi.String("text/html"),
	}); err != nil {
		return err
	}
	cdn, err := serve(ctx, domain, content, nil)
	if err != nil {
		return err
	}
	_, err = s3.NewBucketPolicy(ctx, "content", &s3.BucketPolicyArgs{
		Bucket: content.ID(),
		Policy: pulumi.All(content.Arn, cdn.Arn).ApplyT(func(arns []any) string {
			return fmt.Sprintf(`{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"Service": "cloudfront.amazonaws.com"},
    "Action": "s3:GetObject",
    "Resource": "%s/*",
    "Condition": {"StringEquals": {"AWS:SourceArn": "%s"}}
  }]
}`, arns[0], arns[1])
		}).(pulumi.StringOutput),
	})
	ctx.Export("url", pulumi.Sprintf("https://%s", domain))
	return err
}

// serve puts CloudFront in front of a bucket. The certificate has to be in us-east-1.
func serve(
	ctx *pulumi.Context, domain string, content *s3.BucketV2, logs cloudfront.DistributionLoggingConfigPtrInput,
) (*cloudfront.Distribution, error) {
	zone, err := route53.LookupZone(ctx, &route53.LookupZoneArgs{Name: &domain})
	if err != nil {
		return nil, err
	}
	east, err := aws.NewProvider(ctx, "us-east-1", &aws.ProviderArgs{Region: pulumi.String("us-east-1")})
	if err != nil {
		return nil, err
	}
	cert, err := acm.NewCertificate(ctx, "cert", &acm.CertificateArgs{
		DomainName: pulumi.String(domain), ValidationMethod: pulumi.String("DNS"),
	}, pulumi.Provider(east))
	if err != nil {
		return nil, err
	}
	option := cert.DomainValidationOptions.Index(pulumi.Int(0))
	record, err := route53.NewRecord(ctx, "cert-validation", &route53.RecordArgs{
		ZoneId: pulumi.String(zone.ZoneId), Ttl: pulumi.Int(60), Name: option.ResourceRecordName().Elem(),
		Type: option.ResourceRecordType().Elem(), Records: pulumi.StringArray{option.ResourceRecordValue().Elem()},
	})
	if err != nil {
		return nil, err
	}
	issued, err := acm.NewCertificateValidation(ctx, "cert", &acm.CertificateValidationArgs{
		CertificateArn: cert.Arn, ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, pulumi.Provider(east))
	if err != nil {
		return nil, err
	}
	oac, err := cloudfront.NewOriginAccessControl(ctx, "oac", &cloudfront.OriginAccessControlArgs{
		OriginAccessControlOriginType: pulumi.String("s3"), SigningBehavior: pulumi.String("always"),
		SigningProtocol: pulumi.String("sigv4"),
	})
	if err != nil {
		return nil, err
	}
	cdn, err := cloudfront.NewDistribution(ctx, "cdn", &cloudfront.DistributionArgs{
		Enabled: pulumi.Bool(true), Aliases: pulumi.StringArray{pulumi.String(domain)},
		DefaultRootObject: pulumi.String("index.html"), LoggingConfig: logs,
		Origins: cloudfront.DistributionOriginArray{cloudfront.DistributionOriginArgs{
			OriginId: pulumi.String("s3"), DomainName: content.BucketRegionalDomainName, OriginAccessControlId: oac.ID(),
		}},
		DefaultCacheBehavior: cloudfront.DistributionDefaultCacheBehaviorArgs{
			TargetOriginId: pulumi.String("s3"), ViewerProtocolPolicy: pulumi.String("redirect-to-https"),
			AllowedMethods: pulumi.ToStringArray([]string{"GET", "HEAD"}),
			CachedMethods:  pulumi.ToStringArray([]string{"GET", "HEAD"}), Compress: pulumi.Bool(true),
			// AWS's own policy CachingOptimized.
			CachePolicyId: pulumi.String("658327ea-f89d-4fab-a63d-7e88639e58f6"),
		},
		Restrictions: cloudfront.DistributionRestrictionsArgs{
			GeoRestriction: cloudfront.DistributionRestrictionsGeoRestrictionArgs{RestrictionType: pulumi.String("none")},
		},
		ViewerCertificate: cloudfront.DistributionViewerCertificateArgs{
			AcmCertificateArn: issued.CertificateArn, SslSupportMethod: pulumi.String("sni-only"),
			MinimumProtocolVersion: pulumi.String("TLSv1.2_2021"),
		},
	})
	if err != nil {
		return nil, err
	}
	_, err = route53.NewRecord(ctx, "site", &route53.RecordArgs{
		ZoneId: pulumi.String(zone.ZoneId), Name: pulumi.String(domain), Type: pulumi.String("A"),
		Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
			Name: cdn.DomainName, ZoneId: cdn.HostedZoneId, EvaluateTargetHealth: pulumi.Bool(false),
		}},
	})
	return cdn, err
}
