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

// awsPackage is the prefix of the types that AWS takes time for.
const awsPackage = "aws:"

// node is a resource. Those that it waits for are positions in the graph.
type node struct {
	urn  resource.URN
	time time.Duration
	// data lists the resources whose outputs it needs, ordered the resources that it waits for
	// only because the program or the engine says so.
	data, ordered []int
}

// Graph lists the resources, each after those that it waits for.
type Graph []node

// Of reads the graph from a state.
//
// A component that another process constructs, such as awsx's Vpc, answers once all of its
// children exist. A resource that uses one of its outputs therefore waits for all of them, but
// needs data only of those whose id it was given.
func Of(state *apitype.DeploymentV3) Graph {
	r := reader{at: map[resource.URN]int{}, children: map[resource.URN][]int{}, resources: state.Resources}
	for _, one := range state.Resources {
		r.add(one)
	}
	return r.graph
}

// reader builds the graph from the resources in the order of the state.
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
		// A component exists as soon as it is registered; its children do not wait for each other.
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

// texts collects every string in a resource's inputs, ids among them.
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

// finish returns the earliest time at which each resource is ready, and the resource that is
// ready last. wait selects the resources that also wait for others whose data they do not need;
// nil selects none.
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

// Chain is a path through the graph from first to last, without the resources that take no
// time.
type Chain struct {
	// Time from the start to the end of the last step.
	Time  time.Duration
	Steps []Step
}

// Step of a chain.
type Step struct {
	// Resource by name and type.
	Resource string
	// Time that AWS takes for it, the Source of that figure, and the time at which it is Ready.
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

// Start returns the time at which AWS starts to create a resource, given by name and type;
// false if AWS takes no time for any such resource.
func (g Graph) Start(named string) (time.Duration, bool) {
	ends, _ := g.finish(always)
	for i, n := range g {
		if n.time > 0 && g.label(i) == named {
			return ends[i] - n.time, true
		}
	}
	return 0, false
}

// Makespan returns the time that an engine needs if it runs at most parallel operations at once
// and starts ready ones in the order of the program.
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
	// CouldStart is the time at which its data is available, Starts the time at which it starts.
	CouldStart, Starts time.Duration
	// Gain is the time that the whole stack would save without its waits.
	Gain time.Duration
}

// Delays lists the resources that start later only because of their order, worst first.
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
