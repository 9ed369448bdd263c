package release

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
)

// A new version is fit for its users when it has answered this often in a row, within so many questions.
const (
	goodAnswers   = 3
	mostQuestions = 8
)

// test is what lets CodeDeploy move requests: the new version answers on the test listener. One that does not is
// stopped, before anybody has got to see it. It is nil where CodeDeploy does not wait for a test.
func (r *Release) test(one *Service, deployment string) func(context.Context) error {
	if one.TestURL == "" {
		return nil
	}
	return func(ctx context.Context) error {
		voice := r.voice(one)
		if r.options.Web == nil {
			voice.say("not tested on the test listener: its address is not to be asked")
			return nil
		}
		problem, err := r.answers(ctx, one)
		if err != nil {
			return err
		}
		if problem == nil {
			voice.say("answers on the test listener: requests may move")
			return nil
		}
		if _, err := r.clients.CodeDeploy.StopDeployment(ctx, &codedeploy.StopDeploymentInput{
			DeploymentId: aws.String(deployment), AutoRollbackEnabled: aws.Bool(true),
		}); err != nil {
			return fmt.Errorf("stop deployment %s, whose version fails its test: %w", deployment, err)
		}
		return failuref("the new version failed its test at %s, and nobody was moved to it: %w", one.TestURL, problem)
	}
}

// answers is the problem that the last bad answer had; nil for good ones. The error is that of a wait.
func (r *Release) answers(ctx context.Context, one *Service) (problem, err error) {
	good := 0
	for range mostQuestions {
		if problem = r.options.Web.Answers(ctx, one.TestURL); problem == nil {
			good++
		} else {
			good = 0
			r.voice(one).tell("waiting: the test listener has no good answer yet: " + problem.Error())
		}
		if good == goodAnswers {
			return nil, nil
		}
		if err := r.clock.Sleep(ctx, pollEvery); err != nil {
			return nil, err
		}
	}
	if problem == nil {
		problem = fmt.Errorf("it answered well %d times in a row of %d", good, goodAnswers)
	}
	return problem, nil
}
