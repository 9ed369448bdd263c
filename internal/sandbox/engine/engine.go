package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/internal/sandbox/attach"
)

// passphrase encrypts the secrets of a sandbox's state. There are none worth hiding; the
// engine demands one.
const passphrase = "sandbox"

// Parallel is the number of operations that the engine runs at a time. The engine's default of
// four per core would make the search domain, which takes longest, queue behind gateways and
// endpoints on two cores. The operations cost this machine next to nothing.
const Parallel = 32

// Options of an [Engine].
type Options struct {
	// Root of the project: the folder of Pulumi.yaml. Default the working directory.
	Root string
	// Home of the sandbox. Default .sandbox in Root.
	Home string
	// Stack to work on; Root must hold its file.
	Stack string
	// Program that describes the stack.
	Program pulumi.RunFunc
	// Cloud that it is deployed to.
	Cloud Cloud
	// PolicyPack is a folder, an executable or [NoPolicyPack]; empty means none.
	PolicyPack string
	// PolicyConfig is the pack's configuration file, if any.
	PolicyConfig string
	// PolicyEnvironment holds variables for the pack, in addition to the user's own.
	PolicyEnvironment map[string]string
	// Config overrides the stack file, by path such as database.multiAz.
	Config map[string]string
	// Progress gets a line for what the sandbox does itself, such as building the CLI. Default
	// nowhere.
	Progress io.Writer
	// Output gets what the engine prints: a line or more for each resource. Default Progress.
	Output io.Writer
	// Watch is called with each event of the engine, in order; may be nil.
	Watch func(events.EngineEvent)
	// Color makes the engine colour its output.
	Color bool
	// Diff shows each changed property.
	Diff bool
	// Fast writes the state once, at the end of an operation, instead of with every step. That
	// is several times faster, because the engine writes all of it each time; but a run that is
	// killed loses track of what it created.
	Fast bool
	// EventLog is a file for the events of the last operation, as `pulumi --event-log` writes
	// them; empty for none. For Up with a policy pack these are the events of the update, or of
	// the preview if that was refused.
	EventLog string
	// Started is called with every process of the CLI, for tests that kill it; may be nil.
	Started func(*os.Process)
}

// Engine runs operations on one stack, one at a time.
type Engine struct {
	options Options
	folders folders
	project *workspace.Project
	backend backend
	cloud   Connection
	stack   auto.Stack
	pack    string
}

// Open prepares a stack for operations: it finds or builds the CLI, builds the policy pack
// and starts the cloud. Close it afterwards.
func Open(ctx context.Context, options Options) (_ *Engine, err error) {
	if options.Progress == nil {
		options.Progress = io.Discard
	}
	if options.Output == nil {
		options.Output = options.Progress
	}
	if options.Cloud == nil || options.Program == nil || options.Stack == "" {
		return nil, errors.New("open the engine: Cloud, Program and Stack are needed")
	}
	if options.Root == "" {
		options.Root = "."
	}
	e := &Engine{options: options}
	if e.folders, err = newFolders(options.Root, options.Home, options.Stack); err != nil {
		return nil, err
	}
	if e.project, err = e.folders.copyProject(); err != nil {
		return nil, err
	}
	// Quick checks come before builds that may take minutes.
	if err := e.folders.requireStack(options.Stack); err != nil {
		return nil, err
	}
	path, version, err := e.prepare(ctx)
	if err != nil {
		return nil, err
	}
	if e.cloud, err = options.Cloud.Open(ctx, filepath.Join(e.folders.stack, "cloud")); err != nil {
		return nil, fmt.Errorf("open the cloud: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.cloud.Close())
		}
	}()
	if err := e.folders.copyStack(e.project, options.Stack, e.cloud.Config(), options.Config); err != nil {
		return nil, err
	}
	return e, e.openStack(ctx, path, version)
}

// prepare finds or makes the CLI and the policy pack, side by side: one waits for the network or its linker while the
// other compiles. The first that fails ends both.
func (e *Engine) prepare(ctx context.Context) (cli string, version semver.Version, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var once sync.Once
	end := func(failed error) {
		if failed != nil {
			once.Do(func() { err = failed })
			cancel()
		}
	}
	progress := &sharedWriter{out: e.options.Progress}
	var both sync.WaitGroup
	both.Go(func() {
		var failed error
		e.pack, failed = e.folders.policyPack(ctx, e.options.PolicyPack, progress)
		end(failed)
	})
	both.Go(func() {
		var failed error
		cli, version, failed = FindCLI(ctx, e.folders.root, e.folders.home, progress)
		end(failed)
	})
	both.Wait()
	return cli, version, err
}

// openStack opens the stack with the Automation API, and makes it if it is new.
func (e *Engine) openStack(ctx context.Context, cli string, version semver.Version) error {
	environment, name := e.environment(), e.project.Name.String()
	e.backend = backendOf(environment["PULUMI_BACKEND_URL"])
	if err := e.backend.releaseDeadLocks(name, e.options.Stack, e.options.Progress); err != nil {
		return fmt.Errorf("open stack %q: %w", e.options.Stack, err)
	}
	// The CLI's own error about a damaged state names neither the file nor its backup.
	if _, err := e.backend.read(name, e.options.Stack); err != nil {
		return err
	}
	runner := &command{
		path: cli, version: version, started: e.options.Started,
		hasState: func(stack string) (bool, error) {
			return exists(e.backend.file(name, stack))
		},
	}
	stack, err := auto.UpsertStackInlineSource(ctx, e.options.Stack, name, e.options.Program,
		auto.Pulumi(runner), auto.WorkDir(e.folders.work), auto.PulumiHome(e.folders.pulumi),
		auto.EnvVars(environment))
	if err != nil {
		return fmt.Errorf("open stack %q: %w", e.options.Stack, err)
	}
	e.stack = stack
	return nil
}

// environment returns the variables for every call of the CLI. Nothing may ask the user a
// question or look for a newer version.
func (e *Engine) environment() map[string]string {
	variables := map[string]string{
		"PULUMI_BACKEND_URL":                       BackendURL(e.folders.state),
		"PULUMI_CONFIG_PASSPHRASE":                 passphrase,
		"PULUMI_SKIP_UPDATE_CHECK":                 "true",
		"PULUMI_PARALLEL":                          strconv.Itoa(Parallel),
		"PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",
	}
	if providers := e.cloud.Providers(); len(providers) > 0 {
		variables[attach.EnvVar] = attach.Value(providers)
		if _, served := providers["aws"]; served {
			// The state names the official plugins. They are never started, so the engine need not look
			// for them on the network: that takes seconds offline, and downloads them online.
			variables["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
		}
	}
	if e.options.Fast {
		// The engine needs both.
		variables["PULUMI_SKIP_CHECKPOINTS"], variables["PULUMI_EXPERIMENTAL"] = "true", "true"
	}
	maps.Copy(variables, e.options.PolicyEnvironment)
	maps.Copy(variables, e.cloud.Environment())
	return variables
}

// Hint explains how to look at what was deployed with other tools; empty if that is not
// possible.
func (e *Engine) Hint() string {
	if guide, ok := e.cloud.(Guide); ok {
		return guide.Hint()
	}
	return ""
}

// Close ends the cloud.
func (e *Engine) Close() error {
	return e.cloud.Close()
}
