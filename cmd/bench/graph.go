package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/catalog"
)

// node is a resource in the order in which a stack comes up.
type node struct {
	urn  resource.URN
	time time.Duration
	// data are the resources whose outputs it needs, ordered those that it waits for because
	// the program says so. Both are positions in the graph.
	data, ordered []int
}

// graph lists every resource behind those that it waits for.
type graph []node

// graphOf reads the graph from the state.
func graphOf(state *apitype.DeploymentV3) graph {
	at := map[resource.URN]int{}
	g := make(graph, 0, len(state.Resources))
	for _, r := range state.Resources {
		n := node{urn: r.URN}
		if r.Custom && len(r.Type) > 4 && r.Type[:4] == "aws:" {
			n.time = catalog.TimesOf(string(r.Type)).Create
		}
		needed := map[int]bool{}
		need := func(urn resource.URN) {
			if i, ok := at[urn]; ok && !needed[i] {
				needed[i] = true
				n.data = append(n.data, i)
			}
		}
		need(r.Parent)
		for _, urns := range r.PropertyDependencies {
			for _, urn := range urns {
				need(urn)
			}
		}
		for _, urn := range r.Dependencies {
			if i, ok := at[urn]; ok && !needed[i] {
				needed[i] = true
				n.ordered = append(n.ordered, i)
			}
		}
		at[r.URN] = len(g)
		g = append(g, n)
	}
	return g
}

// finish is when each resource is ready at the earliest, and the last of them. wait says which
// resources wait for what they do not need data of; nil for none.
func (g graph) finish(wait func(int) bool) (ends []time.Duration, last int) {
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

// chain is the longest way to the resource, first things first, without what takes no time.
func (g graph) chain(ends []time.Duration, to int, ordered bool) []int {
	var path []int
	for at := to; at >= 0; {
		if g[at].time > 0 {
			path = append(path, at)
		}
		before := slices.Clone(g[at].data)
		if ordered {
			before = append(before, g[at].ordered...)
		}
		if len(before) == 0 {
			break
		}
		at = slices.MaxFunc(before, func(a, b int) int { return cmp.Compare(ends[a], ends[b]) })
	}
	slices.Reverse(path)
	return path
}

// makespan is how long an engine needs that does so many things at a time and takes up what is
// ready in the order of the program.
func (g graph) makespan(parallel int) time.Duration {
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
			if !started[i] && running < parallel && g.ready(n, done) {
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

func (g graph) ready(n node, done []bool) bool {
	undone := func(i int) bool { return !done[i] }
	return !slices.ContainsFunc(n.data, undone) && !slices.ContainsFunc(n.ordered, undone)
}

// delay is a resource that waits for something that it needs no data of.
type delay struct {
	resource, waitsFor int
	// at is when it could start, actual when it does.
	at, actual time.Duration
	// cost is what the whole stack would gain without its waits.
	cost time.Duration
}

// delays lists the resources that start later for the program's order alone, worst first.
func (g graph) delays() []delay {
	ends, last := g.finish(always)
	var found []delay
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
		found = append(found, delay{i, waitsFor, data, ordered, ends[last] - without[w]})
	}
	slices.SortStableFunc(found, func(a, b delay) int {
		return cmp.Or(cmp.Compare(b.cost, a.cost), cmp.Compare(b.actual-b.at, a.actual-a.at))
	})
	return found
}
