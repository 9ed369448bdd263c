package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	millisecondsOfASecond  = 1000
	responseTimePercentile = "p90"
)

// createEndpointPolicies scales by what the load balancer sees. Under blue/green the requests move from one target
// group to the other: a metric of both has those of the one that serves, since the other reports little or nothing.
func (s *Service) createEndpointPolicies(ctx *pulumi.Context, name string, target *appautoscaling.Target) error {
	scaling := s.args.Scaling
	if s.endpoint == nil {
		return nil
	}
	if scaling.RequestsPerTarget > 0 && s.blueGreen() {
		series := s.endpoint.series("RequestCountPerTarget", "Sum")
		metric := scalingExpression("Requests per task", over("SUM", series), series...)
		if err := s.track(ctx, name+"-requests", target, float64(scaling.RequestsPerTarget), metric); err != nil {
			return fmt.Errorf("requests: %w", err)
		}
	}
	if scaling.ResponseMilliseconds > 0 {
		series := s.endpoint.series("TargetResponseTime", responseTimePercentile)
		metric := scalingExpression("Response time", over("MAX", series), series...)
		// Response time rises with the load, but not in proportion to the number of tasks, for which reason AWS advises
		// against it as a target. A target that only adds tasks asks no proportion: others remove them again.
		// https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html, "Choose metrics"
		// https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
		metric.DisableScaleIn = pulumi.Bool(true)
		seconds := float64(scaling.ResponseMilliseconds) / millisecondsOfASecond
		if err := s.track(ctx, name+"-response", target, seconds, metric); err != nil {
			return fmt.Errorf("response: %w", err)
		}
	}
	return nil
}

// series of a metric, one for each target group.
func (e *Endpoint) series(metric, statistic string) []scalingSeries {
	var series []scalingSeries
	for _, group := range e.targetGroups {
		series = append(series, scalingSeries{balancerNamespace, metric, statistic, scalingDimensionNames{
			scalingDimensionName{Name: pulumi.String("LoadBalancer"), Value: e.args.LoadBalancerSuffix},
			scalingDimensionName{Name: pulumi.String("TargetGroup"), Value: group.ArnSuffix},
		}})
	}
	return series
}

// over applies a function to several series; one needs none.
func over(function string, series []scalingSeries) string {
	if len(series) == 1 {
		return "m1"
	}
	names := make([]string, len(series))
	for i := range series {
		names[i] = fmt.Sprintf("m%d", i+1)
	}
	return function + "([" + strings.Join(names, ", ") + "])"
}
