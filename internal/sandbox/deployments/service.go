package deployments

import (
	"fmt"
	"slices"
	"strings"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Kind of a version.
type Kind string

// The kinds. A [Crash] ends soon after its start; [Errors] gets healthy, and answers 5XX.
const (
	Good   Kind = "good"
	Crash  Kind = "crash"
	Errors Kind = "errors"
)

// Options of a service.
type Options struct {
	BlueGreen bool
	// Desired number of tasks.
	Desired int
	// Shift is CodeDeploy's deployment configuration. WaitMinutes is how long it keeps the old
	// tasks.
	Shift       string
	WaitMinutes int
	// Asks makes requests wait for a call of ContinueDeployment before they move, for at most this
	// time.
	Asks time.Duration
	// Held marks a rolling service whose new versions are not deployed by pulumi up.
	Held bool
	// After and Migration go into the stack's outputs: the services to release first, and the
	// migration command.
	After, Migration []string
	// New marks a service that pulumi up has just created.
	New bool
}

// definition is a revision of a task definition.
type definition struct {
	arn      string
	kind     Kind
	inactive bool
}

type service struct {
	cloud      *Cloud
	name       string
	created    time.Time
	options    Options
	desired    int
	registered *definition
	// completed is the version that ECS goes back to under rolling.
	completed *definition
	sets      []*set
	tasks     []*task
	alarm     alarm
	scaling   scalableTarget
	port      int32 // of the container
	looks     int   // at it, by DescribeServices
}

// set is a group of tasks started together: a deployment under rolling, a task set under
// CODE_DEPLOY.
type set struct {
	id         string
	definition *definition
	created    time.Time
	primary    bool
	// ending says that none of its tasks may run any more.
	ending bool

	// Only for ECS deployments.
	rollout  ecstypes.DeploymentRolloutState
	reason   string
	watched  bool
	failures int
	steady   time.Time

	// Only for task sets: the share of requests in percent, blue or green, and CodeDeploy's
	// deployment.
	weight   int
	group    string
	external string
}

type task struct {
	arn      string
	set      *set
	password int
	started  time.Time
	stopped  time.Time
	exited   bool
}

// The times that tasks take.
const (
	runningAfter = 30 * time.Second
	crashesAfter = 40 * time.Second
	healthyAfter = 45 * time.Second
)

const taskPrefix = "arn:aws:ecs:" + Region + ":" + Account + ":task/" + Cluster + "/"

func (t *task) runs() bool { return t.stopped.IsZero() }

func (t *task) healthy() bool {
	return t.runs() && t.set.definition.kind != Crash && time.Since(t.started) >= healthyAfter
}

// AddService adds a service whose tasks serve a good version.
func (c *Cloud) AddService(name string, options Options) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &service{
		cloud: c, name: name, options: options, desired: options.Desired, created: time.Now().Add(-24 * time.Hour),
		port: 8000,
	}
	c.services[name] = s
	s.registered = c.register(s, Good)
	s.completed = s.registered
	first := s.add(s.registered)
	first.created, first.primary, first.rollout = s.created, true, ecstypes.DeploymentRolloutStateCompleted
	first.weight, first.group = 100, "blue"
	if !options.New {
		first.created, first.external = s.created.Add(time.Hour), "d-0"
	}
	s.alarm.since = time.Now().Truncate(time.Minute)
	s.scaling = scalableTarget{min: 1, max: 10, tags: map[string]string{}}
	s.schedule()
	for _, one := range s.tasks {
		one.started = s.created
	}
}

func (s *service) add(version *definition) *set {
	one := &set{id: s.cloud.id("ecs-svc/"), definition: version, created: time.Now()}
	s.sets = append(s.sets, one)
	return one
}

func (c *Cloud) register(s *service, kind Kind) *definition {
	revision := 1
	for _, other := range c.definitions {
		if strings.Contains(other.arn, "/"+s.name+":") {
			revision++
		}
	}
	one := &definition{kind: kind, arn: fmt.Sprintf(
		"arn:aws:ecs:%s:%s:task-definition/%s:%d", Region, Account, s.name, revision)}
	c.definitions[one.arn] = one
	return one
}

func (s *service) primary() *set {
	for _, one := range s.sets {
		if one.primary {
			return one
		}
	}
	return nil
}

func (s *service) count(of *set, is func(*task) bool) int {
	count := 0
	for _, one := range s.tasks {
		if one.set == of && is(one) {
			count++
		}
	}
	return count
}

func (s *service) healthy(of *set) int { return s.count(of, (*task).healthy) }
func (s *service) running(of *set) int { return s.count(of, (*task).runs) }

// schedule keeps each set at its wanted number of tasks, as the ECS scheduler does.
func (s *service) schedule() {
	for _, one := range s.tasks {
		if one.runs() && one.set.definition.kind == Crash && time.Since(one.started) >= crashesAfter {
			one.stopped, one.exited = time.Now(), true
			one.set.failures++
		}
	}
	for _, one := range s.sets {
		for s.running(one) < s.wanted(one) {
			s.tasks = append(s.tasks, &task{
				arn: taskPrefix + s.cloud.id(""),
				set: one, password: s.cloud.current, started: time.Now(),
			})
		}
		for _, old := range s.tasks {
			if s.running(one) <= s.wanted(one) {
				break
			}
			if old.set == one && old.runs() {
				old.stopped = time.Now()
			}
		}
	}
	const remembered = 10 * time.Minute // stopped tasks; ECS keeps them for an hour
	s.tasks = slices.DeleteFunc(s.tasks, func(one *task) bool {
		return !one.runs() && time.Since(one.stopped) > remembered
	})
	s.sets = slices.DeleteFunc(s.sets, func(one *set) bool {
		gone := s.running(one) == 0 && !one.primary
		return gone && (one.ending || !s.options.BlueGreen && one.rollout != ecstypes.DeploymentRolloutStateFailed)
	})
}

// wanted returns the number of tasks of a set that should run. Under rolling, old tasks stop as new ones
// get healthy.
func (s *service) wanted(one *set) int {
	switch {
	case one.ending:
		return 0
	case one.primary || s.options.BlueGreen:
		return s.desired
	default:
		return max(0, min(s.running(one), s.desired-s.healthy(s.primary())))
	}
}

// fails reports whether some requests are answered with 5XX.
func (s *service) fails() bool {
	return slices.ContainsFunc(s.tasks, func(one *task) bool {
		gets := !s.options.BlueGreen || one.set.weight > 0
		return gets && one.healthy() && (one.set.definition.kind == Errors || one.password != s.cloud.database)
	})
}

// state describes the parts of the service that tell one state of the account from another.
func (s *service) state() string {
	var parts []string
	for _, one := range s.sets {
		dead := s.count(one, func(t *task) bool { return t.runs() && t.password != s.cloud.database }) > 0
		parts = append(parts, fmt.Sprintf("%s primary=%t ending=%t %s weight=%d healthy=%t dead=%t",
			one.definition.kind, one.primary, one.ending, one.rollout, one.weight, s.healthy(one) >= s.desired, dead))
	}
	slices.Sort(parts)
	text := strings.Join(parts, "; ")
	text += fmt.Sprintf(" alarm=%t suspended=%t", s.alarm.on(), s.scaling.scaleInSuspended())
	if d := s.cloud.active(s); d != nil {
		text += fmt.Sprintf(" deployment=%s rollback=%t override=%t", d.step, d.rollback(), d.override)
	}
	return text
}
