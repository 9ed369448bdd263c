package main

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
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// relay answers invocations.
type relay struct {
	config     *config
	ecs        *ecs.Client
	codedeploy *codedeploy.Client
	log        *slog.Logger
	// pollEvery is the pause before asking again whether a deployment in progress is over.
	pollEvery time.Duration
}

// summary is the answer of the function.
type summary struct {
	// Ignored says why nothing was to be done.
	Ignored string `json:"ignored,omitempty"`
	// Services says what was done, by service.
	Services map[string]string `json:"services,omitempty"`
}

// errBusy means that a deployment in progress does not admit another one yet.
var errBusy = errors.New("a deployment is in progress")

// handle starts a deployment of every service. When some of them fail, the error names them and
// Lambda delivers the event again; the others are recognized then by their deployment, which is
// younger than the rotation. The event's id is thereby done once per service.
func (r *relay) handle(ctx context.Context, event json.RawMessage) (*summary, error) {
	rotated, err := parseEvent(event)
	if err != nil {
		return nil, err
	}
	log := r.log.With("event", rotated.eventID, "secret", rotated.secretID)
	if !rotated.concerns(r.config.secrets) {
		log.Warn("the rule is wider than it should be: it matches a secret of others")
		return &summary{Ignored: "not a secret of these services"}, nil
	}

	ctx, cancel := leaveTime(ctx)
	defer cancel()
	done := &summary{Services: map[string]string{}}
	var (
		failed []error
		lock   sync.Mutex
		group  sync.WaitGroup
	)
	for _, one := range r.config.services {
		group.Go(func() {
			what, err := r.replace(ctx, one, rotated)
			lock.Lock()
			defer lock.Unlock()
			if err != nil {
				log.Error("no deployment", "service", one.Name, "reason", err.Error())
				failed = append(failed, fmt.Errorf("service %s: %w", one.Name, err))
				return
			}
			log.Info(what, "service", one.Name)
			done.Services[one.Name] = what
		})
	}
	group.Wait()
	if len(failed) > 0 {
		slices.SortFunc(failed, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return done, fmt.Errorf("%d of %d services still run tasks with the old secret: %w",
			len(failed), len(r.config.services), errors.Join(failed...))
	}
	return done, nil
}

// leaveTime ends the waiting while there is time to report.
func leaveTime(ctx context.Context) (context.Context, context.CancelFunc) {
	const margin = 5 * time.Second
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-min(margin, time.Until(deadline)/4)))
}

// replace gets the tasks of a service replaced, and waits as long as there is time while another
// deployment is in the way.
func (r *relay) replace(ctx context.Context, one service, rotated *rotation) (what string, err error) {
	var waitingFor error
	for {
		what, err = r.attempt(ctx, one, rotated)
		switch {
		case errors.Is(err, errBusy):
			waitingFor = err
		case err != nil && ctx.Err() != nil && waitingFor != nil:
			return "", waitingFor // time ran out in the middle of a call: that is not the reason
		default:
			return what, err
		}
		r.log.Info("waiting", "event", rotated.eventID, "service", one.Name, "reason", err.Error())
		timer := time.NewTimer(r.pollEvery)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return "", waitingFor
		}
	}
}

// What can have become of a service.
const (
	started = "deployment started"
	already = "deployed since the rotation"
)

// attempt looks at the service each time anew: a deployment that was in progress may have brought
// another task definition, or the new secret.
func (r *relay) attempt(ctx context.Context, one service, rotated *rotation) (what string, err error) {
	running, err := r.describe(ctx, one)
	if err != nil {
		return "", err
	}
	if one.Controller == controllerCodeDeploy {
		return r.replaceTaskSet(ctx, one, running, rotated)
	}
	return r.forceDeployment(ctx, one, running, rotated)
}

// describe finds the service, and makes sure that it is deployed as the configuration says.
func (r *relay) describe(ctx context.Context, one service) (*ecstypes.Service, error) {
	answer, err := r.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{
		Cluster:  aws.String(r.config.cluster),
		Services: []string{one.Name},
	})
	if err != nil {
		return nil, fmt.Errorf("describe: %w", err)
	}
	if len(answer.Services) != 1 || aws.ToString(answer.Services[0].Status) != "ACTIVE" {
		return nil, fmt.Errorf("not an active service of cluster %s", r.config.cluster)
	}
	found := &answer.Services[0]
	controller := controllerECS
	if found.DeploymentController != nil {
		controller = string(found.DeploymentController.Type)
	}
	if controller != one.Controller {
		return nil, fmt.Errorf("its deployment controller is %s, but the environment says %s", controller, one.Controller)
	}
	return found, nil
}
