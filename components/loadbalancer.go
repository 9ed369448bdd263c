package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const loadBalancerType = "aws-webapp:loadbalancer:LoadBalancer"

// The folders of the log bucket that load balancers write to. AWS appends
// /AWSLogs/<account>/ to each.
const (
	AccessLogPrefix     = "alb-access"
	ConnectionLogPrefix = "alb-connections"
)

// LoadBalancerArgs describe a [LoadBalancer].
type LoadBalancerArgs struct {
	// Scope of the stack.
	Scope Scope
	// SubnetIDs, at least two in different zones: public ones, or those of the app tier if it is Internal.
	SubnetIDs pulumi.StringArrayInput
	// Internal gives it private addresses alone. A load balancer whose scheme changes is replaced.
	Internal bool
	// HTTPSOnly leaves out the listener on port 80, which redirects.
	HTTPSOnly bool
	// SecurityGroupIDs of the load balancer.
	SecurityGroupIDs pulumi.StringArrayInput
	// LogBucket receives access and connection logs. It must be encrypted with S3's own keys
	// (SSE-S3): load balancers cannot write with a KMS key.
	LogBucket pulumi.StringInput
	// LogBucketPolicy must exist before the load balancer: AWS tests the bucket.
	LogBucketPolicy []pulumi.Resource
	// CertificateARN of an issued certificate in the scope's region. If it is empty, DNS must name
	// a domain, for which a certificate is requested.
	CertificateARN string
	// HostName is the name that clients use with CertificateARN. Its DNS record is managed
	// elsewhere.
	HostName string
	// DNS gives the load balancer names; nil leaves it with AWS's name.
	DNS *DNSArgs
	// SSLPolicy of the HTTPS listeners, one that offers only TLS 1.2 and 1.3.
	SSLPolicy string
	// TestPort of the listener on which blue/green deployments test a new version; 0 for none.
	TestPort int
	// IdleTimeoutSeconds after which an idle connection is closed.
	IdleTimeoutSeconds int
	// DesyncMitigation is the handling of ambiguous requests: defensive, strictest or monitor.
	DesyncMitigation string
	// DeletionProtection prevents deletion, in AWS and in Pulumi.
	DeletionProtection bool
	// WAF in front of the load balancer; nil for none.
	WAF *WAFArgs
	// Alarms of the load balancer.
	Alarms LoadBalancerAlarms
}

// LoadBalancer is the entry point of the web services: an Application Load Balancer that answers HTTPS,
// redirects HTTP, and answers 404 to requests that match no service's rule.
type LoadBalancer struct {
	pulumi.ResourceState

	// ARN of the load balancer.
	ARN pulumi.StringOutput
	// ARNSuffix is the last part of the ARN, as metrics name it.
	ARNSuffix pulumi.StringOutput
	// DNSName that AWS gave the load balancer, and ZoneID of that name's zone.
	DNSName, ZoneID pulumi.StringOutput
	// URL that clients use.
	URL pulumi.StringOutput
	// Ready lists what must exist before a client reaches a service: listeners and DNS records.
	Ready []pulumi.Resource
	// CertificateARN of the certificate that clients get.
	CertificateARN pulumi.StringOutput
	// HTTPSListenerARN is the listener to which services add their rules.
	HTTPSListenerARN pulumi.StringOutput
	// TestListenerARN is the listener for testing new versions; empty if there is none.
	TestListenerARN pulumi.StringOutput
	// WebACLARN of the web application firewall; empty if there is none.
	WebACLARN pulumi.StringOutput
	// WAFLogGroupName of the firewall's log; empty if there is none.
	WAFLogGroupName string
	alarms

	args     LoadBalancerArgs
	balancer *lb.LoadBalancer
}

// NewLoadBalancer makes a [LoadBalancer].
func NewLoadBalancer(
	ctx *pulumi.Context, name string, args *LoadBalancerArgs, opts ...pulumi.ResourceOption,
) (*LoadBalancer, error) {
	l := &LoadBalancer{args: given(args)}
	return construct(ctx, name, l, opts, construction{
		kind: "load balancer", token: loadBalancerType, wrong: check(l.args),
		steps: []step{
			{"create certificate", l.createCertificate},
			{"create load balancer", l.createBalancer},
			{"create listeners", l.createListeners},
			{"create DNS records", l.createAliases},
			{"create web application firewall", l.createWAF},
			{"create alarms", l.createAlarms},
		},
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"arn":              l.ARN,
				"arnSuffix":        l.ARNSuffix,
				"dnsName":          l.DNSName,
				"zoneId":           l.ZoneID,
				"url":              l.URL,
				"httpsListenerArn": l.HTTPSListenerARN,
				"testListenerArn":  l.TestListenerARN,
				"webAclArn":        l.WebACLARN,
			}
		},
	})
}

func (l *LoadBalancer) createBalancer(ctx *pulumi.Context, name string) error {
	balancer, err := lb.NewLoadBalancer(ctx, autoNamed(NameLoadBalancer, name), &lb.LoadBalancerArgs{
		LoadBalancerType: pulumi.String("application"),
		Internal:         pulumi.Bool(l.args.Internal),
		IpAddressType:    pulumi.String("ipv4"),
		Subnets:          l.args.SubnetIDs,
		SecurityGroups:   l.args.SecurityGroupIDs,
		AccessLogs: lb.LoadBalancerAccessLogsArgs{
			Enabled: pulumi.Bool(true), Bucket: l.args.LogBucket, Prefix: pulumi.String(AccessLogPrefix),
		},
		ConnectionLogs: lb.LoadBalancerConnectionLogsArgs{
			Enabled: pulumi.Bool(true), Bucket: l.args.LogBucket, Prefix: pulumi.String(ConnectionLogPrefix),
		},
		// Request smuggling: requests that two parsers could read in two ways.
		DesyncMitigationMode:    pulumi.String(l.args.DesyncMitigation),
		DropInvalidHeaderFields: pulumi.Bool(true),
		EnableHttp2:             pulumi.Bool(true),
		IdleTimeout:             pulumi.Int(l.args.IdleTimeoutSeconds),
		// Services see the host name and port that the client used. Without this, AWS would append
		// the port on the test listener.
		PreserveHostHeader:      pulumi.Bool(true),
		XffHeaderProcessingMode: pulumi.String("append"),
		// If WAF cannot be reached, requests are refused rather than let through unchecked.
		EnableWafFailOpen:        pulumi.Bool(false),
		EnableDeletionProtection: pulumi.Bool(l.args.DeletionProtection),
		Tags:                     named(name),
	}, pulumi.Parent(l), pulumi.DependsOn(l.args.LogBucketPolicy), pulumi.Protect(l.args.DeletionProtection))
	if err != nil {
		return err
	}
	l.balancer = balancer
	l.ARN = balancer.Arn
	l.ARNSuffix = balancer.ArnSuffix
	l.DNSName = balancer.DnsName
	l.ZoneID = balancer.ZoneId
	l.URL = l.url()
	return nil
}

// url returns the URL with the certificate's name, which can never be the load balancer's own
// name.
func (l *LoadBalancer) url() pulumi.StringOutput {
	name := l.args.HostName
	if l.args.DNS != nil {
		name = l.args.DNS.Domain
	}
	return pulumi.String("https://" + name).ToStringOutput()
}
