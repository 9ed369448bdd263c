// Package trial brings a stack up in the simulated AWS only to see what it would have, and leaves nothing behind.
package trial

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/simulation"
	"aws-webapp/internal/stack"
)

// State of a stack's file in the project at root: the real engine brings it up, so that it holds what components such
// as awsx's Vpc make, too.
func State(ctx context.Context, root, stackName string) (_ *apitype.DeploymentV3, err error) {
	home, err := os.MkdirTemp("", "trial-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	// What takes long to build is shared with the project's own sandbox.
	shared, err := filepath.Abs(filepath.Join(engine.Home("", root), "bin"))
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
	return e.State()
}
