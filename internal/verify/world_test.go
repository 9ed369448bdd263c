package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/outcome"
)

const (
	repository = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/visitor-book"
	oldDigest  = "sha256:0000000000000000000000000000000000000000000000000000000000000001"
	newDigest  = "sha256:0000000000000000000000000000000000000000000000000000000000000002"
	definition = "arn:aws:ecs:eu-central-1:123456789012:task-definition/web-prod:"
	blueGroup  = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/blue/1"
	greenGroup = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/green/2"
	alertTopic = "arn:aws:sns:eu-central-1:123456789012:alerts"
	listener   = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/web/1/443"
)

var began = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// world fakes AWS; a script changes it as time passes.
type world struct {
	*awsfake.Cloud
	now    time.Time
	script []event

	service     *ecstypes.Service
	definitions map[string]string // image by task definition
	tasks       []ecstypes.Task   // all, with their desired status
	health      map[string][]elbtypes.TargetHealthDescription
	rules       []elbtypes.Rule
	alarms      map[string]cwtypes.StateValue
	composites  map[string]cwtypes.StateValue
	subscribed  []string // ARNs of the alert topic's subscriptions
	group       *cdtypes.DeploymentGroupInfo
	deployments map[string]*cdtypes.DeploymentInfo
	images      map[string]ecrtypes.ImageDetail // by tag or digest
	manifests   map[string]string               // by digest
}

type event struct {
	after  time.Duration
	happen func(*world)
}

// Now and Sleep make the world its own clock.
func (w *world) Now() time.Time { return w.now }

func (w *world) Sleep(ctx context.Context, d time.Duration) error {
	w.now = w.now.Add(d)
	w.catchUp()
	if w.now.Sub(began) > 24*time.Hour {
		return errors.New("a day has passed: this waits for ever")
	}
	return ctx.Err()
}

func (w *world) catchUp() {
	for len(w.script) > 0 && w.now.Sub(began) >= w.script[0].after {
		w.script[0].happen(w)
		w.script = w.script[1:]
	}
}

// then makes something happen after a time.
func (w *world) then(after time.Duration, happen func(*world)) {
	w.script = append(w.script, event{after, happen})
}

// newWorld has a service whose two tasks run web-prod:2 with the new image.
func newWorld() *world {
	w := &world{
		Cloud: awsfake.New(), now: began,
		definitions: map[string]string{
			definition + "1": repository + "@" + oldDigest, definition + "2": repository + "@" + newDigest,
		},
		health:      map[string][]elbtypes.TargetHealthDescription{},
		alarms:      map[string]cwtypes.StateValue{"web-5xx": cwtypes.StateValueOk, "web-unhealthy": cwtypes.StateValueOk},
		composites:  map[string]cwtypes.StateValue{"web-failing": cwtypes.StateValueOk},
		subscribed:  []string{"arn:aws:sns:a", "arn:aws:sns:b"},
		deployments: map[string]*cdtypes.DeploymentInfo{},
		images: map[string]ecrtypes.ImageDetail{
			newDigest: {ImageDigest: aws.String(newDigest)}, oldDigest: {ImageDigest: aws.String(oldDigest)},
			"1.1.0": {ImageDigest: aws.String(newDigest)},
		},
		manifests: map[string]string{},
	}
	w.service = &ecstypes.Service{
		ServiceName: aws.String("web"), Status: aws.String("ACTIVE"), DesiredCount: 2,
		LoadBalancers: balancers(blueGroup),
	}
	w.deploys(deployment("PRIMARY", "2", ecstypes.DeploymentRolloutStateCompleted, 2))
	w.runs(blueGroup, task("a", "2", newDigest), task("b", "2", newDigest))
	w.answer()
	w.Page()
	return w
}

// balancers has a target group of the container beside one of a sidecar and a load balancer without target groups:
// DescribeTargetHealth refuses to answer for those.
func balancers(group string) []ecstypes.LoadBalancer {
	return []ecstypes.LoadBalancer{
		{TargetGroupArn: aws.String("arn:sidecar"), ContainerName: aws.String("log-router"), ContainerPort: aws.Int32(24224)},
		{TargetGroupArn: aws.String(group), ContainerName: aws.String("web"), ContainerPort: aws.Int32(8000)},
		{LoadBalancerName: aws.String("classic"), ContainerName: aws.String("web"), ContainerPort: aws.Int32(8000)},
	}
}

func deployment(status, revision string, state ecstypes.DeploymentRolloutState, running int32) ecstypes.Deployment {
	return ecstypes.Deployment{
		Id: aws.String("ecs-svc/" + revision), Status: aws.String(status), TaskDefinition: aws.String(definition + revision),
		RolloutState: state, RunningCount: running, DesiredCount: 2,
	}
}

func (w *world) deploys(deployments ...ecstypes.Deployment) { w.service.Deployments = deployments }

// task returns a running task with its own address and a sidecar of another image.
func task(id, revision, digest string) ecstypes.Task {
	return ecstypes.Task{
		TaskArn: aws.String("arn:task/" + id), TaskDefinitionArn: aws.String(definition + revision),
		LastStatus: aws.String("RUNNING"), DesiredStatus: aws.String("RUNNING"), StartedBy: aws.String("ecs-svc/" + revision),
		Containers: []ecstypes.Container{
			{Name: aws.String("log-router"), ImageDigest: aws.String("sha256:5555")},
			{Name: aws.String("web"), ImageDigest: aws.String(digest)},
		},
		Attachments: []ecstypes.Attachment{{Details: []ecstypes.KeyValuePair{{
			Name: aws.String("privateIPv4Address"), Value: aws.String("10.0.3." + id),
		}}}},
	}
}

// runs replaces the tasks of a target group by healthy ones.
func (w *world) runs(group string, tasks ...ecstypes.Task) {
	w.tasks = tasks
	w.health[group] = nil
	for i := range tasks {
		w.health[group] = append(w.health[group], target(address(&tasks[i]), elbtypes.TargetHealthStateEnumHealthy, ""))
	}
}

func target(ip string, state elbtypes.TargetHealthStateEnum, description string) elbtypes.TargetHealthDescription {
	return elbtypes.TargetHealthDescription{
		Target:       &elbtypes.TargetDescription{Id: aws.String(ip), Port: aws.Int32(8000)},
		TargetHealth: &elbtypes.TargetHealth{State: state, Description: aws.String(description)},
	}
}

// rollsTo makes the service roll from version 1 to version 2: half a minute for each task.
func (w *world) rollsTo() {
	w.deploys(deployment("PRIMARY", "2", ecstypes.DeploymentRolloutStateInProgress, 0),
		deployment("ACTIVE", "1", ecstypes.DeploymentRolloutStateCompleted, 2))
	w.runs(blueGroup, task("x", "1", oldDigest), task("y", "1", oldDigest))
	w.then(30*time.Second, func(w *world) {
		w.deploys(deployment("PRIMARY", "2", ecstypes.DeploymentRolloutStateInProgress, 1),
			deployment("ACTIVE", "1", ecstypes.DeploymentRolloutStateCompleted, 2))
		w.runs(blueGroup, task("x", "1", oldDigest), task("y", "1", oldDigest), task("a", "2", newDigest))
	})
	w.then(time.Minute, func(w *world) {
		w.deploys(deployment("PRIMARY", "2", ecstypes.DeploymentRolloutStateCompleted, 2))
		stopping := task("y", "1", oldDigest)
		stopping.DesiredStatus = aws.String("STOPPED")
		w.runs(blueGroup, task("a", "2", newDigest), task("b", "2", newDigest), stopping)
		w.health[blueGroup][2].TargetHealth.State = elbtypes.TargetHealthStateEnumDraining
	})
}

func (w *world) answer() {
	awsfake.Answer(w.Cloud, func(in *ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
		if w.service == nil {
			return &ecs.DescribeServicesOutput{Failures: []ecstypes.Failure{{Reason: aws.String("MISSING")}}}, nil
		}
		if err := inCluster(in.Cluster); err != nil {
			return nil, err
		}
		if !slices.Equal(in.Services, []string{"web"}) {
			return nil, fmt.Errorf("asked for %v", in.Services)
		}
		return &ecs.DescribeServicesOutput{Services: []ecstypes.Service{*w.service}}, nil
	})
	awsfake.Answer(w.Cloud, func(in *ecs.DescribeTaskDefinitionInput) (*ecs.DescribeTaskDefinitionOutput, error) {
		image, known := w.definitions[*in.TaskDefinition]
		if !known {
			return nil, awsfake.Failure(http.StatusBadRequest, "ClientException", "Unable to describe task definition.")
		}
		return &ecs.DescribeTaskDefinitionOutput{
			TaskDefinition: &ecstypes.TaskDefinition{ContainerDefinitions: []ecstypes.ContainerDefinition{
				{Name: aws.String("log-router"), Image: aws.String("public.ecr.aws/fluent-bit:3")},
				{Name: aws.String("web"), Image: aws.String(image)},
			}},
		}, nil
	})
	awsfake.Answer(w.Cloud, func(in *ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
		if err := inCluster(in.Cluster); err != nil {
			return nil, err
		}
		if aws.ToString(in.ServiceName) != "web" {
			return nil, awsfake.Failure(http.StatusBadRequest, "ServiceNotFoundException", "Service not found.")
		}
		var arns []string
		for _, one := range w.tasks {
			if *one.DesiredStatus == string(in.DesiredStatus) {
				arns = append(arns, *one.TaskArn)
			}
		}
		return &ecs.ListTasksOutput{TaskArns: arns}, nil
	})
	awsfake.Answer(w.Cloud, func(in *ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
		if err := inCluster(in.Cluster); err != nil {
			return nil, err
		}
		out := &ecs.DescribeTasksOutput{}
		for _, one := range w.tasks {
			if slices.Contains(in.Tasks, *one.TaskArn) {
				out.Tasks = append(out.Tasks, one)
			}
		}
		return out, nil
	})
	awsfake.Answer(w.Cloud, func(in *elb.DescribeTargetHealthInput) (*elb.DescribeTargetHealthOutput, error) {
		if !slices.Contains([]string{blueGroup, greenGroup}, *in.TargetGroupArn) {
			return nil, awsfake.Failure(http.StatusBadRequest, "TargetGroupNotFound", "One or more target groups not found")
		}
		return &elb.DescribeTargetHealthOutput{TargetHealthDescriptions: w.health[*in.TargetGroupArn]}, nil
	})
	awsfake.Answer(w.Cloud, func(in *elb.DescribeRulesInput) (*elb.DescribeRulesOutput, error) {
		if aws.ToString(in.ListenerArn) != listener {
			return nil, awsfake.Failure(http.StatusBadRequest, "ListenerNotFound", "One or more listeners not found")
		}
		return &elb.DescribeRulesOutput{Rules: w.rules}, nil
	})
	awsfake.Answer(w.Cloud, w.describeAlarms)
	awsfake.Answer(w.Cloud, w.listSubscriptions)
	awsfake.Answer(w.Cloud, func(in *codedeploy.GetDeploymentGroupInput) (*codedeploy.GetDeploymentGroupOutput, error) {
		if err := inGroup(in.ApplicationName, in.DeploymentGroupName); err != nil {
			return nil, err
		}
		return &codedeploy.GetDeploymentGroupOutput{DeploymentGroupInfo: w.group}, nil
	})
	awsfake.Answer(w.Cloud, func(in *codedeploy.ListDeploymentsInput) (*codedeploy.ListDeploymentsOutput, error) {
		if err := inGroup(in.ApplicationName, in.DeploymentGroupName); err != nil {
			return nil, err
		}
		out := &codedeploy.ListDeploymentsOutput{}
		for _, id := range slices.Sorted(maps.Keys(w.deployments)) {
			if len(in.IncludeOnlyStatuses) == 0 || slices.Contains(in.IncludeOnlyStatuses, w.deployments[id].Status) {
				out.Deployments = append(out.Deployments, id)
			}
		}
		return out, nil
	})
	awsfake.Answer(w.Cloud, func(in *codedeploy.GetDeploymentInput) (*codedeploy.GetDeploymentOutput, error) {
		found, known := w.deployments[*in.DeploymentId]
		if !known {
			return nil, awsfake.Failure(http.StatusBadRequest, "DeploymentDoesNotExistException", "not found")
		}
		return &codedeploy.GetDeploymentOutput{DeploymentInfo: found}, nil
	})
	awsfake.Answer(w.Cloud, func(in *ecr.DescribeImagesInput) (*ecr.DescribeImagesOutput, error) {
		id := in.ImageIds[0]
		detail, known := w.images[aws.ToString(id.ImageTag)+aws.ToString(id.ImageDigest)]
		if !known || *in.RegistryId != "123456789012" || *in.RepositoryName != "visitor-book" {
			return nil, awsfake.Failure(http.StatusBadRequest, "ImageNotFoundException", "no such image")
		}
		return &ecr.DescribeImagesOutput{ImageDetails: []ecrtypes.ImageDetail{detail}}, nil
	})
	awsfake.Answer(w.Cloud, func(in *ecr.BatchGetImageInput) (*ecr.BatchGetImageOutput, error) {
		if *in.RegistryId != "123456789012" || *in.RepositoryName != "visitor-book" {
			return nil, awsfake.Failure(http.StatusBadRequest, "RepositoryNotFoundException", "no such repository")
		}
		return &ecr.BatchGetImageOutput{
			Images: []ecrtypes.Image{{ImageManifest: aws.String(w.manifests[*in.ImageIds[0].ImageDigest])}},
		}, nil
	})
}

func inCluster(name *string) error {
	if aws.ToString(name) != "app" {
		return awsfake.Failure(http.StatusBadRequest, "ClusterNotFoundException", "Cluster not found.")
	}
	return nil
}

func inGroup(application, group *string) error {
	if aws.ToString(application) != "web-prod" || aws.ToString(group) != "web" {
		return awsfake.Failure(http.StatusBadRequest, "DeploymentGroupDoesNotExistException", "No Deployment Group found")
	}
	return nil
}

func (w *world) listSubscriptions(in *sns.ListSubscriptionsByTopicInput) (*sns.ListSubscriptionsByTopicOutput, error) {
	if *in.TopicArn != alertTopic {
		return nil, awsfake.Failure(http.StatusNotFound, "NotFound", "Topic does not exist")
	}
	out := &sns.ListSubscriptionsByTopicOutput{}
	for _, arn := range w.subscribed {
		out.Subscriptions = append(out.Subscriptions, snstypes.Subscription{
			SubscriptionArn: aws.String(arn), Protocol: aws.String("email"), Endpoint: aws.String("oncall@example.com"),
		})
	}
	return out, nil
}

// describeAlarms answers as CloudWatch does: composite alarms only if they are asked for.
func (w *world) describeAlarms(in *cloudwatch.DescribeAlarmsInput) (*cloudwatch.DescribeAlarmsOutput, error) {
	out := &cloudwatch.DescribeAlarmsOutput{}
	for name, state := range w.alarms {
		if slices.Contains(in.AlarmNames, name) {
			out.MetricAlarms = append(out.MetricAlarms, cwtypes.MetricAlarm{AlarmName: aws.String(name), StateValue: state})
		}
	}
	for name, state := range w.composites {
		if slices.Contains(in.AlarmNames, name) && slices.Contains(in.AlarmTypes, cwtypes.AlarmTypeCompositeAlarm) {
			out.CompositeAlarms = append(out.CompositeAlarms,
				cwtypes.CompositeAlarm{AlarmName: aws.String(name), StateValue: state})
		}
	}
	return out, nil
}

// request asks for version 2, without an address.
func request() Request {
	return Request{
		Cluster: "app", Service: "web", TaskDefinition: definition + "2", Image: repository + "@" + newDigest,
		Alarms:     []string{"web-5xx", "web-unhealthy", "web-failing"},
		AlertTopic: alertTopic, Subscriptions: 2,
		Timeout: 20 * time.Minute, Interval: 10 * time.Second,
	}
}

// verifies runs a request in the world.
func (w *world) verifies(t *testing.T, r Request) (*Report, string, error) {
	t.Helper()
	require.NoError(t, r.Prepare())
	w.catchUp()
	var progress bytes.Buffer
	verifier := &Verifier{
		Request: r, Clients: NewClients(w.Config("eu-central-1")), Web: NewWeb(nil, nil), Clock: w, Progress: &progress,
	}
	report, err := verifier.Run(t.Context())
	return report, progress.String(), err
}

// indexed adds an image for several platforms.
func (w *world) indexed() Request {
	const index = "sha256:1dex00000000"
	w.images["multi"] = ecrtypes.ImageDetail{
		ImageDigest: aws.String(index), ImageManifestMediaType: aws.String("application/vnd.oci.image.index.v1+json"),
	}
	w.manifests[index] = `{"manifests": [{"digest": "` + newDigest + `"}]}`
	r := request()
	r.Image = repository + ":multi"
	return r
}

// check returns the report's check with a name.
func (r *Report) check(t *testing.T, name string) outcome.Finding {
	t.Helper()
	for _, check := range r.Findings {
		if check.Check == name {
			check.Patience = 0
			return check
		}
	}
	require.Failf(t, "no such check", "%s in %v", name, r.Findings)
	return outcome.Finding{}
}
