// Package criticalpath tells how long AWS takes until a stack is ready: from the graph in
// its state, and the times that the catalogue of the simulated AWS knows.
package criticalpath

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/resourcetypes"
)

// awsPackage begins the type of everything that takes AWS time.
const awsPackage = "aws:"

// node is a resource. Those that it waits for are positions in the graph.
type node struct {
	urn  resource.URN
	time time.Duration
	// data are the resources whose outputs it needs, ordered those that it waits for because
	// the program, or the engine, says so.
	data, ordered []int
}

// Graph lists every resource behind those that it waits for.
type Graph []node

// Of reads the graph from a state.
//
// A component that another process constructs, such as awsx's Vpc, answers when all of its
// children are there. Whoever uses an output of it waits for all of them, and needs data of
// those alone whose id it was given.
func Of(state *apitype.DeploymentV3) Graph {
	r := reader{at: map[resource.URN]int{}, children: map[resource.URN][]int{}, resources: state.Resources}
	for _, one := range state.Resources {
		r.add(one)
	}
	return r.graph
}

// reader makes a graph of resources in the order of the state.
type reader struct {
	graph     Graph
	resources []apitype.ResourceV3
	at        map[resource.URN]int
	children  map[resource.URN][]int
}

func (r *reader) add(one apitype.ResourceV3) {
	n := node{urn: one.URN}
	if one.Custom && strings.HasPrefix(string(one.Type), awsPackage) {
		n.time = resourcetypes.TimesOf(string(one.Type)).Create
	}
	given := texts(one.Inputs, map[string]bool{})
	waits := map[int]bool{}
	wait := func(at int, needed bool) {
		switch {
		case waits[at]:
		case needed || given[r.resources[at].ID.String()]:
			waits[at] = true
			n.data = append(n.data, at)
		default:
			waits[at] = true
			n.ordered = append(n.ordered, at)
		}
	}
	on := func(urn resource.URN, needed bool) {
		at, ok := r.at[urn]
		switch {
		case !ok:
		case r.resources[at].Custom:
			wait(at, needed)
		default:
			for _, child := range r.descendants(urn) {
				wait(child, false)
			}
		}
	}
	components := []resource.URN{}
	for _, urns := range one.PropertyDependencies {
		for _, urn := range urns {
			if at, ok := r.at[urn]; ok && !r.resources[at].Custom {
				components = append(components, urn)
				continue
			}
			on(urn, true)
		}
	}
	for _, urn := range slices.Concat(components, one.Dependencies) {
		on(urn, false)
	}
	if parent, ok := r.at[one.Parent]; ok {
		// A component is there as soon as it is registered; its children do not wait for each
		// other.
		wait(parent, false)
		r.children[one.Parent] = append(r.children[one.Parent], len(r.graph))
	}
	r.at[one.URN] = len(r.graph)
	r.graph = append(r.graph, n)
}

func (r *reader) descendants(urn resource.URN) []int {
	var all []int
	for _, child := range r.children[urn] {
		all = append(append(all, child), r.descendants(r.resources[child].URN)...)
	}
	return all
}

// texts gathers every text in a resource's inputs: ids are among them.
func texts(value any, found map[string]bool) map[string]bool {
	switch v := value.(type) {
	case string:
		found[v] = true
	case []any:
		for _, element := range v {
			texts(element, found)
		}
	case map[string]any:
		for _, element := range v {
			texts(element, found)
		}
	}
	return found
}

// finish is when each resource is ready at the earliest, and the last of them. wait says
// which resources wait for what they do not need data of; nil for none.
func (g Graph) finish(wait func(int) bool) (ends []time.Duration, last int) {
	ends = make([]time.Duration, len(g))
	for i, n := range g {
		for _, before := range n.data {
			ends[i] = max(ends[i], ends[before])
		}
		if wait != nil && wait(i) {
			for _, before := range n.ordered {
				ends[i] = max(ends[i], ends[before])
			}
		}
		ends[i] += n.time
		if ends[i] > ends[last] {
			last = i
		}
	}
	return ends, last
}

func always(int) bool { return true }

// Chain is a way through the graph, first things first, without what takes no time.
type Chain struct {
	// Time from the start to the end of the last step.
	Time  time.Duration
	Steps []Step
}

// Step of a chain.
type Step struct {
	// Resource by name and type.
	Resource string
	// Time that AWS takes for it, where that figure comes from, and when it is Ready.
	Time   time.Duration
	Source string
	Ready  time.Duration
}

// Unavoidable is the longest chain in which each resource needs what the one before
// returned. Nothing can be ready sooner, however it is ordered.
func (g Graph) Unavoidable() Chain {
	ends, last := g.finish(nil)
	return g.chain(ends, last, func(n node) []int { return n.data })
}

// Actual is the longest chain with all waits.
func (g Graph) Actual() Chain {
	ends, last := g.finish(always)
	return g.chain(ends, last, func(n node) []int { return slices.Concat(n.data, n.ordered) })
}

func (g Graph) chain(ends []time.Duration, last int, before func(node) []int) Chain {
	if len(g) == 0 {
		return Chain{}
	}
	c := Chain{Time: ends[last]}
	for at := last; ; {
		if n := g[at]; n.time > 0 {
			source := resourcetypes.TimesOf(string(n.urn.Type())).Source
			c.Steps = append(c.Steps, Step{Resource: g.label(at), Time: n.time, Source: source, Ready: ends[at]})
		}
		candidates := before(g[at])
		if len(candidates) == 0 {
			break
		}
		at = slices.MaxFunc(candidates, func(a, b int) int { return cmp.Compare(ends[a], ends[b]) })
	}
	slices.Reverse(c.Steps)
	return c
}

func (g Graph) label(at int) string {
	typ := string(g[at].urn.Type())
	return fmt.Sprintf("%s (%s)", g[at].urn.Name(), typ[strings.LastIndexByte(typ, ':')+1:])
}

// Start is when a resource, by name and type, begins to be made; false when there is none
// that takes AWS time.
func (g Graph) Start(named string) (time.Duration, bool) {
	ends, _ := g.finish(always)
	for i, n := range g {
		if n.time > 0 && g.label(i) == named {
			return ends[i] - n.time, true
		}
	}
	return 0, false
}

// Makespan is how long an engine needs that does so many things at a time and takes up what
// is ready in the order of the program.
func (g Graph) Makespan(parallel int) time.Duration {
	ends := make([]time.Duration, len(g))
	started, done := make([]bool, len(g)), make([]bool, len(g))
	var now time.Duration
	for left := len(g); left > 0; {
		running, next := 0, time.Duration(-1)
		progress := false
		for i := range g {
			if started[i] && !done[i] && ends[i] <= now {
				done[i], progress = true, true
				left--
			}
			if started[i] && !done[i] {
				running++
			}
		}
		for i, n := range g {
			if !started[i] && running < parallel && ready(n, done) {
				started[i], ends[i], progress = true, now+n.time, true
				running++
			}
		}
		if progress {
			continue
		}
		for i := range g {
			if started[i] && !done[i] && (next < 0 || ends[i] < next) {
				next = ends[i]
			}
		}
		now = next
	}
	return now
}

func ready(n node, done []bool) bool {
	undone := func(i int) bool { return !done[i] }
	return !slices.ContainsFunc(n.data, undone) && !slices.ContainsFunc(n.ordered, undone)
}

// Delay is a resource that waits for something that it needs no data of.
type Delay struct {
	// Resource and what it WaitsFor, by name and type.
	Resource, WaitsFor string
	// CouldStart is when its data is there, Starts when it does.
	CouldStart, Starts time.Duration
	// Gain is what the whole stack would gain without its waits.
	Gain time.Duration
}

// Delays lists the resources that start later for their order alone, worst first.
func (g Graph) Delays() []Delay {
	ends, last := g.finish(always)
	var found []Delay
	for i, n := range g {
		var data, ordered time.Duration
		waitsFor := -1
		for _, before := range n.data {
			data = max(data, ends[before])
		}
		for _, before := range n.ordered {
			if ends[before] > max(data, ordered) {
				ordered, waitsFor = ends[before], before
			}
		}
		if waitsFor < 0 || n.time == 0 {
			continue
		}
		without, w := g.finish(func(other int) bool { return other != i })
		found = append(found, Delay{g.label(i), g.label(waitsFor), data, ordered, ends[last] - without[w]})
	}
	slices.SortStableFunc(found, func(a, b Delay) int {
		return cmp.Or(cmp.Compare(b.Gain, a.Gain), cmp.Compare(b.Starts-b.CouldStart, a.Starts-a.CouldStart))
	})
	return found
}
