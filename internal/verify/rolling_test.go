package verify

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/outcome"
)

func TestWhatRunsIsWhatWasRequested(t *testing.T) {
	w := newWorld()
	report, _, err := w.verifies(t, request())
	require.NoError(t, err)
	assert.Equal(t, &Report{Service: "web", Cluster: "app", Verdict: Verified, Findings: []outcome.Finding{
		{Check: "deployment", Status: outcome.OK, Found: "completed", Needed: "completed"},
		{
			Check: "task definition", Status: outcome.OK, Found: "web-prod:2 with visitor-book@sha256:000000000000",
			Needed: "web-prod:2 with sha256:000000000000",
		},
		{Check: "tasks", Status: outcome.OK, Found: "2 running", Needed: "2 tasks running"},
		{Check: "image", Status: outcome.OK, Found: "sha256:000000000000 in 2 tasks", Needed: "sha256:000000000000"},
		{Check: "targets", Status: outcome.OK, Found: "2 healthy", Needed: "2 targets healthy"},
		{Check: "alarms", Status: outcome.OK, Found: "3 alarms quiet", Needed: "quiet"},
		{Check: "subscriptions", Status: outcome.OK, Found: "2 confirmed", Needed: "2 confirmed"},
		{Check: "answer", Status: outcome.Unchecked, Found: "no URL named", Fix: "name it with --url, or give --outputs"},
	}}, report)
	for _, call := range w.Calls() {
		assert.True(t, awsapi.Reads(call.Operation), call.Operation)
	}
}

func TestARollingDeploymentIsWaitedFor(t *testing.T) {
	w := newWorld()
	w.rollsTo()
	report, progress, err := w.verifies(t, request())
	require.NoError(t, err)
	assert.Equal(t, Verified, report.Verdict)
	assert.Equal(t, 60, report.Seconds)
	assert.Equal(t,
		`     0s  deployment: in progress, 0 of 2 tasks run; tasks: 0 running, and 2 of another task definition; image: no running task; targets: 0 healthy, and 2 that are not of this version
    30s  deployment: in progress, 1 of 2 tasks run; tasks: 1 running, and 2 of another task definition; targets: 1 healthy, and 2 that are not of this version
`, progress)
}

// The states that ECS shows during and after a rollback by the circuit breaker.
func TestARolledBackServiceIsNotVerified(t *testing.T) {
	breaker := func(primary ecstypes.Deployment) ecstypes.Deployment {
		primary.RolloutStateReason = aws.String("ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.")
		return primary
	}
	failed := deployment("ACTIVE", "2", ecstypes.DeploymentRolloutStateFailed, 0)
	failed.RolloutStateReason = aws.String("ECS deployment circuit breaker: tasks failed to start.")
	crashed := task("z", "2", newDigest)
	crashed.DesiredStatus, crashed.LastStatus = aws.String("STOPPED"), aws.String("STOPPED")
	crashed.StopCode = ecstypes.TaskStopCodeEssentialContainerExited
	crashed.StoppedReason = aws.String("Essential container in task exited")
	crashed.Containers[1].ExitCode = aws.Int32(3)

	for name, test := range map[string]struct {
		request func(*Request)
		prepare func(*world)
		seconds int
		reason  string
	}{
		"while it goes back": {
			prepare: func(w *world) {
				w.deploys(breaker(deployment("PRIMARY", "1", ecstypes.DeploymentRolloutStateInProgress, 1)), failed)
				w.runs(blueGroup, task("x", "1", oldDigest), crashed)
			},
			reason: "deployment: found rolled back to web-prod:1, wanted completed (the requested deployment failed: ECS " +
				"deployment circuit breaker: tasks failed to start.)",
		},
		"when the failed deployment is forgotten": {
			prepare: func(w *world) {
				w.deploys(breaker(deployment("PRIMARY", "1", ecstypes.DeploymentRolloutStateCompleted, 2)))
				w.runs(blueGroup, task("x", "1", oldDigest), task("y", "1", oldDigest))
			},
			reason: "deployment: found rolled back to web-prod:1, wanted completed (ECS deployment circuit breaker: rolling " +
				"back to deploymentId ecs-svc/1.)",
		},
		"when only the image was asked for": {
			request: func(r *Request) { r.TaskDefinition = "" },
			prepare: func(w *world) {
				w.deploys(breaker(deployment("PRIMARY", "1", ecstypes.DeploymentRolloutStateCompleted, 2)))
				w.runs(blueGroup, task("x", "1", oldDigest), task("y", "1", oldDigest))
			},
			reason: "deployment: found rolled back to web-prod:1, wanted completed (ECS deployment circuit breaker: rolling " +
				"back to deploymentId ecs-svc/1.)",
		},
		// Stable, with no sign of a rollback: the pitfall that this command exists for.
		"when nothing is left of it but the old version": {
			prepare: func(w *world) {
				w.deploys(deployment("PRIMARY", "1", ecstypes.DeploymentRolloutStateCompleted, 2))
				w.runs(blueGroup, task("x", "1", oldDigest), task("y", "1", oldDigest))
			},
			seconds: 60,
			reason: "task definition: found web-prod:1 with visitor-book@sha256:000000000000, wanted web-prod:2 with " +
				"sha256:000000000000",
		},
		"without rollback": {
			prepare: func(w *world) {
				stuck := failed
				stuck.Status = aws.String("PRIMARY")
				w.deploys(stuck, deployment("ACTIVE", "1", ecstypes.DeploymentRolloutStateCompleted, 2))
				w.runs(blueGroup, task("x", "1", oldDigest), task("y", "1", oldDigest), crashed)
			},
			reason: "deployment: found failed, wanted completed (ECS deployment circuit breaker: tasks failed to start.)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			test.prepare(w)
			r := request()
			if test.request != nil {
				test.request(&r)
			}
			report, _, err := w.verifies(t, r)
			require.NoError(t, err)
			assert.Equal(t, NotAsRequested, report.Verdict)
			assert.Equal(t, test.reason, report.Reason)
			assert.Equal(t, test.seconds, report.Seconds)
		})
	}
}

func TestAFailedDeploymentOfAnotherVersionDoesNotMatter(t *testing.T) {
	w := newWorld()
	back := deployment("PRIMARY", "2", ecstypes.DeploymentRolloutStateCompleted, 2)
	back.RolloutStateReason = aws.String("ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/2.")
	w.deploys(back, deployment("ACTIVE", "1", ecstypes.DeploymentRolloutStateFailed, 0))
	for _, change := range []func(*Request){func(*Request) {}, func(r *Request) { r.TaskDefinition = "" }} {
		r := request()
		change(&r)
		report, _, err := w.verifies(t, r)
		require.NoError(t, err)
		assert.Equal(t, Verified, report.Verdict, report.Reason)
	}
}

// If AWS is still busy, the verdict says so; if something is wrong, the verdict is another one.
func TestTimeOut(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(*world)
		verdict Verdict
		reason  string
	}{
		"a task that does not start": {
			prepare: func(w *world) {
				w.deploys(deployment("PRIMARY", "2", ecstypes.DeploymentRolloutStateInProgress, 1))
				stopped := task("c", "2", newDigest)
				stopped.DesiredStatus, stopped.StopCode = aws.String("STOPPED"), ecstypes.TaskStopCodeTaskFailedToStart
				stopped.StoppedReason = aws.String("CannotPullContainerError: pull image manifest has been retried 5 time(s)")
				scaledIn := task("d", "2", newDigest)
				scaledIn.DesiredStatus, scaledIn.StopCode = aws.String("STOPPED"), ecstypes.TaskStopCodeServiceSchedulerInitiated
				scaledIn.StoppedReason, scaledIn.StoppedAt = aws.String("Scaling activity initiated by deployment"), aws.Time(began)
				w.runs(blueGroup, task("a", "2", newDigest))
				w.tasks = append(w.tasks, stopped, scaledIn)
			},
			verdict: TimedOut,
			reason: "after 20m0s: deployment: in progress, 1 of 2 tasks run; tasks: 1 running (last task ended: " +
				"CannotPullContainerError: pull image manifest has been retried 5 time(s)); targets: 1 healthy",
		},
		"a target that is not healthy": {
			prepare: func(w *world) {
				w.health[blueGroup][1] = target("10.0.3.b", elbtypes.TargetHealthStateEnumUnhealthy,
					"Health checks failed with these codes: [500]")
			},
			verdict: NotAsRequested,
			reason: "targets: found 1 healthy, wanted 2 targets healthy (unhealthy: Health checks failed with these " +
				"codes: [500])",
		},
		"a target that never gets checked": {
			prepare: func(w *world) {
				w.health[blueGroup][1] = target("10.0.3.b", elbtypes.TargetHealthStateEnumInitial,
					"Target registration is in progress")
			},
			verdict: TimedOut, reason: "after 20m0s: targets: 1 healthy (initial: Target registration is in progress)",
		},
		"a container that is not healthy": {
			prepare: func(w *world) { w.tasks[0].HealthStatus = ecstypes.HealthStatusUnhealthy },
			verdict: NotAsRequested,
			reason:  "tasks: found 2 running, 1 unhealthy by their container's health check, wanted 2 tasks running",
		},
		"a metric alarm": {
			prepare: func(w *world) { w.alarms["web-5xx"] = cwtypes.StateValueAlarm },
			verdict: NotAsRequested, reason: "alarms: found ALARM: web-5xx, wanted quiet",
		},
		"a composite alarm": {
			prepare: func(w *world) { w.composites["web-failing"] = cwtypes.StateValueAlarm },
			verdict: NotAsRequested, reason: "alarms: found ALARM: web-failing, wanted quiet",
		},
		"old tasks that do not end": {
			prepare: func(w *world) {
				w.deploys(deployment("PRIMARY", "2", ecstypes.DeploymentRolloutStateCompleted, 2),
					deployment("ACTIVE", "1", ecstypes.DeploymentRolloutStateCompleted, 1))
				w.runs(blueGroup, append(w.tasks, task("x", "1", oldDigest))...)
			},
			verdict: TimedOut,
			reason: "after 20m0s: deployment: 1 old task still to end; tasks: 2 running, and 1 of another task definition; " +
				"targets: 2 healthy, and 1 that is not of this version",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			test.prepare(w)
			report, _, err := w.verifies(t, request())
			require.NoError(t, err)
			assert.Equal(t, test.verdict, report.Verdict)
			assert.Equal(t, test.reason, report.Reason)
			assert.Equal(t, 20*60, report.Seconds)
		})
	}
}

func TestTheReasonOfStoppedTasksIsShown(t *testing.T) {
	w := newWorld()
	stopped := task("c", "2", newDigest)
	stopped.DesiredStatus, stopped.StopCode = aws.String("STOPPED"), ecstypes.TaskStopCodeEssentialContainerExited
	stopped.StoppedReason, stopped.StoppedAt = aws.String("Essential container in task exited"), aws.Time(began)
	stopped.Containers[1].ExitCode = aws.Int32(137)
	stopped.Containers[1].Reason = aws.String("OutOfMemoryError: Container killed due to memory usage")
	earlier := stopped
	earlier.TaskArn, earlier.StoppedReason = aws.String("arn:task/e"), aws.String("an earlier reason")
	earlier.StoppedAt = aws.Time(began.Add(-time.Hour))
	w.runs(blueGroup, task("a", "2", newDigest), stopped, earlier)
	report, _, err := w.verifies(t, request())
	require.NoError(t, err)
	assert.Equal(t, "last task ended: Essential container in task exited, container web exited with 137, "+
		"OutOfMemoryError: Container killed due to memory usage",
		report.check(t, "tasks").Note)
}

func TestTasksThatReportAnotherImageAreFound(t *testing.T) {
	w := newWorld()
	// A tag that was moved after the first task had started.
	w.definitions[definition+"2"] = repository + ":latest"
	w.runs(blueGroup, task("a", "2", newDigest), task("b", "2", oldDigest[:len(oldDigest)-1]+"9"))
	report, _, err := w.verifies(t, request())
	require.NoError(t, err)
	assert.Equal(t, NotAsRequested, report.Verdict)
	assert.Equal(t, outcome.Wrong, report.check(t, "image").Status)
	assert.Equal(t, outcome.OK, report.check(t, "task definition").Status, "its tag may be the requested image")
}

func TestATaskThatReportsNoDigestYetIsWaitedFor(t *testing.T) {
	w := newWorld()
	w.tasks[1].Containers[1].ImageDigest = nil
	w.then(20*time.Second, func(w *world) { w.tasks[1].Containers[1].ImageDigest = aws.String(newDigest) })
	report, _, err := w.verifies(t, request())
	require.NoError(t, err)
	assert.Equal(t, Verified, report.Verdict)
	assert.Equal(t, 20, report.Seconds)
}

func TestAStrangerAmongTheTargetsIsFound(t *testing.T) {
	w := newWorld()
	w.health[blueGroup] = append(w.health[blueGroup], target("10.9.9.9", elbtypes.TargetHealthStateEnumHealthy, ""))
	report, _, err := w.verifies(t, request())
	require.NoError(t, err)
	assert.Equal(t, NotAsRequested, report.Verdict)
	assert.Equal(t, "2 healthy, and 1 that is not of this version", report.check(t, "targets").Found)
}

func TestScaling(t *testing.T) {
	t.Run("three tasks over two pages", func(t *testing.T) {
		w := newWorld()
		w.service.DesiredCount = 3
		w.runs(blueGroup, task("a", "2", newDigest), task("b", "2", newDigest), task("c", "2", newDigest))
		report, _, err := w.verifies(t, request())
		require.NoError(t, err)
		assert.Equal(t, Verified, report.Verdict, report.Reason)
		assert.Equal(t, "3 running", report.check(t, "tasks").Found)
	})
	t.Run("autoscaling adds one meanwhile", func(t *testing.T) {
		w := newWorld()
		w.service.DesiredCount = 3
		w.then(time.Minute, func(w *world) {
			w.runs(blueGroup, task("a", "2", newDigest), task("b", "2", newDigest), task("c", "2", newDigest))
		})
		report, _, err := w.verifies(t, request())
		require.NoError(t, err)
		assert.Equal(t, Verified, report.Verdict)
		assert.Equal(t, 60, report.Seconds)
	})
	t.Run("scaled to zero", func(t *testing.T) {
		w := newWorld()
		w.service.DesiredCount = 0
		w.runs(blueGroup)
		report, _, err := w.verifies(t, request())
		require.NoError(t, err)
		assert.Equal(t, NotAsRequested, report.Verdict)
		assert.Equal(t, "tasks: found 0 running, wanted at least one task (the service is scaled to zero, so nothing shows "+
			"what it would run)", report.Reason)
	})
}

func TestAServiceThatIsNotThere(t *testing.T) {
	for name, test := range map[string]struct {
		prepare func(*world)
		reason  string
	}{
		"no service": {
			func(w *world) { w.service = nil },
			"service: found no such service in app, wanted an active service (check --service, the region and the account)",
		},
		"no cluster": {
			func(w *world) {
				w.Fail("ecs:DescribeServices",
					awsfake.Failure(http.StatusBadRequest, "ClusterNotFoundException", "Cluster not found."))
			},
			"service: found no cluster app, wanted an active service (check --cluster, the region and the account)",
		},
		"on its way out": {
			func(w *world) { w.service.Status = aws.String("DRAINING") },
			"service: found a service that is DRAINING, wanted an active service",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			test.prepare(w)
			report, _, err := w.verifies(t, request())
			require.NoError(t, err)
			assert.Equal(t, NotAsRequested, report.Verdict)
			assert.Equal(t, test.reason, report.Reason)
			assert.Equal(t, 0, report.Seconds)
		})
	}
}

func TestAlarms(t *testing.T) {
	t.Run("without data", func(t *testing.T) {
		w := newWorld()
		w.alarms["web-5xx"] = cwtypes.StateValueInsufficientData
		report, _, err := w.verifies(t, request())
		require.NoError(t, err)
		assert.Equal(t, Verified, report.Verdict)
		assert.Equal(t, "1 without data yet", report.check(t, "alarms").Note)
	})
	t.Run("one that does not exist", func(t *testing.T) {
		w := newWorld()
		delete(w.composites, "web-failing")
		report, _, err := w.verifies(t, request())
		require.NoError(t, err)
		assert.Equal(t, NotAsRequested, report.Verdict)
		assert.Equal(t, "alarms: found no alarm web-failing, wanted quiet", report.Reason)
		assert.Equal(t, 60, report.Seconds)
	})
	t.Run("one that ends", func(t *testing.T) {
		w := newWorld()
		w.alarms["web-5xx"] = cwtypes.StateValueAlarm
		w.then(5*time.Minute, func(w *world) { w.alarms["web-5xx"] = cwtypes.StateValueOk })
		report, progress, err := w.verifies(t, request())
		require.NoError(t, err)
		assert.Equal(t, Verified, report.Verdict)
		assert.Equal(t, 300, report.Seconds)
		assert.Equal(t, "     0s  alarms: ALARM: web-5xx\n   2m0s  alarms: ALARM: web-5xx\n   4m0s  alarms: ALARM: web-5xx\n",
			progress,
			"a pipeline hears something every two minutes")
	})
}

// An alarm needs two minutes to notice that the new version fails.
func TestBake(t *testing.T) {
	r := request()
	r.Bake = 3 * time.Minute
	t.Run("good to the end", func(t *testing.T) {
		report, progress, err := newWorld().verifies(t, r)
		require.NoError(t, err)
		assert.Equal(t, Verified, report.Verdict)
		assert.Equal(t, 180, report.Seconds)
		assert.Contains(t, progress, "0s  all good; watching for 3m0s\n")
	})
	t.Run("an alarm goes off", func(t *testing.T) {
		w := newWorld()
		w.then(2*time.Minute, func(w *world) { w.alarms["web-5xx"] = cwtypes.StateValueAlarm })
		report, _, err := w.verifies(t, r)
		require.NoError(t, err)
		assert.Equal(t, NotAsRequested, report.Verdict)
	})
	t.Run("the time starts anew after trouble", func(t *testing.T) {
		w := newWorld()
		w.then(2*time.Minute, func(w *world) { w.alarms["web-5xx"] = cwtypes.StateValueAlarm })
		w.then(4*time.Minute, func(w *world) { w.alarms["web-5xx"] = cwtypes.StateValueOk })
		report, _, err := w.verifies(t, r)
		require.NoError(t, err)
		assert.Equal(t, Verified, report.Verdict)
		assert.Equal(t, 7*60, report.Seconds)
	})
}

func TestImages(t *testing.T) {
	index := ecrtypes.ImageDetail{
		ImageDigest:            aws.String("sha256:1dex00000000"),
		ImageManifestMediaType: aws.String("application/vnd.oci.image.index.v1+json"),
	}
	for name, test := range map[string]struct {
		image   string
		prepare func(*world)
		verdict Verdict
		err     string
		usage   bool
	}{
		"by tag": {image: repository + ":1.1.0", verdict: Verified},
		"by the tag of an index": {
			image: repository + ":multi",
			prepare: func(w *world) {
				w.images["multi"] = index
				w.manifests["sha256:1dex00000000"] = `{"manifests": [{"digest": "sha256:other"}, {"digest": "` + newDigest + `"}]}`
				w.definitions[definition+"2"] = repository + "@sha256:1dex00000000"
			},
			verdict: Verified,
		},
		"another version's": {image: repository + "@" + oldDigest, verdict: NotAsRequested},
		"one that was never pushed": {
			image: repository + ":2.0.0", usage: true,
			err: "which ECR does not hold (ImageNotFoundException): push it first, or correct the reference",
		},
		"outside ECR":  {image: "docker.io/library/nginx:1.29", err: "which is not in a private ECR registry", usage: true},
		"no reference": {image: "Not An Image", err: "which is not an image reference", usage: true},
		"a digest that the caller may not look up": {
			image:   repository + "@" + newDigest,
			prepare: func(w *world) { w.Deny("ecr:DescribeImages") }, verdict: Verified,
		},
		"a tag that the caller may not look up": {
			image:   repository + ":1.1.0",
			prepare: func(w *world) { w.Deny("ecr:DescribeImages") }, err: "find the digest of " + repository + ":1.1.0",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			if test.prepare != nil {
				test.prepare(w)
			}
			r := request()
			r.Image = test.image
			report, _, err := w.verifies(t, r)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				assert.Equal(t, test.usage, errors.As(err, &UsageError{}))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.verdict, report.Verdict, report.Reason)
		})
	}
}

func TestWithoutAnImageTheTaskDefinitionDecides(t *testing.T) {
	r := request()
	r.Image = ""
	report, _, err := newWorld().verifies(t, r)
	require.NoError(t, err)
	assert.Equal(t, Verified, report.Verdict)
	r.TaskDefinition = "web-prod:3"
	report, _, err = newWorld().verifies(t, r)
	require.NoError(t, err)
	assert.Equal(t, "task definition: found web-prod:2 with visitor-book@sha256:000000000000, wanted web-prod:3",
		report.Reason)
}

func TestAContainerOfAnotherName(t *testing.T) {
	r := request()
	r.Container = "app"
	w := newWorld()
	w.service.LoadBalancers = w.service.LoadBalancers[1:]
	report, _, err := w.verifies(t, r)
	require.NoError(t, err)
	assert.Equal(t, NotAsRequested, report.Verdict)
	assert.Equal(t, "it has no container app: check --container", report.check(t, "task definition").Fix)
}

func TestTrouble(t *testing.T) {
	throttled := awsfake.Failure(http.StatusBadRequest, "ThrottlingException", "Rate exceeded")
	t.Run("a call that is throttled is repeated", func(t *testing.T) {
		w := newWorld()
		for _, action := range []string{
			"ecs:DescribeServices", "ecs:ListTasks", "elasticloadbalancing:DescribeTargetHealth",
			"cloudwatch:DescribeAlarms",
		} {
			w.Fail(action, throttled, throttled)
		}
		report, _, err := w.verifies(t, request())
		require.NoError(t, err)
		assert.Equal(t, Verified, report.Verdict)
		assert.Equal(t, 0, report.Seconds)
	})
	t.Run("an outage is sat out", func(t *testing.T) {
		w := newWorld()
		outage := awsfake.Failure(http.StatusServiceUnavailable, "ServiceUnavailable", "come back later")
		w.Fail("ecs:DescribeTasks", outage, outage, outage, outage, outage, outage)
		report, progress, err := w.verifies(t, request())
		require.NoError(t, err)
		assert.Equal(t, Verified, report.Verdict)
		assert.Equal(t, 20, report.Seconds)
		assert.Equal(t, "     0s  cannot look, trying again: ServiceUnavailable: come back later\n", progress)
	})
	t.Run("an outage that lasts", func(t *testing.T) {
		w := newWorld()
		for range 1000 {
			w.Fail("ecs:DescribeServices", throttled)
		}
		report, _, err := w.verifies(t, request())
		require.NoError(t, err)
		assert.Equal(t, TimedOut, report.Verdict)
		assert.Equal(t, "after 20m0s: cannot look, trying again: ThrottlingException: Rate exceeded", report.Reason)
	})
	t.Run("a permission that is missing", func(t *testing.T) {
		w := newWorld()
		w.Deny("cloudwatch:DescribeAlarms")
		_, _, err := w.verifies(t, request())
		action, denied := awsapi.Denied(err)
		assert.True(t, denied)
		assert.Equal(t, "cloudwatch:DescribeAlarms", action)
	})
	t.Run("an interrupt", func(t *testing.T) {
		w := newWorld()
		w.rollsTo()
		ctx, cancel := context.WithCancel(t.Context())
		w.then(10*time.Second, func(*world) { cancel() })
		w.script[0], w.script[len(w.script)-1] = w.script[len(w.script)-1], w.script[0]
		r := request()
		require.NoError(t, r.Prepare())
		_, err := (&Verifier{Request: r, Clients: NewClients(w.Config("eu-central-1")), Clock: w, Progress: t.Output()}).Run(
			ctx,
		)
		assert.ErrorIs(t, err, context.Canceled)
	})
}
