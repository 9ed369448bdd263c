package preflight

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	sqtypes "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/prefixlists"
	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/outcome"
)

// quota is a quota of the table with the amount that the stack takes of it.
type quota struct {
	quotas.Quota
	// need is the amount that the stack takes.
	need float64
	// used counts the usage of the account; nil uses the quota's own metric, if any.
	used func(context.Context) (float64, error)
	// perStack marks a quota of a resource that only the stack uses.
	perStack bool
}

func (p *Preflight) checkQuotas(ctx context.Context) ([]outcome.Finding, error) {
	lists, err := p.prefixLists(ctx)
	if err != nil {
		return nil, err
	}
	n := needsWith(p.Config, func(list string) int {
		if known, there := lists[list]; there {
			return known.weight()
		}
		return prefixlists.LeastWeight(list)
	})
	var findings []outcome.Finding
	for _, one := range []quota{
		{Quota: quotas.VPCs, need: 1, used: p.countVPCs},
		{Quota: quotas.InternetGateways, need: 1, used: p.countInternetGateways},
		{Quota: quotas.Addresses, need: float64(n.gateways), used: p.countAddresses},
		{Quota: quotas.NATGateways, need: float64(min(n.gateways, 1)), used: p.countGateways},
		{Quota: quotas.InterfaceEndpoints, need: float64(n.interfaceEndpoints), perStack: true},
		{Quota: quotas.SecurityGroups, need: float64(n.securityGroups), used: p.countSecurityGroups},
		{Quota: quotas.GroupRules, need: float64(n.securityGroupRules), perStack: true},
		{Quota: quotas.FargateCPU, need: n.fargate},
		{Quota: quotas.FargateSpotCPU, need: n.spot},
		{Quota: quotas.Keys, need: 3},
	} {
		if one.need == 0 {
			continue
		}
		findings = append(findings, p.checkQuota(ctx, one))
	}
	return findings, nil
}

func (p *Preflight) checkQuota(ctx context.Context, q quota) outcome.Finding {
	finding := outcome.Finding{Check: "quota: " + q.Name, Status: outcome.OK, Needed: amount(q.need)}
	limit, metric, limitErr := p.limitOf(ctx, q.Quota)
	used, known, usedErr := 0.0, false, error(nil)
	need := q.need
	if !q.perStack {
		used, known, usedErr = p.usedOf(ctx, q, metric)
		if p.deployed() {
			need = 0
			finding.Needed += ", which the stack has"
		}
	}
	switch {
	case q.perStack:
		finding.Found = "limit " + amount(limit)
	case known:
		finding.Found = fmt.Sprintf("%s of %s used", amount(used), amount(limit))
	default:
		finding.Found = fmt.Sprintf("limit %s, usage unknown", amount(limit))
	}
	if limitErr != nil {
		finding.Found += " (AWS's usual default)"
	}
	if err := cmp.Or(limitErr, usedErr); err != nil {
		// Who sees neither the account's limit nor what is used cannot say that it is enough.
		finding.Status, finding.Fix = outcome.Unchecked, cmp.Or(unchecked("", err).Fix, awsapi.Reason(err))
	}
	switch {
	case used+need <= limit:
	case limitErr != nil:
		finding.Status, finding.Fix = outcome.Warning, fmt.Sprintf("look up the account's quota %s (%s)", q.Code, finding.Fix)
	default:
		finding.Status = outcome.Blocked
		finding.Fix = fmt.Sprintf("request %s or more: %s", amount(used+need), q.Raise(int(math.Ceil(used+need))))
	}
	return finding
}

// limitOf returns the account's quota, else AWS's default; the latter also with an error.
func (p *Preflight) limitOf(
	ctx context.Context, q quotas.Quota,
) (limit float64, metric *sqtypes.MetricInfo, err error) {
	applied, err := servicequotas.NewFromConfig(p.AWS).GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{
		ServiceCode: aws.String(q.Service), QuotaCode: aws.String(q.Code),
	})
	if err == nil && applied.Quota != nil && applied.Quota.Value != nil {
		return *applied.Quota.Value, applied.Quota.UsageMetric, nil
	}
	if err == nil || awsapi.Code(err) == "NoSuchResourceException" {
		// An account that never asked for more has the default.
		var standard *servicequotas.GetAWSDefaultServiceQuotaOutput
		client := servicequotas.NewFromConfig(p.AWS)
		standard, err = client.GetAWSDefaultServiceQuota(ctx, &servicequotas.GetAWSDefaultServiceQuotaInput{
			ServiceCode: aws.String(q.Service), QuotaCode: aws.String(q.Code),
		})
		if err == nil && standard.Quota != nil && standard.Quota.Value != nil {
			return *standard.Quota.Value, standard.Quota.UsageMetric, nil
		}
	}
	if awsapi.Code(err) == "NoSuchResourceException" {
		err = nil
	}
	return float64(q.Limit), nil, err
}

// usedOf counts the usage, or reads it from AWS's metric for the quota.
func (p *Preflight) usedOf(
	ctx context.Context, q quota, metric *sqtypes.MetricInfo,
) (used float64, known bool, err error) {
	if q.used != nil {
		used, err = q.used(ctx)
		return used, err == nil, err
	}
	if metric == nil || metric.MetricName == nil {
		return 0, false, nil
	}
	const window, period = time.Hour, 300
	input := &cloudwatch.GetMetricStatisticsInput{
		Namespace: metric.MetricNamespace, MetricName: metric.MetricName, Period: aws.Int32(period),
		StartTime: aws.Time(p.Now().Add(-window)), EndTime: aws.Time(p.Now()), Statistics: []cwtypes.Statistic{
			cwtypes.StatisticMaximum,
		},
	}
	for name, value := range metric.MetricDimensions {
		input.Dimensions = append(input.Dimensions, cwtypes.Dimension{Name: aws.String(name), Value: aws.String(value)})
	}
	points, err := cloudwatch.NewFromConfig(p.AWS).GetMetricStatistics(ctx, input)
	if err != nil {
		return 0, false, err
	}
	for _, point := range points.Datapoints {
		used, known = max(used, aws.ToFloat64(point.Maximum)), true
	}
	return used, known, nil
}

// amount formats a number without unneeded digits.
func amount(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
