package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

// Preview shows what Up would do and what the policies say about it. The error is a
// [Failure] where the program, a provider or a mandatory policy objects.
func (e *Engine) Preview(ctx context.Context) (*Result, error) {
	return e.run("preview", func(stream chan events.EngineEvent, _ *Result) error {
		options := []optpreview.Option{
			optpreview.EventStreams(stream), optpreview.ProgressStreams(e.options.Output),
			optpreview.ErrorProgressStreams(e.options.Output), optpreview.Color(e.color()),
		}
		if e.options.Diff {
			options = append(options, optpreview.Diff())
		}
		if e.pack != "" {
			options = append(options, optpreview.PolicyPacks(e.pack))
		}
		if e.options.PolicyConfig != "" {
			options = append(options, optpreview.PolicyPackConfigs(e.options.PolicyConfig))
		}
		_, err := e.stack.Preview(ctx, options...)
		return err
	})
}

// Up deploys the program. As with `pulumi up`, the policy pack judges a preview first, and a
// mandatory violation leaves the cloud as it was. By itself the Automation API would report
// violations of the whole stack only afterwards.
func (e *Engine) Up(ctx context.Context) (*Result, error) {
	if err := e.warnOfPending(); err != nil {
		return nil, err
	}
	if e.pack != "" {
		if result, err := e.judge(ctx); err != nil {
			return result, err
		}
	}
	result, err := e.run("up", func(stream chan events.EngineEvent, _ *Result) error {
		options := []optup.Option{
			optup.EventStreams(stream), optup.ProgressStreams(e.options.Output),
			optup.ErrorProgressStreams(e.options.Output), optup.Color(e.color()),
		}
		if e.options.Diff {
			options = append(options, optup.Diff())
		}
		if e.pack != "" {
			options = append(options, optup.PolicyPacks(e.pack))
		}
		if e.options.PolicyConfig != "" {
			options = append(options, optup.PolicyPackConfigs(e.options.PolicyConfig))
		}
		_, err := e.stack.Up(ctx, options...)
		return err
	})
	if err != nil {
		return result, err
	}
	if result.Outputs, err = e.Outputs(); err != nil {
		return result, err
	}
	return result, e.undelivered()
}

// undelivered fails an update that AWS would have called a success although some of the
// deployed settings do not work.
func (e *Engine) undelivered() error {
	auditor, ok := e.cloud.(Auditor)
	if !ok {
		return nil
	}
	if err := auditor.Undelivered(); err != nil {
		return fmt.Errorf("%s is up, but AWS would silently drop some of what it should deliver:\n%w",
			e.options.Stack, err)
	}
	return nil
}

// judge runs a preview and shows only the policy violations.
func (e *Engine) judge(ctx context.Context) (*Result, error) {
	progress, output := e.options.Progress, e.options.Output
	fmt.Fprintf(progress, "Previewing %s with the policy pack.\n", e.options.Stack)
	e.options.Output = io.Discard
	result, err := e.Preview(ctx)
	e.options.Output = output
	if err != nil {
		for _, violation := range result.Violations {
			if violation.Mandatory() {
				fmt.Fprintf(progress, "[%s] %s\n", violation.Policy, violation.Message)
			}
		}
	}
	return result, err
}

// Refresh brings the state up to what the cloud holds. Its steps are the drift. It also settles
// the creations that a killed run left unfinished, about which the CLI would ask: those that
// the cloud has are adopted, the rest is forgotten.
func (e *Engine) Refresh(ctx context.Context) (*Result, error) {
	if err := e.takeOver(ctx); err != nil {
		return nil, err
	}
	return e.run("refresh", func(stream chan events.EngineEvent, _ *Result) error {
		options := []optrefresh.Option{
			optrefresh.EventStreams(stream), optrefresh.ProgressStreams(e.options.Output),
			optrefresh.ErrorProgressStreams(e.options.Output), optrefresh.Color(e.color()),
			optrefresh.ClearPendingCreates(),
		}
		if e.options.Diff {
			options = append(options, optrefresh.Diff())
		}
		_, err := e.stack.Refresh(ctx, options...)
		return err
	})
}

// Destroy deletes everything in the stack's state. As with `pulumi destroy`, a preview comes
// first: if any resource is protected, nothing is deleted.
func (e *Engine) Destroy(ctx context.Context) (*Result, error) {
	if result, err := e.previewDestroy(ctx); err != nil {
		return result, err
	}
	return e.run("destroy", func(stream chan events.EngineEvent, _ *Result) error {
		_, err := e.stack.Destroy(ctx, optdestroy.EventStreams(stream), optdestroy.ProgressStreams(e.options.Output),
			optdestroy.ErrorProgressStreams(e.options.Output), optdestroy.Color(e.color()))
		return err
	})
}

func (e *Engine) previewDestroy(ctx context.Context) (*Result, error) {
	return e.run("destroy", func(stream chan events.EngineEvent, _ *Result) error {
		_, err := e.stack.PreviewDestroy(ctx, optdestroy.EventStreams(stream))
		return err
	})
}

// streamGrace bounds the time between the end of the engine and the end of its events.
const streamGrace = time.Second

// run runs an operation and collects its events meanwhile.
func (e *Engine) run(operation string, do func(chan events.EngineEvent, *Result) error) (*Result, error) {
	result := &Result{Operation: operation, Stack: e.options.Stack}
	log, err := newEventLog(e.options.EventLog)
	if err != nil {
		return result, err
	}
	stream := make(chan events.EngineEvent)
	collected := make(chan error, 1)
	go func() {
		result.collect(stream, log, e.options.Watch)
		collected <- log.close()
	}()
	started := time.Now()
	err = do(stream, result)
	// The Automation API closes the stream after the last event, but never closes it when the
	// engine could not be started at all.
	var unlogged error
	select {
	case unlogged = <-collected:
	case <-time.After(streamGrace):
	}
	result.Duration = time.Since(started)
	if err != nil {
		return result, errors.Join(&Failure{Result: result, Cause: err}, unlogged)
	}
	return result, unlogged
}

func (e *Engine) color() string {
	if e.options.Color {
		return "always"
	}
	return "never"
}
