package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/sandbox/engine"
)

type operation func(*engine.Engine, context.Context) (*engine.Result, error)

func newOperation(f *flags, name, short string, run operation) *cobra.Command {
	return &cobra.Command{
		Use:   name,
		Short: short,
		Args:  cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			to, err := f.openOutput(cmd)
			if err != nil {
				return err
			}
			result, facts, err := f.operate(cmd, to, run)
			to.close()
			if printed := f.print(cmd.OutOrStdout(), result, facts); printed != nil {
				return printed
			}
			// A verdict is worth a report, above all when it stopped the operation.
			if reported := f.reportCompliance(cmd.OutOrStdout()); reported != nil {
				err = errors.Join(err, reported)
			}
			if err != nil && to.log != "" && result != nil {
				err = fmt.Errorf("%w\n\nAll that the engine printed is in %s", err, to.log)
			}
			return explain(err)
		},
	}
}

// operate runs the operation and looks up what the summary says beside its result.
func (f *flags) operate(cmd *cobra.Command, to output, run operation) (result *engine.Result, facts facts, err error) {
	opened, err := f.open(cmd, to)
	if err != nil {
		return nil, facts, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	result, err = run(opened, cmd.Context())
	facts.failed = err != nil
	if err != nil || result.Operation != "up" || f.json {
		return result, facts, err
	}
	facts = f.lookUp(opened)
	facts.log = to.log
	return result, facts, nil
}

func newPreview(f *flags) *cobra.Command {
	return newOperation(f, "preview", "Show what up would change, and what the policies say", (*engine.Engine).Preview)
}

func newUp(f *flags) *cobra.Command {
	return newOperation(f, "up", "Bring the stack up", (*engine.Engine).Up)
}

func newRefresh(f *flags) *cobra.Command {
	return newOperation(f, "refresh", "Bring the state up to what the cloud holds, and show the drift",
		(*engine.Engine).Refresh)
}

func newDestroy(f *flags) *cobra.Command {
	return newOperation(f, "destroy", "Delete everything that the stack made", (*engine.Engine).Destroy)
}
