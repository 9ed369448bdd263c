package diagram

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/diagram"
	"aws-webapp/internal/sandbox/trial"
)

// New makes the command.
func New() *cobra.Command {
	var root, stackName, file, pipeline string
	var text bool
	cmd := &cobra.Command{
		Use:   "diagram",
		Short: "Draw a stack as an SVG: network, who talks to whom, and what is beside it",
		Long: `Draw a stack as an SVG: network, who talks to whom, and what is beside it.

The resources come from the stack's file, which the real engine turns into a graph in
the sandbox, or from --file: the output of pulumi stack export. The picture goes to
standard output.`,
		Example: "  webapp diagram --stack prod > prod.svg\n  webapp diagram --stack prod --pipeline delivery > prod.svg",
		Args:    cli.Args(),
	}
	cli.RootFlag(cmd, &root)
	cli.StackFlag(cmd, &stackName, "stack to draw: a workload such as prod")
	cli.Require(cmd, "stack")
	cmd.Flags().StringVar(&file, "file", "", "draw the resources in this file instead of those of the stack's file")
	cmd.Flags().StringVar(&pipeline, "pipeline", "", "delivery stack whose pipeline is drawn, too; none without it")
	cmd.Flags().BoolVar(&text, "text", false, "draw with characters, for a terminal of 80 columns")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		resources, err := read(cmd, root, stackName, file)
		if err != nil {
			return err
		}
		var delivery []apitype.ResourceV3
		if pipeline != "" {
			if delivery, err = read(cmd, root, pipeline, ""); err != nil {
				return fmt.Errorf("--pipeline: %w", err)
			}
		}
		if text {
			drawn, err := diagram.Text(resources, delivery)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), drawn)
			return err
		}
		svg, faults, err := diagram.SVG(resources, delivery)
		if err != nil {
			return err
		}
		if len(faults) > 0 {
			fmt.Fprintf(cmd.ErrOrStderr(), "the picture is crowded:\n  %s\n", strings.Join(faults, "\n  "))
		}
		_, err = fmt.Fprint(cmd.OutOrStdout(), svg)
		return err
	}
	return cmd
}

// read returns the resources of a stack: those in the file, or without one those that its file makes.
func read(cmd *cobra.Command, root, stackName, file string) ([]apitype.ResourceV3, error) {
	if file == "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "bringing %s up in the sandbox "+
			"(the first time this builds the Pulumi CLI, which takes minutes)\n", stackName)
		state, err := trial.State(cmd.Context(), root, stackName)
		if err != nil {
			return nil, err
		}
		return state.Resources, nil
	}
	content, err := os.ReadFile(file) //nolint:gosec // the file that the user named
	if err != nil {
		return nil, fmt.Errorf("--file: %w", err)
	}
	var exported struct {
		Deployment struct {
			Resources []apitype.ResourceV3 `json:"resources"`
		} `json:"deployment"`
	}
	if err = json.Unmarshal(content, &exported); err == nil && len(exported.Deployment.Resources) == 0 {
		err = errors.New("found no resources")
	}
	if err != nil {
		return nil, fmt.Errorf("--file: %w: expected the output of pulumi stack export", err)
	}
	return exported.Deployment.Resources, nil
}
