package preflight

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/quotas"
	"aws-webapp/internal/outcome"
)

// limited compares a stack's need with a limit that the service itself reports.
func (p *Preflight) limited(q quotas.Quota, used, limit, need int) outcome.Finding {
	finding := outcome.Finding{
		Check: "quota: " + q.Name, Status: outcome.OK, Found: fmt.Sprintf("%d of %d used", used,
			limit), Needed: strconv.Itoa(need),
	}
	if p.deployed() {
		finding.Needed += ", which the stack has"
		need = 0
	}
	if used+need > limit {
		finding.Status, finding.Fix = outcome.Blocked, moreOf(q, used+need)
	}
	return finding
}

// checkBalancerLimits asks Elastic Load Balancing for its own limits.
func (p *Preflight) checkBalancerLimits(ctx context.Context) ([]outcome.Finding, error) {
	pages := elb.NewDescribeAccountLimitsPaginator(elb.NewFromConfig(p.AWS), &elb.DescribeAccountLimitsInput{})
	told, err := awsapi.All(ctx, pages,
		func(page *elb.DescribeAccountLimitsOutput) []elbtypes.Limit { return page.Limits })
	if err != nil {
		return nil, err
	}
	limits := map[string]int{}
	for _, limit := range told {
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
	var findings []outcome.Finding
	for _, one := range []struct {
		quota       quotas.Quota
		limit       string // as DescribeAccountLimits calls it
		used, need  int
		perBalancer bool
	}{
		{quotas.LoadBalancers, "application-load-balancers", len(balancers), 1, false},
		{quotas.TargetGroups, "target-groups", groups, n.targetGroups, false},
		{quotas.BalancerTargetGroups, "target-groups-per-application-load-balancer", 0, n.targetGroups, true},
		{quotas.ListenerRules, "rules-per-application-load-balancer", 0, n.balancerRules, true},
		{quotas.BalancerTargets, "targets-per-application-load-balancer", 0, n.tasks, true},
	} {
		limit, told := limits[one.limit]
		if !told {
			limit = one.quota.Limit
		}
		if !one.perBalancer {
			findings = append(findings, p.limited(one.quota, one.used, limit, one.need))
			continue
		}
		finding := outcome.Finding{
			Check: "quota: " + one.quota.Name, Status: outcome.OK, Found: fmt.Sprintf("limit %d",
				limit), Needed: strconv.Itoa(one.need),
		}
		if one.need > limit {
			finding.Status, finding.Fix = outcome.Blocked, moreOf(one.quota, one.need)+", or take services out of the stack"
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

// moreOf says how to get a quota raised.
func moreOf(q quotas.Quota, value int) string {
	if raise := q.Raise(value); raise != "" {
		return fmt.Sprintf("request %d or more: %s", value, raise)
	}
	return fmt.Sprintf("AWS gives no account more than %d: remove what is not used", q.Limit)
}

// balancers returns the ARNs of the region's load balancers.
func (p *Preflight) balancers(ctx context.Context) ([]string, error) {
	pages := elb.NewDescribeLoadBalancersPaginator(elb.NewFromConfig(p.AWS), &elb.DescribeLoadBalancersInput{})
	return awsapi.All(ctx, pages, func(page *elb.DescribeLoadBalancersOutput) []string {
		arns := make([]string, len(page.LoadBalancers))
		for i := range page.LoadBalancers {
			arns[i] = aws.ToString(page.LoadBalancers[i].LoadBalancerArn)
		}
		return arns
	})
}

func (p *Preflight) countTargetGroups(ctx context.Context) (int, error) {
	pages := elb.NewDescribeTargetGroupsPaginator(elb.NewFromConfig(p.AWS), &elb.DescribeTargetGroupsInput{})
	groups, err := awsapi.All(ctx, pages,
		func(page *elb.DescribeTargetGroupsOutput) []elbtypes.TargetGroup { return page.TargetGroups })
	return len(groups), err
}

// checkDatabaseLimits asks RDS for its own limits, which it returns with the usage.
func (p *Preflight) checkDatabaseLimits(ctx context.Context) ([]outcome.Finding, error) {
	described, err := rds.NewFromConfig(p.AWS).DescribeAccountAttributes(ctx, &rds.DescribeAccountAttributesInput{})
	if err != nil {
		return nil, err
	}
	database := p.Config.Database
	var findings []outcome.Finding
	for _, one := range []struct {
		limit string // as DescribeAccountAttributes calls it
		quota quotas.Quota
		need  int
	}{
		{"DBInstances", quotas.DatabaseInstances, 1},
		{"AllocatedStorage", quotas.DatabaseStorage, max(database.AllocatedStorageGiB, database.MaxAllocatedStorageGiB)},
		{"DBParameterGroups", quotas.DatabaseParameterGroups, 1},
		{"DBSubnetGroups", quotas.DatabaseSubnetGroups, 1},
	} {
		i := slices.IndexFunc(described.AccountQuotas, func(quota rdstypes.AccountQuota) bool {
			return aws.ToString(quota.AccountQuotaName) == one.limit
		})
		if i < 0 {
			continue
		}
		told := described.AccountQuotas[i]
		findings = append(findings, p.limited(one.quota, int(aws.ToInt64(told.Used)), int(aws.ToInt64(told.Max)), one.need))
	}
	return findings, nil
}

// checkRoles asks IAM for its own limits, which it returns with the usage.
func (p *Preflight) checkRoles(ctx context.Context) ([]outcome.Finding, error) {
	answer, err := iam.NewFromConfig(p.AWS).GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
	if err != nil {
		return nil, err
	}
	limit, told := answer.SummaryMap["RolesQuota"]
	if !told {
		return nil, nil
	}
	return []outcome.Finding{p.limited(quotas.Roles, int(answer.SummaryMap["Roles"]), int(limit),
		needsOf(p.Config).roles)}, nil
}

// checkLogPolicies counts the resource policies of CloudWatch Logs, a quota that AWS never raises.
// The firewall and the search domain have one each.
func (p *Preflight) checkLogPolicies(ctx context.Context) ([]outcome.Finding, error) {
	need := needsOf(p.Config).logPolicies
	if need == 0 {
		return nil, nil
	}
	used := 0
	var next *string
	for {
		input := &cloudwatchlogs.DescribeResourcePoliciesInput{NextToken: next}
		page, err := cloudwatchlogs.NewFromConfig(p.AWS).DescribeResourcePolicies(ctx, input)
		if err != nil {
			return nil, err
		}
		used += len(page.ResourcePolicies)
		if next = page.NextToken; aws.ToString(next) == "" {
			break
		}
	}
	return []outcome.Finding{p.limited(quotas.LogResourcePolicies, used, quotas.LogResourcePolicies.Limit, need)}, nil
}

// unreservedFloor is the concurrency that AWS keeps for functions without a reservation:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
const unreservedFloor = 100

// checkConcurrency checks whether the log shipper's reservation fits into the account's
// concurrency.
func (p *Preflight) checkConcurrency(ctx context.Context) ([]outcome.Finding, error) {
	need := p.Config.LogSearch.MaxConcurrency
	if !p.Config.LogSearch.Enabled || need == 0 {
		return nil, nil
	}
	settings, err := lambda.NewFromConfig(p.AWS).GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err != nil {
		return nil, err
	}
	if settings.AccountLimit == nil || settings.AccountLimit.UnreservedConcurrentExecutions == nil {
		return nil, nil
	}
	free := max(int(*settings.AccountLimit.UnreservedConcurrentExecutions)-unreservedFloor, 0)
	finding := outcome.Finding{
		Check:  "function concurrency",
		Status: outcome.OK, Found: fmt.Sprintf("%d of %d can be reserved", free, settings.AccountLimit.ConcurrentExecutions),
		Needed: strconv.Itoa(need),
	}
	if need > free && !p.deployed() {
		finding.Status = outcome.Blocked
		finding.Fix = fmt.Sprintf(
			"lower logSearch.maxConcurrency to %d (0 for no reservation), or request more concurrent executions", free,
		)
	}
	return []outcome.Finding{finding}, nil
}
