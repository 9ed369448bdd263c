package deployments

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"aws-webapp/internal/awsapi/awsfake"
)

// Names that the model gives.
const (
	Region  = "eu-central-1"
	Account = "123456789012"
	Cluster = "app"
	// Secret is the ARN of the database's password.
	Secret = "arn:aws:secretsmanager:" + Region + ":" + Account + ":secret:rds!db-0f1e2d3c-AbCdEf"
)

// Doubts are what AWS does not say, or says in two ways.
type Doubts struct {
	// RollbackIsNew lets ECS go back by a new deployment of the old version instead of by the old deployment.
	RollbackIsNew bool
	// WaitCannotEnd lets CodeDeploy refuse to end the waiting time of ECS's deployments.
	WaitCannotEnd bool
	// SumOnly lets CodeDeploy answer with the SHA-256 of an AppSpec instead of with its text.
	SumOnly bool
	// WaitIsBlind lets CodeDeploy look at no alarm once all requests have moved.
	WaitIsBlind bool
}

// Cloud is the account. [New] makes one.
type Cloud struct {
	*awsfake.Cloud
	doubts Doubts

	mu          sync.Mutex
	services    map[string]*service
	definitions map[string]*definition
	deployments []*deployment
	// database is the password that it takes, current the one that a task gets which starts now.
	database, current int
	moves             time.Time
	rotated           func(at time.Time)
	hooked            func(function, deployment, execution string)
	migrations        []*migration
	exitCode          int32
	ids, ticks        int
	states            map[string]bool
	wrong             []string
}

// New makes an account without services.
func New(doubts Doubts) *Cloud {
	c := &Cloud{
		Cloud: awsfake.New(), doubts: doubts, services: map[string]*service{}, definitions: map[string]*definition{},
		states: map[string]bool{}, rotated: func(time.Time) {}, hooked: func(string, string, string) {},
	}
	c.answerECS()
	c.answerMigrations()
	c.answerCodeDeploy()
	c.answerAround()
	return c
}

// Tick is how often something may change by itself.
const Tick = 5 * time.Second

// Run lets the account live until the context is done. Call it in a goroutine.
func (c *Cloud) Run(ctx context.Context) {
	ticker := time.NewTicker(Tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			c.tick()
		}
	}
}

func (c *Cloud) tick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ticks++
	c.moveLabel()
	for _, name := range slices.Sorted(maps.Keys(c.services)) {
		s := c.services[name]
		s.schedule()
		s.look()
		if s.options.BlueGreen {
			c.shift(s)
		} else {
			s.roll()
		}
		c.watchStarts(s)
	}
	c.states[c.state()] = true
}

func (c *Cloud) id(prefix string) string {
	c.ids++
	return fmt.Sprintf("%s%d", prefix, c.ids)
}

// Rotate the password: the database refuses the old one now; ten seconds later a task that starts gets the new one,
// and rotated hears of it, as EventBridge would tell, with the time in whole seconds. It says whether it does: Secrets
// Manager refuses to rotate before the last rotation has ended.
func (c *Cloud) Rotate(rotated func(at time.Time)) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.database != c.current {
		return false
	}
	const steps = 10 * time.Second // of the rotation: setSecret, testSecret, finishSecret
	c.database++
	c.moves, c.rotated = time.Now().Add(steps), rotated
	return true
}

func (c *Cloud) moveLabel() {
	if now := time.Now(); c.database != c.current && !now.Before(c.moves) {
		c.current = c.database
		go c.rotated(now.Truncate(time.Second))
	}
}

// Ticks are how often something may have changed by itself.
func (c *Cloud) Ticks() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ticks
}

// Rotations are how often the password has been rotated.
func (c *Cloud) Rotations() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.database
}

// States that the account has been in, as many as differ in more than numbers and names.
func (c *Cloud) States() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.states))
}

func (c *Cloud) state() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(c.services)) {
		parts = append(parts, c.services[name].state())
	}
	return strings.Join(parts, " | ")
}
