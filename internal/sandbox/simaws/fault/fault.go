package fault

import (
	"fmt"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Op is a kind of operation.
type Op string

// The operations that can fail. [Any] in a rule stands for all of them.
const (
	Any    Op = ""
	Create Op = "create"
	Read   Op = "read"
	Update Op = "update"
	Delete Op = "delete"
)

// Site is one operation that is about to happen.
type Site struct {
	// Op is the operation.
	Op Op
	// Token is the resource's type, Name its logical name, URN both.
	Token, Name string
	URN         resource.URN
	// ID is the resource's id, "" when it is being created.
	ID string
}

// String names the site for messages.
func (s Site) String() string { return fmt.Sprintf("%s %s %q", s.Op, s.Token, s.Name) }

// Rule gives selected operations an effect.
type Rule struct {
	// Op, Token, Name and URN select operations; empty ones select all. Token and Name
	// may hold the wildcards of [path.Match]; in Token, * does not match the slash.
	Op          Op
	Token, Name string
	URN         resource.URN
	// Skip is the number of selected operations that pass first.
	Skip int
	// Times is the number of times that the rule fires: 0 means once, a negative number always.
	Times int
	// Effect on the selected operations.
	Effect Effect
}

// Effect is the effect of a fault on an operation. The zero Effect does nothing.
type Effect struct {
	// Delay is waited before anything else.
	Delay time.Duration
	// Hook runs when the operation is about to happen: a test can kill the engine here.
	Hook func(Site)
	// Err refuses the operation: nothing happens in the cloud.
	Err error
	// Throttled is the number of times that AWS answers "rate exceeded" before it does the work.
	// The provider retries as often as its maxRetries allows.
	Throttled int
	// Lost does the work and loses the answer.
	Lost bool
	// Unready does the work but reports that the resource did not become ready.
	Unready string
}

// Refusal is the error of [Refuse], worded as the AWS API words errors.
type Refusal struct {
	// Code and Message as the API returns them.
	Code, Message string
}

// Error returns the error as the AWS SDK for Go writes it.
func (r *Refusal) Error() string { return "api error " + r.Code + ": " + r.Message }

// Refuse makes the operation fail with an AWS error before anything happens.
func Refuse(code, message string) Effect { return Effect{Err: &Refusal{Code: code, Message: message}} }

// Throttle makes AWS answer "rate exceeded" this many times.
func Throttle(times int) Effect { return Effect{Throttled: times} }

// Wait delays the operation.
func Wait(d time.Duration) Effect { return Effect{Delay: d} }

// LoseAnswer makes the operation succeed in the cloud and breaks the connection before the
// answer arrives.
func LoseAnswer() Effect { return Effect{Lost: true} }

// NeverReady makes a creation or an update succeed in the cloud, but the wait for the resource
// end with an error. Pulumi records the resource as created and not initialised.
func NeverReady(reason string) Effect { return Effect{Unready: reason} }

// Call runs f when the operation is about to happen.
func Call(f func(Site)) Effect { return Effect{Hook: f} }

// Firing is one time that a rule fired.
type Firing struct {
	// Rule is the rule's position in the plan.
	Rule int
	// Site is the operation that it hit.
	Site Site
}

// Plan is a set of rules. It is safe for concurrent use; a nil plan has no rules.
type Plan struct {
	mu    sync.Mutex
	rules []state
	fired []Firing
}

type state struct {
	Rule
	seen, fired int
}

// NewPlan makes a plan.
func NewPlan(rules ...Rule) *Plan {
	p := &Plan{}
	for _, rule := range rules {
		p.Add(rule)
	}
	return p
}

// Add adds a rule to the plan.
func (p *Plan) Add(rule Rule) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = append(p.rules, state{Rule: rule})
}

// At returns the effect on the operation that is about to happen: that of the first rule
// that fires. Every rule that selects the operation counts it.
func (p *Plan) At(site Site) Effect {
	if p == nil {
		return Effect{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var effect Effect
	hit := false
	for i := range p.rules {
		rule := &p.rules[i]
		if !rule.selects(site) {
			continue
		}
		rule.seen++
		if hit || rule.seen <= rule.Skip || rule.spent() {
			continue
		}
		hit = true
		rule.fired++
		effect = rule.Effect
		p.fired = append(p.fired, Firing{Rule: i, Site: site})
	}
	return effect
}

// Fired returns the firings so far, in order.
func (p *Plan) Fired() []Firing {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.fired)
}

// Pending returns the rules that have not fired as often as they should.
func (p *Plan) Pending() []Rule {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var pending []Rule
	for i := range p.rules {
		if rule := &p.rules[i]; !rule.spent() && (rule.Times >= 0 || rule.fired == 0) {
			pending = append(pending, rule.Rule)
		}
	}
	return pending
}

func (s *state) spent() bool { return s.Times >= 0 && s.fired >= max(s.Times, 1) }

func (s *state) selects(site Site) bool {
	return (s.Op == Any || s.Op == site.Op) && (s.URN == "" || s.URN == site.URN) &&
		matches(s.Token, site.Token) && matches(s.Name, site.Name)
}

// matches treats a malformed pattern as plain text.
func matches(pattern, text string) bool {
	if pattern == "" || pattern == text {
		return true
	}
	ok, err := path.Match(pattern, text)
	return err == nil && ok
}
