package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	usageNamespace = "AWS/Usage"
	// nearQuotaPercent leaves time to ask AWS for more, which may take days.
	nearQuotaPercent = 80
)

// usageClasses are the account's vCPUs on Fargate by what they are called in alarms. Fargate publishes no usage of
// other quotas, and none of the network or the load balancer is published in every account.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/monitoring-fargate-usage.html
var usageClasses = []struct{ name, class, provider string }{
	{"fargate", "Standard/OnDemand", fargate},
	{"spot", "Standard/Spot", fargateSpot},
}

// createAlarms watches the account's quotas that tasks use up: beyond them neither scaling nor a deployment starts
// any.
func (c *Cluster) createAlarms(ctx *pulumi.Context, name string) error {
	for _, usage := range usageClasses {
		if usage.provider == fargateSpot && !c.args.Spot {
			continue
		}
		spec := alarmSpec{
			scope: c.args.Scope, name: name + nameSeparator + usage.name + "-quota", runbook: "cluster-quota",
			// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html
			queries: expressionOf("Used of the quota, %", "100 * m1 / SERVICE_QUOTA(m1)", metricOf{
				namespace: usageNamespace, name: "ResourceCount", statistic: "Maximum", periodSeconds: databaseAlarmSeconds,
				dimensions: pulumi.StringMap{
					"Service": pulumi.String("Fargate"), "Type": pulumi.String("Resource"), "Resource": pulumi.String("vCPU"),
					"Class": pulumi.String(usage.class),
				},
			}),
			evaluationPeriods: 3, comparison: comparisonAbove, threshold: nearQuotaPercent, missing: missingIsGood,
			topicARN: c.args.TopicARN,
			description: "The account has used four fifths of the vCPUs that it may run on Fargate: beyond them no task " +
				"starts. Ask for more.",
		}
		if err := c.addAlarm(ctx, c, spec); err != nil {
			return err
		}
	}
	return nil
}
