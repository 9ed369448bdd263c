package deployments

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// deployment of CodeDeploy.
type deployment struct {
	id, description string
	service         *service
	content, sum    string
	definition      *definition
	config          string
	override        bool
	created, ended  time.Time
	status          types.DeploymentStatus
	step            step
	green, blue     *set
	// since is the time at which the step began.
	since time.Time
	// scaled is the time at which the number of tasks was changed during the deployment.
	scaled   time.Time
	failure  *types.ErrorInformation
	returns  *deployment // of a rollback: which deployment it takes back
	takeback *deployment // which rollback takes this one back
	hook     hook
}

// step of an active deployment.
type step string

const (
	stepCreated  step = "created"
	stepInstall  step = "install"
	stepTest     step = "test"
	stepReady    step = "ready"
	stepShift    step = "shift"
	stepWait     step = "wait"
	stepRollback step = "rollback"
	stepDone     step = "done"
)

func (d *deployment) rollback() bool { return d.returns != nil }
func (d *deployment) active() bool   { return d.step != stepDone }

func (d *deployment) enter(next step) { d.step, d.since = next, time.Now() }

func (d *deployment) in() time.Duration { return time.Since(d.since) }

// active returns the deployment that keeps the group busy, or nil.
func (c *Cloud) active(s *service) *deployment {
	for _, one := range c.deployments {
		if one.service == s && one.active() {
			return one
		}
	}
	return nil
}

type share struct {
	after  time.Duration
	weight int
}

// ShiftTime returns the time in which a configuration moves all requests
// (https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html).
func ShiftTime(config string) time.Duration {
	shares := sharesOf(config)
	return shares[len(shares)-1].after
}

func sharesOf(config string) []share {
	linear := func(every time.Duration) []share {
		var shares []share
		for i := range 10 {
			shares = append(shares, share{time.Duration(i) * every, 10 * (i + 1)})
		}
		return shares
	}
	switch config {
	case "CodeDeployDefault.ECSCanary10Percent5Minutes":
		return []share{{0, 10}, {5 * time.Minute, 100}}
	case "CodeDeployDefault.ECSCanary10Percent15Minutes":
		return []share{{0, 10}, {15 * time.Minute, 100}}
	case "CodeDeployDefault.ECSLinear10PercentEvery1Minutes":
		return linear(time.Minute)
	case "CodeDeployDefault.ECSLinear10PercentEvery3Minutes":
		return linear(3 * time.Minute)
	default:
		return []share{{0, 100}}
	}
}

// shift advances the service's deployment.
func (c *Cloud) shift(s *service) {
	d := c.active(s)
	if d == nil {
		return
	}
	if d.step == stepRollback {
		const moves = 30 * time.Second // requests back, new tasks away
		if d.in() >= moves {
			d.end(types.DeploymentStatusSucceeded)
		}
		return
	}
	blind := d.step == stepWait && c.doubts.WaitIsBlind
	if !d.override && !blind && s.alarm.on() {
		c.fail(d, types.DeploymentStatusStopped, types.ErrorCodeAlarmActive, "One or more alarms have been activated")
		return
	}
	d.status = types.DeploymentStatusInProgress
	switch d.step {
	case stepReady:
		d.status = types.DeploymentStatusReady
		if d.in() >= s.options.Asks {
			c.fail(d, types.DeploymentStatusStopped, types.ErrorCodeManualStop, "Nobody has continued the deployment in time")
		}
	case stepCreated:
		c.install(d)
	case stepInstall:
		c.installed(d)
	case stepTest:
		c.tried(d)
	case stepShift:
		for _, one := range sharesOf(d.config) {
			if d.in() >= one.after {
				d.green.weight, d.blue.weight = one.weight, 100-one.weight
			}
		}
		if d.green.weight == 100 {
			d.green.primary, d.blue.primary = true, false
			d.enter(stepWait)
		}
	case stepWait:
		if d.in() >= time.Duration(s.options.WaitMinutes)*time.Minute {
			c.finish(d)
		}
	default: // has ended, or is a rollback, which was seen to above
	}
}

func (c *Cloud) install(d *deployment) {
	if d.definition.inactive {
		c.fail(d, types.DeploymentStatusFailed, types.ErrorCodeEcsUpdateError,
			"The ECS service cannot be updated: TaskDefinition is inactive")
		return
	}
	d.blue = d.service.primary()
	d.green = d.service.add(d.definition)
	d.green.external, d.green.group = d.id, "green"
	if d.blue.group == "green" {
		d.green.group = "blue"
	}
	d.enter(stepInstall)
}

func (c *Cloud) installed(d *deployment) {
	const (
		most   = time.Hour
		steady = 5 * time.Minute
	)
	ready := d.service.healthy(d.green) >= d.service.desired && d.service.healthy(d.blue) >= d.service.desired
	switch {
	case ready:
		c.try(d)
	case !d.scaled.IsZero() && time.Since(d.scaled) >= steady:
		c.fail(d, types.DeploymentStatusFailed, types.ErrorCodeEcsUpdateError,
			"The service was scaled in the deployment and is not steady")
	case d.in() >= most:
		c.fail(d, types.DeploymentStatusFailed, types.ErrorCodeTimeout,
			"The deployment timed out while waiting for the replacement task set to become healthy. "+
				"This time out period is 60 minutes.")
	}
}

// move starts to move requests, or waits until somebody continues the deployment
// (https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentReadyOption.html).
func (d *deployment) move() {
	if d.service.options.Asks > 0 {
		d.enter(stepReady)
		return
	}
	d.enter(stepShift)
}

// finish ends the old tasks.
func (c *Cloud) finish(d *deployment) {
	d.blue.ending = true
	d.end(types.DeploymentStatusSucceeded)
}

func (d *deployment) end(status types.DeploymentStatus) {
	d.status, d.ended = status, time.Now()
	d.enter(stepDone)
}

// fail gives all requests back to the old tasks, and makes the rollback that keeps the group busy meanwhile.
func (c *Cloud) fail(d *deployment, status types.DeploymentStatus, code types.ErrorCode, message string) {
	d.failure = &types.ErrorInformation{Code: code, Message: aws.String(message)}
	d.end(status)
	if d.green != nil {
		d.green.weight, d.green.primary, d.green.ending = 0, false, true
		d.blue.weight, d.blue.primary = 100, true
	}
	back := &deployment{
		id: c.id("d-"), service: d.service, content: "", definition: d.service.primary().definition, config: d.config,
		created: time.Now(), status: types.DeploymentStatusInProgress, returns: d,
		description: fmt.Sprintf("Rollback of %s", d.id),
	}
	back.enter(stepRollback)
	d.takeback = back
	c.deployments = append(c.deployments, back)
}
