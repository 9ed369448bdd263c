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

// Fixed names of the model.
const (
	Region  = "eu-central-1"
	Account = "123456789012"
	Cluster = "app"
	// Secret is the ARN of the database's password.
	Secret = "arn:aws:secretsmanager:" + Region + ":" + Account + ":secret:rds!db-0f1e2d3c-AbCdEf"
)

// Doubts are behaviours that AWS does not document, or documents in two ways.
type Doubts struct {
	// RollbackIsNew makes ECS roll back with a new deployment of the old version instead of with the old
	// deployment.
	RollbackIsNew bool
	// WaitCannotEnd makes CodeDeploy refuse to end the waiting time of ECS deployments early.
	WaitCannotEnd bool
	// SumOnly makes CodeDeploy answer with the SHA-256 of an AppSpec instead of its text.
	SumOnly bool
	// WaitIsBlind makes CodeDeploy ignore alarms once all requests have moved.
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
	// database is the password that the database accepts, current the one that a task starting now
	// gets.
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

// Tick is the interval at which something may change by itself.
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

// Rotate rotates the password. The database refuses the old one at once. Ten seconds later tasks start with the new
// one, and rotated is called as EventBridge would call it, with the time in whole seconds. Rotate returns false if it
// refused: Secrets Manager does not rotate before the last rotation has ended. It says whether it does: Secrets
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

// Ticks returns how often something may have changed by itself.
func (c *Cloud) Ticks() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ticks
}

// Rotations counts the rotations of the password.
func (c *Cloud) Rotations() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.database
}

// States lists the states that the account has been in. States that differ only in numbers and
// names count once.
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
