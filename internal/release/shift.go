package release

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/clock"
)

// shift releases a service that CodeDeploy deploys.
func (r *Release) shift(ctx context.Context, one *Service, until time.Time) error {
	// The serving version may be about to change: by somebody else's deployment, or by a rollback.
	found, err := r.settle(ctx, one, until, func(s *state) string {
		if s.current() && s.active != nil && s.active.Phase != bluegreen.Waiting && !s.arriving {
			return s.underway
		}
		return ""
	})
	if err != nil {
		return err
	}
	switch {
	case found.arriving, found.current() && found.active != nil:
		return r.follow(ctx, one, until, func(context.Context) (string, error) { return found.active.ID, nil })
	case found.current():
		return errors.Join(r.resumeScaleIn(ctx, one), r.arrived(ctx, one, until))
	}
	if err := r.quiet(ctx, one); err != nil {
		return err
	}
	if err := r.migrate(ctx, one); err != nil {
		return err
	}
	until = until.Add(one.Migration.timeout())
	return r.follow(ctx, one, until, func(ctx context.Context) (string, error) {
		return r.startShift(ctx, one, until, because(found))
	})
}

// follow keeps autoscaling from removing tasks while a deployment moves the requests. The old tasks get fewer and
// fewer requests and halve the average that autoscaling uses, and after a change of the number ECS has five minutes to
// become steady (Amazon ECS Developer Guide, "CodeDeploy blue/green deployments for Amazon ECS", considerations on
// autoscaling).
func (r *Release) follow(
	ctx context.Context, one *Service, until time.Time, start func(context.Context) (string, error),
) error {
	if err := r.suspendScaleIn(ctx, one); err != nil {
		return errors.Join(err, r.resumeScaleIn(ctx, one))
	}
	id, err := start(ctx)
	if err == nil {
		err = r.inTime(bluegreen.Await(ctx, r.clients.CodeDeploy, r.untilThen(until), id, r.voice(one).tell))
	}
	if err != nil {
		return errors.Join(err, r.resumeScaleIn(ctx, one))
	}
	if err := r.arrived(ctx, one, until); err != nil {
		if errors.As(err, &FailureError{}) {
			err = fmt.Errorf("%w (while the old tasks are kept, aws deploy stop-deployment --deployment-id %s "+
				"--auto-rollback-enabled moves all requests back)", err, id)
		}
		return errors.Join(err, r.resumeScaleIn(ctx, one))
	}
	r.watched = append(r.watched, watch{one, id})
	return nil
}

func (r *Release) startShift(ctx context.Context, one *Service, until time.Time, why string) (string, error) {
	revision, err := one.revision()
	if err != nil {
		return "", err
	}
	voice := r.voice(one)
	voice.say(fmt.Sprintf("deploying %s: %s", short(one.TaskDefinition), why))
	started, err := bluegreen.Start(ctx, r.clients.CodeDeploy, r.untilThen(until), bluegreen.Request{
		Application: one.Application, Group: one.Group, AppSpec: bluegreen.Text(revision),
		Description:    "Release of " + short(one.TaskDefinition),
		OverrideAlarms: r.options.OverrideAlarms, AllAtOnce: r.options.OverrideAlarms,
	}, voice.tell)
	if err != nil {
		return "", r.inTime(err)
	}
	voice.say("CodeDeploy deployment " + started.ID)
	return started.ID, nil
}

// quiet refuses to start a deployment that CodeDeploy would stop: an alarm that is on ends a deployment, even one
// that has just begun (API reference of CodeDeploy, CreateDeployment, overrideAlarmConfiguration).
func (r *Release) quiet(ctx context.Context, one *Service) error {
	if r.options.OverrideAlarms || len(one.Alarms) == 0 {
		return nil
	}
	input := &cloudwatch.DescribeAlarmsInput{
		AlarmNames: one.Alarms, AlarmTypes: []cwtypes.AlarmType{cwtypes.AlarmTypeMetricAlarm},
		StateValue: cwtypes.StateValueAlarm,
	}
	on, err := awsapi.All(ctx, cloudwatch.NewDescribeAlarmsPaginator(r.clients.Verify.CloudWatch, input),
		func(page *cloudwatch.DescribeAlarmsOutput) []cwtypes.MetricAlarm { return page.MetricAlarms })
	if err != nil {
		return fmt.Errorf("look at the alarms: %w", err)
	}
	var loud []string
	for i := range on {
		loud = append(loud, aws.ToString(on[i].AlarmName))
	}
	if len(loud) == 0 {
		return nil
	}
	return failuref("%s is on, and CodeDeploy would stop the deployment: wait until it is quiet; or, if this version "+
		"fixes the cause, call again with --override-alarms, which moves all requests at once", strings.Join(loud, ", "))
}

// watch is a deployment that has moved all requests.
type watch struct {
	one *Service
	id  string
}

// watchToTheEnd waits until old tasks are no longer kept for a rollback: an alarm in that time rolls the release
// back.
func (r *Release) watchToTheEnd(ctx context.Context) error {
	var errs []error
	until := r.clock.Now().Add(r.options.Timeout)
	for len(r.watched) > 0 {
		var open []watch
		for _, one := range r.watched {
			ended, err := r.ended(ctx, one, r.clock.Now().Add(pollEvery).After(until))
			if !ended {
				open = append(open, one)
				continue
			}
			if err != nil {
				err = fmt.Errorf("%s: %w", one.one.Name, err)
			}
			errs = append(errs, err, r.resumeScaleIn(ctx, one.one))
		}
		r.watched = open
		if len(open) > 0 {
			// Its error ends the loop.
			_ = r.clock.Sleep(ctx, pollEvery)
		}
	}
	return errors.Join(errs...)
}

func (r *Release) ended(ctx context.Context, w watch, timeUp bool) (bool, error) {
	voice := r.voice(w.one)
	deployment, err := bluegreen.Look(ctx, r.clients.CodeDeploy, w.id)
	switch {
	case err != nil:
		return true, err
	case deployment.Phase == bluegreen.Failed:
		err := failuref("rolled back after it had served all requests: %w",
			&bluegreen.FailedError{ID: w.id, Reason: deployment.Reason})
		voice.say(err.Error())
		return true, err
	case !deployment.Active():
		voice.say("released: the old tasks end")
		return true, nil
	case timeUp:
		voice.say("released; the old tasks are still kept for a rollback")
		return true, nil
	}
	voice.tell("keeping the old tasks for a rollback (deployment " + w.id + ")")
	return false, nil
}

// untilThen returns a clock that stops waiting when the time is up.
func (r *Release) untilThen(until time.Time) clock.Clock {
	return limited{r.clock, until, r.options.Timeout}
}

type limited struct {
	clock.Clock
	until   time.Time
	timeout time.Duration
}

var errTimeUp = errors.New("the time is up")

// Sleep refuses to sleep past the end.
func (l limited) Sleep(ctx context.Context, d time.Duration) error {
	if l.Now().Add(d).After(l.until) {
		return fmt.Errorf("%w after %s", errTimeUp, l.timeout)
	}
	return l.Clock.Sleep(ctx, d)
}

// inTime classifies the errors of package bluegreen.
func (r *Release) inTime(err error) error {
	var failed *bluegreen.FailedError
	switch {
	case errors.Is(err, errTimeUp):
		return TimeoutError{err}
	case errors.As(err, &failed):
		return FailureError{err}
	default:
		return err
	}
}
