package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/internal/config"
)

// export publishes the outputs for operators and pipelines. The names are an interface:
// pipelines read them.
func (w *workload) export(ctx *pulumi.Context) {
	w.exportTasks(ctx)
	services := pulumi.Map{}
	for i, service := range w.services {
		queue, deadLetters := w.queueURLs(service.Name)
		services[service.Name] = pulumi.Map{
			"name":                  pulumi.String(service.Name),
			"kind":                  pulumi.String(w.cfg.Services[i].Kind),
			"logGroup":              pulumi.String(service.LogGroupName),
			"taskFamily":            pulumi.String(service.TaskFamily),
			"image":                 pulumi.String(service.Image),
			"taskDefinitionArn":     service.TaskDefinitionARN,
			"codeDeployApplication": pulumi.String(service.CodeDeployApplication),
			"codeDeployGroup":       pulumi.String(service.CodeDeployGroup),
			"appSpec":               service.AppSpec,
			"after":                 pulumi.ToStringArray(w.cfg.Services[i].Deployment.After),
			"migration": pulumi.Map{
				"command":        pulumi.ToStringArray(w.cfg.Services[i].Deployment.Migration.Command),
				"timeoutMinutes": pulumi.Int(w.cfg.Services[i].Deployment.Migration.TimeoutMinutes),
			},
			"alarms":          pulumi.ToStringArray(service.FailingAlarmNames),
			"protocolVersion": pulumi.String(w.cfg.Services[i].ProtocolVersion),
			"url":             w.probeURL(&w.cfg.Services[i]),

			"queueUrl":      queue,
			"deadLetterUrl": deadLetters,
		}
	}
	for name, value := range map[string]pulumi.Input{
		"url":                w.balancer.URL,
		"albDnsName":         w.balancer.DNSName,
		"privateUrl":         pulumi.Bool(w.cfg.LoadBalancer.Secluded()),
		"probeAlarm":         pulumi.String(w.probeAlarm()),
		"certificateArn":     w.balancer.CertificateARN,
		"clusterName":        pulumi.String(w.cluster.Name),
		"services":           services,
		"databaseEndpoint":   w.database.Endpoint,
		"databaseSecretArn":  w.database.SecretARN,
		"applicationBucket":  pulumi.String(w.storage.ApplicationBucket),
		"artifactBucket":     pulumi.String(w.storage.ArtifactBucket),
		"logBucket":          pulumi.String(w.storage.LogBucket),
		"alertTopicArn":      w.alerts.TopicARN,
		"alertSubscriptions": pulumi.Int(w.cfg.Monitoring.AllSubscriptions()),
		"dashboardUrl":       pulumi.String(w.dashboard.URL),
		"vpcId":              w.network.VPCID,
	} {
		ctx.Export(name, value)
	}
}

// probeAlarm is the alarm of the probe on clients that get no answer; "" if nothing asks for them.
func (w *workload) probeAlarm() string {
	if w.probe == nil || len(w.probe.OutageAlarms) == 0 {
		return ""
	}
	return w.probe.OutageAlarms[0].Name
}

// probeURL returns the URL for checking whether a service works; "" if clients do not reach it.
func (w *workload) probeURL(service *config.Service) pulumi.StringInput {
	if !service.HasEndpoint() {
		return pulumi.String("")
	}
	host, path := service.Probe()
	if host != "" {
		return pulumi.String("https://" + host + path)
	}
	return pulumi.Sprintf("%s%s", w.balancer.URL, path)
}
