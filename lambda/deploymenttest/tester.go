package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// tester answers invocations.
type tester struct {
	config     *config
	codedeploy *codedeploy.Client
	http       *http.Client
	log        *slog.Logger
	// patience bounds the time that the new tasks may take to answer; pause is the wait between two
	// rounds.
	patience, pause time.Duration
}

// event is the event that CodeDeploy sends to a hook.
type event struct {
	DeploymentID string `json:"DeploymentId"`
	ExecutionID  string `json:"LifecycleEventHookExecutionId"`
}

// rounds is the number of rounds in a row in which all paths have to answer, since the new
// tasks take turns.
const rounds = 3

// reportRoom is the time reserved for reporting to CodeDeploy.
const reportRoom = 45 * time.Second

// handle tests the new version of a deployment and tells CodeDeploy. A version that fails is not an error of
// the function. A version that cannot be tested is an error, and it is refused: nobody gets an untested
// version.
func (t *tester) handle(ctx context.Context, e event) (string, error) {
	if e.DeploymentID == "" || e.ExecutionID == "" {
		return "", errors.New("event lacks DeploymentId or LifecycleEventHookExecutionId: CodeDeploy calls this " +
			"function, as a hook")
	}
	log := t.log.With("deployment", e.DeploymentID)
	service, err := t.serviceOf(ctx, e.DeploymentID)
	if err != nil {
		log.Error("cannot tell what to test", "reason", err.Error())
		return "", errors.Join(err, t.report(ctx, e, cdtypes.LifecycleEventStatusFailed))
	}
	log = log.With("service", service)
	status, what := cdtypes.LifecycleEventStatusSucceeded, "all paths answer"
	if err := t.try(ctx, log, service); err != nil {
		status, what = cdtypes.LifecycleEventStatusFailed, err.Error()
		log.Error("the new version fails", "reason", what)
	} else {
		log.Info("the new version answers")
	}
	return what, t.report(ctx, e, status)
}

// serviceOf returns the service that is being deployed.
func (t *tester) serviceOf(ctx context.Context, deployment string) (string, error) {
	found, err := t.codedeploy.GetDeployment(ctx, &codedeploy.GetDeploymentInput{DeploymentId: aws.String(deployment)})
	if err != nil {
		return "", fmt.Errorf("look at the deployment: %w", err)
	}
	application := aws.ToString(found.DeploymentInfo.ApplicationName)
	service, ok := t.config.service(application)
	if !ok {
		return "", fmt.Errorf("found the CodeDeploy application %q, expected one of this stack", application)
	}
	return service, nil
}

// try asks the paths until all of them have answered in enough rounds in a row. The error describes the last failure.
func (t *tester) try(ctx context.Context, log *slog.Logger, service string) error {
	wanted := t.config.tests[service]
	until := time.Now().Add(t.patience)
	if end, ok := ctx.Deadline(); ok && end.Add(-reportRoom).Before(until) {
		until = end.Add(-reportRoom)
	}
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	var last error
	for good := 0; good < rounds; {
		switch err := t.round(ctx, wanted); {
		case err == nil:
			good++
		case ctx.Err() != nil:
			return errors.Join(last, ctx.Err())
		default:
			good, last = 0, err
			log.Info("not yet", "reason", err.Error())
		}
		if good == rounds {
			break
		}
		select {
		case <-ctx.Done():
			return errors.Join(last, ctx.Err())
		case <-time.After(t.pause):
		}
	}
	return nil
}

// round asks every path once.
func (t *tester) round(ctx context.Context, wanted test) error {
	for _, path := range wanted.Paths {
		if err := t.ask(ctx, wanted.Host, path); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

func (t *tester) ask(ctx context.Context, host, path string) error {
	if host == "" {
		host = t.config.host
	}
	address, err := url.Parse("https://" + host + path)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "deployment-test")
	response, err := t.http.Do(request)
	if err != nil {
		return err
	}
	const most = 1 << 20
	_, err = io.Copy(io.Discard, io.LimitReader(response.Body, most))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return fmt.Errorf("the answer ends early: %w", err)
	}
	if response.StatusCode < http.StatusOK || response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("found status %d, expected 200 to 399", response.StatusCode)
	}
	return nil
}

// report reports the result to CodeDeploy. If an earlier attempt has reported already, there is
// nothing left to do.
func (t *tester) report(ctx context.Context, e event, status cdtypes.LifecycleEventStatus) error {
	_, err := t.codedeploy.PutLifecycleEventHookExecutionStatus(ctx, &codedeploy.PutLifecycleEventHookExecutionStatusInput{
		DeploymentId: aws.String(e.DeploymentID), LifecycleEventHookExecutionId: aws.String(e.ExecutionID), Status: status,
	})
	var done *cdtypes.LifecycleEventAlreadyCompletedException
	if err != nil && !errors.As(err, &done) {
		return fmt.Errorf("tell CodeDeploy that the test %s: %w", status, err)
	}
	return nil
}
