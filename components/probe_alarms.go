package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (p *Probe) createAlarms(ctx *pulumi.Context, name string) error {
	dimensions := pulumi.StringMap{"FunctionName": pulumi.String(p.FunctionName)}
	specs := []alarmSpec{
		undelivered("undelivered", p.rule(), "EventBridge could not call the probe, which asks whether clients are served."),
		{
			name: "subscriptions", namespace: probeNamespace, metric: "MissingSubscriptions", statistic: "Minimum",
			dimensions: dimensions, periodSeconds: databaseAlarmSeconds, evaluationPeriods: 12,
			comparison: comparisonAbove, missing: missingIsUnknown,
			description: "A subscription of the alert topic gets no message: nobody has confirmed it, or it is gone. Confirm " +
				"the mail of AWS, or subscribe again.",
		},
		{
			// A day without data is as bad as a rotation that is late: nobody knows.
			name: "rotation-overdue", namespace: probeNamespace, metric: "PasswordDays", statistic: "Minimum",
			dimensions: dimensions, periodSeconds: secondsPerHour, evaluationPeriods: hoursPerDay,
			comparison: comparisonAbove, threshold: float64(p.args.RotationDays + overdueDays), missing: missingIsBad,
			after: []pulumi.Resource{p.calls},
			description: "The database's password has not been rotated when it should have been, or the probe cannot tell. " +
				"Look at the secret's schedule, and rotate it now.",
		},
	}
	if len(p.args.Addresses) > 0 {
		specs = append(specs, p.addressAlarms(dimensions)...)
	}
	for _, spec := range specs {
		spec.scope = p.args.Scope
		spec.runbook = "probe-" + spec.name
		spec.name = name + nameSeparator + spec.name
		spec.topicARN = p.args.TopicARN
		if err := p.addAlarm(ctx, p, spec); err != nil {
			return err
		}
	}
	return nil
}

func (p *Probe) addressAlarms(dimensions pulumi.StringMap) []alarmSpec {
	return []alarmSpec{
		{
			name: "unreachable", urgency: urgencyPage, partOf: true, namespace: probeNamespace, metric: "Failed",
			statistic: "Minimum", dimensions: dimensions, periodSeconds: alarmMinute, evaluationPeriods: 3,
			comparison: comparisonAbove, missing: missingIsBad, after: []pulumi.Resource{p.calls},
			description: "Clients get no answer, or the probe, which asks as they do, does not run. Its log says which: DNS, " +
				"certificate, firewall or service.",
		},
		{
			name: "certificate", namespace: probeNamespace, metric: "CertificateDays", statistic: "Minimum",
			dimensions: dimensions, periodSeconds: secondsPerHour, evaluationPeriods: 1,
			comparison: comparisonBelow, threshold: fewDays, missing: missingIsUnknown,
			description: "A certificate ends within three weeks, and ACM has not renewed it. Look for its DNS record, or " +
				"import a new one.",
		},
	}
}
