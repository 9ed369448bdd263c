package bluegreen

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"

	"aws-webapp/internal/clock"
	"aws-webapp/internal/rotation/patience"
)

// AllAtOnce is CodeDeploy's configuration that moves all requests in one step.
const AllAtOnce = patience.TrafficShift

// PollEvery is the pause between two looks at a deployment.
const PollEvery = 15 * time.Second

// Request describes a deployment to start.
type Request struct {
	Application, Group string
	// AppSpec returns the text to deploy. It is called again after each wait: the deployment that was waited for may
	// have changed what is to be copied. See [Text].
	AppSpec func(context.Context) (string, error)
	// Description of the deployment, for people.
	Description string
	// OverrideAlarms deploys even if an alarm of the group is on, and ignores alarms afterwards. Otherwise CodeDeploy
	// stops a deployment whose alarm is on, and no deployment could fix the cause of the alarm.
	OverrideAlarms bool
	// AllAtOnce moves all requests in one step, instead of by the group's steps.
	AllAtOnce bool
	// Since, if set, asks for tasks started after this time, whatever version they run. A deployment that is older
	// does not count; a younger one counts unless it has failed or goes back to older tasks.
	Since time.Time
}

// Text returns a [Request.AppSpec] that never changes.
func Text(appSpec string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return appSpec, nil }
}

// Started names the deployment that fulfils the request.
type Started struct {
	ID string
	// Already says that somebody had started it before.
	Already bool
}

// Start starts a deployment, unless the newest one already fulfils the request. It waits for another active deployment
// while that moves requests, and then ends its waiting time. It stops a deployment whose tasks do not start. It
// reports what it waits for. [Await] follows the deployment from there.
//
// The error is that of a call, or of a context that is done; then it says what Start was
// waiting for.
func Start(ctx context.Context, api API, clk clock.Clock, r Request, say func(string)) (Started, error) {
	s := &starter{api: api, clock: clk, request: r, teller: newTeller(clk, say)}
	for {
		started, err := s.attempt(ctx)
		var busy *busyError
		switch {
		case err == nil:
			return started, nil
		case errors.As(err, &busy):
			s.waitingFor = busy
			s.tell(busy.Error())
		case ctx.Err() != nil && s.waitingFor != nil:
			return Started{}, fmt.Errorf("%w: %w", s.waitingFor, ctx.Err())
		default:
			return Started{}, err
		}
		if err := clk.Sleep(ctx, PollEvery); err != nil {
			return Started{}, fmt.Errorf("%w: %w", s.waitingFor, err)
		}
	}
}

// busyError says what keeps the group from taking a deployment.
type busyError struct{ text string }

func (e *busyError) Error() string { return e.text }

func busyf(format string, args ...any) error { return &busyError{fmt.Sprintf(format, args...)} }

type starter struct {
	*teller
	api        API
	clock      clock.Clock
	request    Request
	waitingFor *busyError
}

func (s *starter) attempt(ctx context.Context) (Started, error) {
	appSpec, err := s.request.AppSpec(ctx)
	if err != nil {
		return Started{}, err
	}
	busy, err := Active(ctx, s.api, s.request.Application, s.request.Group)
	if err != nil {
		return Started{}, err
	}
	if busy != nil {
		if s.brings(busy, appSpec) {
			return Started{ID: busy.ID, Already: true}, nil
		}
		return Started{}, s.pass(ctx, busy)
	}
	last, err := s.latest(ctx)
	if err != nil {
		return Started{}, err
	}
	if last != nil && last.Phase == Succeeded && s.brings(last, appSpec) {
		return Started{ID: last.ID, Already: true}, nil
	}
	return s.create(ctx, appSpec)
}

func (s *starter) brings(d *Deployment, appSpec string) bool {
	switch {
	case d.Rollback:
		return false
	case s.request.Since.IsZero():
		return d.deploys(appSpec)
	default:
		return !d.Created.Before(s.request.Since)
	}
}

// pass gets an active deployment out of the way. Its error is a busyError if the caller has to wait.
func (s *starter) pass(ctx context.Context, busy *Deployment) error {
	switch {
	case busy.Phase == Waiting:
		if err := end(ctx, s.api, busy.ID); err != nil {
			return err
		}
		return busyf("deployment %s has moved all requests: ending its wait, so that another can start", busy.ID)
	case busy.Rollback:
		return busyf("waiting for deployment %s, which rolls back to the previous version", busy.ID)
	case busy.hopeless(s.clock.Now()):
		if err := stop(ctx, s.api, busy.ID); err != nil {
			return err
		}
		return busyf("stopping deployment %s, which is not ready to move requests after %s", busy.ID, StartsWithin)
	case busy.Phase == Ready:
		return busyf("waiting for deployment %s, which waits for somebody to continue it", busy.ID)
	case busy.Phase == Starting:
		return busyf("waiting for deployment %s, whose tasks start", busy.ID)
	}
	since := busy.Created.UTC().Format(time.DateTime)
	return busyf("waiting for deployment %s of %s, which moves requests", busy.ID, since)
}

// latest returns the newest deployment that may count, or nil. Looking back one day is enough for a caller who
// tries again after a failure; an earlier deployment either serves or has been rolled back.
func (s *starter) latest(ctx context.Context) (*Deployment, error) {
	since := s.request.Since
	if since.IsZero() {
		const recently = 24 * time.Hour
		since = s.clock.Now().Add(-recently)
	}
	return newest(ctx, s.api, &codedeploy.ListDeploymentsInput{
		ApplicationName: aws.String(s.request.Application), DeploymentGroupName: aws.String(s.request.Group),
		CreateTimeRange: &types.TimeRange{Start: aws.Time(since)},
	})
}

func (s *starter) create(ctx context.Context, appSpec string) (Started, error) {
	in := &codedeploy.CreateDeploymentInput{
		ApplicationName: aws.String(s.request.Application), DeploymentGroupName: aws.String(s.request.Group),
		Description: aws.String(s.request.Description),
		Revision: &types.RevisionLocation{
			RevisionType: types.RevisionLocationTypeAppSpecContent,
			AppSpecContent: &types.AppSpecContent{
				Content: aws.String(appSpec), Sha256: aws.String(sum(appSpec)),
			},
		},
	}
	if s.request.AllAtOnce {
		in.DeploymentConfigName = aws.String(AllAtOnce)
	}
	if s.request.OverrideAlarms {
		in.OverrideAlarmConfiguration = &types.AlarmConfiguration{Enabled: false}
	}
	created, err := s.api.CreateDeployment(ctx, in)
	var busy *types.DeploymentLimitExceededException
	if errors.As(err, &busy) {
		// "The Deployment Group 'x' already has an active Deployment 'd-1'": somebody was faster, or the answer to
		// this call got lost and the SDK has repeated it. The next look at the group shows which.
		return Started{}, busyf("waiting: %s", busy.ErrorMessage())
	}
	if err != nil {
		return Started{}, fmt.Errorf("create deployment: %w", err)
	}
	return Started{ID: aws.ToString(created.DeploymentId)}, nil
}
