package release_test

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/awsapi/awsfake"
)

const (
	definitions = "arn:aws:ecs:us-east-1:222222222222:task-definition/"
	scalable    = "arn:aws:application-autoscaling:us-east-1:222222222222:scalable-target/"
	targetGroup = "arn:aws:elasticloadbalancing:us-east-1:222222222222:targetgroup/"
)

// The times that the world takes.
const (
	startsAfter = time.Minute
	movedAfter  = 6 * time.Minute
	rolledAfter = 2 * time.Minute
	keeps       = 10 * time.Minute
	migrates    = time.Minute
)

var began = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

// world is an account whose deployments take their time, which is artificial.
type world struct {
	*awsfake.Cloud
	now      time.Time
	services map[string]*service
	// bad are task definitions whose deployments fail, by the end of their name.
	bad map[string]bool
	// exit is the exit code of migrations; -1 keeps them running.
	exit  int32
	loud  []string
	tasks []*ecstypes.Task
	// slept happens at each pause.
	slept func(*world)
}

// version is a task set of CodeDeploy's, or a deployment of ECS's own controller.
type version struct {
	id, definition, by, group string
	port                      int32
	created                   time.Time
}

type service struct {
	name      string
	blueGreen bool
	made      time.Time
	// primary serves. next is being brought up by deployment, nil for none.
	primary, next *version
	deployments   []*deployment
	rolling       ecstypes.DeploymentRolloutState
	failed        *version
	target        *scalingtypes.ScalableTarget
	tags          map[string]string
}

type deployment struct {
	cdtypes.DeploymentInfo
	in               *codedeploy.CreateDeploymentInput
	moved, continued bool
	old              *version
	movedAt          time.Time
}

func newWorld(names ...string) *world {
	w := &world{Cloud: awsfake.New(), now: began, services: map[string]*service{}, bad: map[string]bool{}}
	for _, name := range names {
		kind, name, _ := strings.Cut(name, ":")
		w.services[name] = &service{
			name: name, blueGreen: kind == "bg", made: began.Add(-24 * time.Hour),
			rolling: ecstypes.DeploymentRolloutStateCompleted,
			primary: &version{id: "ecs-svc/1", definition: definitions + name + ":1", by: "d-0", group: "blue", port: 8000},
			target:  &scalingtypes.ScalableTarget{ScalableTargetARN: aws.String(scalable + name)},
			tags:    map[string]string{},
		}
	}
	w.answerECS()
	w.answerCodeDeploy()
	w.answerOthers()
	return w
}

// Now and Sleep make the world its own clock.
func (w *world) Now() time.Time { return w.now }

func (w *world) Sleep(ctx context.Context, d time.Duration) error {
	w.pass(d)
	if w.slept != nil {
		w.slept(w)
	}
	return ctx.Err()
}

func (w *world) pass(d time.Duration) {
	w.now = w.now.Add(d)
	for _, s := range w.services {
		for _, one := range s.deployments {
			w.goOn(s, one)
		}
		if s.rolling == ecstypes.DeploymentRolloutStateInProgress && w.now.Sub(s.primary.created) >= rolledAfter {
			s.rolling, s.next = ecstypes.DeploymentRolloutStateCompleted, nil
			if w.bad[s.primary.definition] {
				s.failed = s.primary
				s.primary = &version{id: "ecs-svc/back", definition: definitions + s.name + ":1", created: w.now}
				s.rolling = ecstypes.DeploymentRolloutStateInProgress
			}
		}
	}
	for _, task := range w.tasks {
		if w.exit >= 0 && w.now.Sub(*task.CreatedAt) >= migrates {
			task.LastStatus, task.DesiredStatus = aws.String("STOPPED"), aws.String("STOPPED")
			task.Containers[0].ExitCode = aws.Int32(w.exit)
		}
	}
}
