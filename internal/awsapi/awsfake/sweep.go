package awsfake

import (
	"strconv"
	"testing"
)

// brokenCode is of the failure of a single call, which nobody takes for passing trouble.
const brokenCode = "BrokenException"

// FailCall lets the nth call from now on fail, whatever it asks for.
func (c *Cloud) FailCall(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left, c.failed = n, nil
}

// Failed is the call that has failed since [Cloud.FailCall]; nil if there were not so many.
func (c *Cloud) Failed() *Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

// EachCallFails carries out a scenario again and again, in each of which another call fails: the first, the second,
// and so on. The scenario hands the number to [Cloud.FailCall], judges what came of it, and returns [Cloud.Failed].
func EachCallFails(t *testing.T, scenario func(t *testing.T, n int) *Call) {
	t.Helper()
	const most = 1000
	for n := 1; n < most && !t.Failed(); n++ {
		var failed *Call
		t.Run(strconv.Itoa(n), func(t *testing.T) { failed = scenario(t, n) })
		switch {
		case failed != nil:
		case n == 1:
			t.Fatal("the scenario makes no call")
		default:
			return
		}
	}
}
