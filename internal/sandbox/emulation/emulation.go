package emulation

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"aws-webapp/internal/sandbox/awsx"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/internal/sandbox/moto"
	"aws-webapp/internal/sandbox/moto/awsplugin"
)

// Emulation is a moto server for each stack. It keeps running between operations, until End.
type Emulation struct {
	// Root of the project, whose tools hold the plugin's sources.
	Root string
	// Stacks is the folder of the stack files. Default Root.
	Stacks string
	// Stack to deploy. Its file names the hosted zone that exists before it.
	Stack string
	// Home of the sandbox, for plugin and Python environment. Default .sandbox in Root.
	Home string
	// Progress gets a note of what has to be built first, and of settings that moto does not
	// support. Default nowhere.
	Progress io.Writer
	// Server to deploy to, for tests; by default one that is kept for the stack.
	Server *moto.Server
}

// Open finds or starts the stack's server, and makes sure that the plugin is there.
func (e Emulation) Open(ctx context.Context, dir string) (engine.Connection, error) {
	if e.Progress == nil {
		e.Progress = io.Discard
	}
	plugin := awsplugin.Installer{
		Home: filepath.Join(e.home(), "home"), Source: filepath.Join(engine.Module(e.Root), "tools", "awsplugin"),
		Progress: e.Progress,
	}
	if err := plugin.Ensure(ctx); err != nil {
		return nil, err
	}
	server, err := e.server(ctx, dir)
	if err != nil {
		return nil, err
	}
	for _, change := range lacking {
		_, _ = fmt.Fprintf(e.Progress, "For moto, %s is %s: %s.\n", change.path, change.value, change.reason)
	}
	if err := e.addGiven(ctx, server); err != nil {
		return nil, err
	}
	state, err := stateOf(server, dir)
	if err != nil {
		return nil, err
	}
	plugins, err := filepath.Abs(plugin.Home) // the CLI runs in another folder
	if err != nil {
		return nil, err
	}
	components, err := awsx.Start()
	if err != nil {
		return nil, err
	}
	return &connection{server: server, awsx: components, state: state, home: plugins}, nil
}

// server finds or starts the stack's server, which keeps running when the connection is closed.
func (e Emulation) server(ctx context.Context, dir string) (*moto.Server, error) {
	if e.Server != nil {
		return e.Server, nil
	}
	return moto.Keep(ctx, dir, moto.WithProgress(e.Progress), moto.WithEnvironment(filepath.Join(e.home(), "venv")))
}

// stateOf returns the folder for the engine's state of what is deployed on a server. It lies
// beside the server and is of no use without it: moto keeps everything in memory, so the
// resources of an earlier server are gone, and a state that still lists them would make every
// operation fail.
func stateOf(server *moto.Server, dir string) (string, error) {
	state, err := filepath.Abs(filepath.Join(dir, "moto", "state"))
	if err != nil {
		return "", err
	}
	if server.Fresh() {
		if err := os.RemoveAll(state); err != nil {
			return "", err
		}
	}
	return state, os.MkdirAll(state, 0o750)
}

// End stops the server of a stack. Everything that was deployed there is gone.
func (e Emulation) End(ctx context.Context, dir string) error { return moto.Stop(ctx, dir) }

func (e Emulation) home() string { return engine.Home(e.Home, e.Root) }

// connection is a moto server that is being used.
type connection struct {
	server *moto.Server
	awsx   *awsx.Provider
	state  string
	home   string // the Pulumi home that has the plugin
}

func (c *connection) Providers() map[string]int {
	return map[string]int{"awsx": c.awsx.Port()}
}

// Environment sends every call of the AWS SDK to moto, whatever account the user's own settings
// name.
func (c *connection) Environment() map[string]string {
	variables := c.server.Client()
	variables["PULUMI_BACKEND_URL"] = engine.BackendURL(c.state)
	variables["PULUMI_HOME"] = c.home
	return variables
}

// Config sets the stack's account to moto's, and switches off the settings that moto does not
// support.
func (c *connection) Config() map[string]string {
	values := map[string]string{"aws.allowedAccountIds[0]": moto.Account}
	for _, change := range append(slices.Clone(lacking), impatience) {
		values[change.path] = change.value
	}
	return values
}

func (c *connection) Close() error { return c.awsx.Close() }

// Hint explains how to look at what was deployed.
func (c *connection) Hint() string {
	return fmt.Sprintf("The simulated AWS goes on at %s: AWS_ENDPOINT_URL=%[1]s aws ec2 describe-vpcs",
		c.server.Endpoint())
}
