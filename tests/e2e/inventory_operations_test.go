//go:build e2e

package e2e

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
)

var operationsKinds = []kind{
	{name: "alarms", list: func(ctx context.Context, c clients) ([]string, error) {
		var found []string
		pages := cloudwatch.NewDescribeAlarmsPaginator(c.cloudwatch, &cloudwatch.DescribeAlarmsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			found = append(found, names(page.MetricAlarms, func(a cloudwatchtypes.MetricAlarm) *string {
				return a.AlarmName
			})...)
			found = append(found, names(page.CompositeAlarms, func(a cloudwatchtypes.CompositeAlarm) *string {
				return a.AlarmName
			})...)
		}
		return found, nil
	}},
	{name: "dashboards", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.cloudwatch.ListDashboards(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.DashboardEntries, func(e cloudwatchtypes.DashboardEntry) *string { return e.DashboardName }), nil
	}},
	{name: "log groups", list: func(ctx context.Context, c clients) ([]string, error) {
		var found []string
		pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(c.logs, &cloudwatchlogs.DescribeLogGroupsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			found = append(found, names(page.LogGroups, func(g logstypes.LogGroup) *string { return g.LogGroupName })...)
		}
		return found, nil
	}},
	{
		name: "log resource policies", absent: func(d *deployment) bool {
			return !d.cfg.LoadBalancer.WAF.Enabled && !d.cfg.LogSearch.Enabled
		},
		list: func(ctx context.Context, c clients) ([]string, error) {
			answer, err := c.logs.DescribeResourcePolicies(ctx, nil)
			if err != nil {
				return nil, err
			}
			return names(answer.ResourcePolicies, func(p logstypes.ResourcePolicy) *string { return p.PolicyName }), nil
		},
	},
	{name: "topics", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.sns.ListTopics(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.Topics, func(t snstypes.Topic) *string { return t.TopicArn }), nil
	}},
	{name: "subscriptions", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.sns.ListSubscriptions(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.Subscriptions, func(s snstypes.Subscription) *string { return s.SubscriptionArn }), nil
	}},
	{name: "trails", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.trails.ListTrails(ctx, &cloudtrail.ListTrailsInput{})
		if err != nil {
			return nil, err
		}
		return names(answer.Trails, func(i trailtypes.TrailInfo) *string { return i.Name }), nil
	}},
	{name: "event rules", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.events.ListRules(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.Rules, func(r eventtypes.Rule) *string { return r.Name }), nil
	}},
	{name: "saved queries", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.logs.DescribeQueryDefinitions(ctx, nil)
		if err != nil {
			return nil, err
		}
		return names(answer.QueryDefinitions, func(q logstypes.QueryDefinition) *string { return q.Name }), nil
	}},
	{
		name: "detectors", absent: func(d *deployment) bool { return !d.cfg.AccountBaseline.GuardDuty },
		list: func(ctx context.Context, c clients) ([]string, error) {
			answer, err := c.guardduty.ListDetectors(ctx, nil)
			if err != nil {
				return nil, err
			}
			return answer.DetectorIds, nil
		},
	},
	{name: "encryption of volumes", list: func(ctx context.Context, c clients) ([]string, error) {
		answer, err := c.ec2.GetEbsEncryptionByDefault(ctx, &ec2.GetEbsEncryptionByDefaultInput{})
		if err != nil || !aws.ToBool(answer.EbsEncryptionByDefault) {
			return nil, err
		}
		return []string{"by default"}, nil
	}},
}
