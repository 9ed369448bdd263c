package deployments

import (
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
)

// hook is a function that CodeDeploy calls once the test listener leads to the new tasks. It waits for an answer for an
// hour (https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html).
type hook struct {
	function, execution string
	status              types.LifecycleEventStatus
}

const hookAnswers = time.Hour

// Hooked sets the function that is run for a call of a hook. It gets the Lambda function's name or ARN and
// the ids that CodeDeploy passes to it.
func (c *Cloud) Hooked(call func(function, deployment, execution string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hooked = call
}

// OnTestListener returns the kind of the new version behind the test listener; false if the test listener leads
// to the version that serves.
func (c *Cloud) OnTestListener(name string) (Kind, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.active(c.services[name])
	if d == nil || d.step != stepTest {
		return "", false
	}
	return d.definition.kind, true
}

func hookOf(content string) hook {
	var file struct{ Hooks []map[string]string }
	_ = json.Unmarshal([]byte(content), &file) // createDeployment has read it
	var found hook
	for _, one := range file.Hooks {
		if function := one["AfterAllowTestTraffic"]; function != "" {
			found.function = function
		}
	}
	return found
}

// try calls the deployment's hook. Without a hook, requests start to move.
func (c *Cloud) try(d *deployment) {
	if d.hook.function == "" {
		d.move()
		return
	}
	d.hook.execution = c.id("e-")
	d.enter(stepTest)
	go c.hooked(d.hook.function, d.id, d.hook.execution)
}

// tried continues with the answer of the hook.
func (c *Cloud) tried(d *deployment) {
	switch {
	case d.hook.status == types.LifecycleEventStatusSucceeded:
		d.move()
	case d.hook.status == types.LifecycleEventStatusFailed, d.in() >= hookAnswers:
		c.fail(d, types.DeploymentStatusFailed, types.ErrorCodeHookExecutionFailure,
			"The hook AfterAllowTestTraffic has failed, or has not answered within an hour")
	}
}

func (c *Cloud) answerHook(
	in *codedeploy.PutLifecycleEventHookExecutionStatusInput,
) (*codedeploy.PutLifecycleEventHookExecutionStatusOutput, error) {
	d, err := c.find(aws.ToString(in.DeploymentId))
	switch {
	case err != nil:
		return nil, err
	case d.hook.execution == "" || d.hook.execution != aws.ToString(in.LifecycleEventHookExecutionId):
		return nil, &types.InvalidLifecycleEventHookExecutionIdException{Message: aws.String("No such hook")}
	case in.Status != types.LifecycleEventStatusSucceeded && in.Status != types.LifecycleEventStatusFailed:
		return nil, &types.InvalidLifecycleEventHookExecutionStatusException{Message: aws.String("Succeeded or Failed")}
	case d.step != stepTest || d.hook.status != "":
		return nil, &types.LifecycleEventAlreadyCompletedException{Message: aws.String("The hook has been answered")}
	}
	d.hook.status = in.Status
	return &codedeploy.PutLifecycleEventHookExecutionStatusOutput{LifecycleEventHookExecutionId: &d.hook.execution}, nil
}
