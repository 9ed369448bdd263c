package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// export publishes what operators and pipelines ask for. The names are an interface:
// pipelines read them.
func (w *workload) export(ctx *pulumi.Context) {
	services := pulumi.Map{}
	for _, service := range w.services {
		services[service.Name] = pulumi.Map{
			"name":                  pulumi.String(service.Name),
			"logGroup":              pulumi.String(service.LogGroupName),
			"taskFamily":            pulumi.String(service.TaskFamily),
			"image":                 pulumi.String(service.Image),
			"taskDefinitionArn":     service.TaskDefinitionARN,
			"codeDeployApplication": pulumi.String(service.CodeDeployApplication),
			"codeDeployGroup":       pulumi.String(service.CodeDeployGroup),
			"appSpec":               service.AppSpec,
		}
	}
	for name, value := range map[string]pulumi.Input{
		"url":               w.balancer.URL,
		"albDnsName":        w.balancer.DNSName,
		"clusterName":       pulumi.String(w.cluster.Name),
		"services":          services,
		"databaseEndpoint":  w.database.Endpoint,
		"databaseSecretArn": w.database.SecretARN,
		"applicationBucket": pulumi.String(w.storage.ApplicationBucket),
		"artifactBucket":    pulumi.String(w.storage.ArtifactBucket),
		"logBucket":         pulumi.String(w.storage.LogBucket),
		"alertTopicArn":     w.alerts.TopicARN,
		"dashboardUrl":      pulumi.String(w.dashboard.URL),
		"vpcId":             w.network.VPCID,
	} {
		ctx.Export(name, value)
	}
}
