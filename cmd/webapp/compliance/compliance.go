package compliance

import (
	"errors"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
	"aws-webapp/policies/evidence"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/report"
)

// errNotCompliant is a verdict of the policies.
var errNotCompliant = errors.New("mandatory controls have failed: the report says which, and what to change")

// New makes the command.
func New() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "compliance EVIDENCE...",
		Short: "Write the compliance report from what the policy pack found in stacks",
		Long: `Write HTML for auditors, SARIF, JUnit and JSON. The pack writes its evidence into the
file that ` + pack.EvidenceVariable + ` names during pulumi preview or up.

Exit code: 1 if a mandatory control has failed.`,
		Example: "  webapp compliance --out reports prod.json staging.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cli.Usage(errors.New("found no file of evidence: " +
					"name those that the policy pack wrote, such as prod.json staging.json"))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			runs, err := evidence.ReadAll(args)
			if err != nil {
				return cli.Usage(err)
			}
			if err := report.Write(dir, runs); err != nil {
				return err
			}
			if err := report.Summarize(cmd.OutOrStdout(), dir, runs); err != nil {
				return err
			}
			if !report.Compliant(runs) {
				return errNotCompliant
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "out", "compliance", "folder for the reports")
	return cmd
}
