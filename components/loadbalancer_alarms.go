package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	balancerNamespace = "AWS/ApplicationELB"
	alarmMinute       = 60
	// Of fewer requests in a minute a share, or a percentile, says nothing: at night one slow answer, or one scan, would
	// call somebody.
	enoughForShare      = 100
	enoughForPercentile = 20
)

// LoadBalancerAlarms are the thresholds of a load balancer's alarms.
type LoadBalancerAlarms struct {
	// TopicARN is notified of them.
	TopicARN pulumi.StringInput
	// ClientErrorPercent is the highest normal share of 4XX answers in a minute.
	ClientErrorPercent int
	// ServerErrors is the highest normal number of the load balancer's own 5XX answers in a
	// minute.
	ServerErrors int
	// LatencyMilliseconds is the highest normal 95th percentile of the targets' response time.
	LatencyMilliseconds int
}

func (l *LoadBalancer) createAlarms(ctx *pulumi.Context, name string) error {
	thresholds := l.args.Alarms
	for _, spec := range []alarmSpec{
		{
			name:    name + "-4xx",
			runbook: "load-balancer-4xx",
			description: "Clients get many 4XX answers: a broken link or release, a scan, or the web application " +
				"firewall. The access log says which.",
			queries:           l.clientErrors(),
			evaluationPeriods: 2,
			threshold:         float64(thresholds.ClientErrorPercent),
			missing:           missingIsGood,
		},
		{
			name:    name + "-5xx",
			urgency: urgencyPage,
			partOf:  true,
			runbook: "load-balancer-5xx",
			description: "The load balancer itself answers 5XX: no healthy target, or targets that close the " +
				"connection or answer too late.",
			metric: "HTTPCode_ELB_5XX_Count", statistic: "Sum",
			evaluationPeriods: 2,
			threshold:         float64(thresholds.ServerErrors),
			missing:           missingIsGood,
		},
		{
			name:              name + "-latency",
			runbook:           "load-balancer-latency",
			description:       "One answer in twenty is slow. See the services' CPU, then the database.",
			queries:           l.latency(),
			evaluationPeriods: 5, datapoints: 3,
			threshold: float64(thresholds.LatencyMilliseconds) / 1000,
			missing:   missingIsGood,
		},
		{
			name:    name + "-rejected",
			urgency: urgencyPage,
			partOf:  true,
			runbook: "load-balancer-rejected",
			description: "The load balancer is at its limit of connections and turns clients away. See who they are: an " +
				"attack is the firewall's to stop, for more clients ask AWS Support.",
			metric: "RejectedConnectionCount", statistic: "Sum",
			evaluationPeriods: 1,
			missing:           missingIsGood,
		},
	} {
		spec.scope = l.args.Scope
		spec.namespace = balancerNamespace
		spec.dimensions = l.dimensions()
		spec.periodSeconds = alarmMinute
		spec.comparison = comparisonAbove
		spec.topicARN = thresholds.TopicARN
		if err := l.addAlarm(ctx, l, spec); err != nil {
			return err
		}
	}
	return nil
}

func (l *LoadBalancer) dimensions() pulumi.StringMap {
	return pulumi.StringMap{"LoadBalancer": l.ARNSuffix}
}

// latency is the 95th percentile of the services' time in seconds, and 0 of too few requests.
func (l *LoadBalancer) latency() cloudwatch.MetricAlarmMetricQueryArray {
	return expressionOf("95th percentile of the answers' time", fmt.Sprintf("IF(m2 >= %d, m1, 0)", enoughForPercentile),
		metricOf{namespace: balancerNamespace, name: "TargetResponseTime", statistic: "p95", dimensions: l.dimensions()},
		metricOf{namespace: balancerNamespace, name: "RequestCount", statistic: "Sum", dimensions: l.dimensions()},
	)
}

// clientErrors is the share of 4XX in percent. It adds up the answers of the services and of the load balancer: AWS has
// no single metric for what clients see. RequestCount leaves out requests for which no target was chosen, such as those
// that the firewall refused (user guide for Application Load Balancers, "CloudWatch metrics").
// SUM skips metrics without data.
func (l *LoadBalancer) clientErrors() cloudwatch.MetricAlarmMetricQueryArray {
	const all, refused = "SUM([m1, m3])", "SUM([m1, m2])"
	return expressionOf("4XX answers, %", fmt.Sprintf("IF(%s >= %d, 100 * %s / %s, 0)", all, enoughForShare, refused, all),
		metricOf{namespace: balancerNamespace, name: "HTTPCode_ELB_4XX_Count", statistic: "Sum", dimensions: l.dimensions()},
		metricOf{
			namespace: balancerNamespace, name: "HTTPCode_Target_4XX_Count", statistic: "Sum",
			dimensions: l.dimensions(),
		},
		metricOf{namespace: balancerNamespace, name: "RequestCount", statistic: "Sum", dimensions: l.dimensions()},
	)
}
