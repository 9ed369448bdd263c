package verify

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsdata/images"
	"aws-webapp/internal/outcome"
)

// version is the state of the service by its deployment controller.
type version struct {
	// definition is the task definition that serves or will serve.
	definition string
	// startedBy is the deployment or task set whose tasks these are; empty for all of the
	// service's tasks.
	startedBy string
	// desired is the number of tasks that should run.
	desired int
	// groups lists the target groups that these tasks are in.
	groups []string
	// underway is true while AWS is still replacing tasks: a mismatch may still resolve.
	underway bool
	// givenUp is the reason while or after AWS goes back to another version.
	givenUp string
	// checks of the controller itself.
	checks []outcome.Finding
}

// look asks AWS for everything once.
func (v *Verifier) look(ctx context.Context) ([]outcome.Finding, error) {
	service, missing, err := v.describeService(ctx)
	if err != nil {
		return nil, err
	}
	if missing != nil {
		return []outcome.Finding{*missing}, nil
	}
	found, err := v.versionOf(ctx, service)
	if err != nil {
		return nil, err
	}
	checks := found.checks
	definition, err := v.checkDefinition(ctx, found)
	if err != nil {
		return nil, err
	}
	checks = append(checks, definition)
	tasks, err := v.runningTasks(ctx, found)
	if err != nil {
		return nil, err
	}
	running, err := v.checkTasks(ctx, found, tasks)
	if err != nil {
		return nil, err
	}
	checks = append(checks, running...)
	targets, err := v.checkTargets(ctx, found, tasks)
	if err != nil {
		return nil, err
	}
	checks = append(checks, targets)
	alarms, err := v.checkAlarms(ctx)
	if err != nil {
		return nil, err
	}
	subscriptions, err := v.checkSubscriptions(ctx)
	if err != nil {
		return nil, err
	}
	checks = append(checks, alarms, subscriptions)
	return append(checks, v.checkWeb(ctx)...), nil
}

// describeService returns the service, or a check that says why there is none.
func (v *Verifier) describeService(ctx context.Context) (*ecstypes.Service, *outcome.Finding, error) {
	described, err := v.Clients.ECS.DescribeServices(ctx, &ecs.DescribeServicesInput{
		Cluster: aws.String(v.Request.Cluster), Services: []string{v.Request.Service},
	})
	if awsapi.Code(err) == "ClusterNotFoundException" {
		return nil, &outcome.Finding{
			Check: "service", Status: outcome.Failed, Found: "no cluster " + v.Request.Cluster, Needed: "an active service",
			Fix: "check --cluster, the region and the account",
		}, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("describe service %s: %w", v.Request.Service, err)
	}
	if len(described.Services) > 0 {
		service := &described.Services[0]
		if status := aws.ToString(service.Status); status != "ACTIVE" {
			return nil, &outcome.Finding{
				Check: "service", Status: outcome.Failed, Found: "a service that is " + status,
				Needed: "an active service",
			}, nil
		}
		return service, nil, nil
	}
	return nil, &outcome.Finding{
		Check: "service", Status: outcome.Failed, Found: "no such service in " + v.Request.Cluster,
		Needed: "an active service",
		Fix:    "check --service, the region and the account",
	}, nil
}

// versionOf asks the service's deployment controller.
func (v *Verifier) versionOf(ctx context.Context, service *ecstypes.Service) (*version, error) {
	controller := ecstypes.DeploymentControllerTypeEcs
	if service.DeploymentController != nil {
		controller = service.DeploymentController.Type
	}
	if controller == ecstypes.DeploymentControllerTypeCodeDeploy {
		return v.blueGreen(ctx, service)
	}
	return v.rolling(ctx, service)
}

// checkDefinition compares the task definition with the requested one, and its image with
// the requested image.
func (v *Verifier) checkDefinition(ctx context.Context, found *version) (outcome.Finding, error) {
	check := outcome.Finding{
		Check: "task definition", Status: v.mismatch(found), Found: "none", Needed: shortARN(v.Request.TaskDefinition),
		Patience: settle,
	}
	if check.Needed == "" {
		check.Needed = "one with"
	} else if v.image.text != "" {
		check.Needed += " with"
	}
	if v.image.text != "" {
		check.Needed += " " + images.ShortDigest(v.image.digest)
	}
	if found.definition == "" {
		return check, nil
	}
	image, err := v.imageOf(ctx, found.definition)
	if err != nil {
		return outcome.Finding{}, err
	}
	check.Found = shortARN(found.definition) + " with " + images.Short(image)
	arrived, err := v.requested(ctx, found.definition)
	if err != nil {
		return outcome.Finding{}, err
	}
	switch {
	case image == "":
		check.Fix = "it has no container " + v.Request.Container + ": check --container"
	case !arrived:
		check.Note = found.givenUp
	default:
		check.Status, check.Patience = outcome.OK, 0
	}
	return check, nil
}

// mismatch returns the state of a version that is not the requested one: that is on its way,
// AWS has given up, or nobody has started to deploy it.
func (v *Verifier) mismatch(found *version) outcome.Status {
	switch {
	case found.givenUp != "":
		return outcome.Failed
	case found.underway:
		return outcome.Waiting
	default:
		return outcome.Wrong
	}
}

// requested reports whether a task definition is the requested one. If it names its image by
// tag, it may be: the digests of its tasks decide.
func (v *Verifier) requested(ctx context.Context, definition string) (bool, error) {
	if definition == "" || v.Request.TaskDefinition != "" && shortARN(definition) != shortARN(v.Request.TaskDefinition) {
		return false, nil
	}
	if v.image.text == "" {
		return true, nil
	}
	image, err := v.imageOf(ctx, definition)
	if err != nil {
		return false, err
	}
	return pinned(image) == "" || v.image.runs(pinned(image)), nil
}

// imageOf returns the image of the service's container in a task definition, or "" if that has
// no such container. A revision never changes, so each is only read once.
func (v *Verifier) imageOf(ctx context.Context, definition string) (string, error) {
	if image, known := v.images[definition]; known {
		return image, nil
	}
	described, err := v.Clients.ECS.DescribeTaskDefinition(ctx,
		&ecs.DescribeTaskDefinitionInput{TaskDefinition: aws.String(definition)})
	if err != nil {
		return "", fmt.Errorf("describe task definition %s: %w", shortARN(definition), err)
	}
	if v.images == nil {
		v.images = map[string]string{}
	}
	v.images[definition] = ""
	for _, container := range described.TaskDefinition.ContainerDefinitions {
		if aws.ToString(container.Name) == v.Request.Container {
			v.images[definition] = aws.ToString(container.Image)
		}
	}
	return v.images[definition], nil
}

// shortARN returns the end of an ARN, such as visitor-book:12 of a task definition.
func shortARN(arn string) string {
	return arn[strings.LastIndex(arn, "/")+1:]
}
