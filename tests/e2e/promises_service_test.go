//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	autoscaletypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	codedeploytypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
)

// main returns the first service of the stack file.
func (d *deployment) main() config.Service { return d.cfg.Services[0] }

// blueGreen reports whether CodeDeploy deploys it.
func (d *deployment) blueGreen() bool { return d.main().Deployment.Controller == config.BlueGreen }

func checkCluster(t *testing.T, d *deployment) {
	cluster := only(t, got(d.ecs.DescribeClusters(t.Context(), &ecs.DescribeClustersInput{
		Clusters: []string{d.output(t, "clusterName")},
		Include:  []ecstypes.ClusterField{ecstypes.ClusterFieldConfigurations, ecstypes.ClusterFieldSettings},
	}))(t).Clusters)
	insights := only(t, cluster.Settings)
	assert.Equal(t, ecstypes.ClusterSettingNameContainerInsights, insights.Name)
	assert.Equal(t, string(d.cfg.Cluster.ContainerInsights), *insights.Value)
	assert.ElementsMatch(t, []string{"FARGATE", "FARGATE_SPOT"}, cluster.CapacityProviders)
	exec := cluster.Configuration.ExecuteCommandConfiguration
	assert.Equal(t, ecstypes.ExecuteCommandLoggingOverride, exec.Logging)
	assert.Equal(t, d.key(t, "logs"), *exec.KmsKeyId)
	assert.True(t, exec.LogConfiguration.CloudWatchEncryptionEnabled)
	assert.Equal(t, "/ecs-exec/"+d.fixed("cluster"), *exec.LogConfiguration.CloudWatchLogGroupName)
}

func (d *deployment) service(t *testing.T) ecstypes.Service {
	t.Helper()
	cluster := d.output(t, "clusterName")
	return only(t, got(d.ecs.DescribeServices(t.Context(),
		&ecs.DescribeServicesInput{Cluster: &cluster, Services: []string{d.main().Name}}))(t).Services)
}

func checkService(t *testing.T, d *deployment) {
	service, cfg := d.service(t), d.main()
	assert.EqualValues(t, cfg.DesiredCount, service.DesiredCount)
	assert.EqualValues(t, cfg.Deployment.GracePeriodSeconds, *service.HealthCheckGracePeriodSeconds)
	assert.Equal(t, cfg.ExecuteCommand, service.EnableExecuteCommand)
	assert.Equal(t, ecstypes.PropagateTagsService, service.PropagateTags)

	network := service.NetworkConfiguration.AwsvpcConfiguration
	assert.Equal(t, ecstypes.AssignPublicIpDisabled, network.AssignPublicIp)
	assert.ElementsMatch(t, subnetIDs(d.subnets(t)[app]), network.Subnets)
	assert.Equal(t, []string{d.groupOfTier(t, "app")}, network.SecurityGroups)

	target := only(t, service.LoadBalancers)
	assert.Equal(t, cfg.Name, *target.ContainerName)
	assert.EqualValues(t, cfg.Port, *target.ContainerPort)
	assert.Equal(t, cfg.Name, d.nameOf(t, *target.TargetGroupArn))

	var capacity []string
	for _, item := range service.CapacityProviderStrategy {
		capacity = append(capacity, fmt.Sprintf("%s %d %d", *item.CapacityProvider, item.Base, item.Weight))
	}
	want := []string{fmt.Sprintf("FARGATE %d %d", cfg.Capacity.FargateBase, cfg.Capacity.FargateWeight)}
	if cfg.Capacity.SpotWeight > 0 {
		want = append(want, fmt.Sprintf("FARGATE_SPOT 0 %d", cfg.Capacity.SpotWeight))
	}
	assert.ElementsMatch(t, want, capacity)
	d.checkDeployments(t, service)
}

// A deployment that fails is rolled back: by ECS itself, or by CodeDeploy (checkBlueGreen).
func (d *deployment) checkDeployments(t *testing.T, service ecstypes.Service) {
	t.Helper()
	if d.blueGreen() {
		assert.Equal(t, ecstypes.DeploymentControllerTypeCodeDeploy, service.DeploymentController.Type)
		return
	}
	assert.Equal(t, ecstypes.DeploymentControllerTypeEcs, service.DeploymentController.Type)
	deployment, cfg := service.DeploymentConfiguration, d.main()
	assert.True(t, deployment.DeploymentCircuitBreaker.Enable)
	assert.True(t, deployment.DeploymentCircuitBreaker.Rollback)
	assert.EqualValues(t, cfg.Deployment.MaximumPercent, *deployment.MaximumPercent)
	assert.EqualValues(t, cfg.Deployment.MinimumHealthyPercent, *deployment.MinimumHealthyPercent)
	require.NotNil(t, deployment.Alarms)
	assert.True(t, deployment.Alarms.Enable)
	assert.True(t, deployment.Alarms.Rollback)
	d.checkAlarmsExist(t, deployment.Alarms.AlarmNames)
	assert.Equal(t, d.output(t, "services", cfg.Name, "taskDefinitionArn"), *service.TaskDefinition,
		"the service does not run what was asked for")
}

func (d *deployment) task(t *testing.T) *ecstypes.TaskDefinition {
	t.Helper()
	arn := d.output(t, "services", d.main().Name, "taskDefinitionArn")
	return got(d.ecs.DescribeTaskDefinition(t.Context(), &ecs.DescribeTaskDefinitionInput{TaskDefinition: &arn}))(
		t).TaskDefinition
}

func checkTask(t *testing.T, d *deployment) {
	task, cfg := d.task(t), d.main()
	assert.Equal(t, fmt.Sprint(cfg.CPU), *task.Cpu)
	assert.Equal(t, fmt.Sprint(cfg.MemoryMiB), *task.Memory)
	assert.Equal(t, ecstypes.NetworkModeAwsvpc, task.NetworkMode)
	assert.Equal(t, []ecstypes.Compatibility{ecstypes.CompatibilityFargate}, task.RequiresCompatibilities)
	assert.NotEqual(t, *task.TaskRoleArn, *task.ExecutionRoleArn)

	container := only(t, task.ContainerDefinitions)
	assert.Equal(t, cfg.Name, *container.Name)
	assert.Equal(t, cfg.Image, *container.Image)
	assert.EqualValues(t, cfg.Port, *only(t, container.PortMappings).ContainerPort)
	assert.True(t, *container.ReadonlyRootFilesystem)
	assert.Equal(t, cfg.User, *container.User)
	assert.True(t, *container.LinuxParameters.InitProcessEnabled)
	writable := each(container.LinuxParameters.Tmpfs, func(v ecstypes.Tmpfs) string { return *v.ContainerPath })
	assert.Contains(t, writable, "/tmp")

	logs := container.LogConfiguration
	assert.Equal(t, ecstypes.LogDriverAwslogs, logs.LogDriver)
	assert.Equal(t, "/ecs/"+cfg.Name, logs.Options["awslogs-group"])
	assert.Equal(t, d.cfg.AWS.Region, logs.Options["awslogs-region"])
	checkNothingSecret(t, d, container)
}

// The password is referred to by the ARN of its secret, and cannot be read anywhere.
func checkNothingSecret(t *testing.T, d *deployment, container ecstypes.ContainerDefinition) {
	t.Helper()
	environment := pairs(container.Environment, func(p ecstypes.KeyValuePair) (key, value *string) {
		return p.Name, p.Value
	})
	cfg := d.cfg.Database
	assert.Equal(t, fmt.Sprintf("postgresql://%s@%s:5432/%s?sslmode=%s", cfg.Username, *d.instance(t).Endpoint.Address,
		cfg.Name, cfg.SSLMode),
		environment["DATABASE_URL"])
	secrets := pairs(container.Secrets, func(s ecstypes.Secret) (key, value *string) { return s.Name, s.ValueFrom })
	arn := d.output(t, "databaseSecretArn")
	assert.Equal(t, arn+":password::", secrets["PGPASSWORD"])
	assert.Equal(t, arn+":username::", secrets["PGUSER"])
	for name := range environment {
		assert.NotContains(t, strings.ToUpper(name), "PASSWORD", "a password belongs into secrets")
	}
}

func checkScaling(t *testing.T, d *deployment) {
	cfg := d.main()
	resource := "service/" + d.output(t, "clusterName") + "/" + cfg.Name
	target := only(t,
		got(d.autoscale.DescribeScalableTargets(t.Context(), &applicationautoscaling.DescribeScalableTargetsInput{
			ServiceNamespace: autoscaletypes.ServiceNamespaceEcs, ResourceIds: []string{resource},
		}))(t).ScalableTargets)
	assert.EqualValues(t, cfg.Scaling.Min, *target.MinCapacity)
	assert.EqualValues(t, cfg.Scaling.Max, *target.MaxCapacity)

	targets := map[autoscaletypes.MetricType]float64{}
	for _, policy := range got(d.autoscale.DescribeScalingPolicies(t.Context(),
		&applicationautoscaling.DescribeScalingPoliciesInput{
			ServiceNamespace: autoscaletypes.ServiceNamespaceEcs, ResourceId: &resource,
		}))(t).ScalingPolicies {
		tracking := policy.TargetTrackingScalingPolicyConfiguration
		targets[tracking.PredefinedMetricSpecification.PredefinedMetricType] = *tracking.TargetValue
		assert.EqualValues(t, cfg.Scaling.ScaleInCooldownSeconds, *tracking.ScaleInCooldown)
		assert.EqualValues(t, cfg.Scaling.ScaleOutCooldownSeconds, *tracking.ScaleOutCooldown)
	}
	assert.Equal(t, map[autoscaletypes.MetricType]float64{
		autoscaletypes.MetricTypeECSServiceAverageCPUUtilization:    float64(cfg.Scaling.CPUPercent),
		autoscaletypes.MetricTypeECSServiceAverageMemoryUtilization: float64(cfg.Scaling.MemoryPercent),
	}, targets)
}

func checkBlueGreen(t *testing.T, d *deployment) {
	applications := got(d.codedeploy.ListApplications(t.Context(), nil))(t).Applications
	if !d.blueGreen() {
		assert.Empty(t, applications)
		return
	}
	cfg := d.main()
	application, name := only(t, applications), d.output(t, "services", cfg.Name, "codeDeployGroup")
	assert.Equal(t, d.output(t, "services", cfg.Name, "codeDeployApplication"), application)
	group := got(d.codedeploy.GetDeploymentGroup(t.Context(),
		&codedeploy.GetDeploymentGroupInput{ApplicationName: &application, DeploymentGroupName: &name}))(
		t).DeploymentGroupInfo
	assert.Equal(t, cfg.Deployment.TrafficShift, *group.DeploymentConfigName)
	assert.Equal(t, codedeploytypes.DeploymentTypeBlueGreen, group.DeploymentStyle.DeploymentType)
	assert.EqualValues(t, cfg.Deployment.TerminationWaitMinutes,
		group.BlueGreenDeploymentConfiguration.TerminateBlueInstancesOnDeploymentSuccess.TerminationWaitTimeInMinutes)
	assert.True(t, group.AutoRollbackConfiguration.Enabled)
	assert.Contains(t, group.AutoRollbackConfiguration.Events, codedeploytypes.AutoRollbackEventDeploymentStopOnAlarm)
	assert.True(t, group.AlarmConfiguration.Enabled)
	d.checkAlarmsExist(t, each(group.AlarmConfiguration.Alarms, func(a codedeploytypes.Alarm) string { return *a.Name }))

	pair := only(t, group.LoadBalancerInfo.TargetGroupPairInfoList)
	assert.Len(t, pair.TargetGroups, 2)
	listeners := d.listeners(t)
	assert.Equal(t, []string{*listeners[443].ListenerArn}, pair.ProdTrafficRoute.ListenerArns)
	assert.Equal(t, []string{*listeners[int32(d.cfg.LoadBalancer.TestPort)].ListenerArn},
		pair.TestTrafficRoute.ListenerArns)
}
