package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/outcome"
)

// route is the share of requests that reach a task set.
type route struct {
	// known is true if the deployment group names listeners.
	known bool
	// shares in percent, one for each rule that forwards to the service.
	shares []int
}

func (r route) all() bool { return len(r.shares) > 0 && r.least() == 100 }

func (r route) least() int {
	if len(r.shares) == 0 {
		return 0
	}
	return slices.Min(r.shares)
}

// routeTo reads from the production listeners the share of requests that they send to the
// target groups.
func (v *Verifier) routeTo(ctx context.Context, groups []string, group *cdtypes.DeploymentGroupInfo) (route, error) {
	listeners, names := productionRoute(group)
	found := route{known: len(listeners) > 0}
	for _, listener := range listeners {
		shares, err := v.shares(ctx, listener, groups, names)
		if err != nil {
			return route{}, err
		}
		found.shares = append(found.shares, shares...)
	}
	return found, nil
}

func (v *Verifier) checkTraffic(found *version, to route, wanted bool) outcome.Finding {
	check := outcome.Finding{
		Check: "traffic", Status: v.mismatch(found), Found: fmt.Sprintf("%d %% of requests", to.least()),
		Needed: "all requests to this version", Patience: settle,
	}
	switch {
	case !to.known:
		check.Status, check.Found, check.Note = outcome.Unchecked, "unknown", "the deployment group names no listener"
	case len(to.shares) == 0:
		check.Found = "no listener rule for the service"
	case !wanted:
		check.Found = "all requests to another version"
	case to.all():
		check.Status, check.Found, check.Patience = outcome.OK, "all requests", 0
	}
	return check
}

// productionRoute returns the production listeners of a deployment group and the names of the
// target groups between which it moves requests.
func productionRoute(group *cdtypes.DeploymentGroupInfo) (listeners, names []string) {
	if group.LoadBalancerInfo == nil {
		return nil, nil
	}
	for _, pair := range group.LoadBalancerInfo.TargetGroupPairInfoList {
		if pair.ProdTrafficRoute != nil {
			listeners = append(listeners, pair.ProdTrafficRoute.ListenerArns...)
		}
		for _, one := range pair.TargetGroups {
			names = append(names, aws.ToString(one.Name))
		}
	}
	return listeners, names
}

// shares returns, for each rule of a listener that forwards to the pair of target groups, the
// percentage that it sends to those in groups.
func (v *Verifier) shares(ctx context.Context, listener string, groups, names []string) ([]int, error) {
	input := &elb.DescribeRulesInput{ListenerArn: aws.String(listener)}
	rules, err := awsapi.All(ctx, elb.NewDescribeRulesPaginator(v.Clients.LoadBalancing, input),
		func(page *elb.DescribeRulesOutput) []elbtypes.Rule { return page.Rules })
	if err != nil {
		return nil, fmt.Errorf("describe the rules of %s: %w", shortARN(listener), err)
	}
	var shares []int
	for _, rule := range rules {
		sum, own, known := 0, 0, false
		for arn, weight := range weights(rule.Actions) {
			sum += weight
			known = known || slices.Contains(names, groupName(arn))
			if slices.Contains(groups, arn) {
				own += weight
			}
		}
		if known && sum > 0 {
			shares = append(shares, own*100/sum)
		}
	}
	return shares, nil
}

// weights returns the target groups that a rule's actions forward to, with their weights.
func weights(actions []elbtypes.Action) map[string]int {
	weights := map[string]int{}
	for _, action := range actions {
		groups := []elbtypes.TargetGroupTuple{{TargetGroupArn: action.TargetGroupArn}}
		if action.ForwardConfig != nil {
			groups = action.ForwardConfig.TargetGroups
		}
		for _, group := range groups {
			weight := 1
			if group.Weight != nil {
				weight = int(*group.Weight)
			}
			if group.TargetGroupArn != nil {
				weights[*group.TargetGroupArn] = weight
			}
		}
	}
	return weights
}

// groupName returns the name in arn:...:targetgroup/NAME/ID.
func groupName(arn string) string {
	parts := strings.Split(arn, "/")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}
