package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// rateWindowSeconds is the time over which WAF counts an address's requests.
	rateWindowSeconds = 300
	tooManyRequests   = 429
	rateRuleName      = "rate-limit"
)

// WAFArgs describe the web application firewall in front of a [LoadBalancer].
type WAFArgs struct {
	// ManagedRuleGroups of vendor AWS, in order of evaluation. Together they and the rate
	// limit may need 1500 capacity units before AWS charges extra.
	ManagedRuleGroups []string
	// RequestsPerFiveMinutes is the number of requests that one address may send in five minutes.
	RequestsPerFiveMinutes int
	// CountOnly only counts the requests that rules match, and blocks nothing.
	CountOnly bool
	// RuleOverrides changes the action of single rules of the managed groups. WAF silently ignores an override for a
	// rule that does not exist.
	RuleOverrides []WAFRuleOverride
	// LogAll logs every request, not only those that a rule blocked or counted.
	LogAll bool
	// RedactQueryStrings keeps query strings out of the log and of the sampled requests.
	RedactQueryStrings bool
	// LogKeyARN is the KMS key that encrypts the log.
	LogKeyARN pulumi.StringInput
	// LogRetentionDays of the log, one of CloudWatch Logs' periods.
	LogRetentionDays int
}

// WAFRuleOverride changes the action of a rule of a managed group.
type WAFRuleOverride struct {
	// Group and Rule by their names.
	Group, Rule string
	// Action is count, block or allow.
	Action string
}

func (l *LoadBalancer) createWAF(ctx *pulumi.Context, name string) error {
	l.WebACLARN = pulumi.String("").ToStringOutput()
	if l.args.WAF == nil {
		return nil
	}
	acl, err := wafv2.NewWebAcl(ctx, autoNamed(NameWebACL, name), &wafv2.WebAclArgs{
		Scope:       pulumi.String("REGIONAL"),
		Description: pulumi.String("Managed rules and a rate limit before the load balancer."),
		DefaultAction: wafv2.WebAclDefaultActionArgs{
			Allow: wafv2.WebAclDefaultActionAllowArgs{},
		},
		Rules:                l.args.WAF.rules(),
		DataProtectionConfig: l.args.WAF.dataProtection(),
		VisibilityConfig: wafv2.WebAclVisibilityConfigArgs{
			CloudwatchMetricsEnabled: pulumi.Bool(true),
			SampledRequestsEnabled:   pulumi.Bool(true),
			MetricName:               pulumi.String(l.args.Scope.Name(NameWebACL, name)),
		},
		Tags: named(name),
	}, pulumi.Parent(l))
	if err != nil {
		return err
	}
	if err := l.createWAFLog(ctx, name+"-waf", acl); err != nil {
		return err
	}
	if _, err := wafv2.NewWebAclAssociation(ctx, name, &wafv2.WebAclAssociationArgs{
		ResourceArn: l.ARN,
		WebAclArn:   acl.Arn,
		// AWS identifies it only by the load balancer: if the old one were deleted second, the new one would
		// be gone, too.
	}, pulumi.Parent(l), pulumi.DeleteBeforeReplace(true)); err != nil {
		return err
	}
	l.WebACLARN = acl.Arn
	return nil
}

// rules puts the managed groups first: requests that they block do not count towards the rate
// limit.
func (a WAFArgs) rules() wafv2.WebAclRuleArray {
	var rules wafv2.WebAclRuleArray
	for priority, group := range a.ManagedRuleGroups {
		rules = append(rules, wafv2.WebAclRuleArgs{
			Name:           pulumi.String(group),
			Priority:       pulumi.Int(priority),
			OverrideAction: a.overrideAction(),
			Statement: wafv2.WebAclRuleStatementArgs{
				ManagedRuleGroupStatement: wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs{
					VendorName:          pulumi.String("AWS"),
					Name:                pulumi.String(group),
					RuleActionOverrides: a.ruleActions(group),
				},
			},
			VisibilityConfig: ruleVisibility(group),
		})
	}
	return append(rules, wafv2.WebAclRuleArgs{
		Name:     pulumi.String(rateRuleName),
		Priority: pulumi.Int(len(a.ManagedRuleGroups)),
		Action:   a.rateAction(),
		Statement: wafv2.WebAclRuleStatementArgs{
			RateBasedStatement: wafv2.WebAclRuleStatementRateBasedStatementArgs{
				AggregateKeyType:    pulumi.String("IP"),
				EvaluationWindowSec: pulumi.Int(rateWindowSeconds),
				Limit:               pulumi.Int(a.RequestsPerFiveMinutes),
			},
		},
		VisibilityConfig: ruleVisibility(rateRuleName),
	})
}

func (a WAFArgs) ruleActions(group string) wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArray {
	var actions wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArray
	for _, override := range a.RuleOverrides {
		if override.Group != group {
			continue
		}
		var action wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseArgs
		switch override.Action {
		case "count":
			action.Count = wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseCountArgs{}
		case "block":
			action.Block = wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseBlockArgs{}
		case "allow":
			action.Allow = wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseAllowArgs{}
		}
		actions = append(actions, wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs{
			Name: pulumi.String(override.Rule), ActionToUse: action,
		})
	}
	return actions
}

func (a WAFArgs) overrideAction() wafv2.WebAclRuleOverrideActionArgs {
	if a.CountOnly {
		return wafv2.WebAclRuleOverrideActionArgs{Count: wafv2.WebAclRuleOverrideActionCountArgs{}}
	}
	return wafv2.WebAclRuleOverrideActionArgs{None: wafv2.WebAclRuleOverrideActionNoneArgs{}}
}

// rateAction tells clients that they sent too many requests, which a 403 would not.
func (a WAFArgs) rateAction() wafv2.WebAclRuleActionArgs {
	if a.CountOnly {
		return wafv2.WebAclRuleActionArgs{Count: wafv2.WebAclRuleActionCountArgs{}}
	}
	return wafv2.WebAclRuleActionArgs{Block: wafv2.WebAclRuleActionBlockArgs{
		CustomResponse: wafv2.WebAclRuleActionBlockCustomResponseArgs{ResponseCode: pulumi.Int(tooManyRequests)},
	}}
}

func ruleVisibility(rule string) wafv2.WebAclRuleVisibilityConfigArgs {
	return wafv2.WebAclRuleVisibilityConfigArgs{
		CloudwatchMetricsEnabled: pulumi.Bool(true),
		SampledRequestsEnabled:   pulumi.Bool(true),
		MetricName:               pulumi.String(rule),
	}
}
