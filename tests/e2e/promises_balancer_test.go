//go:build e2e

package e2e

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/acm"
	acmtypes "github.com/aws/aws-sdk-go-v2/service/acm/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	waftypes "github.com/aws/aws-sdk-go-v2/service/wafv2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
)

func (d *deployment) balancer(t *testing.T) elbtypes.LoadBalancer {
	t.Helper()
	return only(t, got(d.elb.DescribeLoadBalancers(t.Context(), nil))(t).LoadBalancers)
}

func checkLoadBalancer(t *testing.T, d *deployment) {
	balancer := d.balancer(t)
	assert.Equal(t, elbtypes.LoadBalancerTypeEnumApplication, balancer.Type)
	assert.Equal(t, elbtypes.LoadBalancerSchemeEnumInternetFacing, balancer.Scheme)
	assert.Equal(t, []string{d.groupOfTier(t, "alb")}, balancer.SecurityGroups)
	assert.ElementsMatch(t, subnetIDs(d.subnets(t)[public]),
		each(balancer.AvailabilityZones, func(z elbtypes.AvailabilityZone) string { return *z.SubnetId }))

	answer := got(d.elb.DescribeLoadBalancerAttributes(t.Context(),
		&elb.DescribeLoadBalancerAttributesInput{LoadBalancerArn: balancer.LoadBalancerArn}))(t)
	attributes := pairs(answer.Attributes, func(a elbtypes.LoadBalancerAttribute) (key, value *string) {
		return a.Key, a.Value
	})
	logs := d.output(t, "logBucket")
	for key, want := range map[string]string{
		"routing.http.drop_invalid_header_fields.enabled": "true",
		"routing.http.desync_mitigation_mode":             string(d.cfg.LoadBalancer.DesyncMitigation),
		"access_logs.s3.enabled":                          "true",
		"access_logs.s3.bucket":                           logs,
		"connection_logs.s3.enabled":                      "true",
		"connection_logs.s3.bucket":                       logs,
		"deletion_protection.enabled":                     fmt.Sprint(d.cfg.LoadBalancer.DeletionProtection),
		"idle_timeout.timeout_seconds":                    fmt.Sprint(d.cfg.LoadBalancer.IdleTimeoutSeconds),
	} {
		assert.Equal(t, want, attributes[key], key)
	}
}

// listeners of the load balancer, by port.
func (d *deployment) listeners(t *testing.T) map[int32]elbtypes.Listener {
	t.Helper()
	answer := got(d.elb.DescribeListeners(t.Context(), &elb.DescribeListenersInput{
		LoadBalancerArn: d.balancer(t).LoadBalancerArn,
	}))(t)
	listeners := map[int32]elbtypes.Listener{}
	for _, listener := range answer.Listeners {
		listeners[*listener.Port] = listener
	}
	return listeners
}

// HTTPS with a current policy; HTTP only redirects to it; a request that no service matches
// gets 404.
func checkListeners(t *testing.T, d *deployment) {
	listeners := d.listeners(t)
	encrypted := []int32{443}
	if d.blueGreen() {
		encrypted = append(encrypted, int32(d.cfg.LoadBalancer.TestPort))
	}
	require.Len(t, listeners, 1+len(encrypted))

	redirect := only(t, listeners[80].DefaultActions)
	require.Equal(t, elbtypes.ActionTypeEnumRedirect, redirect.Type)
	assert.Equal(t, elbtypes.RedirectActionStatusCodeEnumHttp301, redirect.RedirectConfig.StatusCode)
	assert.Equal(t, "HTTPS", *redirect.RedirectConfig.Protocol)
	assert.Equal(t, "443", *redirect.RedirectConfig.Port)

	for _, port := range encrypted {
		listener := listeners[port]
		assert.Equal(t, elbtypes.ProtocolEnumHttps, listener.Protocol)
		assert.Equal(t, d.cfg.LoadBalancer.SSLPolicy, *listener.SslPolicy)
		assert.Equal(t, d.certificate(t), *only(t, listener.Certificates).CertificateArn)
		action := only(t, listener.DefaultActions)
		require.Equal(t, elbtypes.ActionTypeEnumFixedResponse, action.Type)
		assert.Equal(t, "404", *action.FixedResponseConfig.StatusCode)
		d.checkRules(t, listener)
	}
}

// Each service has its rule, which forwards to its target group.
func (d *deployment) checkRules(t *testing.T, listener elbtypes.Listener) {
	t.Helper()
	rules := got(d.elb.DescribeRules(t.Context(), &elb.DescribeRulesInput{ListenerArn: listener.ListenerArn}))(t).Rules
	byPriority := map[string]elbtypes.Rule{}
	for _, rule := range rules {
		// The rules of a standby come after all others: see components.Routes.
		if priority, err := strconv.Atoi(*rule.Priority); err == nil && priority <= 25000 {
			byPriority[*rule.Priority] = rule
		}
	}
	require.Len(t, byPriority, len(d.cfg.Services))
	for _, service := range d.cfg.Services {
		rule := byPriority[fmt.Sprint(service.Routing.Priority)]
		condition := only(t, rule.Conditions)
		assert.Equal(t, "path-pattern", *condition.Field)
		assert.Equal(t, service.Routing.Paths, condition.PathPatternConfig.Values)
		action := only(t, rule.Actions)
		assert.Equal(t, elbtypes.ActionTypeEnumForward, action.Type)
		assert.Equal(t, service.Name, d.nameOf(t, *action.TargetGroupArn))
	}
}

// nameOf returns the Name tag of a part of the load balancer.
func (d *deployment) nameOf(t *testing.T, arn string) string {
	t.Helper()
	answer := got(d.elb.DescribeTags(t.Context(), &elb.DescribeTagsInput{ResourceArns: []string{arn}}))(t)
	return pairs(only(t, answer.TagDescriptions).Tags, func(tag elbtypes.Tag) (key, value *string) {
		return tag.Key, tag.Value
	})["Name"]
}

func checkTargetGroups(t *testing.T, d *deployment) {
	groups := map[string]elbtypes.TargetGroup{}
	for _, group := range got(d.elb.DescribeTargetGroups(t.Context(), nil))(t).TargetGroups {
		groups[d.nameOf(t, *group.TargetGroupArn)] = group
	}
	wanted := map[string]config.Service{}
	for _, service := range d.cfg.Services {
		wanted[service.Name] = service
		if service.Deployment.Controller == config.BlueGreen {
			wanted[service.Name+"-green"] = service
		}
	}
	require.Len(t, groups, len(wanted))
	for name, service := range wanted {
		group, check := groups[name], service.HealthCheck
		assert.Equal(t, elbtypes.TargetTypeEnumIp, group.TargetType, name)
		assert.EqualValues(t, 80, *group.Port, name)
		assert.Equal(t, elbtypes.ProtocolEnumHttp, group.Protocol, name)
		assert.Equal(t, check.Path, *group.HealthCheckPath, name)
		assert.EqualValues(t, check.IntervalSeconds, *group.HealthCheckIntervalSeconds, name)
		assert.EqualValues(t, check.TimeoutSeconds, *group.HealthCheckTimeoutSeconds, name)
		assert.EqualValues(t, check.HealthyThreshold, *group.HealthyThresholdCount, name)
		assert.EqualValues(t, check.UnhealthyThreshold, *group.UnhealthyThresholdCount, name)
		assert.Equal(t, check.Matcher, *group.Matcher.HttpCode, name)
		answer := got(d.elb.DescribeTargetGroupAttributes(t.Context(),
			&elb.DescribeTargetGroupAttributesInput{TargetGroupArn: group.TargetGroupArn}))(t)
		attributes := pairs(answer.Attributes, func(a elbtypes.TargetGroupAttribute) (key, value *string) {
			return a.Key, a.Value
		})
		assert.Equal(t, fmt.Sprint(check.DeregistrationDelaySeconds), attributes["deregistration_delay.timeout_seconds"],
			name)
		assert.Equal(t, fmt.Sprint(check.SlowStartSeconds), attributes["slow_start.duration_seconds"], name)
	}
}

// certificate returns the ARN of the stack's certificate.
func (d *deployment) certificate(t *testing.T) string {
	t.Helper()
	answer := got(d.acm.ListCertificates(t.Context(), &acm.ListCertificatesInput{}))(t)
	return *only(t, answer.CertificateSummaryList).CertificateArn
}

func checkDNS(t *testing.T, d *deployment) {
	arn := d.certificate(t)
	certificate := got(d.acm.DescribeCertificate(t.Context(), &acm.DescribeCertificateInput{CertificateArn: &arn}))(
		t).Certificate
	assert.Equal(t, d.cfg.DNS.Domain, *certificate.DomainName)
	assert.Equal(t, acmtypes.CertificateStatusIssued, certificate.Status)

	records := got(d.route53.ListResourceRecordSets(t.Context(),
		&route53.ListResourceRecordSetsInput{HostedZoneId: &d.cfg.DNS.HostedZoneID}))(t).ResourceRecordSets
	var aliases, validations []route53types.ResourceRecordSet
	for _, record := range records {
		switch record.Type { //nolint:exhaustive // the zone's own records are not the stack's
		case route53types.RRTypeA:
			aliases = append(aliases, record)
		case route53types.RRTypeCname:
			validations = append(validations, record)
		}
	}
	alias := only(t, aliases)
	assert.Equal(t, d.cfg.DNS.Domain+".", *alias.Name)
	assert.Contains(t, *alias.AliasTarget.DNSName, *d.balancer(t).DNSName)
	assert.True(t, alias.AliasTarget.EvaluateTargetHealth)
	assert.Equal(t, *only(t, certificate.DomainValidationOptions).ResourceRecord.Name, *only(t, validations).Name)
	assert.Equal(t, "https://"+d.cfg.DNS.Domain, d.output(t, "url"))
}

func checkWAF(t *testing.T, d *deployment) {
	answer, err := d.waf.GetWebACLForResource(t.Context(), &wafv2.GetWebACLForResourceInput{
		ResourceArn: d.balancer(t).LoadBalancerArn,
	})
	if !d.cfg.LoadBalancer.WAF.Enabled {
		assert.True(t, err != nil || answer.WebACL == nil, "no firewall was asked for")
		return
	}
	require.NoError(t, err)
	var groups, counted []string
	var limits []int64
	for _, rule := range answer.WebACL.Rules {
		if group := rule.Statement.ManagedRuleGroupStatement; group != nil {
			groups = append(groups, *group.Name)
			for _, override := range group.RuleActionOverrides {
				counted = append(counted, *override.Name)
				assert.NotNil(t, override.ActionToUse.Count, *override.Name)
			}
		}
		if rate := rule.Statement.RateBasedStatement; rate != nil {
			require.NotNil(t, rule.Action.Block)
			limits = append(limits, *rate.Limit)
		}
	}
	assert.ElementsMatch(t, d.cfg.LoadBalancer.WAF.ManagedRuleGroups, groups)
	assert.Contains(t, counted, "SizeRestrictions_BODY", "every body above 8 KB is blocked")
	assert.Equal(t, []int64{int64(d.cfg.LoadBalancer.WAF.RequestsPerFiveMinutes)}, limits)
	logging := got(d.waf.GetLoggingConfiguration(t.Context(), &wafv2.GetLoggingConfigurationInput{
		ResourceArn: answer.WebACL.ARN,
	}))(t)
	assert.Contains(t, only(t, logging.LoggingConfiguration.LogDestinationConfigs), "aws-waf-logs-"+d.fixed("web-waf"))
	assert.Len(t, logging.LoggingConfiguration.RedactedFields, 2, "tokens and cookies are not logged")
	filter := logging.LoggingConfiguration.LoggingFilter
	require.NotNil(t, filter, "every request is logged")
	assert.Equal(t, waftypes.FilterBehaviorDrop, filter.DefaultBehavior)
}
