package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"aws-webapp/internal/sandbox/criticalpath"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simaws"
	"aws-webapp/internal/sandbox/simulation"
)

// readiness is how long AWS takes until a stack is ready.
type readiness struct {
	stack string
	graph criticalpath.Graph
	// paced is the time of the paced up, in AWS's time.
	paced time.Duration
}

// ready brings both stacks up at a pace in proportion to AWS's own, and reads their graphs.
func (b *bench) ready(ctx context.Context, r *report) error {
	for _, name := range []string{"staging", "prod"} {
		found, err := b.paced(ctx, name)
		if err != nil {
			return err
		}
		r.ready = append(r.ready, found)
	}
	return nil
}

func (b *bench) paced(ctx context.Context, name string) (_ readiness, err error) {
	var mu sync.Mutex
	var first, last time.Time
	observe := func(op simaws.Operation) {
		mu.Lock()
		defer mu.Unlock()
		if first.IsZero() || op.Start.Before(first) {
			first = op.Start
		}
		if op.End.After(last) {
			last = op.End
		}
	}
	home, err := b.home("paced-" + name)
	if err != nil {
		return readiness{}, err
	}
	e, err := b.open(ctx, target{
		home: home, stack: name, pack: engine.NoPolicyPack, fast: true,
		cloud: simulation.Simulation{Pace: b.pace, Observe: observe},
	}, &meter{})
	if err != nil {
		return readiness{}, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if _, err := e.Up(ctx); err != nil {
		return readiness{}, err
	}
	state, err := e.State()
	if err != nil {
		return readiness{}, err
	}
	mu.Lock()
	defer mu.Unlock()
	return readiness{name, criticalpath.Of(state), time.Duration(float64(last.Sub(first)) / b.pace)}, nil
}
