package initialize

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/initialize"
)

// New returns the command.
func New() *cobra.Command {
	var (
		root    string
		dryRun  bool
		answers initialize.Answers
	)
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write your stack files: project, accounts, domain, image, whom to alert",
		Long: `Write your stack files out of those at the top of the project, and give the project its name.

What no flag answers is asked for, if there is a terminal; enter takes the default. What the
questions do not touch stays as it was, so the command can be run again. Nothing is written
unless every file loads as the program will load it.`,
		Example: "  webapp init\n  webapp init --project shop --region eu-west-1 --prod-account 222222222222 ...",
		Args:    cli.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := ask(cmd, &answers); err != nil {
				return err
			}
			if missing := answers.Complete(); len(missing) > 0 {
				return cli.Usage(fmt.Errorf("no answer for --%s: give them, or run webapp init in a terminal, which asks",
					strings.Join(missing, ", --")))
			}
			files, err := initialize.Files(root, &answers)
			if err != nil {
				return fmt.Errorf("nothing was written, because the program would refuse it:\n%w", err)
			}
			changed, err := write(root, files, dryRun)
			if err != nil {
				return err
			}
			return report(cmd.OutOrStdout(), changed, dryRun, &answers)
		},
	}
	cli.RootFlag(cmd, &root)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say which files would change, and write nothing")
	for _, q := range answers.Questions() {
		cmd.Flags().StringVar(q.Answer, q.Name, "", q.Text)
	}
	return cmd
}

// ask asks for what no flag has answered, on a terminal.
func ask(cmd *cobra.Command, answers *initialize.Answers) error {
	in := cmd.InOrStdin()
	if file, ok := in.(*os.File); ok && !term.IsTerminal(int(file.Fd())) {
		return nil
	}
	lines := bufio.NewScanner(in)
	for _, q := range answers.Questions() {
		for *q.Answer == "" && !cmd.Flags().Changed(q.Name) {
			fallback := ""
			if q.Default != nil {
				fallback = q.Default()
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%s [%s]: ", q.Text, fallback)
			if !lines.Scan() {
				return lines.Err()
			}
			*q.Answer = strings.TrimSpace(lines.Text())
			if *q.Answer == "" && q.Default != nil {
				*q.Answer = fallback
				break
			}
		}
	}
	return nil
}

// write writes the files that differ from what is there, and returns their names.
func write(root string, files map[string][]byte, dryRun bool) (changed []string, err error) {
	for _, file := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(root, file)
		before, err := os.ReadFile(path) //nolint:gosec // a file of the project
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return changed, err
		}
		if bytes.Equal(before, files[file]) {
			continue
		}
		changed = append(changed, file)
		if dryRun {
			continue
		}
		if err := os.WriteFile(path, files[file], 0o644); err != nil { //nolint:gosec // read by everybody who works on it
			return changed, err
		}
	}
	return changed, nil
}

func report(out io.Writer, changed []string, dryRun bool, answers *initialize.Answers) error {
	if dryRun {
		_, err := fmt.Fprintf(out, "would write %s\n", strings.Join(changed, ", "))
		return err
	}
	if len(changed) == 0 {
		fmt.Fprintln(out, "every file is already as the answers say")
	} else {
		fmt.Fprintf(out, "wrote %s\n", strings.Join(changed, ", "))
	}
	_, err := fmt.Fprintf(out, `
Next:
  git diff                                         read what changed; docs/config.md explains the rest of each file
  make reset && make up STACK=staging              bring it up in the sandbox, without an account, with the policies
  go run ./cmd/webapp cost estimate --stack prod   what it would cost, against the budget in cost.yaml
  go run ./cmd/webapp preflight --stack staging    with credentials of account %s: what AWS would refuse
  docs/delivery.md                                 set up the pipeline, its roles and the state
`, answers.StagingAccount)
	return err
}
