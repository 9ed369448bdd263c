package verify

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/outcome"
)

// newBlueGreen has version 1 in production, and a deployment of version 2 that has just been
// asked for.
func newBlueGreen() *world {
	w := newWorld()
	w.service.DeploymentController = &ecstypes.DeploymentController{Type: ecstypes.DeploymentControllerTypeCodeDeploy}
	w.service.Deployments, w.service.LoadBalancers = nil, nil
	w.group = &cdtypes.DeploymentGroupInfo{
		LoadBalancerInfo: &cdtypes.LoadBalancerInfo{TargetGroupPairInfoList: []cdtypes.TargetGroupPairInfo{{
			ProdTrafficRoute: &cdtypes.TrafficRoute{ListenerArns: []string{listener}},
			TargetGroups:     []cdtypes.TargetGroupInfo{{Name: aws.String("blue")}, {Name: aws.String("green")}},
		}}},
	}
	w.sets(taskSet("PRIMARY", "1", blueGroup))
	w.runs(blueGroup, task("x", "1", oldDigest), task("y", "1", oldDigest))
	w.share(100, 0)
	w.deployed("d-2", cdtypes.DeploymentStatusCreated)
	return w
}

func (w *world) sets(sets ...ecstypes.TaskSet) { w.service.TaskSets = sets }

func taskSet(status, revision, group string) ecstypes.TaskSet {
	return ecstypes.TaskSet{
		Id: aws.String("ecs-svc/" + revision), Status: aws.String(status), TaskDefinition: aws.String(definition + revision),
		ComputedDesiredCount: 2, LoadBalancers: balancers(group),
	}
}

// share sets the rule of the service among those of another service and the default.
func (w *world) share(blue, green int32) {
	w.rules = []elbtypes.Rule{
		{Actions: []elbtypes.Action{{Type: elbtypes.ActionTypeEnumFixedResponse}}},
		{Actions: []elbtypes.Action{
			{TargetGroupArn: aws.String("arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/other/9")},
		}},
		{Actions: []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, ForwardConfig: &elbtypes.ForwardActionConfig{
			TargetGroups: []elbtypes.TargetGroupTuple{
				{TargetGroupArn: aws.String(blueGroup), Weight: aws.Int32(blue)}, {
					TargetGroupArn: aws.String(greenGroup),
					Weight:         aws.Int32(green),
				},
			},
		}}}},
	}
}

// deployed makes a deployment the last one.
func (w *world) deployed(id string, status cdtypes.DeploymentStatus) *cdtypes.DeploymentInfo {
	deployment := &cdtypes.DeploymentInfo{
		DeploymentId: aws.String(id), Status: status,
		Creator: cdtypes.DeploymentCreatorUser,
	}
	w.deployments[id] = deployment
	w.group.LastAttemptedDeployment = &cdtypes.LastDeploymentInfo{DeploymentId: aws.String(id), Status: status}
	return deployment
}

// replaces starts version 2 beside version 1.
func (w *world) replaces() {
	w.deployed("d-2", cdtypes.DeploymentStatusInProgress)
	w.sets(taskSet("PRIMARY", "1", blueGroup), taskSet("ACTIVE", "2", greenGroup))
	old := w.tasks
	w.runs(greenGroup, task("a", "2", newDigest), task("b", "2", newDigest))
	w.tasks = append(w.tasks, old...)
}

func blueGreenRequest() Request {
	r := request()
	r.TaskDefinition, r.Application, r.DeploymentGroup = "", "web-prod", "web"
	return r
}

// A canary: the new version starts, gets a tenth of the requests, then all. The old one stays
// for an hour in case of a rollback; nobody should have to wait for that.
func TestBlueGreenIsDoneWhenAllRequestsReachTheNewVersion(t *testing.T) {
	w := newBlueGreen()
	w.then(time.Minute, (*world).replaces)
	w.then(2*time.Minute, func(w *world) { w.share(90, 10) })
	w.then(7*time.Minute, func(w *world) {
		w.share(0, 100)
		w.sets(taskSet("ACTIVE", "1", blueGroup), taskSet("PRIMARY", "2", greenGroup))
	})
	report, progress, err := w.verifies(t, blueGreenRequest())
	require.NoError(t, err)
	assert.Equal(t, Verified, report.Verdict, report.Reason)
	assert.Equal(t, 7*60, report.Seconds)
	assert.Contains(t, progress, "     0s  deployment: d-2 created; traffic: all requests to another version; task "+
		"definition: web-prod:1 with visitor-book@sha256:000000000000")
	assert.Contains(t, progress, "   1m0s  deployment: d-2 in progress; traffic: 0 % of requests\n")
	assert.Contains(t, progress, "   2m0s  deployment: d-2 in progress; traffic: 10 % of requests\n")
	assert.Equal(t, outcome.Finding{
		Check: "deployment", Status: outcome.OK, Found: "d-2 in progress",
		Needed: "no failure",
	}, report.check(t, "deployment"))
	assert.Equal(t, "2 running", report.check(t, "tasks").Found, "tasks that are kept for a rollback do not count")
}

func TestBlueGreenThatWentBack(t *testing.T) {
	for name, test := range map[string]struct {
		happen  func(*world)
		seconds int
		reason  string
	}{
		"stopped by an alarm and rolled back": {
			happen: func(w *world) {
				w.share(100, 0)
				w.sets(taskSet("PRIMARY", "1", blueGroup))
				w.runs(blueGroup, task("x", "1", oldDigest), task("y", "1", oldDigest))
				w.deployed("d-2", cdtypes.DeploymentStatusStopped)
				w.deployed("d-3", cdtypes.DeploymentStatusSucceeded).Creator = cdtypes.DeploymentCreatorCodeDeployRollback
				w.deployments["d-3"].RollbackInfo = &cdtypes.RollbackInfo{RollbackTriggeringDeploymentId: aws.String("d-2")}
			},
			seconds: 120, reason: "deployment: found d-3 succeeded, a rollback, wanted no failure (goes back after d-2)",
		},
		"rolling back": {
			happen: func(w *world) {
				w.share(95, 5)
				w.deployed("d-2", cdtypes.DeploymentStatusFailed)
				w.deployed("d-3", cdtypes.DeploymentStatusInProgress).Creator = cdtypes.DeploymentCreatorCodeDeployRollback
				w.deployments["d-3"].RollbackInfo = &cdtypes.RollbackInfo{RollbackTriggeringDeploymentId: aws.String("d-2")}
			},
			seconds: 120, reason: "deployment: found d-3 in progress, a rollback, wanted no failure (goes back after d-2)",
		},
		"failed, with a reason": {
			happen: func(w *world) {
				w.share(100, 0)
				w.deployed("d-2", cdtypes.DeploymentStatusFailed).ErrorInformation = &cdtypes.ErrorInformation{
					Code: cdtypes.ErrorCodeAlarmActive, Message: aws.String("One or more alarms have been activated: <web-5xx>"),
				}
			},
			seconds: 120,
			reason: "deployment: found d-2 failed, wanted no failure (ALARM_ACTIVE: One or more alarms have been activated: " +
				"<web-5xx>)",
		},
		"stopped by hand": {
			happen:  func(w *world) { w.deployed("d-2", cdtypes.DeploymentStatusStopped) },
			seconds: 120, reason: "deployment: found d-2 stopped, wanted no failure (CodeDeploy gives no reason)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newBlueGreen()
			w.then(time.Minute, func(w *world) { w.replaces(); w.share(90, 10) })
			w.then(2*time.Minute, test.happen)
			report, _, err := w.verifies(t, blueGreenRequest())
			require.NoError(t, err)
			assert.Equal(t, NotAsRequested, report.Verdict)
			assert.Equal(t, test.reason, report.Reason)
			assert.Equal(t, test.seconds, report.Seconds)
		})
	}
}

// A pipeline may look before CodeDeploy has the deployment; an earlier failure must not count.
func TestAnOldFailureIsNotThisDeployments(t *testing.T) {
	w := newBlueGreen()
	w.deployed("d-1", cdtypes.DeploymentStatusFailed).CompleteTime = aws.Time(began.Add(-time.Hour))
	delete(w.deployments, "d-2")
	w.then(30*time.Second, (*world).replaces)
	w.then(time.Minute, func(w *world) { w.share(0, 100) })
	report, _, err := w.verifies(t, blueGreenRequest())
	require.NoError(t, err)
	assert.Equal(t, Verified, report.Verdict, report.Reason)
}

func TestNobodyDeploys(t *testing.T) {
	w := newBlueGreen()
	w.deployments, w.group.LastAttemptedDeployment = nil, nil
	report, _, err := w.verifies(t, blueGreenRequest())
	require.NoError(t, err)
	assert.Equal(t, NotAsRequested, report.Verdict)
	assert.Equal(t, "deployment: found none yet, wanted no failure", report.Reason)
	assert.Equal(t, 60, report.Seconds)
}

// Version 1 is requested while a deployment of version 2 fails.
func TestGoingBackToWhatWasRequested(t *testing.T) {
	r := blueGreenRequest()
	r.Image = repository + "@" + oldDigest
	w := newBlueGreen()
	w.replaces()
	w.share(90, 10)
	w.deployed("d-2", cdtypes.DeploymentStatusFailed)
	w.deployed("d-3", cdtypes.DeploymentStatusInProgress).Creator = cdtypes.DeploymentCreatorCodeDeployRollback
	w.then(time.Minute, func(w *world) {
		w.share(100, 0)
		w.deployed("d-3", cdtypes.DeploymentStatusSucceeded).Creator = cdtypes.DeploymentCreatorCodeDeployRollback
		w.sets(taskSet("PRIMARY", "1", blueGroup))
	})
	report, _, err := w.verifies(t, r)
	require.NoError(t, err)
	assert.Equal(t, Verified, report.Verdict, report.Reason)
	assert.Equal(t, 60, report.Seconds)
}

func TestTheListenerForgotTheService(t *testing.T) {
	w := newBlueGreen()
	w.replaces()
	w.deployed("d-2", cdtypes.DeploymentStatusSucceeded)
	w.sets(taskSet("PRIMARY", "2", greenGroup))
	w.rules = w.rules[:2]
	report, _, err := w.verifies(t, blueGreenRequest())
	require.NoError(t, err)
	assert.Equal(t, "deployment: found d-2 succeeded, but this version does not get all requests, wanted no failure",
		report.Reason)
	assert.Equal(t, "no listener rule for the service", report.check(t, "traffic").Found)
}

// Where no listener is named, the primary task set counts.
func TestAGroupWithoutListeners(t *testing.T) {
	for revision, verdict := range map[string]Verdict{"1": NotAsRequested, "2": Verified} {
		w := newBlueGreen()
		w.replaces()
		w.deployed("d-2", cdtypes.DeploymentStatusSucceeded)
		w.group.LoadBalancerInfo.TargetGroupPairInfoList[0].ProdTrafficRoute = nil
		w.sets(taskSet("PRIMARY", revision, greenGroup))
		report, _, err := w.verifies(t, blueGreenRequest())
		require.NoError(t, err)
		assert.Equal(t, verdict, report.Verdict, report.Reason)
		traffic := report.check(t, "traffic")
		assert.Equal(t, []any{outcome.Unchecked, "unknown"}, []any{traffic.Status, traffic.Found})
	}
}

func TestBlueGreenNeedsTheDeploymentGroup(t *testing.T) {
	r := blueGreenRequest()
	r.Application, r.DeploymentGroup = "", ""
	_, _, err := newBlueGreen().verifies(t, r)
	require.ErrorAs(t, err, &UsageError{})
	assert.ErrorContains(t, err, "give --codedeploy-application and --codedeploy-group, or --outputs")
}
