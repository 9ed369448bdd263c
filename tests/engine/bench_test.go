//go:build unix

package engine_test

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simulation"
)

// BenchmarkOperations measures previews and ups with the real engine, the real policy pack and the simulated AWS,
// which answers at once: Pulumi's time and ours, not AWS's. Every up begins with an empty account.
func BenchmarkOperations(b *testing.B) {
	for _, stack := range []string{"staging", "prod"} {
		judged := setup{stack: stack, pack: policies, packConfig: packConfig(b, stack)}
		durable := judged
		durable.durable = true
		b.Run(stack+"/preview", func(b *testing.B) { measure(b, fresh, judged, preview) })
		b.Run(stack+"/preview-no-policies", func(b *testing.B) { measure(b, fresh, setup{stack: stack}, preview) })
		b.Run(stack+"/preview-no-change", func(b *testing.B) { measure(b, deployed, judged, preview) })
		b.Run(stack+"/up", func(b *testing.B) { measure(b, fresh, durable, up) })
		b.Run(stack+"/up-fast", func(b *testing.B) { measure(b, fresh, judged, up) })
	}
}

// BenchmarkGrowth measures staging with more and more services. The metric "exponent" is how processor time has grown
// since one service: with the number of resources to this power.
func BenchmarkGrowth(b *testing.B) {
	for _, operation := range []string{"preview", "up-fast"} {
		var first load
		for _, services := range []int{1, 5, 20, mostServices} {
			b.Run(fmt.Sprintf("%s/services=%d", operation, services), func(b *testing.B) {
				s := setup{stack: "staging", config: map[string]string{
					"aws-webapp:services": manyServices(b, "staging", "rolling", services),
				}}
				do := up
				if operation == "preview" {
					s.pack, s.packConfig, do = policies, packConfig(b, s.stack), preview
				}
				l := measure(b, fresh, s, do)
				if services == 1 {
					first = l
				} else if first.resources > 0 {
					b.ReportMetric(math.Log(l.processor/first.processor)/math.Log(l.resources/first.resources), "exponent")
				}
			})
		}
	}
}

// pace is the share of AWS's own time that the paced up takes.
const pace = 0.05

// BenchmarkTimeToReady brings stacks up while the simulation takes its time in proportion to AWS's. The metric
// "aws-min/op" is the time in AWS's minutes, the engine's own time in it.
func BenchmarkTimeToReady(b *testing.B) {
	for _, stack := range []string{"staging", "prod"} {
		b.Run(stack, func(b *testing.B) {
			var mu sync.Mutex
			var first, last time.Time
			cloud := simulation.Simulation{Pace: pace, Observe: func(op simaws.Operation) {
				mu.Lock()
				defer mu.Unlock()
				if first.IsZero() || op.Start.Before(first) {
					first = op.Start
				}
				if op.End.After(last) {
					last = op.End
				}
			}}
			measure(b, fresh, setup{stack: stack, cloud: cloud}, up)
			b.ReportMetric(last.Sub(first).Minutes()/pace, "aws-min/op")
		})
	}
}

// operation is one of the engine's.
type operation func(*sandbox) (*engine.Result, error)

func preview(s *sandbox) (*engine.Result, error) { return s.Preview(s.t.Context()) }
func up(s *sandbox) (*engine.Result, error)      { return s.Up(s.t.Context()) }

// load is the processor time of an operation, in seconds, and the number of its resources.
type load struct{ processor, resources float64 }

// measure runs an operation on stacks that are opened outside of the measured time, and reports the processor time of
// engine, policy pack, program and simulation together, the peak of the engine's memory, and the number of resources.
func measure(b *testing.B, open func(testing.TB, setup) *sandbox, s setup, do operation) load {
	b.Helper()
	var used time.Duration
	var peak atomic.Int64
	var resources int
	s.started = func(process *os.Process) { go watchMemory(process.Pid, &peak) }
	for b.Loop() {
		b.StopTimer()
		opened := open(b, s)
		before := processorTime()
		b.StartTimer()
		result, err := do(opened)
		b.StopTimer()
		require.NoError(b, err)
		used += processorTime() - before
		resources = len(result.Steps) + result.Unchanged
		b.StartTimer()
	}
	l := load{used.Seconds() / float64(b.N), float64(resources)}
	b.ReportMetric(l.processor, "cpu-s/op")
	b.ReportMetric(float64(peak.Load())/1e6, "peak-MB")
	b.ReportMetric(l.resources, "resources")
	return l
}

// processorTime returns the processor time that this process and its ended children have used.
func processorTime() time.Duration {
	var total time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if syscall.Getrusage(who, &usage) == nil {
			total += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
		}
	}
	return total
}

// watchMemory reads the peak of a process's resident memory until the process is gone; on systems without /proc it
// stays 0.
func watchMemory(pid int, peak *atomic.Int64) {
	for {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		_, rest, found := strings.Cut(string(status), "VmHWM:")
		if err != nil || !found {
			return
		}
		line, _, _ := strings.Cut(rest, " kB")
		if kib, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64); err == nil {
			peak.Store(max(peak.Load(), kib<<10))
		}
		time.Sleep(10 * time.Millisecond)
	}
}
