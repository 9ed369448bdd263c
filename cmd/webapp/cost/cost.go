package cost

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cost"
	"aws-webapp/internal/sandbox/trial"
)

// New makes the command.
func New() *cobra.Command {
	return cli.Group(&cobra.Command{
		Use:     "cost",
		Short:   "Estimate what a stack costs in a month",
		Example: "  webapp cost estimate --stack prod --items\n  webapp cost diff before.json after.json",
	}, newEstimate(), newDiff())
}

// format holds the flags that choose how a result is printed. Without one it is text.
type format struct{ json, markdown bool }

func (f *format) flags(cmd *cobra.Command) {
	cli.JSONFlag(cmd, &f.json)
	cmd.Flags().BoolVar(&f.markdown, "markdown", false, "print the result as a table in Markdown")
}

func (f *format) check() error {
	if f.json && f.markdown {
		return cli.Usage(errors.New("--json and --markdown: found both, one is allowed"))
	}
	return nil
}

// print prints a value as JSON, or in one of its own forms.
func (f *format) print(w io.Writer, value any, markdown, text func(io.Writer) error) error {
	switch {
	case f.json:
		return cli.PrintJSON(w, value)
	case f.markdown:
		return markdown(w)
	default:
		return text(w)
	}
}

func newEstimate() *cobra.Command {
	var root, stackName, file, region string
	var items bool
	var form format
	cmd := &cobra.Command{
		Use:   "estimate",
		Short: "Estimate a stack, and fail when it exceeds its budget",
		Long: `Estimate a stack, and fail when it exceeds its budget in ` + cost.FileName + `.

The resources come from the stack's file, which the real engine turns into a graph in
the sandbox, or from --file: the output of pulumi stack export, or of pulumi preview
--json --show-sames.`,
		Example: "  webapp cost estimate --stack prod --items\n  webapp cost estimate --stack prod --file state.json --json",
		Args:    cli.Args(),
	}
	cli.RootFlag(cmd, &root)
	cli.StackFlag(cmd, &stackName, "stack to estimate, and whose budget and assumptions hold")
	cli.Require(cmd, "stack")
	cmd.Flags().StringVar(&file, "file", "",
		"estimate the resources in this file, - for standard input, instead of those of the stack's file")
	cmd.Flags().StringVar(&region, "region", "", "take the prices of this region instead of the stack's own")
	cmd.Flags().BoolVar(&items, "items", false, "show each item, in the text form")
	form.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := form.check(); err != nil {
			return err
		}
		assumed, err := cost.LoadStack(root, stackName)
		if err != nil {
			return err
		}
		graph, err := loadGraph(cmd, root, stackName, file)
		if err != nil {
			return err
		}
		estimate, err := cost.New(graph, assumed, region)
		if err != nil {
			return err
		}
		text := func(w io.Writer) error { return estimate.Text(w, items) }
		if err := form.print(cmd.OutOrStdout(), estimate, estimate.Markdown, text); err != nil {
			return err
		}
		return estimate.CheckBudget()
	}
	return cmd
}

func loadGraph(cmd *cobra.Command, root, stackName, file string) (*cost.Graph, error) {
	if file == "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "bringing %s up in the sandbox "+
			"(the first time this builds the Pulumi CLI, which takes minutes)\n", stackName)
		state, err := trial.State(cmd.Context(), root, stackName)
		if err != nil {
			return nil, err
		}
		return cost.FromState(state)
	}
	content, err := readFile(cmd.InOrStdin(), file)
	if err != nil {
		return nil, fmt.Errorf("--file: %w", err)
	}
	return cost.Decode(content)
}

func readFile(in io.Reader, path string) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(in)
	}
	return os.ReadFile(path) //nolint:gosec // the file that the user named
}

func newDiff() *cobra.Command {
	var form format
	cmd := &cobra.Command{
		Use:     "diff BEFORE AFTER",
		Short:   "Compare two estimates that were printed as JSON, - for standard input",
		Example: "  webapp cost estimate --stack prod --json | webapp cost diff before.json -",
		Args:    cli.Args("BEFORE", "AFTER"),
	}
	form.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := form.check(); err != nil {
			return err
		}
		var estimates [2]*cost.Estimate
		for i, path := range args {
			content, err := readFile(cmd.InOrStdin(), path)
			if err != nil {
				return err
			}
			if estimates[i], err = cost.ReadEstimate(content); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
		}
		difference := cost.Compare(estimates[0], estimates[1])
		return form.print(cmd.OutOrStdout(), difference, difference.Markdown, difference.Text)
	}
	return cmd
}
