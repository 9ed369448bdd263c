package rotation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/clock"
)

// ECS has the calls of Amazon ECS that are used.
type ECS interface {
	DescribeServices(
		context.Context, *ecs.DescribeServicesInput, ...func(*ecs.Options),
	) (*ecs.DescribeServicesOutput, error)
	DescribeTasks(context.Context, *ecs.DescribeTasksInput, ...func(*ecs.Options)) (*ecs.DescribeTasksOutput, error)
	ListTasks(context.Context, *ecs.ListTasksInput, ...func(*ecs.Options)) (*ecs.ListTasksOutput, error)
	UpdateService(context.Context, *ecs.UpdateServiceInput, ...func(*ecs.Options)) (*ecs.UpdateServiceOutput, error)
}

// Service whose tasks read the secret.
type Service struct {
	Name string
	// Application of CodeDeploy, whose deployment group has the service's name; empty for a service that ECS deploys.
	Application string
}

// Config lists the secrets to follow and the services that use them.
type Config struct {
	Cluster string
	// Secrets by ARN.
	Secrets  []string
	Services []Service
}

// Relay answers events. All its fields are required.
type Relay struct {
	Config     Config
	ECS        ECS
	CodeDeploy bluegreen.API
	Log        *slog.Logger
	Clock      clock.Clock
}

// Summary is the answer to an event.
type Summary struct {
	// Ignored says why there was nothing to do.
	Ignored string `json:"ignored,omitempty"`
	// Services has the outcome for each service.
	Services map[string]string `json:"services,omitempty"`
}

// The outcomes for a service.
const (
	Replaced = "tasks replaced"
	Already  = "tasks had been replaced since the rotation"
)

// Handle replaces the tasks of every service, all at the same time, and returns when no task with the old password is
// left. If some of them fail, the error names them and Lambda delivers the event again. The others are then
// recognized by their deployment, which is younger than the rotation.
func (r *Relay) Handle(ctx context.Context, event json.RawMessage) (*Summary, error) {
	rotated, err := parseEvent(event)
	if err != nil {
		return nil, err
	}
	log := r.Log.With("event", rotated.eventID, "secret", rotated.secretID)
	if !rotated.concerns(r.Config.Secrets) {
		log.Warn("the rule is wider than it should be: it matches a secret of others")
		return &Summary{Ignored: "not a secret of these services"}, nil
	}
	// Deployments from now on have to be distinguishable from those before the rotation.
	if err := r.Clock.Sleep(ctx, rotated.since().Sub(r.Clock.Now())+time.Second); err != nil {
		return nil, err
	}
	done := &Summary{Services: map[string]string{}}
	var (
		failed []error
		lock   sync.Mutex
		group  sync.WaitGroup
	)
	for _, one := range r.Config.Services {
		group.Go(func() {
			say := func(text string) { log.Info(text, "service", one.Name) }
			what, err := r.replace(ctx, one, rotated, say)
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				log.Error("not replaced", "service", one.Name, "reason", err.Error())
				failed = append(failed, fmt.Errorf("service %s: %w", one.Name, err))
				return
			}
			say(what)
			done.Services[one.Name] = what
		})
	}
	group.Wait()
	if len(failed) > 0 {
		slices.SortFunc(failed, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return done, fmt.Errorf("%d of %d services still run tasks with the old secret: %w",
			len(failed), len(r.Config.Services), errors.Join(failed...))
	}
	return done, nil
}

func (r *Relay) replace(ctx context.Context, one Service, rotated *rotation, say func(string)) (string, error) {
	if _, err := r.describe(ctx, one); err != nil {
		return "", err
	}
	if one.Application != "" {
		return r.replaceTaskSet(ctx, one, rotated, say)
	}
	return r.replaceTasks(ctx, one, rotated, say)
}

// describe finds the service, and makes sure that it is deployed as the configuration says.
func (r *Relay) describe(ctx context.Context, one Service) (*ecstypes.Service, error) {
	answer, err := r.ECS.DescribeServices(ctx, &ecs.DescribeServicesInput{
		Cluster:  aws.String(r.Config.Cluster),
		Services: []string{one.Name},
	})
	if err != nil {
		return nil, fmt.Errorf("describe: %w", err)
	}
	if len(answer.Services) != 1 || aws.ToString(answer.Services[0].Status) != "ACTIVE" {
		return nil, fmt.Errorf("not an active service of cluster %s", r.Config.Cluster)
	}
	found := &answer.Services[0]
	controller, wanted := ecstypes.DeploymentControllerTypeEcs, ecstypes.DeploymentControllerTypeEcs
	if found.DeploymentController != nil {
		controller = found.DeploymentController.Type
	}
	if one.Application != "" {
		wanted = ecstypes.DeploymentControllerTypeCodeDeploy
	}
	if controller != wanted {
		return nil, fmt.Errorf("its deployment controller is %s, but the environment says %s", controller, wanted)
	}
	return found, nil
}

// since returns the time from which on new tasks have the new password. Events state their time in whole
// seconds, rounded down.
func (r *rotation) since() time.Time { return r.at.Add(time.Second) }
