package preflight

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// LoadBalancing is what is asked of Elastic Load Balancing.
type LoadBalancing interface {
	DescribeAccountLimits(context.Context, *elb.DescribeAccountLimitsInput, ...func(*elb.Options)) (*elb.DescribeAccountLimitsOutput, error)
	DescribeLoadBalancerAttributes(context.Context, *elb.DescribeLoadBalancerAttributesInput, ...func(*elb.Options)) (*elb.DescribeLoadBalancerAttributesOutput, error)
	DescribeLoadBalancers(context.Context, *elb.DescribeLoadBalancersInput, ...func(*elb.Options)) (*elb.DescribeLoadBalancersOutput, error)
	DescribeTags(context.Context, *elb.DescribeTagsInput, ...func(*elb.Options)) (*elb.DescribeTagsOutput, error)
	DescribeTargetGroups(context.Context, *elb.DescribeTargetGroupsInput, ...func(*elb.Options)) (*elb.DescribeTargetGroupsOutput, error)
}

// Lambda is what is asked of AWS Lambda.
type Lambda interface {
	GetAccountSettings(context.Context, *lambda.GetAccountSettingsInput, ...func(*lambda.Options)) (*lambda.GetAccountSettingsOutput, error)
}

// limited compares what a stack needs with a limit that the service itself tells.
func (p *Preflight) limited(name string, used, limit, need int, fix string) Finding {
	finding := Finding{Check: name, Status: OK, Found: fmt.Sprintf("%d of %d used", used, limit), Needed: strconv.Itoa(need)}
	if p.deployed() {
		finding.Needed += ", which the stack has"
		need = 0
	}
	if used+need > limit {
		finding.Status, finding.Fix = Blocked, fix
	}
	return finding
}

// checkBalancerLimits asks Elastic Load Balancing for its own limits.
func (p *Preflight) checkBalancerLimits(ctx context.Context) ([]Finding, error) {
	described, err := p.Clients.LoadBalancing.DescribeAccountLimits(ctx, &elb.DescribeAccountLimitsInput{})
	if err != nil {
		return nil, err
	}
	limits := map[string]int{}
	for _, limit := range described.Limits {
		if most, err := strconv.Atoi(aws.ToString(limit.Max)); err == nil {
			limits[aws.ToString(limit.Name)] = most
		}
	}
	balancers, err := p.balancers(ctx)
	if err != nil {
		return nil, err
	}
	groups, err := p.countTargetGroups(ctx)
	if err != nil {
		return nil, err
	}
	n := needsOf(p.Config)
	const fix = "request more from Service Quotas, service elasticloadbalancing"
	var findings []Finding
	for _, one := range []struct {
		name, limit string
		used, need  int
		perBalancer bool
	}{
		{"load balancers", "application-load-balancers", len(balancers), 1, false},
		{"target groups", "target-groups", groups, n.targetGroups, false},
		{"target groups of a load balancer", "target-groups-per-application-load-balancer", 0, n.targetGroups, true},
		{"rules of a load balancer", "rules-per-application-load-balancer", 0, n.balancerRules, true},
	} {
		limit, told := limits[one.limit]
		switch {
		case !told:
		case one.perBalancer:
			finding := Finding{Check: "quota: " + one.name, Status: OK, Found: fmt.Sprintf("limit %d", limit), Needed: strconv.Itoa(one.need)}
			if one.need > limit {
				finding.Status, finding.Fix = Blocked, fix+", or take services out of the stack"
			}
			findings = append(findings, finding)
		default:
			findings = append(findings, p.limited("quota: "+one.name, one.used, limit, one.need, fix))
		}
	}
	return findings, nil
}

// balancers are the ARNs of the region's load balancers.
func (p *Preflight) balancers(ctx context.Context) ([]string, error) {
	var arns []string
	var marker *string
	for {
		page, err := p.Clients.LoadBalancing.DescribeLoadBalancers(ctx, &elb.DescribeLoadBalancersInput{Marker: marker})
		if err != nil {
			return nil, err
		}
		for i := range page.LoadBalancers {
			arns = append(arns, aws.ToString(page.LoadBalancers[i].LoadBalancerArn))
		}
		if marker = page.NextMarker; aws.ToString(marker) == "" {
			return arns, nil
		}
	}
}

func (p *Preflight) countTargetGroups(ctx context.Context) (int, error) {
	count := 0
	var marker *string
	for {
		page, err := p.Clients.LoadBalancing.DescribeTargetGroups(ctx, &elb.DescribeTargetGroupsInput{Marker: marker})
		if err != nil {
			return 0, err
		}
		count += len(page.TargetGroups)
		if marker = page.NextMarker; aws.ToString(marker) == "" {
			return count, nil
		}
	}
}

// checkDatabaseLimits asks RDS for its own limits, which come with what is used.
func (p *Preflight) checkDatabaseLimits(ctx context.Context) ([]Finding, error) {
	described, err := p.Clients.RDS.DescribeAccountAttributes(ctx, &rds.DescribeAccountAttributesInput{})
	if err != nil {
		return nil, err
	}
	var findings []Finding
	for _, one := range []struct {
		limit, name string
		need        int
	}{
		{"DBInstances", "quota: database instances", 1},
		{"AllocatedStorage", "quota: database storage, GiB", max(p.Config.Database.AllocatedStorageGiB, p.Config.Database.MaxAllocatedStorageGiB)},
		{"DBParameterGroups", "quota: database parameter groups", 1},
		{"DBSubnetGroups", "quota: database subnet groups", 1},
	} {
		i := slices.IndexFunc(described.AccountQuotas, func(quota rdstypes.AccountQuota) bool {
			return aws.ToString(quota.AccountQuotaName) == one.limit
		})
		if i < 0 {
			continue
		}
		findings = append(findings, p.limited(one.name, int(aws.ToInt64(described.AccountQuotas[i].Used)), int(aws.ToInt64(described.AccountQuotas[i].Max)),
			one.need, "request more from Service Quotas, service rds"))
	}
	return findings, nil
}

// unreservedFloor is what AWS leaves to functions without a reservation:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
const unreservedFloor = 100

// checkConcurrency asks whether the log shipper's reservation fits into the account's.
func (p *Preflight) checkConcurrency(ctx context.Context) ([]Finding, error) {
	need := p.Config.LogSearch.MaxConcurrency
	if !p.Config.LogSearch.Enabled || need == 0 {
		return nil, nil
	}
	settings, err := p.Clients.Lambda.GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err != nil {
		return nil, err
	}
	if settings.AccountLimit == nil || settings.AccountLimit.UnreservedConcurrentExecutions == nil {
		return nil, nil
	}
	free := max(int(*settings.AccountLimit.UnreservedConcurrentExecutions)-unreservedFloor, 0)
	finding := Finding{
		Check: "function concurrency", Status: OK, Found: fmt.Sprintf("%d can be reserved of %d", free, settings.AccountLimit.ConcurrentExecutions),
		Needed: strconv.Itoa(need),
	}
	if need > free && !p.deployed() {
		finding.Status = Blocked
		finding.Fix = fmt.Sprintf("lower logSearch.maxConcurrency to %d (0 for no reservation), or request more concurrent executions", free)
	}
	return []Finding{finding}, nil
}
