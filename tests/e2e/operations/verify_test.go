//go:build e2e

package operations

import (
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
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

// deployment holds what a service needs: an image, a task definition, and a load balancer in
// front of it.
type deployment struct {
	cloud
	image, definition, group string
	balancers                []ecstypes.LoadBalancer
	network                  *ecstypes.NetworkConfiguration
}

func newDeployment(t *testing.T) *deployment {
	t.Helper()
	d := &deployment{cloud: newCloud(t)}
	containers, images := ecs.NewFromConfig(d.config()), ecr.NewFromConfig(d.config())
	_, err := images.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: aws.String("web")})
	require.NoError(t, err)
	pushed, err := images.PutImage(t.Context(), &ecr.PutImageInput{
		RepositoryName: aws.String("web"), ImageTag: aws.String("1.0.0"),
		ImageManifest: aws.String(
			`{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": {"digest": ` +
				`"sha256:c0ffee", "mediaType": "application/vnd.oci.image.config.v1+json", "size": 2}, "layers": []}`),
	})
	require.NoError(t, err)
	d.image = moto.Account + ".dkr.ecr." + region + ".amazonaws.com/web@" + *pushed.Image.ImageId.ImageDigest

	_, err = containers.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: aws.String("app")})
	require.NoError(t, err)
	registered, err := containers.RegisterTaskDefinition(t.Context(), &ecs.RegisterTaskDefinitionInput{
		Family: aws.String("web"), NetworkMode: ecstypes.NetworkModeAwsvpc, RequiresCompatibilities: []ecstypes.Compatibility{
			ecstypes.CompatibilityFargate,
		},
		Cpu: aws.String("256"), Memory: aws.String("512"),
		ContainerDefinitions: []ecstypes.ContainerDefinition{
			{Name: aws.String("web"), Image: aws.String(d.image), MemoryReservation: aws.Int32(512)},
		},
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
		Name: aws.String("web"), Port: aws.Int32(8000), Protocol: elbtypes.ProtocolEnumHttp, VpcId: vpcs.Vpcs[0].VpcId,
		TargetType: elbtypes.TargetTypeEnumIp,
	})
	require.NoError(t, err)
	d.group = *group.TargetGroups[0].TargetGroupArn
	_, err = balancing.CreateListener(t.Context(), &elb.CreateListenerInput{
		LoadBalancerArn: created.LoadBalancers[0].LoadBalancerArn, Port: aws.Int32(80), Protocol: elbtypes.ProtocolEnumHttp,
		DefaultActions: []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, TargetGroupArn: aws.String(d.group)}},
	})
	require.NoError(t, err)
	d.balancers = []ecstypes.LoadBalancer{
		{TargetGroupArn: aws.String(d.group), ContainerName: aws.String("web"), ContainerPort: aws.Int32(8000)},
	}
}

// alarm makes an alarm in a state.
func (d *deployment) alarm(t *testing.T, name string, state cwtypes.StateValue) {
	t.Helper()
	monitoring := cloudwatch.NewFromConfig(d.config())
	_, err := monitoring.PutMetricAlarm(t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, Namespace: aws.String("AWS/ECS"), MetricName: aws.String("CPUUtilization"),
		Statistic:          cwtypes.StatisticAverage,
		ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold, Threshold: aws.Float64(80),
		Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1),
	})
	require.NoError(t, err)
	_, err = monitoring.SetAlarmState(t.Context(), &cloudwatch.SetAlarmStateInput{
		AlarmName: &name, StateValue: state,
		StateReason: aws.String("told"),
	})
	require.NoError(t, err)
}

// site answers over TLS, and redirects plain HTTP to that.
func site(t *testing.T) (secure, plain, authority string) {
	t.Helper()
	https := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
	}))
	t.Cleanup(https.Close)
	redirect := httptest.NewServer(http.RedirectHandler(https.URL, http.StatusMovedPermanently))
	t.Cleanup(redirect.Close)
	authority = filepath.Join(t.TempDir(), "authority.pem")
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: https.Certificate().Raw})
	require.NoError(t, os.WriteFile(authority, encoded, 0o600))
	return https.URL, redirect.URL, authority
}

// moto answers with tasks that the SDK cannot read (a number where the API has a text). So the
// service here has none; checks of tasks are tested in the command's package.
func TestVerifyARollingDeployment(t *testing.T) {
	d := newDeployment(t)
	_, err := ecs.NewFromConfig(d.config()).CreateService(t.Context(), &ecs.CreateServiceInput{
		Cluster: aws.String("app"), ServiceName: aws.String("web"), TaskDefinition: aws.String(d.definition),
		DesiredCount:  aws.Int32(0),
		LoadBalancers: d.balancers, LaunchType: ecstypes.LaunchTypeFargate, NetworkConfiguration: d.network,
	})
	require.NoError(t, err)
	secure, plain, authority := site(t)
	outputs := filepath.Join(t.TempDir(), "outputs.json")
	encoded, err := json.Marshal(map[string]any{
		"clusterName": "app", "url": secure,
		"services": map[string]any{"web": map[string]any{
			"taskDefinitionArn": d.definition, "url": secure + "/health",
		}},
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(outputs, encoded, 0o600))
	verify := func(args ...string) (string, int) {
		return d.verify(t, append([]string{
			"--outputs", outputs, "--service", "web", "--http-url", plain, "--ca-file", authority, "--timeout", "1s",
			"--interval", "400ms",
		}, args...)...)
	}

	t.Run("that runs nothing", func(t *testing.T) {
		output, code := verify("--image", d.image)
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "not as requested: tasks: found 0 running, wanted at least one task")
		for _, check := range []string{"deployment", "task definition", "targets", "certificate", "answer", "redirect"} {
			assert.Regexp(t, `(?m)^ok +`+check+` `, output)
		}
	})
	t.Run("of another version", func(t *testing.T) {
		output, code := verify("--task-definition", "web:2")
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "not as requested: task definition: found web:1 with web@sha256:")
	})
	t.Run("with alarms", func(t *testing.T) {
		d.alarm(t, "quiet", cwtypes.StateValueOk)
		d.alarm(t, "raised", cwtypes.StateValueAlarm)
		for name, row := range map[string]string{
			"quiet": "ok +alarms +1 alarm quiet", "raised": "wrong +alarms +ALARM: raised",
			"gone": "wrong +alarms +no alarm gone",
		} {
			output, _ := verify("--alarm", name)
			assert.Regexp(t, `(?m)^`+row+` `, output)
		}
	})
	t.Run("of an image that was never pushed", func(t *testing.T) {
		output, code := verify("--image", moto.Account+".dkr.ecr."+region+".amazonaws.com/web:2.0.0")
		assert.Equal(t, 2, code)
		assert.Contains(t, output, "which ECR does not hold (ImageNotFoundException)")
	})
	t.Run("as JSON", func(t *testing.T) {
		output, code := verify("--json")
		assert.Equal(t, 1, code)
		var report struct {
			Verdict string
			Checks  []struct{ Name, State, Found string }
		}
		_, encoded, _ := strings.Cut(output, "\n{")
		require.NoError(t, json.NewDecoder(strings.NewReader("{"+encoded)).Decode(&report))
		assert.Equal(t, "not as requested", report.Verdict)
		assert.Contains(t, report.Checks, struct{ Name, State, Found string }{"deployment", "ok", "completed"})
	})
	t.Run("of a service that is not there", func(t *testing.T) {
		output, code := d.verify(t, "--cluster", "app", "--service", "gone", "--task-definition", "web:1")
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "service: found no such service in app")
	})
	t.Run("in a cluster that is not there", func(t *testing.T) {
		output, code := d.verify(t, "--cluster", "gone", "--service", "web", "--task-definition", "web:1")
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "service: found no cluster gone")
	})
	t.Run("whose certificate nobody trusts", func(t *testing.T) {
		output, code := d.verify(t, "--outputs", outputs, "--timeout", "1s", "--interval", "400ms")
		assert.Equal(t, 1, code)
		assert.Contains(t, output, "a certificate of an authority that")
	})
}
