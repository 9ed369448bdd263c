package preflight

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	sqtypes "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"

	"aws-webapp/internal/awsapi"
)

// Quotas is what is asked of Service Quotas.
type Quotas interface {
	GetAWSDefaultServiceQuota(context.Context, *servicequotas.GetAWSDefaultServiceQuotaInput, ...func(*servicequotas.Options)) (*servicequotas.GetAWSDefaultServiceQuotaOutput, error)
	GetServiceQuota(context.Context, *servicequotas.GetServiceQuotaInput, ...func(*servicequotas.Options)) (*servicequotas.GetServiceQuotaOutput, error)
}

// CloudWatch is what is asked of Amazon CloudWatch.
type CloudWatch interface {
	GetMetricStatistics(context.Context, *cloudwatch.GetMetricStatisticsInput, ...func(*cloudwatch.Options)) (*cloudwatch.GetMetricStatisticsOutput, error)
}

// quota of Service Quotas. The codes are those that aws service-quotas list-service-quotas
// shows.
type quota struct {
	name, service, code string
	// standard is AWS's default, for when Service Quotas does not answer.
	standard float64
	// need is how much more the stack takes; nothing if it is there already.
	need float64
	// used counts what the account has; nil leaves it to the quota's own metric, if any.
	used func(context.Context) (float64, error)
	// perStack quotas are those of a thing that only the stack uses.
	perStack bool
}

func (p *Preflight) checkQuotas(ctx context.Context) ([]Finding, error) {
	n := needsOf(p.Config)
	none := func(context.Context) (float64, error) { return 0, nil }
	var findings []Finding
	var errs []error
	for _, one := range []quota{
		{name: "VPCs", service: "vpc", code: "L-F678F1CE", standard: 5, need: 1, used: p.countVPCs},
		{name: "Elastic IPs", service: "ec2", code: "L-0263D0A3", standard: 5, need: float64(n.gateways), used: p.countAddresses},
		{name: "NAT gateways in a zone", service: "vpc", code: "L-FE5A380F", standard: 5, need: float64(min(n.gateways, 1)), used: p.countGateways},
		{name: "interface endpoints of a VPC", service: "vpc", code: "L-29B6F2EB", standard: 50, need: float64(n.interfaceEndpoints), used: none, perStack: true},
		{name: "rules of a security group", service: "vpc", code: "L-0EA8095F", standard: 60, need: float64(n.securityGroupRules), used: none, perStack: true},
		{name: "Fargate vCPU", service: "fargate", code: "L-3032A538", standard: 6, need: n.fargate},
		{name: "Fargate Spot vCPU", service: "fargate", code: "L-36FBB829", standard: 6, need: n.spot},
		{name: "KMS keys", service: "kms", code: "L-C2F1777E", standard: 100000, need: 3},
	} {
		if one.need == 0 {
			continue
		}
		finding, err := p.checkQuota(ctx, one)
		if err != nil {
			errs = append(errs, err)
		}
		findings = append(findings, finding)
	}
	return findings, errors.Join(errs...)
}

func (p *Preflight) checkQuota(ctx context.Context, q quota) (Finding, error) {
	finding := Finding{Check: "quota: " + q.name, Status: OK, Needed: amount(q.need)}
	limit, metric, limitErr := p.limitOf(ctx, q)
	used, known, usedErr := p.usedOf(ctx, q, metric)
	need := q.need
	if p.deployed() && !q.perStack {
		need = 0
		finding.Needed += ", which the stack has"
	}
	switch {
	case q.perStack:
		finding.Found = "limit " + amount(limit)
	case known:
		finding.Found = fmt.Sprintf("%s of %s used", amount(used), amount(limit))
	default:
		finding.Found = fmt.Sprintf("limit %s, use unknown", amount(limit))
	}
	action, denied := awsapi.Denied(limitErr)
	if denied {
		// Who cannot see the account's limit cannot say that it is high enough, or too low.
		finding.Status, finding.Fix = Unchecked, "needs "+action
		finding.Found += " (AWS's usual default)"
		limitErr = nil
	}
	switch {
	case used+need <= limit:
	case denied:
		finding.Status, finding.Fix = Warning, "look up the account's quota "+q.code+", which needs "+action
	default:
		finding.Status = Blocked
		finding.Fix = fmt.Sprintf("request %s or more: aws service-quotas request-service-quota-increase --service-code %s --quota-code %s --desired-value %s",
			amount(used+need), q.service, q.code, amount(math.Ceil(used+need)))
	}
	return finding, errors.Join(limitErr, usedErr)
}

// limitOf is the account's quota, else AWS's default, also beside an error.
func (p *Preflight) limitOf(ctx context.Context, q quota) (limit float64, metric *sqtypes.MetricInfo, err error) {
	applied, err := p.Clients.Quotas.GetServiceQuota(ctx, &servicequotas.GetServiceQuotaInput{ServiceCode: aws.String(q.service), QuotaCode: aws.String(q.code)})
	if err == nil && applied.Quota != nil && applied.Quota.Value != nil {
		return *applied.Quota.Value, applied.Quota.UsageMetric, nil
	}
	if err == nil || awsapi.Code(err) == "NoSuchResourceException" {
		// An account that never asked for more has the default.
		var standard *servicequotas.GetAWSDefaultServiceQuotaOutput
		standard, err = p.Clients.Quotas.GetAWSDefaultServiceQuota(ctx, &servicequotas.GetAWSDefaultServiceQuotaInput{ServiceCode: aws.String(q.service), QuotaCode: aws.String(q.code)})
		if err == nil && standard.Quota != nil && standard.Quota.Value != nil {
			return *standard.Quota.Value, standard.Quota.UsageMetric, nil
		}
	}
	if awsapi.Code(err) == "NoSuchResourceException" {
		err = nil
	}
	return q.standard, nil, err
}

// usedOf counts, or asks the metric that AWS keeps of the quota's use.
func (p *Preflight) usedOf(ctx context.Context, q quota, metric *sqtypes.MetricInfo) (used float64, known bool, err error) {
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
		StartTime: aws.Time(p.Now().Add(-window)), EndTime: aws.Time(p.Now()), Statistics: []cwtypes.Statistic{cwtypes.StatisticMaximum},
	}
	for name, value := range metric.MetricDimensions {
		input.Dimensions = append(input.Dimensions, cwtypes.Dimension{Name: aws.String(name), Value: aws.String(value)})
	}
	points, err := p.Clients.CloudWatch.GetMetricStatistics(ctx, input)
	if err != nil {
		return 0, false, err
	}
	for _, point := range points.Datapoints {
		used, known = max(used, aws.ToFloat64(point.Maximum)), true
	}
	return used, known, nil
}

func (p *Preflight) countVPCs(ctx context.Context) (float64, error) {
	count := 0
	var next *string
	for {
		page, err := p.Clients.EC2.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{NextToken: next})
		if err != nil {
			return 0, err
		}
		count += len(page.Vpcs)
		if next = page.NextToken; aws.ToString(next) == "" {
			return float64(count), nil
		}
	}
}

func (p *Preflight) countAddresses(ctx context.Context) (float64, error) {
	described, err := p.Clients.EC2.DescribeAddresses(ctx, &ec2.DescribeAddressesInput{})
	if err != nil {
		return 0, err
	}
	return float64(len(described.Addresses)), nil
}

// countGateways is the number in the fullest zone.
func (p *Preflight) countGateways(ctx context.Context) (float64, error) {
	subnets := map[string]int{}
	var next *string
	for {
		page, err := p.Clients.EC2.DescribeNatGateways(ctx, &ec2.DescribeNatGatewaysInput{NextToken: next, Filter: []ec2types.Filter{
			{Name: aws.String("state"), Values: []string{"pending", "available", "deleting"}},
		}})
		if err != nil {
			return 0, err
		}
		for i := range page.NatGateways {
			subnets[aws.ToString(page.NatGateways[i].SubnetId)]++
		}
		if next = page.NextToken; aws.ToString(next) == "" {
			break
		}
	}
	if len(subnets) == 0 {
		return 0, nil
	}
	input := &ec2.DescribeSubnetsInput{}
	for subnet := range subnets {
		input.SubnetIds = append(input.SubnetIds, subnet)
	}
	described, err := p.Clients.EC2.DescribeSubnets(ctx, input)
	if err != nil {
		return 0, err
	}
	zones, most := map[string]int{}, 0
	for i := range described.Subnets {
		zone := aws.ToString(described.Subnets[i].AvailabilityZone)
		zones[zone] += subnets[aws.ToString(described.Subnets[i].SubnetId)]
		most = max(most, zones[zone])
	}
	return float64(most), nil
}

// amount without useless digits.
func amount(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
