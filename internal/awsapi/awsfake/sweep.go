package awsfake

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"testing"
)

// brokenCode is the error code of a single failed call. No caller takes it for a temporary
// failure.
const brokenCode = "BrokenException"

// FailCall makes the nth call from now on fail, whichever operation it is; 0 makes none fail.
func (c *Cloud) FailCall(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left, c.failed, c.from = n, nil, len(c.calls)
}

// Failed returns the call that has failed since [Cloud.FailCall], or nil.
func (c *Cloud) Failed() *Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

// turns returns the numbers of the calls since [Cloud.FailCall] that are worth failing: of equal calls, as polling
// makes them, only the first and the last.
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

// EachCallFails runs a scenario once without a failure, and then once for each call that it makes, with that call
// failing; of equal calls it fails only the first and the last. The scenario passes its number to [Cloud.FailCall],
// checks the outcome, and returns the cloud. Without a failure it must make no calls besides those under test. Polling
// may take one call more or less than before, so the last calls need not happen.
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
