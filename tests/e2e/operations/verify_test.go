//go:build e2e

package operations

import (
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
)

// deployment is a service with two tasks behind a load balancer, as a deployment leaves it.
type deployment struct {
	cloud
	image, definition, group, listener string
	balancers                          []ecstypes.LoadBalancer
	network                            *ecstypes.NetworkConfiguration
}

func newDeployment(t *testing.T) *deployment {
	t.Helper()
	d := &deployment{cloud: newCloud(t)}
	containers, images := ecs.NewFromConfig(d.config()), ecr.NewFromConfig(d.config())
	_, err := images.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String("web")})
	require.NoError(t, err)
	pushed, err := images.PutImage(t.Context(), &ecr.PutImageInput{
		RepositoryName: aws.String("web"), ImageTag: aws.String("1.0.0"),
		ImageManifest: aws.String(`{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {"digest": "sha256:c0ffee", "mediaType": "application/vnd.oci.image.config.v1+json", "size": 2}, "layers": []}`),
	})
	require.NoError(t, err)
	d.image = moto.Account + ".dkr.ecr." + region + ".amazonaws.com/web@" + *pushed.Image.ImageId.ImageDigest

	_, err = containers.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: aws.String("app")})
	require.NoError(t, err)
	registered, err := containers.RegisterTaskDefinition(t.Context(), &ecs.RegisterTaskDefinitionInput{
		Family: aws.String("web"), NetworkMode: ecstypes.NetworkModeAwsvpc, RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		Cpu: aws.String("256"), Memory: aws.String("512"),
		ContainerDefinitions: []ecstypes.ContainerDefinition{{Name: aws.String("web"), Image: aws.String(d.image)}},
	})
	require.NoError(t, err)
	d.definition = *registered.TaskDefinition.TaskDefinitionArn
	d.balance(t)
	return d
}

// balance makes a load balancer whose rule sends every request to one target group.
func (d *deployment) balance(t *testing.T) {
	t.Helper()
	network, balancing := ec2.NewFromConfig(d.config()), elb.NewFromConfig(d.config())
	vpcs, err := network.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
	require.NoError(t, err)
	subnets, err := network.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
	require.NoError(t, err)
	groups, err := network.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
	require.NoError(t, err)
	d.network = &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
		Subnets: []string{*subnets.Subnets[0].SubnetId}, SecurityGroups: []string{*groups.SecurityGroups[0].GroupId},
	}}
	created, err := balancing.CreateLoadBalancer(t.Context(), &elb.CreateLoadBalancerInput{
		Name: aws.String("web"), Subnets: []string{*subnets.Subnets[0].SubnetId, *subnets.Subnets[1].SubnetId},
	})
	require.NoError(t, err)
	group, err := balancing.CreateTargetGroup(t.Context(), &elb.CreateTargetGroupInput{
		Name: aws.String("web"), Port: aws.Int32(8000), Protocol: elbtypes.ProtocolEnumHttp, VpcId: vpcs.Vpcs[0].VpcId, TargetType: elbtypes.TargetTypeEnumIp,
	})
	require.NoError(t, err)
	d.group = *group.TargetGroups[0].TargetGroupArn
	listener, err := balancing.CreateListener(t.Context(), &elb.CreateListenerInput{
		LoadBalancerArn: created.LoadBalancers[0].LoadBalancerArn, Port: aws.Int32(80), Protocol: elbtypes.ProtocolEnumHttp,
		DefaultActions: []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, TargetGroupArn: aws.String(d.group)}},
	})
	require.NoError(t, err)
	d.listener = *listener.Listeners[0].ListenerArn
	d.balancers = []ecstypes.LoadBalancer{{TargetGroupArn: aws.String(d.group), ContainerName: aws.String("web"), ContainerPort: aws.Int32(8000)}}
}

// runTasks starts two tasks and makes them targets, which moto's services do not.
func (d *deployment) runTasks(t *testing.T, startedBy string) {
	t.Helper()
	started, err := ecs.NewFromConfig(d.config()).RunTask(t.Context(), &ecs.RunTaskInput{
		Cluster: aws.String("app"), TaskDefinition: aws.String(d.definition), Count: aws.Int32(2), LaunchType: ecstypes.LaunchTypeFargate,
		NetworkConfiguration: d.network, StartedBy: aws.String(startedBy),
	})
	require.NoError(t, err)
	var targets []elbtypes.TargetDescription
	for _, task := range started.Tasks {
		for _, detail := range task.Attachments[0].Details {
			if *detail.Name == "privateIPv4Address" {
				targets = append(targets, elbtypes.TargetDescription{Id: detail.Value, Port: aws.Int32(8000)})
			}
		}
	}
	require.Len(t, targets, 2)
	_, err = elb.NewFromConfig(d.config()).RegisterTargets(t.Context(), &elb.RegisterTargetsInput{TargetGroupArn: aws.String(d.group), Targets: targets})
	require.NoError(t, err)
}

// alarms makes a metric alarm and a composite one over it.
func (d *deployment) alarms(t *testing.T) {
	t.Helper()
	client := cloudwatch.NewFromConfig(d.config())
	_, err := client.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("web-5xx"), ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold, EvaluationPeriods: aws.Int32(1),
		MetricName: aws.String("Errors"), Namespace: aws.String("Web"), Period: aws.Int32(60), Statistic: cwtypes.StatisticSum, Threshold: aws.Float64(1),
	})
	require.NoError(t, err)
	_, err = client.PutCompositeAlarm(t.Context(), &cloudwatch.PutCompositeAlarmInput{
		AlarmName: aws.String("web-failing"), AlarmRule: aws.String(`ALARM("web-5xx")`),
	})
	require.NoError(t, err)
}

func (d *deployment) setAlarm(t *testing.T, name string, state cwtypes.StateValue) {
	t.Helper()
	_, err := cloudwatch.NewFromConfig(d.config()).SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
		AlarmName: aws.String(name), StateValue: state, StateReason: aws.String("test"),
	})
	require.NoError(t, err)
}

// site answers over TLS, and redirects to there.
func site(t *testing.T) (secure, plain, authority string) {
	t.Helper()
	https := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }))
	t.Cleanup(https.Close)
	redirect := httptest.NewServer(http.RedirectHandler(https.URL, http.StatusMovedPermanently))
	t.Cleanup(redirect.Close)
	authority = filepath.Join(t.TempDir(), "authority.pem")
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: https.Certificate().Raw})
	require.NoError(t, os.WriteFile(authority, encoded, 0o600))
	return https.URL, redirect.URL, authority
}

func TestVerifyARollingDeployment(t *testing.T) {
	d := newDeployment(t)
	containers := ecs.NewFromConfig(d.config())
	// moto calls a deployment completed that has no task to start.
	_, err := containers.CreateService(t.Context(), &ecs.CreateServiceInput{
		Cluster: aws.String("app"), ServiceName: aws.String("web"), TaskDefinition: aws.String(d.definition), DesiredCount: aws.Int32(0),
		LoadBalancers: d.balancers, LaunchType: ecstypes.LaunchTypeFargate, NetworkConfiguration: d.network,
	})
	require.NoError(t, err)
	_, err = containers.UpdateService(t.Context(), &ecs.UpdateServiceInput{Cluster: aws.String("app"), Service: aws.String("web"), DesiredCount: aws.Int32(2)})
	require.NoError(t, err)
	d.runTasks(t, "")
	d.alarms(t)
	secure, plain, authority := site(t)
	outputs := filepath.Join(t.TempDir(), "outputs.json")
	encoded, err := json.Marshal(map[string]any{
		"clusterName": "app", "url": secure,
		"services": map[string]any{"web": map[string]any{
			"taskDefinitionArn": d.definition, "alarms": []string{"web-5xx", "web-failing"}, "url": secure + "/health",
		}},
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(outputs, encoded, 0o600))
	usual := []string{
		"--outputs", outputs, "--service", "web", "--http-url", plain, "--ca-file", authority,
		"--timeout", "3s", "--interval", "500ms",
	}
	verify := func(args ...string) (string, int) { return d.call(t, "verify", append(usual, args...)...) }

	t.Run("that has arrived", func(t *testing.T) {
		output, code := verify()
		assert.Equal(t, 0, code)
		assert.Contains(t, output, "web in app: verified after 0 s")
	})
	t.Run("as JSON", func(t *testing.T) {
		process, code := verify("--json")
		assert.Equal(t, 0, code)
		var report struct{ Verdict string }
		require.NoError(t, json.Unmarshal([]byte(process), &report))
		assert.Equal(t, "verified", report.Verdict)
	})
	t.Run("whose tasks tell no image yet", func(t *testing.T) {
		output, code := verify("--image", d.image)
		assert.Equal(t, 3, code)
		assert.Contains(t, output, "image: no digest in 2 tasks")
	})
	t.Run("of an image that was never pushed", func(t *testing.T) {
		output, code := verify("--image", moto.Account+".dkr.ecr."+region+".amazonaws.com/web:2.0.0")
		assert.Equal(t, 2, code)
		assert.Contains(t, output, "which ECR does not hold (ImageNotFoundException)")
	})
	t.Run("of another version", func(t *testing.T) {
		output, code := verify("--task-definition", "web:2")
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "not as requested: task definition: found web:1 with web@sha256:")
	})
	t.Run("with an alarm", func(t *testing.T) {
		d.setAlarm(t, "web-failing", cwtypes.StateValueAlarm)
		output, code := verify()
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "not as requested: alarms: found ALARM: web-failing, wanted quiet")
		d.setAlarm(t, "web-failing", cwtypes.StateValueOk)
	})
	t.Run("of a service that is not there", func(t *testing.T) {
		output, code := d.call(t, "verify", "--cluster", "app", "--service", "gone", "--task-definition", "web:1")
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "service: found no such service in app")
	})
	t.Run("in a cluster that is not there", func(t *testing.T) {
		output, code := d.call(t, "verify", "--cluster", "gone", "--service", "web", "--task-definition", "web:1")
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "service: found no cluster gone")
	})
	t.Run("whose certificate nobody trusts", func(t *testing.T) {
		output, code := d.call(t, "verify", usual[0], usual[1], "--timeout", "1s", "--interval", "500ms")
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "certificate: found a certificate of an authority that is not trusted")
	})
}

func TestVerifyABlueGreenDeployment(t *testing.T) {
	d := newDeployment(t)
	containers, deploying := ecs.NewFromConfig(d.config()), codedeploy.NewFromConfig(d.config())
	_, err := containers.CreateService(t.Context(), &ecs.CreateServiceInput{
		Cluster: aws.String("app"), ServiceName: aws.String("web"), DesiredCount: aws.Int32(2),
		DeploymentController: &ecstypes.DeploymentController{Type: ecstypes.DeploymentControllerTypeCodeDeploy},
	})
	require.NoError(t, err)
	set, err := containers.CreateTaskSet(t.Context(), &ecs.CreateTaskSetInput{
		Cluster: aws.String("app"), Service: aws.String("web"), TaskDefinition: aws.String(d.definition),
		LoadBalancers: d.balancers, NetworkConfiguration: d.network, LaunchType: ecstypes.LaunchTypeFargate,
		Scale: &ecstypes.Scale{Unit: ecstypes.ScaleUnitPercent, Value: 100},
	})
	require.NoError(t, err)
	_, err = containers.UpdateServicePrimaryTaskSet(t.Context(), &ecs.UpdateServicePrimaryTaskSetInput{
		Cluster: aws.String("app"), Service: aws.String("web"), PrimaryTaskSet: set.TaskSet.TaskSetArn,
	})
	require.NoError(t, err)
	d.runTasks(t, *set.TaskSet.Id)
	_, err = deploying.CreateApplication(t.Context(), &codedeploy.CreateApplicationInput{
		ApplicationName: aws.String("web"), ComputePlatform: cdtypes.ComputePlatformEcs,
	})
	require.NoError(t, err)
	_, err = deploying.CreateDeploymentGroup(t.Context(), &codedeploy.CreateDeploymentGroupInput{
		ApplicationName: aws.String("web"), DeploymentGroupName: aws.String("web"), ServiceRoleArn: aws.String("arn:aws:iam::" + moto.Account + ":role/deploy"),
		LoadBalancerInfo: &cdtypes.LoadBalancerInfo{TargetGroupPairInfoList: []cdtypes.TargetGroupPairInfo{{
			ProdTrafficRoute: &cdtypes.TrafficRoute{ListenerArns: []string{d.listener}},
			TargetGroups:     []cdtypes.TargetGroupInfo{{Name: aws.String("web")}, {Name: aws.String("green")}},
		}}},
	})
	require.NoError(t, err)
	usual := []string{
		"--cluster", "app", "--service", "web", "--task-definition", d.definition, "--timeout", "3s", "--interval", "500ms",
	}

	t.Run("without its deployment group", func(t *testing.T) {
		output, code := d.call(t, "verify", usual...)
		assert.Equal(t, 2, code)
		assert.Contains(t, output, "give --codedeploy-application and --codedeploy-group")
	})
	group := append(usual, "--codedeploy-application", "web", "--codedeploy-group", "web")
	t.Run("that has arrived", func(t *testing.T) {
		output, code := d.call(t, "verify", group...)
		assert.Equal(t, 0, code)
		assert.Contains(t, output, "all requests to this version")
	})
	t.Run("that has a tenth of the requests", func(t *testing.T) {
		balancing := elb.NewFromConfig(d.config())
		vpcs, err := ec2.NewFromConfig(d.config()).DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{})
		require.NoError(t, err)
		green, err := balancing.CreateTargetGroup(t.Context(), &elb.CreateTargetGroupInput{
			Name: aws.String("green"), Port: aws.Int32(8000), Protocol: elbtypes.ProtocolEnumHttp, VpcId: vpcs.Vpcs[0].VpcId, TargetType: elbtypes.TargetTypeEnumIp,
		})
		require.NoError(t, err)
		_, err = balancing.ModifyListener(t.Context(), &elb.ModifyListenerInput{
			ListenerArn: aws.String(d.listener),
			DefaultActions: []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, ForwardConfig: &elbtypes.ForwardActionConfig{
				TargetGroups: []elbtypes.TargetGroupTuple{
					{TargetGroupArn: aws.String(d.group), Weight: aws.Int32(10)}, {TargetGroupArn: green.TargetGroups[0].TargetGroupArn, Weight: aws.Int32(90)},
				},
			}}},
		})
		require.NoError(t, err)
		output, code := d.call(t, "verify", group...)
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "traffic: found 10 % of requests, wanted all requests to this version")
	})
}
