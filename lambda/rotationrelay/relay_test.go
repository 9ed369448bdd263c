package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	long  = rotatedAt.Add(-24 * time.Hour)
	young = rotatedAt.Add(time.Minute)
)

func TestRotationReachesBothKindsOfService(t *testing.T) {
	c := startCloud(t)
	c.rolling("web", long)
	c.blueGreen()
	c.deployed("d-OLD", long, "Succeeded", "user")
	r, _ := relayTo(t, c, web, api)

	done, err := r.handle(t.Context(), rotationSucceeded())

	require.NoError(t, err)
	assert.Equal(t, &summary{Services: map[string]string{"web": started, "api": started}}, done)
	assert.Equal(t, []string{"CreateDeployment api-app", "UpdateService web"}, c.changes())
	assert.Equal(t, map[string]any{"cluster": "app", "service": "web", "forceNewDeployment": true}, c.input("UpdateService"))

	deployment := c.input("CreateDeployment")
	assert.Equal(t, "api", deployment["deploymentGroupName"])
	assert.Equal(t, "Secret rotated, event 6a7e8feb-b491-4cf7-a9f1-bf3703467718", deployment["description"])
	revision, ok := deployment["revision"].(map[string]any)
	require.True(t, ok)
	assert.Equal(t, "AppSpecContent", revision["revisionType"])
	content, ok := revision["appSpecContent"].(map[string]any)
	require.True(t, ok)
	text, ok := content["content"].(string)
	require.True(t, ok)
	assert.Equal(t, fmt.Sprintf("%x", sha256.Sum256([]byte(text))), content["sha256"])
	assert.Equal(t, `{"version":0.0,"Resources":[{"TargetService":{"Type":"AWS::ECS::Service","Properties":{`+
		`"TaskDefinition":"arn:task-definition/api:7","LoadBalancerInfo":{"ContainerName":"api","ContainerPort":8000},`+
		`"PlatformVersion":"1.4.0","NetworkConfiguration":{"AwsvpcConfiguration":{"Subnets":["subnet-1","subnet-2"],`+
		`"SecurityGroups":["sg-1"],"AssignPublicIp":"DISABLED"}},`+
		`"CapacityProviderStrategy":[{"CapacityProvider":"FARGATE_SPOT","Base":1,"Weight":2}]}}}]}`, text,
		"the task set that has the traffic, as it is")
}

// Lambda and EventBridge may deliver an event more than once.
func TestTheSameEventTwiceDeploysOnce(t *testing.T) {
	c := startCloud(t)
	c.rolling("web", long)
	c.blueGreen()
	r, _ := relayTo(t, c, web, api)
	_, err := r.handle(t.Context(), rotationSucceeded())
	require.NoError(t, err)

	done, err := r.handle(t.Context(), rotationSucceeded())

	require.NoError(t, err)
	assert.Equal(t, &summary{Services: map[string]string{"web": already, "api": already}}, done)
	assert.Len(t, c.changes(), 2)
}

func TestWhatCountsAsDeployedSinceTheRotation(t *testing.T) {
	tests := map[string]struct {
		prepare func(*cloud)
		one     service
		want    string
	}{
		"a rolling deployment after it": {func(c *cloud) { c.rolling("web", young) }, web, already},
		"one in the second after the event's": {
			func(c *cloud) { c.rolling("web", rotatedAt.Add(time.Second)) }, web, already,
		},
		"not one in the same second: its time is rounded down": {
			func(c *cloud) { c.rolling("web", rotatedAt) }, web, started,
		},
		"not one that failed": {
			func(c *cloud) {
				c.rolling("web", young)
				c.services["web"]["deployments"].([]any)[0].(map[string]any)["rolloutState"] = "FAILED"
			}, web, started,
		},
		"not one that is being replaced": {
			func(c *cloud) {
				c.rolling("web", young)
				c.services["web"]["deployments"].([]any)[0].(map[string]any)["status"] = "ACTIVE"
			}, web, started,
		},
		"a blue/green deployment that is in progress": {
			func(c *cloud) { c.deployed("d-1", young, "InProgress", "user") }, api, already,
		},
		"one that succeeded": {
			func(c *cloud) { c.deployed("d-1", young, "Succeeded", "user") }, api, already,
		},
		"not one before it":  {func(c *cloud) { c.deployed("d-1", long, "Succeeded", "user") }, api, started},
		"not one that broke": {func(c *cloud) { c.deployed("d-1", young, "Failed", "user") }, api, started},
		"not one that was stopped": {
			func(c *cloud) { c.deployed("d-1", young, "Stopped", "user") }, api, started,
		},
		"not a rollback to tasks that still run": {
			func(c *cloud) { c.deployed("d-1", young, "Succeeded", "codeDeployRollback") }, api, started,
		},
		"but another one beside the rollback": {
			func(c *cloud) {
				c.deployed("d-1", young, "Succeeded", "codeDeployRollback")
				c.deployed("d-2", young, "Created", "user")
			}, api, already,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := startCloud(t)
			c.rolling("web", long)
			c.blueGreen()
			test.prepare(c)
			r, _ := relayTo(t, c, test.one)

			done, err := r.handle(t.Context(), rotationSucceeded())

			require.NoError(t, err)
			assert.Equal(t, map[string]string{test.one.Name: test.want}, done.Services)
		})
	}
}

func TestThrottlingIsRiddenOut(t *testing.T) {
	c := startCloud(t)
	c.rolling("web", long)
	c.blueGreen()
	throttled := failure{http.StatusBadRequest, "ThrottlingException", "Rate exceeded", false}
	for _, operation := range []string{"DescribeServices", "UpdateService", "ListDeployments", "CreateDeployment"} {
		c.fail[operation] = []failure{throttled, {status: 503, code: "ServiceUnavailable"}, throttled, throttled}
	}
	r, _ := relayTo(t, c, web, api)

	done, err := r.handle(t.Context(), rotationSucceeded())

	require.NoError(t, err)
	assert.Equal(t, map[string]string{"web": started, "api": started}, done.Services)
}

// The SDK repeats a call whose answer got lost; CodeDeploy then has a deployment in progress.
func TestALostAnswerDoesNotDeployTwice(t *testing.T) {
	c := startCloud(t)
	c.blueGreen()
	c.fail["CreateDeployment"] = []failure{
		{status: 500, code: "InternalFailure", apply: true},
		{status: 400, code: "DeploymentLimitExceededException", message: "already has an active Deployment 'd-0'"},
	}
	r, _ := relayTo(t, c, api)

	done, err := r.handle(t.Context(), rotationSucceeded())

	require.NoError(t, err)
	assert.Equal(t, map[string]string{"api": already}, done.Services)
	assert.Len(t, c.deployments, 1)
}

func TestADeploymentInProgressIsWaitedFor(t *testing.T) {
	c := startCloud(t)
	c.blueGreen()
	c.deployed("d-OLD", long, "InProgress", "user")
	c.busy = 3
	r, output := relayTo(t, c, api)

	done, err := r.handle(t.Context(), rotationSucceeded())

	require.NoError(t, err)
	assert.Equal(t, map[string]string{"api": started}, done.Services)
	assert.Len(t, c.changes(), 4)
	assert.Contains(t, output.String(), "already has an active Deployment 'd-OLD'")
}

// The deployment that is waited for changes the task definition; going back to the older one
// would undo a release.
func TestAfterTheWaitTheNewTaskDefinitionIsDeployed(t *testing.T) {
	c := startCloud(t)
	c.blueGreen()
	c.busy = 1
	r, _ := relayTo(t, c, api)
	c.meanwhile = func() {
		c.services["api"]["taskSets"].([]any)[1].(map[string]any)["taskDefinition"] = "arn:task-definition/api:8"
	}

	_, err := r.handle(t.Context(), rotationSucceeded())

	require.NoError(t, err)
	text, err := json.Marshal(c.calls[len(c.calls)-1].input)
	require.NoError(t, err)
	assert.Contains(t, string(text), "arn:task-definition/api:8")
}

func TestECSWithoutRoomForADeploymentIsWaitedFor(t *testing.T) {
	c := startCloud(t)
	c.rolling("web", long)
	c.fail["UpdateService"] = []failure{{
		status: 400, code: "InvalidParameterException",
		message: "5 active deployments exist, unable to create new deployment.",
	}}
	r, _ := relayTo(t, c, web)

	done, err := r.handle(t.Context(), rotationSucceeded())

	require.NoError(t, err)
	assert.Equal(t, map[string]string{"web": started}, done.Services)
}

func TestWaitingEndsInTimeToReport(t *testing.T) {
	c := startCloud(t)
	c.blueGreen()
	c.busy = 1 << 30
	r, _ := relayTo(t, c, api)
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()

	_, err := r.handle(ctx, rotationSucceeded())

	require.ErrorContains(t, err, "service api: a deployment is in progress: The Deployment Group 'group' already has an active Deployment 'd-OLD'")
	require.NoError(t, ctx.Err(), "there is time left")
}

func TestTheReasonForWaitingSurvivesACallThatIsCutOff(t *testing.T) {
	c := startCloud(t)
	c.blueGreen()
	c.busy = 1
	c.meanwhile = func() { c.hanging = true }
	r, _ := relayTo(t, c, api)
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()

	_, err := r.handle(ctx, rotationSucceeded())

	require.ErrorContains(t, err, "already has an active Deployment 'd-OLD'")
}

func TestOneServiceThatFailsDoesNotKeepTheOthersBack(t *testing.T) {
	c := startCloud(t)
	c.rolling("web", long)
	c.rolling("worker", long)
	c.blueGreen()
	r, output := relayTo(t, c, web, service{Name: "gone", Controller: controllerECS}, api,
		service{Name: "worker", Controller: controllerCodeDeploy, Application: "a"})

	done, err := r.handle(t.Context(), rotationSucceeded())

	require.EqualError(t, err, "2 of 4 services still run tasks with the old secret: "+
		"service gone: not an active service of cluster app\n"+
		"service worker: its deployment controller is ECS, but the environment says CODE_DEPLOY")
	assert.Equal(t, map[string]string{"web": started, "api": started}, done.Services)
	assert.Contains(t, output.String(), `"service":"gone"`)

	c.rolling("gone", long)
	c.services["worker"] = c.services["api"]
	done, err = r.handle(t.Context(), rotationSucceeded())
	require.NoError(t, err, "the next delivery does what is left")
	assert.Equal(t, map[string]string{"web": already, "api": already, "gone": started, "worker": already}, done.Services)
}

func TestHandleReportsWhatServicesRefuse(t *testing.T) {
	denied := []failure{{status: 400, code: "AccessDeniedException", message: "User is not authorized to perform it"}}
	tests := map[string]struct {
		one     service
		prepare func(*cloud)
		err     string
	}{
		"to describe":        {web, func(c *cloud) { c.fail["DescribeServices"] = denied }, "service web: describe: operation error ECS"},
		"to update":          {web, func(c *cloud) { c.fail["UpdateService"] = denied }, "service web: force a new deployment: "},
		"to list":            {api, func(c *cloud) { c.fail["ListDeployments"] = denied }, "service api: list deployments: "},
		"to look":            {api, func(c *cloud) { c.deployed("d", young, "Created", "user"); c.fail["BatchGetDeployments"] = denied }, "service api: look at deployments: "},
		"to create":          {api, func(c *cloud) { c.fail["CreateDeployment"] = denied }, "service api: create deployment: "},
		"because it drains":  {web, func(c *cloud) { c.services["web"]["status"] = "DRAINING" }, "not an active service of cluster app"},
		"without a task set": {api, func(c *cloud) { c.services["api"]["taskSets"] = []any{} }, "no primary task set"},
		"without a balancer": {api, func(c *cloud) { delete(c.services["api"]["taskSets"].([]any)[1].(map[string]any), "loadBalancers") }, "no load balancer"},
		"another invalid one": {web, func(c *cloud) {
			c.fail["UpdateService"] = []failure{{status: 400, code: "InvalidParameterException", message: "unable to assume role"}}
		}, "unable to assume role"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := startCloud(t)
			c.rolling("web", long)
			c.blueGreen()
			test.prepare(c)
			r, _ := relayTo(t, c, test.one)

			_, err := r.handle(t.Context(), rotationSucceeded())

			require.ErrorContains(t, err, test.err)
		})
	}
}

func TestSecretsOfOthersAreIgnored(t *testing.T) {
	c := startCloud(t)
	r, output := relayTo(t, c, web)

	done, err := r.handle(t.Context(), serviceEventOf("arn:aws:secretsmanager:eu-central-1:123456789012:secret:other-AbCdEf"))

	require.NoError(t, err)
	assert.Equal(t, &summary{Ignored: "not a secret of these services"}, done)
	assert.Empty(t, c.calls)
	assert.Contains(t, output.String(), "the rule is wider than it should be")
}
