package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	balancerNamespace = "AWS/ApplicationELB"
	alarmMinute       = 60
)

// LoadBalancerAlarms are the thresholds of a load balancer's alarms.
type LoadBalancerAlarms struct {
	// TopicARN is notified of them.
	TopicARN pulumi.StringInput
	// ClientErrors is the highest normal number of 4XX answers in a minute.
	ClientErrors int
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
			threshold:         float64(thresholds.ClientErrors),
			missing:           missingIsGood,
		},
		{
			name:    name + "-5xx",
			runbook: "load-balancer-5xx",
			description: "The load balancer itself answers 5XX: no healthy target, or targets that close the " +
				"connection or answer too late.",
			metric: "HTTPCode_ELB_5XX_Count", statistic: "Sum",
			evaluationPeriods: 2,
			threshold:         float64(thresholds.ServerErrors),
			missing:           missingIsGood,
		},
		{
			name:        name + "-latency",
			runbook:     "load-balancer-latency",
			description: "One answer in twenty is slow. See the services' CPU, then the database.",
			metric:      "TargetResponseTime", statistic: "p95",
			evaluationPeriods: 5, datapoints: 3,
			threshold: float64(thresholds.LatencyMilliseconds) / 1000,
			missing:   missingIsGood,
		},
		{
			name:        name + "-rejected",
			runbook:     "load-balancer-rejected",
			description: "The load balancer is at its limit of connections and turns clients away.",
			metric:      "RejectedConnectionCount", statistic: "Sum",
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
		if _, err := newAlarm(ctx, l, spec); err != nil {
			return fmt.Errorf("%s: %w", spec.name, err)
		}
		l.AlarmNames = append(l.AlarmNames, alarmName(spec.scope, spec.name))
	}
	return nil
}

func (l *LoadBalancer) dimensions() pulumi.StringMap {
	return pulumi.StringMap{"LoadBalancer": l.ARNSuffix}
}

// clientErrors adds up the 4XX answers of the services and of the load balancer: AWS has no
// single metric for what clients see.
func (l *LoadBalancer) clientErrors() cloudwatch.MetricAlarmMetricQueryArray {
	return sumOf("4XX answers",
		metricOf{namespace: balancerNamespace, name: "HTTPCode_ELB_4XX_Count", statistic: "Sum", dimensions: l.dimensions()},
		metricOf{namespace: balancerNamespace, name: "HTTPCode_Target_4XX_Count", statistic: "Sum", dimensions: l.dimensions()},
	)
}
