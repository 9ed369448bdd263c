package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/stack"
)

// memoryInterval is how often the engine's memory is looked at. The kernel keeps the peak, so
// only what is allocated in the last moments can be missed.
const memoryInterval = 10 * time.Millisecond

// meter watches one operation.
type meter struct {
	mu sync.Mutex
	// launched is when the engine's process began; programmed and ended frame the program.
	launched, programmed, ended time.Time
	// peak memory of the engine's process in bytes, 0 where the system does not tell.
	peak int64
}

// sample is what an operation came to.
type sample struct {
	wall time.Duration
	// cpu is the processor time of the engine, the policy pack, the program and the simulation.
	cpu time.Duration
	// before, program and after split the wall time at the start and the end of the program.
	before, program, after time.Duration
	peak                   int64
	resources              int
}

func (m *meter) start(process *os.Process) {
	m.mu.Lock()
	m.launched = time.Now()
	m.mu.Unlock()
	go m.watch(fmt.Sprintf("/proc/%d/status", process.Pid))
}

// watch reads the peak memory until the process is gone.
func (m *meter) watch(status string) {
	for {
		content, err := os.ReadFile(status) //nolint:gosec // the path is made of a process id
		peak := highWater(string(content))
		if err != nil || peak == 0 {
			return
		}
		m.mu.Lock()
		m.peak = max(m.peak, peak)
		m.mu.Unlock()
		time.Sleep(memoryInterval)
	}
}

// highWater finds the peak of the resident memory; a process that has ended has none.
func highWater(status string) int64 {
	for line := range strings.Lines(status) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			if err == nil {
				return kib * 1024
			}
		}
	}
	return 0
}

// program is the stack's, framed.
func (m *meter) program(ctx *pulumi.Context) error {
	m.mu.Lock()
	m.programmed = time.Now()
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		m.ended = time.Now()
		m.mu.Unlock()
	}()
	return stack.Deploy(ctx)
}

// operation is one of an engine's.
type operation func(*engine.Engine, context.Context) (*engine.Result, error)

// measure runs an operation.
func (m *meter) measure(ctx context.Context, e *engine.Engine, do operation) (sample, error) {
	used := processorTime()
	started := time.Now()
	result, err := do(e, ctx)
	if err != nil {
		return sample{}, err
	}
	finished := time.Now()
	used = processorTime() - used
	m.mu.Lock()
	defer m.mu.Unlock()
	return sample{
		wall: finished.Sub(started), cpu: used, before: m.programmed.Sub(started), program: m.ended.Sub(m.programmed),
		after: finished.Sub(m.ended), peak: m.peak, resources: len(result.Steps) + result.Unchanged,
	}, nil
}

// median of what each of the samples says.
func median[T int64 | time.Duration](samples []sample, of func(sample) T) T {
	values := make([]T, 0, len(samples))
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func wall(s sample) time.Duration { return s.wall }
