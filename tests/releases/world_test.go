package releases

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"aws-webapp/internal/bluegreen"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/release"
	"aws-webapp/internal/rotation"
	"aws-webapp/internal/rotation/patience"
	"aws-webapp/internal/sandbox/deployments"
)

// world carries out a plan with the real release command and the real function that follows a rotation.
type world struct {
	*deployments.Cloud
	plan    plan
	mistake mistake
	// slowest configured shift.
	slowest time.Duration

	mu sync.Mutex
	// releasing counts the releases that run, by service; cut says that one was interrupted since the last that ended.
	releasing map[string]int
	cut       map[string]bool
	relays    sync.WaitGroup
	releases  sync.WaitGroup
	broken    []string
	said      bytes.Buffer
}

// outcome is the result of a plan.
type outcome struct {
	broken []string
	states []string
	ticks  int
	said   string
}

// run carries out a plan, with a mistake in the tested code if one is set.
func run(t *testing.T, p plan, wrong mistake) outcome {
	t.Helper()
	var out outcome
	synctest.Test(t, func(t *testing.T) {
		w := &world{
			Cloud: deployments.New(p.Doubts), plan: p, mistake: wrong, releasing: map[string]int{}, cut: map[string]bool{},
			slowest: deployments.ShiftTime(p.Shift),
		}
		w.AddService("web", deployments.Options{Desired: p.Tasks})
		w.AddService("api", deployments.Options{
			Desired: p.Tasks, BlueGreen: true, Shift: p.Shift, WaitMinutes: p.WaitMinutes,
		})
		ctx, cancel := context.WithCancel(t.Context())
		go w.Run(ctx)
		for _, one := range p.Steps {
			w.log(one.String())
			w.do(ctx, one)
			time.Sleep(one.Then)
		}
		w.settle(ctx)
		cancel()
		out = outcome{broken: append(w.broken, w.Wrong()...), states: w.States(), ticks: w.Ticks(), said: w.said.String()}
	})
	return out
}

func (w *world) log(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Fprintf(&w.said, "%s %s\n", time.Now().Format(time.TimeOnly), text)
}

// breaks records a broken promise.
func (w *world) breaks(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	w.log("BROKEN: " + text)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = append(w.broken, text)
}

func (w *world) do(ctx context.Context, one step) {
	switch one.Does {
	case upGood:
		w.up(one.Service, deployments.Good)
	case upCrash:
		w.up(one.Service, deployments.Crash)
	case upErrors:
		w.up(one.Service, deployments.Errors)
	case runRelease:
		w.releases.Go(func() { _ = w.release(ctx, one.Service, false, 0) })
	case override:
		w.releases.Go(func() { _ = w.release(ctx, one.Service, true, 0) })
	case interrupted:
		w.releases.Go(func() { _ = w.release(ctx, one.Service, false, time.Duration(one.Number)*time.Minute+time.Second) })
	case rotate:
		w.relays.Add(1)
		if !w.Rotate(func(at time.Time) { defer w.relays.Done(); w.relay(ctx, deployments.Event(at)) }) {
			w.relays.Done()
		}
	case disturb:
		w.Disturb(one.Service, time.Duration(one.Number)*time.Minute)
	case stop:
		w.Stop(one.Service)
	case scale:
		w.Scale(one.Service, one.Number)
	case configure:
		w.Configure("api", shifts[one.Number], mostWait(w.plan.Doubts, shifts[one.Number]))
		w.slowest = max(w.slowest, deployments.ShiftTime(shifts[one.Number]))
	case doom:
		w.beforeDestroy(ctx)
	}
}

// beforeDestroy checks, as preflight destroy does, whether anything prevents deleting the
// service.
func (w *world) beforeDestroy(ctx context.Context) {
	client := codedeploy.NewFromConfig(w.WriteConfig(deployments.Region))
	before := w.Busy("api")
	found, err := bluegreen.Active(ctx, client, deployments.Application("api"), "api")
	// A release may start one at the same moment.
	if busy := found != nil; err != nil || busy != before && busy != w.Busy("api") {
		w.breaks("preflight finds %v (%v), and that a deployment keeps api is %t", found, err, before)
	}
}

func (w *world) up(service string, kind deployments.Kind) {
	if _, err := w.Up(service, kind); err != nil {
		w.log("pulumi up: " + err.Error())
	}
	if w.mistake.deregisters {
		w.Deregister(service)
	}
}

// release runs the command for one service, and interrupts it after a while if that is not 0.
func (w *world) release(ctx context.Context, service string, over bool, interrupt time.Duration) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if interrupt > 0 {
		defer time.AfterFunc(interrupt, cancel).Stop()
	}
	registered, _ := w.Registered(service)
	w.begin(service)
	err := w.runs(ctx, service, over)
	alone := w.end(service, ctx.Err() != nil)
	w.log(fmt.Sprintf("release of %s ends: %v", service, err))
	if alone && w.Suspended(service) {
		w.breaks("scale-in of %s is suspended after its release has ended", service)
	}
	now, _ := w.Registered(service)
	serving := w.Serving(service)
	if err == nil && alone && now == registered && !slices.Equal(serving, []string{registered}) {
		w.breaks("the release of %s reports %s, and %v serves", service, registered, serving)
	}
	return err
}

func (w *world) runs(ctx context.Context, service string, over bool) error {
	stack, err := release.ReadOutputs(strings.NewReader(w.Outputs()))
	if err != nil {
		return err
	}
	r, err := release.New(release.Options{
		Stack: stack, Only: []string{service}, OverrideAlarms: over, Timeout: release.DefaultTimeout,
		Clients: w.mistake.clients(release.NewClients(w.WriteConfig(deployments.Region))),
		Clock:   clock.System{}, Progress: voice{w},
	})
	if err != nil {
		return err
	}
	if err = r.Run(ctx); w.mistake.swallows {
		return nil
	}
	return err
}

func (w *world) begin(service string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.releasing[service]++
}

// end reports whether no other release of the service runs, and none was interrupted since one ended by
// itself.
func (w *world) end(service string, cut bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.releasing[service]--
	w.cut[service] = cut || w.cut[service] && w.releasing[service] > 0
	return !w.cut[service] && w.releasing[service] == 0
}

type voice struct{ *world }

func (v voice) Write(text []byte) (int, error) {
	v.log("  " + strings.TrimSpace(string(text)))
	return len(text), nil
}

// relay plays Lambda's asynchronous invocation: it is repeated twice, after one and two minutes
// (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
func (w *world) relay(ctx context.Context, event json.RawMessage) {
	const attempts = 3
	cfg := w.WriteConfig(deployments.Region)
	relay := &rotation.Relay{
		Config: rotation.Config{
			Cluster: deployments.Cluster, Secrets: []string{deployments.Secret},
			Services: []rotation.Service{{Name: "web"}, {Name: "api", Application: deployments.Application("api")}},
		},
		ECS: w.mistake.ecs(ecs.NewFromConfig(cfg)), CodeDeploy: w.mistake.codeDeploy(codedeploy.NewFromConfig(cfg)),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Clock: clock.System{},
	}
	rotations := w.Rotations()
	var err error
	for attempt := range attempts {
		time.Sleep(time.Duration(attempt) * time.Minute)
		limited, cancel := context.WithTimeout(ctx, patience.AttemptMinutes*time.Minute)
		var done *rotation.Summary
		done, err = relay.Handle(limited, event)
		cancel()
		w.log(fmt.Sprintf("relay: %v %v", done, err))
		if err == nil {
			break
		}
	}
	if w.Rotations() != rotations {
		return // another rotation since; its event is on its way
	}
	for _, service := range services {
		if dead := w.DeadTasks(service); dead > 0 && err == nil {
			w.breaks("the relay is done, and %d tasks of %s have a dead password", dead, service)
		}
	}
	if err != nil {
		w.breaks("the relay has given up: %v", err)
	}
}

// settle waits until everything that was started has ended, and releases the last version.
func (w *world) settle(ctx context.Context) {
	// A hotfix must be possible whatever is going on.
	w.hotfix(ctx)
	w.releases.Wait()
	w.relays.Wait()
	for _, service := range services {
		w.arrive(ctx, service)
		if dead := w.DeadTasks(service); dead > 0 {
			w.breaks("%d tasks of %s keep a dead password", dead, service)
		}
		if w.Suspended(service) {
			w.breaks("scale-in of %s stays suspended", service)
		}
	}
}

// hotfix releases a good version with the alarms overridden. It must not be blocked for longer than what is under way
// takes: tasks that do not start, a shift, and a rollback.
func (w *world) hotfix(ctx context.Context) {
	w.up("api", deployments.Good)
	registered, _ := w.Registered("api")
	began := time.Now()
	w.releases.Go(func() {
		for range 4 {
			if w.release(ctx, "api", true, 0) == nil {
				return
			}
		}
	})
	const own = 4 * time.Minute
	most := max(bluegreen.StartsWithin, own+w.slowest) + 2*own
	if w.plan.Doubts.WaitCannotEnd {
		most += 2 * unendingWait * time.Minute
	}
	for !slices.Contains(w.Serving("api"), registered) {
		if time.Since(began) > most {
			w.breaks("a hotfix has not arrived after %s", most)
			return
		}
		time.Sleep(deployments.Tick)
	}
	w.log(fmt.Sprintf("hotfix arrived after %s", time.Since(began)))
}

// arrive calls the release command until it succeeds; if the last version is a bad one, with a good one in its place.
func (w *world) arrive(ctx context.Context, service string) {
	if _, kind := w.Registered(service); kind != deployments.Good {
		w.up(service, deployments.Good)
	}
	registered, _ := w.Registered(service)
	var err error
	for range 4 {
		if err = w.release(ctx, service, w.AlarmOn(service), 0); err == nil {
			break
		}
		time.Sleep(time.Minute)
	}
	if serving := w.Serving(service); err != nil || !slices.Equal(serving, []string{registered}) {
		w.breaks("%s is registered for %s and %v serves after four releases: %v", registered, service, serving, err)
	}
}
