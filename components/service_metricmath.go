package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The parts of a metric that autoscaling computes from others.
type (
	scalingQuery = appautoscaling.
			PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs
	scalingStat = appautoscaling.
			PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatArgs
	scalingMetric = appautoscaling.
			PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricArgs
	scalingDimensionName = appautoscaling.
				PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArgs
	scalingDimensionNames = appautoscaling.
				PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArray
)

// scalingSeries is a metric that an expression calls m1, m2 and so on.
type scalingSeries struct {
	namespace, name, statistic string
	dimensions                 scalingDimensionNames
}

// scalingExpression returns a metric for [Service.track], as the Application Auto Scaling user guide has it, "Create a
// target tracking scaling policy ... using metric math".
func scalingExpression(
	label, expression string, series ...scalingSeries,
) appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs {
	queries := appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArray{
		scalingQuery{
			Id: pulumi.String("e1"), Label: pulumi.String(label), Expression: pulumi.String(expression),
			ReturnData: pulumi.Bool(true),
		},
	}
	for i, one := range series {
		queries = append(queries, scalingQuery{
			Id: pulumi.String(fmt.Sprintf("m%d", i+1)),
			MetricStat: scalingStat{
				Metric: scalingMetric{
					Namespace: pulumi.String(one.namespace), MetricName: pulumi.String(one.name), Dimensions: one.dimensions,
				},
				Stat: pulumi.String(one.statistic),
			},
			ReturnData: pulumi.Bool(false),
		})
	}
	return appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
		CustomizedMetricSpecification: appautoscaling.
			PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs{Metrics: queries},
	}
}
