package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/fault"
	"aws-webapp/internal/sandbox/simaws/traffic"
	"aws-webapp/internal/sandbox/simulation"
)

// served maps the requests that clients make all the time, as host/path, to the services that
// may answer them.
type served map[string][]string

// clients send requests to the simulated account before and after every operation of an update.
// Operations happen one at a time, so the one that interrupted service can be named.
type clients struct {
	served  served
	model   *traffic.Model
	mu      sync.Mutex
	account *cloud.Cloud
	// failed is the first moment at which a request was not answered correctly.
	failed string
}

// watched opens the stack once more with clients that make these requests.
func (s *sandbox) watched(config map[string]string, want served) (*sandbox, *clients) {
	s.t.Helper()
	c := &clients{served: want, model: traffic.New(), account: s.account()}
	plan := fault.NewPlan()
	for _, op := range []fault.Op{fault.Create, fault.Update, fault.Delete} {
		plan.Add(fault.Rule{Op: op, Times: -1, Effect: fault.Call(c.before)})
	}
	next := s.again(setup{config: config, cloud: simulation.Simulation{Faults: plan, Observe: c.after}})
	return next, c
}

func (c *clients) before(fault.Site) {
	c.mu.Lock()
	c.ask("before the first operation")
}

func (c *clients) after(op simaws.Operation) {
	defer c.mu.Unlock()
	c.ask(fmt.Sprintf("after %s of %s %s (%v)", op.Op, op.URN.Type().Name(), op.URN.Name(), op.Err))
}

// ask makes every request once.
func (c *clients) ask(moment string) {
	if c.failed != "" {
		return
	}
	err := c.account.View(func(r *cloud.Reader) error {
		for request, services := range c.served {
			host, path, _ := strings.Cut(request, "/")
			answered, err := c.model.Answer(r, traffic.Request{Host: host, Path: "/" + path})
			switch {
			case err != nil:
				return fmt.Errorf("%s is not served: %w", request, err)
			case !slices.Contains(services, answered):
				return fmt.Errorf("%s is answered by %s, not by %v", request, answered, services)
			}
		}
		return nil
	})
	if err != nil {
		c.failed = moment + ": " + err.Error()
	}
}

// service returns the configuration of one service at a place in the list.
func service(place int, name string, priority int, path string, more map[string]string) map[string]string {
	config := map[string]string{
		"name": name, "routing.priority": fmt.Sprint(priority), "routing.paths[0]": path,
		"image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/" + name + ":1.0.0",
	}
	for key, value := range more {
		config[key] = value
	}
	placed := map[string]string{}
	for key, value := range config {
		placed[fmt.Sprintf("services[%d].%s", place, key)] = value
	}
	return placed
}

// all joins configurations.
func all(parts ...map[string]string) map[string]string {
	joined := map[string]string{}
	for _, part := range parts {
		for key, value := range part {
			joined[key] = value
		}
	}
	return joined
}

// copied returns the same stack in its own home.
func (s *sandbox) copied(t *testing.T) *sandbox {
	t.Helper()
	home := emptyHome(t, t.TempDir())
	for _, part := range []string{"state", "stacks"} {
		require.NoError(t, os.CopyFS(filepath.Join(home, part), os.DirFS(filepath.Join(s.home, part))))
	}
	return &sandbox{t: t, home: home, name: s.name}
}
