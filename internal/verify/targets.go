package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

// checkTargets checks the load balancer's view of each running task. A healthy target that is
// not one of them is a task of another version, or foreign.
func (v *Verifier) checkTargets(ctx context.Context, found *version, tasks []ecstypes.Task) (outcome.Finding, error) {
	check := outcome.Finding{Check: "targets", Status: outcome.Wrong}
	check.Needed = plural.Of(found.desired, "target") + " healthy"
	if len(found.groups) == 0 {
		return outcome.Finding{
			Check: "targets", Status: outcome.Unchecked, Found: "no target group", Needed: "",
			Note: "the service is not behind a load balancer",
		}, nil
	}
	health, err := v.healthByAddress(ctx, found.groups)
	if err != nil {
		return outcome.Finding{}, err
	}
	healthy := 0
	var sick []string
	for i := range tasks {
		if aws.ToString(tasks[i].TaskDefinitionArn) != found.definition {
			continue
		}
		ip := address(&tasks[i])
		state, registered := health[ip]
		delete(health, ip)
		switch {
		case registered && state.State == elbtypes.TargetHealthStateEnumHealthy:
			healthy++
		case registered:
			sick = append(sick, describeHealth(state))
		}
	}
	strangers := 0
	for _, state := range health {
		if state.State == elbtypes.TargetHealthStateEnumHealthy {
			strangers++
		}
	}
	check.Found = fmt.Sprintf("%d healthy", healthy)
	if len(sick) > 0 {
		slices.Sort(sick)
		check.Note = strings.Join(slices.Compact(sick), ", ")
	}
	switch {
	case strangers > 0:
		check.Found += fmt.Sprintf(", and %d that %s not of this version", strangers, isOrAre(strangers))
		if found.underway {
			check.Status = outcome.Waiting
		}
	case healthy != found.desired:
		unhealthy := slices.ContainsFunc(sick, func(text string) bool { return strings.HasPrefix(text, "unhealthy") })
		if found.underway || !unhealthy {
			check.Status = outcome.Waiting
		}
	default:
		check.Status = outcome.OK
	}
	return check, nil
}

// healthByAddress returns the health of the targets. A task is in every group of its service,
// so the worst counts.
func (v *Verifier) healthByAddress(ctx context.Context, groups []string) (map[string]*elbtypes.TargetHealth, error) {
	health := map[string]*elbtypes.TargetHealth{}
	for _, group := range groups {
		described, err := v.Clients.LoadBalancing.DescribeTargetHealth(ctx,
			&elb.DescribeTargetHealthInput{TargetGroupArn: aws.String(group)})
		if err != nil {
			return nil, fmt.Errorf("look at the targets of %s: %w", groupName(group), err)
		}
		for i := range described.TargetHealthDescriptions {
			description := &described.TargetHealthDescriptions[i]
			if description.Target == nil || description.TargetHealth == nil {
				continue
			}
			ip := aws.ToString(description.Target.Id)
			if known := health[ip]; known == nil || known.State == elbtypes.TargetHealthStateEnumHealthy {
				health[ip] = description.TargetHealth
			}
		}
	}
	return health, nil
}

func describeHealth(health *elbtypes.TargetHealth) string {
	text := string(health.State)
	if description := aws.ToString(health.Description); description != "" {
		text += ": " + description
	}
	return text
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
