package pack

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/waiver"
)

// Name of the pack, as it shows in the engine's output.
const Name = "aws-webapp"

// Version of the pack. PulumiPolicy.yaml repeats it.
const Version = "1.0.0"

// Environment variables with the files that the executable writes and reads.
const (
	// EvidenceVariable names the file for the verdicts, from which reports are made.
	EvidenceVariable = "AWS_WEBAPP_POLICY_EVIDENCE"
	// GraphVariable names the file for the resources that were judged.
	GraphVariable = "AWS_WEBAPP_POLICY_GRAPH"
	// WaiversVariable names a waivers file to use instead of the built-in one.
	WaiversVariable = "AWS_WEBAPP_POLICY_WAIVERS"
)

// Options of a pack.
type Options struct {
	// Controls is the table.
	Controls []*control.Control
	// Waivers is the content of the reviewed waivers file; empty for none.
	Waivers []byte
	// Now is the clock; by default the system's.
	Now func() time.Time
	// EvidenceFile is the file for the verdicts, written once the stack has been judged, for the
	// compliance report; empty for none.
	EvidenceFile string
	// GraphFile is the file for the stack's resources, written at the same time; empty for none.
	GraphFile string
}

// Pack judges one stack. Its methods may be called concurrently.
type Pack struct {
	controls []*control.Control
	byName   map[string]*control.Control
	lenient  map[string]*control.Control
	byType   map[string][]*control.Control
	stacked  []*control.Control
	now      func() time.Time
	evidence string
	graph    string

	mu    sync.Mutex
	stack Stack
	// accounts to which it delivers and earlierPorts are read only once: every judgement may need
	// them.
	accounts     []string
	earlierPorts []int
	tagged       string
	// components of this project's program have been seen.
	components bool
	settings   settings
	waivers    *waiver.Set
	seen       map[string]*graph.Resource
	judged     map[judged]Judgement
	// open holds resources with a value that is not known yet, by control. The whole stack may
	// show what the value comes from.
	open map[*control.Control][]*graph.Resource
	// ledger counts the resources that each control has looked at.
	ledger map[string]int
}

// judged identifies a judgement: by the control, and by the resource or, if there is none, by
// the reason.
type judged struct{ control, about string }

// Stack holds what the engine sends about the stack before the first resource.
type Stack struct {
	// Project and Name identify the stack.
	Project, Name string
	// Config is the stack's configuration without its secret values.
	Config map[string]string
	// DryRun is true for previews.
	DryRun bool
}

// New builds a pack from the table.
func New(opts Options) (*Pack, error) {
	p := &Pack{
		controls: opts.Controls,
		byName:   map[string]*control.Control{},
		lenient:  map[string]*control.Control{},
		byType:   map[string][]*control.Control{},
		now:      opts.Now,
		evidence: opts.EvidenceFile,
		graph:    opts.GraphFile,
		seen:     map[string]*graph.Resource{},
		judged:   map[judged]Judgement{},
		open:     map[*control.Control][]*graph.Resource{},
		ledger:   map[string]int{},
	}
	if p.now == nil {
		p.now = time.Now
	}
	for _, c := range opts.Controls {
		if p.byName[c.Name] != nil {
			return nil, fmt.Errorf("two controls are named %s", c.Name)
		}
		p.byName[c.Name], p.lenient[c.Name] = c, c.Elsewhere()
		if c.Scope == control.PerStack {
			p.stacked = append(p.stacked, c)
			continue
		}
		for _, t := range c.Types {
			p.byType[t] = append(p.byType[t], c)
		}
	}
	p.settings = p.defaults()
	p.waivers = waiver.Parse(opts.Waivers, p.now(), p.knows)
	return p, nil
}

func (p *Pack) knows(name string) bool { return p.byName[name] != nil }

// ConfigureStack tells the pack which stack it judges.
func (p *Pack) ConfigureStack(s Stack) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stack, p.accounts, p.earlierPorts = s, s.Accounts(), s.EarlierPorts()
}

// Environment returns the environment of the stack, from the first of these: the policy
// configuration, which may not contradict the stack's configuration; the stack's configuration
// (<project>:environment); the provider's default tag Environment; the stack's name. It is empty
// while nothing is known.
func (p *Pack) Environment() control.Environment {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.environment()
}

func (p *Pack) environment() control.Environment {
	for _, name := range []string{
		p.settings.environment, p.declaredEnvironment(), p.tagged,
	} {
		if name != "" {
			return control.ParseEnvironment(name)
		}
	}
	return environmentOfStack(p.stack.Name)
}

// declaredEnvironment returns the environment in the stack's configuration, environmentKey its
// key.
func (p *Pack) declaredEnvironment() string { return p.stack.Config[p.environmentKey()] }

func (p *Pack) environmentKey() string { return p.stack.Project + ":environment" }

// environmentOfStack reads the environment from a stack's name: webapp-prod and
// prod-eu are production.
func environmentOfStack(name string) control.Environment {
	name = name[strings.LastIndex(name, "/")+1:]
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		if control.ParseEnvironment(word) == control.Prod {
			return control.Prod
		}
	}
	return control.Environment(strings.ToLower(name))
}

// learn takes facts from a resource that the engine did not send before: the stack's name from
// its URN, and the environment from the provider's default tags.
func (p *Pack) learn(r *graph.Resource) {
	if p.stack.Name == "" {
		if urn := resource.URN(r.URN); urn.IsValid() {
			p.stack.Name, p.stack.Project = string(urn.Stack()), string(urn.Project())
		}
	}
	p.components = p.components || ofComponent(r.URN)
	if p.tagged == "" && r.Provider != nil {
		p.tagged, _ = r.Provider.DefaultTags().Get("Environment").Text()
	}
}
