package release_test

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/release"
	"aws-webapp/internal/sandbox/deployments"
)

// plans returns the plan of a release of some outputs, made with clients that may change
// nothing.
func (w *world) plans(outputs string, change ...func(*release.Options)) ([]release.Step, error) {
	w.t.Helper()
	o := release.Options{
		Stack: w.stack(outputs), Clients: release.NewClients(w.Config(deployments.Region)), Clock: clockOf{w},
		Progress: io.Discard, Timeout: time.Hour,
	}
	for _, one := range change {
		one(&o)
	}
	r, err := release.New(o)
	require.NoError(w.t, err)
	return r.Plan(w.t.Context())
}

func TestPlanSaysWhatWouldHappenAndChangesNothing(t *testing.T) {
	stack := services{"api": blueGreen(migrates), "done": blueGreen(), "job": held(), "web": held()}
	live(t, stack, func(t *testing.T, w *world) {
		w.up("api", "job")
		steps, err := w.plans(w.Outputs())
		require.NoError(t, err)
		assert.Equal(t, []release.Step{
			{Service: "api", Serves: "api:1", Registered: "api:2", Does: "migrate, deploy by CodeDeploy " +
				"(serves api:1 instead of api:2)"},
			{Service: "done", Serves: "done:1", Registered: "done:1", Does: "verify"},
			{Service: "job", Serves: "job:1", Registered: "job:2", Does: "deploy by ECS (serves job:1 instead of job:2)"},
			{Service: "web", Serves: "web:1", Registered: "web:1", Does: "verify"},
		}, steps)
		assert.Empty(t, w.changes())
		var table strings.Builder
		release.PrintPlan(&table, 150, steps)
		assert.Contains(t, table.String(), "SERVICE  SERVES  REGISTERED  DOES\n")
		assert.Contains(t, table.String(), "done     done:1  done:1      verify\n")
	})
}

// numbers of deployments, which depend on what else the account has counted.
var numbers = regexp.MustCompile(`\b(d)-\d+`)

// interrupted starts a release of a new version that ends after a while; what CodeDeploy has started
// goes on.
func (w *world) interrupted(after time.Duration) {
	w.t.Helper()
	w.up("web")
	ctx, cancel := context.WithTimeout(w.t.Context(), after)
	defer cancel()
	_, err := w.releasesIn(ctx, release.Options{})
	require.ErrorIs(w.t, err, context.DeadlineExceeded)
}

// Each case is a service in another state, and what a release would do about it.
func TestPlanOfAService(t *testing.T) {
	starts := func(w *world) { w.interrupted(32 * time.Second) }
	moved := func(w *world) { w.interrupted(10*time.Minute + 2*time.Second) }
	for name, test := range map[string]struct {
		options deployments.Options
		prepare func(*world)
		// outputs replaces texts in the outputs, in pairs: the old text and the new one.
		outputs  []string
		override bool
		does     string
	}{
		"nothing to do": {options: blueGreen(), does: "verify"},
		"a new version": {
			options: blueGreen(), prepare: func(w *world) { w.up("web") },
			does: "deploy by CodeDeploy (serves web:1 instead of web:2)",
		},
		"whatever alarms say": {
			options: blueGreen(), prepare: func(w *world) { w.up("web"); w.Disturb("web", time.Hour) }, override: true,
			does: "deploy by CodeDeploy, all at once and without looking at alarms (serves web:1 instead of web:2)",
		},
		"an alarm": {
			options: blueGreen(), prepare: func(w *world) { w.up("web"); w.Disturb("web", time.Hour) },
			does: "fail: web-5xx is on, and CodeDeploy would stop the deployment: wait until it is quiet; or, if this " +
				"version fixes the cause, call again with --override-alarms, which moves all requests at once",
		},
		"an alarm that matters to nobody": {
			options: blueGreen(), prepare: func(w *world) { w.Disturb("web", time.Hour) }, does: "verify",
		},
		"an alarm, and a version that arrives already": {
			options: blueGreen(), prepare: func(w *world) { starts(w); w.Disturb("web", time.Hour) },
			does: "wait for deployment d-N: starting tasks",
		},
		"an alarm, under rolling": {
			options: held(), prepare: func(w *world) { w.up("web"); w.Disturb("web", time.Hour) },
			does: "deploy by ECS (serves web:1 instead of web:2)",
		},
		"it arrives": {options: blueGreen(), prepare: starts, does: "wait for deployment d-N: starting tasks"},
		"it keeps the others": {
			options: blueGreen(), prepare: moved,
			does: "wait while the old tasks are kept (deployment d-N: keeping the old tasks)",
		},
		"another one arrives": {
			options: blueGreen(), prepare: func(w *world) { starts(w); w.up("web") },
			does: "wait for deployment d-N: starting tasks, deploy by CodeDeploy (serves web:1 instead of web:3)",
		},
		"another one keeps the others": {
			options: blueGreen(), prepare: func(w *world) { moved(w); w.up("web") },
			does: "end the wait of deployment d-N: keeping the old tasks, deploy by CodeDeploy (serves web:2 instead of web:3)",
		},
		"it goes back": {
			options: blueGreen(), prepare: func(w *world) { moved(w); w.Stop("web") },
			does: "wait for deployment d-N: moving requests, deploy by CodeDeploy (serves web:1 instead of web:2)",
		},
		"another port": {
			options: blueGreen(), outputs: []string{"8000", "8001"},
			does: "deploy by CodeDeploy (serves port 8000 instead of 8001)",
		},
		"subnets": {
			options: blueGreen(), outputs: []string{"subnet-2", "subnet-3"},
			does: "deploy by CodeDeploy (serves other subnets)",
		},
		"order of subnets": {
			options: blueGreen(), outputs: []string{`\"subnet-1\",\"subnet-2\"`, `\"subnet-2\",\"subnet-1\"`},
			does: "verify",
		},
		"security groups": {
			options: blueGreen(), outputs: []string{"sg-1", "sg-2"},
			does: "deploy by CodeDeploy (serves other security groups)",
		},
		"provider": {
			options: blueGreen(), outputs: []string{`\"FARGATE\"`, `\"FARGATE_SPOT\"`},
			does: "deploy by CodeDeploy (serves other capacity providers)",
		},
		"base": {
			options: blueGreen(), outputs: []string{`\"Base\":1`, `\"Base\":2`},
			does: "deploy by CodeDeploy (serves other capacity providers)",
		},
		"weight": {
			options: blueGreen(), outputs: []string{`\"Weight\":1`, `\"Weight\":2`},
			does: "deploy by CodeDeploy (serves other capacity providers)",
		},
		"no provider told": {
			options: held(), outputs: []string{`\"FARGATE\"`, `\"FARGATE_SPOT\"`},
			does: "verify",
		},
		"rolling: another port": {
			options: held(), outputs: []string{"8000", "8001"}, does: "deploy by ECS (serves port 8000 instead of 8001)",
		},
		"rolling: subnets": {
			options: held(), outputs: []string{"subnet-2", "subnet-3"},
			does: "deploy by ECS (serves other subnets)",
		},
		"not migrated yet": {
			options: blueGreen(migrates, isNew),
			does:    "migrate, deploy by CodeDeploy (the tasks that serve were started before the migration)",
		},
		"rolling: not migrated yet": {
			options: held(migrates, isNew),
			does:    "migrate, deploy by ECS (the tasks that serve were started before the migration)",
		},
		"nothing to migrate":          {options: blueGreen(isNew), does: "verify"},
		"rolling: nothing to migrate": {options: held(isNew), does: "verify"},
		"migrated":                    {options: blueGreen(migrates), does: "verify"},
		"rolling: migrated":           {options: held(migrates), does: "verify"},
		"pulumi up rolls": {
			options: deployments.Options{Desired: 2}, prepare: func(w *world) { w.up("web") },
			does: "wait for deployment of web:2 in progress",
		},
		"ECS goes back": {
			options: deployments.Options{Desired: 2}, prepare: func(w *world) {
				_, err := w.Up("web", deployments.Crash)
				require.NoError(w.t, err)
				time.Sleep(deployments.Tick / 2) // so that nothing changes while we look
				for range 100 {
					time.Sleep(deployments.Tick)
					if steps, err := w.plans(w.Outputs()); err != nil || strings.HasPrefix(steps[0].Does, "fail") {
						return
					}
				}
			},
			does: "fail: ECS goes back (ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			live(t, services{"web": test.options}, func(t *testing.T, w *world) {
				if test.prepare != nil {
					test.prepare(w)
				}
				outputs := w.Outputs()
				if test.outputs != nil {
					require.Contains(t, outputs, test.outputs[0])
					outputs = strings.ReplaceAll(outputs, test.outputs[0], test.outputs[1])
				}
				before := len(w.changes())
				steps, err := w.plans(outputs, func(o *release.Options) { o.OverrideAlarms = test.override })
				require.NoError(t, err)
				assert.Len(t, w.changes(), before)
				assert.Equal(t, test.does, numbers.ReplaceAllString(steps[0].Does, "$1-N"))
			})
		})
	}
}

func TestWhatIsNotThereIsNoPlan(t *testing.T) {
	live(t, services{"web": blueGreen()}, func(t *testing.T, w *world) {
		for want, change := range map[string][2]string{
			"web: describe service web: operation error ECS: DescribeServices, ClusterNotFoundException": {
				`"clusterName":"app"`, `"clusterName":"prod"`,
			},
			"shop: found no active service shop in cluster app: check account and region, or run pulumi up": {
				`"web":{`, `"shop":{`,
			},
			"web: service web is deployed by another controller than the outputs say: run pulumi up": {
				`"codeDeployApplication":"app-web",`, "",
			},
			"web: look at CodeDeploy's group of web: ": {`"codeDeployGroup":"web"`, `"codeDeployGroup":"api"`},
			"web: found no AppSpec with one target service in the output appSpec of web: run pulumi up with this version of " +
				"the program": {`[{\"TargetService\"`, `[{},{\"TargetService\"`},
		} {
			require.Contains(t, w.Outputs(), change[0])
			_, err := w.plans(strings.Replace(w.Outputs(), change[0], change[1], 1))
			require.ErrorContains(t, err, want)
		}
	})
	live(t, services{"web": held(), "api": blueGreen()}, func(t *testing.T, w *world) {
		outputs := strings.Replace(w.Outputs(), `"appSpec":`, `"codeDeployApplication":"app-web","appSpec":`, 1)
		_, err := w.plans(strings.ReplaceAll(outputs, `"name":"web"`, `"name":"web","codeDeployApplication":"x"`))
		require.ErrorContains(t, err, "service web is deployed by another controller than the outputs say")
		w.up("api")
		_, err = w.plans(strings.Replace(w.Outputs(), `"after":null`, `"after":["nobody"]`, 1))
		require.NoError(t, err, "who is not there need not come first")
		_, err = w.plans(strings.Replace(w.Outputs(), `"api":{"after":null`, `"api":{"after":["web"]`, 1),
			func(o *release.Options) { o.Only = []string{"api"} })
		require.NoError(t, err)
		_, err = w.plans(strings.ReplaceAll(w.Outputs(), `"web":{"after":null`, `"web":{"after":["api"]`),
			func(o *release.Options) { o.Only = []string{"web"} })
		require.ErrorAs(t, err, new(release.FailureError))
	})
}

func TestWrongChoicesAreRefused(t *testing.T) {
	live(t, services{"web": held(), "api": held()}, func(t *testing.T, w *world) {
		stack := w.stack(w.Outputs())
		_, err := release.New(release.Options{Stack: stack, Only: []string{"shop"}, Timeout: time.Hour, Clock: clockOf{w}})
		require.EqualError(t, err, `--service: found "shop", but the stack has api, web: name one of these`)
		for _, timeout := range []time.Duration{0, -time.Second} {
			_, err = release.New(release.Options{Stack: stack, Clock: clockOf{w}, Timeout: timeout})
			require.ErrorContains(t, err, "--timeout: found "+timeout.String())
		}
		_, err = release.New(release.Options{Stack: stack, Clock: clockOf{w}, Timeout: 1})
		require.NoError(t, err)
		assert.Equal(t, deployments.Region, stack.Region)
	})
	for text, want := range map[string]string{
		"x":          "found no JSON of stack outputs",
		`{"url":""}`: "found no services",
		`{"services":{"web":{"taskDefinitionArn":"web:1"}}}`:                     `found taskDefinitionArn "web:1"`,
		`{"services":{"a":{"taskDefinitionArn":"a:b:c:d:e:f:1","after":["a"]}}}`: "in a circle",
	} {
		_, err := release.ReadOutputs(strings.NewReader(text))
		assert.ErrorContains(t, err, want, text)
	}
	_, err := release.ReadOutputs(iotest.ErrReader(errors.New("broken pipe")))
	assert.ErrorContains(t, err, "read the stack's outputs: broken pipe")
}
