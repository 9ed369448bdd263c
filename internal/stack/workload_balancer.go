package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
)

func (w *workload) createLoadBalancer(ctx *pulumi.Context) (err error) {
	cfg := w.cfg.LoadBalancer
	args := &components.LoadBalancerArgs{
		Scope:              w.scope,
		PublicSubnetIDs:    w.network.PublicSubnetIDs,
		SecurityGroupID:    w.firewall.LoadBalancerGroupID,
		LogBucket:          pulumi.String(w.storage.LogBucket),
		LogBucketPolicy:    w.storage.LogBucketReady,
		CertificateARN:     cfg.CertificateARN,
		SSLPolicy:          cfg.SSLPolicy,
		IdleTimeoutSeconds: cfg.IdleTimeoutSeconds,
		DeletionProtection: cfg.DeletionProtection,
		Alarms: components.LoadBalancerAlarms{
			TopicARN:            w.alerts.TopicARN,
			ClientErrors:        w.cfg.Monitoring.Thresholds.ClientErrors,
			ServerErrors:        w.cfg.Monitoring.Thresholds.ServerErrors,
			LatencyMilliseconds: w.cfg.Monitoring.Thresholds.LatencyMilliseconds,
		},
	}
	if w.blueGreen() {
		args.TestPort = cfg.TestPort
	}
	if dns := w.cfg.DNS; dns.Domain != "" {
		args.DNS = &components.DNSArgs{Domain: dns.Domain, HostedZoneID: dns.HostedZoneID, AlternativeNames: dns.AlternativeNames}
	}
	if waf := cfg.WAF; waf.Enabled {
		args.WAF = &components.WAFArgs{
			ManagedRuleGroups:      waf.ManagedRuleGroups,
			RequestsPerFiveMinutes: waf.RequestsPerFiveMinutes,
			CountOnly:              waf.CountOnly,
			LogKeyARN:              w.keys.LogsARN,
			LogRetentionDays:       w.cfg.Logging.RetentionDays,
		}
	}
	w.balancer, err = components.NewLoadBalancer(ctx, "web", args, w.opts...)
	return err
}
