package awsfake

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"testing"
)

// brokenCode is of the failure of a single call, which nobody takes for passing trouble.
const brokenCode = "BrokenException"

// FailCall lets the nth call from now on fail, whatever it asks for; with 0, none.
func (c *Cloud) FailCall(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left, c.failed, c.from = n, nil, len(c.calls)
}

// Failed is the call that has failed since [Cloud.FailCall]; nil without one.
func (c *Cloud) Failed() *Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

// turns are the calls since [Cloud.FailCall] that matter, by their number: of those that ask for the same, as whoever
// waits does, the first and the last one.
func (c *Cloud) turns() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	first, last := map[string]int{}, map[string]int{}
	for i, call := range c.calls[c.from:] {
		asked, err := json.Marshal(call.Input)
		if err != nil {
			asked = nil // then all calls of the operation count as the same
		}
		key := call.Operation + string(asked)
		if first[key] == 0 {
			first[key] = i + 1
		}
		last[key] = i + 1
	}
	turns := slices.AppendSeq(slices.Collect(maps.Values(first)), maps.Values(last))
	slices.Sort(turns)
	return slices.Compact(turns)
}

// EachCallFails carries out a scenario once without a failure, and once for each call that it makes, which fails then;
// of those that ask for the same, for the first and for the last. The scenario hands the number that it gets to
// [Cloud.FailCall], judges what came of it, and returns the cloud; without a failure it makes no calls but the ones in
// question. Who waits may look once more or less than before, so that the last calls need not come.
func EachCallFails(t *testing.T, scenario func(t *testing.T, n int) *Cloud) {
	t.Helper()
	var turns []int
	t.Run("none", func(t *testing.T) { turns = scenario(t, 0).turns() })
	if len(turns) == 0 && !t.Failed() {
		t.Fatal("the scenario makes no call")
	}
	for _, n := range turns {
		t.Run(strconv.Itoa(n), func(t *testing.T) { scenario(t, n) })
	}
}
