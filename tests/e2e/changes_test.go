//go:build e2e

package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// change of one component's configuration. The promises, which are checked again with the new
// configuration, show that AWS has it afterwards.
type change struct {
	component string
	config    map[string]string
	// want lists the expected steps.
	want []string
}

var stagingChanges = []change{
	{"alerts", map[string]string{"monitoring.subscriptions[0].endpoint": "other@example.com"}, []string{
		"create TopicSubscription app-alerts-email-5b71ed",
		"delete TopicSubscription app-alerts-email-e909e8",
	}},
	{"network", map[string]string{"network.interfaceEndpoints[0]": "secretsmanager"}, []string{
		"create SecurityGroup network-endpoints",
		"create SecurityGroupIngressRule network-endpoints-from-app-1",
		"create SecurityGroupIngressRule network-endpoints-from-app-2",
		"create VpcEndpoint network-secretsmanager",
	}},
	{"security groups", map[string]string{"loadBalancer.ingressCidrs[0]": "203.0.113.0/24"}, []string{
		"create SecurityGroupIngressRule security-groups-alb-from-203.0.113.0_24-443",
		"create SecurityGroupIngressRule security-groups-alb-from-203.0.113.0_24-80",
		"delete SecurityGroupIngressRule security-groups-alb-from-anywhere-443",
		"delete SecurityGroupIngressRule security-groups-alb-from-anywhere-80",
		// The probe asks for addresses that everybody reaches.
		"delete MetricAlarm probe-certificate",
		"delete MetricAlarm probe-unreachable",
		"update CompositeAlarm outage [alarmRule]",
		"update Dashboard dashboard [dashboardBody]",
		"update Function probe [environment]",
	}},
	{"storage", map[string]string{"storage.accessLogDays": "60"}, []string{
		"update BucketLifecycleConfigurationV2 storage-logs [rules]",
	}},
	{"database", map[string]string{"database.backupRetentionDays": "8"}, []string{
		"update Instance database [backupRetentionPeriod]",
	}},
	{"audit", map[string]string{"auditTrail.logRetentionDays": "30"}, []string{
		"update LogGroup audit [retentionInDays]",
	}},
	{"baseline", map[string]string{"accountBaseline.passwordPolicy": "true"}, []string{
		"create AccountPasswordPolicy baseline-passwords",
	}},
	{"load balancer", map[string]string{"loadBalancer.idleTimeoutSeconds": "120"}, []string{
		"update LoadBalancer web [idleTimeout]",
	}},
	{"cluster", map[string]string{"cluster.containerInsights": "enhanced"}, []string{
		"update Cluster cluster [settings]",
	}},
	{"service", map[string]string{"services[0].scaling.max": "6"}, []string{
		"update Target visitor-book [maxCapacity]",
	}},
	{"alarms", map[string]string{"monitoring.thresholds.clientErrorPercent": "20"}, []string{
		"update MetricAlarm web-4xx [threshold]",
	}},
}

var prodChanges = []change{
	{"network", map[string]string{"network.interfaceEndpoints[6]": "ssm"}, []string{
		"create VpcEndpoint network-ssm",
	}},
	{"storage", map[string]string{"storage.noncurrentVersionDays": "60"}, []string{
		"update BucketLifecycleConfigurationV2 storage-application [rules]",
		"update BucketLifecycleConfigurationV2 storage-artifacts [rules]",
		"update BucketLifecycleConfigurationV2 storage-logs [rules]",
	}},
	{"database", map[string]string{"database.instanceClass": "db.t3.medium"}, []string{
		"update Instance database [instanceClass]",
		"update MetricAlarm database-connections [threshold]",
		"update MetricAlarm database-memory [threshold]",
	}},
	{"web application firewall", map[string]string{"loadBalancer.waf.requestsPerFiveMinutes": "5000"}, []string{
		"update WebAcl web [rules]",
	}},
	{"blue/green", map[string]string{"services[0].deployment.terminationWaitMinutes": "30"}, []string{
		"update DeploymentGroup visitor-book [blueGreenDeploymentConfig]",
	}},
	{"audit", map[string]string{"auditTrail.objectEvents": "false"}, []string{
		"update Trail audit [advancedEventSelectors]",
	}},
	{"service", map[string]string{"services[0].scaling.cpuPercent": "60"}, []string{
		"update Policy visitor-book-cpu [targetTrackingScalingPolicyConfiguration]",
	}},
}

// checkChanges makes all changes in one update. The steps of each are known, so there may be no
// others.
func checkChanges(t *testing.T, d *deployment, changes []change) {
	config, want := map[string]string{}, []string{}
	for _, c := range changes {
		for key := range c.config {
			require.NotContains(t, config, key, "two changes of the same key hide each other")
		}
		maps.Copy(config, c.config)
		want = append(want, c.want...)
	}
	for _, f := range forgottenByPreview {
		if f.stack == "" || f.stack == d.name {
			want = append(want, f.step)
		}
	}
	slices.Sort(want)
	result := d.up(t, config)
	assert.Equal(t, slices.Compact(want), steps(result))
}

// checkNewVersion does what a release does: another image, in larger tasks.
func checkNewVersion(t *testing.T, d *deployment) {
	before := d.service(t)
	image, _, _ := strings.Cut(d.main().Image, "@")
	image, _, _ = strings.Cut(image, ":")
	image += "@sha256:" + strings.Repeat("a", 64)
	result := d.up(t, map[string]string{
		"services[0].image": image, "services[0].cpu": "1024", "services[0].memoryMiB": "2048",
	})
	taken := steps(result)
	assert.Contains(t, taken, "replace TaskDefinition visitor-book [containerDefinitions cpu memory]")
	task := d.task(t)
	assert.Equal(t, image, *only(t, task.ContainerDefinitions).Image)
	assert.Equal(t, "1024 2048", *task.Cpu+" "+*task.Memory)
	assert.Greater(t, task.Revision, int32(1))
	assert.Equal(t, ecstypes.TaskDefinitionStatusActive, d.revision(t, *before.TaskDefinition).Status,
		"a rollback needs the revision before")

	after := d.service(t)
	assert.Equal(t, *before.ServiceArn, *after.ServiceArn)
	assert.Equal(t, before.CreatedAt, after.CreatedAt, "the service was replaced")
	if d.blueGreen() {
		assert.Equal(t, *before.TaskDefinition, *after.TaskDefinition, "CodeDeploy deploys it, not the program")
		return
	}
	assert.Contains(t, taken, "update Service visitor-book [taskDefinition]")
	assert.Equal(t, *task.TaskDefinitionArn, *after.TaskDefinition)
	assert.Equal(t, after.DesiredCount, after.RunningCount)
}

func (d *deployment) revision(t *testing.T, arn string) *ecstypes.TaskDefinition {
	t.Helper()
	return got(d.ecs.DescribeTaskDefinition(t.Context(), &ecs.DescribeTaskDefinitionInput{TaskDefinition: &arn}))(
		t).TaskDefinition
}
