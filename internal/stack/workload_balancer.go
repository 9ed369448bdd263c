package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

const balancerName = "web"

func (w *workload) createLoadBalancer(ctx *pulumi.Context) (err error) {
	cfg := w.cfg.LoadBalancer
	args := &components.LoadBalancerArgs{
		Scope:              w.scope,
		SubnetIDs:          w.network.PublicSubnetIDs,
		HTTPSOnly:          len(cfg.IngressCIDRs) == 0,
		SecurityGroupIDs:   pulumi.StringArray{w.securityGroups.LoadBalancerGroupID},
		LogBucket:          pulumi.String(w.storage.LogBucket),
		LogBucketPolicy:    w.storage.LogBucketReady,
		CertificateARN:     cfg.CertificateARN,
		HostName:           cfg.HostName,
		SSLPolicy:          cfg.SSLPolicy,
		IdleTimeoutSeconds: cfg.IdleTimeoutSeconds,
		DesyncMitigation:   string(cfg.DesyncMitigation),
		DeletionProtection: cfg.DeletionProtection,
		Alarms: components.LoadBalancerAlarms{
			TopicARN:            w.alerts.TopicARN,
			ClientErrorPercent:  w.cfg.Monitoring.Thresholds.ClientErrorPercent,
			ServerErrors:        w.cfg.Monitoring.Thresholds.ServerErrors,
			LatencyMilliseconds: w.cfg.Monitoring.Thresholds.LatencyMilliseconds,
		},
	}
	if cfg.Scheme == config.SchemeInternal {
		args.Internal, args.SubnetIDs = true, w.network.AppSubnetIDs
	}
	if w.cfg.CallersByNAT() {
		args.SecurityGroupIDs = pulumi.StringArray{
			w.securityGroups.LoadBalancerGroupID, w.securityGroups.CallersGroupID,
		}
	}
	if w.blueGreen() {
		args.TestPort = cfg.TestPort
	}
	if dns := w.cfg.DNS; dns.Domain != "" {
		args.DNS = &components.DNSArgs{
			Domain: dns.Domain, HostedZoneID: dns.HostedZoneID,
			AlternativeNames: dns.AlternativeNames,
		}
	}
	if waf := cfg.WAF; waf.Enabled {
		args.WAF = &components.WAFArgs{
			ManagedRuleGroups:      waf.ManagedRuleGroups,
			RequestsPerFiveMinutes: waf.RequestsPerFiveMinutes,
			CountOnly:              waf.CountOnly,
			RuleOverrides:          ruleOverrides(waf),
			LogAll:                 waf.LogRequests == config.LogAll,
			RedactQueryStrings:     waf.RedactQueryStrings,
			LogKeyARN:              w.keys.LogsARN,
			LogRetentionDays:       w.cfg.Logging.RetentionDays,
		}
	}
	w.balancer, err = components.NewLoadBalancer(ctx, balancerName, args, w.opts...)
	return err
}

// balancerAccess is what the stack's functions need to ask the load balancer from the VPC.
func (w *workload) balancerAccess() components.BalancerAccess {
	access := components.BalancerAccess{
		LoadBalancerGroupID: w.securityGroups.CallersGroupID,
		VPCID:               w.network.VPCID, SubnetIDs: w.network.AppSubnetIDs, After: w.network.AppReady,
	}
	if w.cfg.LoadBalancer.Scheme != config.SchemeInternal {
		access.NATAddresses = w.network.NATAddresses
	}
	return access
}

func ruleOverrides(waf config.WAF) []components.WAFRuleOverride {
	var overrides []components.WAFRuleOverride
	for _, override := range waf.Overrides() {
		overrides = append(overrides, components.WAFRuleOverride{
			Group: override.Group, Rule: override.Rule, Action: string(override.Action),
		})
	}
	return overrides
}
