package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cost"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "cost",
		Short:         "Estimate what a stack costs in a month",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	folder := root.PersistentFlags().String("root", ".", "folder of Pulumi.yaml and "+cost.FileName)
	root.AddCommand(newEstimate(folder), newDiff(), newPage(folder))
	return root
}

// The formats.
const (
	formatText     = "text"
	formatJSON     = "json"
	formatMarkdown = "markdown"
)

var formats = []string{formatText, formatJSON, formatMarkdown}

// formatFlag adds --format to a command, which must check it.
func formatFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("format", formatText, "how to print it: "+strings.Join(formats, ", "))
}

func checkFormat(format string) error {
	if slices.Contains(formats, format) {
		return nil
	}
	return fmt.Errorf("--format: found %q, allowed are %s", format, strings.Join(formats, ", "))
}

func newEstimate(root *string) *cobra.Command {
	var stackName, file, region string
	var items bool
	cmd := &cobra.Command{
		Use:   "estimate",
		Short: "Estimate a stack, and fail when it exceeds its budget",
		Long: "Estimate a stack, and fail when it exceeds its budget in " + cost.FileName + ".\n\n" +
			"The resources come from the stack's file, which the real engine turns into a graph in the sandbox,\n" +
			"or from --file: the output of pulumi stack export, or of pulumi preview --json --show-sames.",
		Args: cobra.NoArgs,
	}
	cmd.Flags().StringVarP(&stackName, "stack", "s", "prod", "stack to estimate, and whose budget and assumptions hold")
	cmd.Flags().StringVar(&file, "file", "", "estimate the resources in this file, - for standard input, instead of those of the stack's file")
	cmd.Flags().StringVar(&region, "region", "", "take the prices of this region instead of the stack's own")
	cmd.Flags().BoolVar(&items, "items", false, "show each item in the text format")
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkFormat(*format); err != nil {
			return err
		}
		assumed, err := cost.LoadStack(*root, stackName)
		if err != nil {
			return cli.Failed(err)
		}
		graph, err := loadGraph(cmd, *root, stackName, file)
		if err != nil {
			return cli.Failed(err)
		}
		estimate, err := cost.New(graph, assumed, region)
		if err != nil {
			return cli.Failed(err)
		}
		if err := printEstimate(cmd.OutOrStdout(), estimate, *format, items); err != nil {
			return cli.Failed(err)
		}
		if err := estimate.CheckBudget(); err != nil {
			return cli.Failed(err)
		}
		return nil
	}
	return cmd
}

func loadGraph(cmd *cobra.Command, root, stackName, file string) (*cost.Graph, error) {
	if file == "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "bringing %s up in the sandbox (the first time this builds the Pulumi CLI, which takes minutes)\n", stackName)
		return sandboxGraph(cmd.Context(), root, stackName)
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

func printEstimate(w io.Writer, estimate *cost.Estimate, format string, items bool) error {
	switch format {
	case formatJSON:
		return printJSON(w, estimate)
	case formatMarkdown:
		return estimate.Markdown(w)
	default:
		return estimate.Text(w, items)
	}
}

func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

func newDiff() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "Compare two estimates that were printed as JSON, - for standard input",
		Args:  cobra.ExactArgs(2),
	}
	format := formatFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := checkFormat(*format); err != nil {
			return err
		}
		var estimates [2]*cost.Estimate
		for i, path := range args {
			content, err := readFile(cmd.InOrStdin(), path)
			if err != nil {
				return cli.Failed(err)
			}
			if estimates[i], err = cost.ReadEstimate(content); err != nil {
				return cli.Failed(fmt.Errorf("%s: %w", path, err))
			}
		}
		if err := printDifference(cmd.OutOrStdout(), cost.Compare(estimates[0], estimates[1]), *format); err != nil {
			return cli.Failed(err)
		}
		return nil
	}
	return cmd
}

func printDifference(w io.Writer, difference *cost.Difference, format string) error {
	switch format {
	case formatJSON:
		return printJSON(w, difference)
	case formatMarkdown:
		return difference.Markdown(w)
	default:
		return difference.Text(w)
	}
}

// documented are the stacks of the page, the first one as the measure of the others.
var documented = []string{"prod", "staging", "delivery"}

func newPage(root *string) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "page",
		Short: "Write docs/cost.md",
		Args:  cobra.NoArgs,
	}
	cmd.Flags().StringVar(&out, "out", "", "file to write, - for standard output (default docs/cost.md below --root)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		page, err := writePage(cmd, *root)
		if err != nil {
			return cli.Failed(err)
		}
		switch out {
		case "-":
			fmt.Fprint(cmd.OutOrStdout(), page)
			return nil
		case "":
			out = filepath.Join(*root, "docs", "cost.md")
		}
		if err := os.WriteFile(out, []byte(page), 0o644); err != nil { //nolint:gosec // documentation is for everybody
			return cli.Failed(err)
		}
		return nil
	}
	return cmd
}

func writePage(cmd *cobra.Command, root string) (string, error) {
	var estimates []*cost.Estimate
	for _, name := range documented {
		if _, err := os.Stat(filepath.Join(root, "Pulumi."+name+".yaml")); errors.Is(err, os.ErrNotExist) {
			continue
		}
		assumed, err := cost.LoadStack(root, name)
		if err != nil {
			return "", err
		}
		graph, err := loadGraph(cmd, root, name, "")
		if err != nil {
			return "", err
		}
		estimate, err := cost.New(graph, assumed, "")
		if err != nil {
			return "", err
		}
		estimates = append(estimates, estimate)
	}
	return cost.Page(estimates), nil
}
