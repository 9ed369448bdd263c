package cost

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"aws-webapp/internal/cost"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simulation"
	"aws-webapp/internal/stack"
)

// sandboxGraph is the graph of a stack's file: the real engine brings it up in the simulated AWS,
// so that it holds what components such as awsx's Vpc make, too. Nothing is left behind.
func sandboxGraph(ctx context.Context, root, stackName string) (_ *cost.Graph, err error) {
	home, err := os.MkdirTemp("", "cost-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	// What takes long to build is shared with the project's own sandbox.
	shared, err := filepath.Abs(filepath.Join(root, ".sandbox", "bin"))
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(shared, 0o750); err != nil {
		return nil, err
	}
	if err := os.Symlink(shared, filepath.Join(home, "bin")); err != nil {
		return nil, err
	}
	e, err := engine.Open(ctx, engine.Options{
		Root: root, Home: home, Stack: stackName, Program: stack.Deploy, Cloud: simulation.Simulation{},
		PolicyPack: engine.NoPolicyPack, Fast: true,
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if _, err := e.Up(ctx); err != nil {
		return nil, err
	}
	state, err := e.State()
	if err != nil {
		return nil, err
	}
	return cost.FromState(state)
}
