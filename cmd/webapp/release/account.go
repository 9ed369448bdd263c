package release

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"aws-webapp/internal/cli"
)

// accountStep writes the policies of the roles that another account needs.
type accountStep struct{ stack, account, out string }

func newAccount() *cobra.Command {
	s := &accountStep{stack: "delivery"}
	cmd := step("account", "Write the policies of the roles that another account needs, one file each",
		"--account 111111111111 --out policies-staging", s.run)
	cli.StackFlag(cmd, &s.stack, "delivery stack, which must be up")
	cmd.Flags().StringVar(&s.account, "account", "", "account of a target")
	cmd.Flags().StringVar(&s.out, "out", "", "folder for the files")
	cli.Require(cmd, "account", "out")
	return cmd
}

// deployRolesType is the component that knows the policies.
const deployRolesType = "aws-webapp:delivery:DeployRoles"

func (s *accountStep) run(t *tools) error {
	text, err := t.ask("pulumi", "stack", "export", "--stack", s.stack)
	if err != nil {
		return err
	}
	var state struct {
		Deployment struct {
			Resources []struct {
				Type    string `json:"type"`
				Outputs struct {
					Accounts map[string]map[string]string `json:"accounts"`
				} `json:"outputs"`
			} `json:"resources"`
		} `json:"deployment"`
	}
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		return fmt.Errorf("read the state of %s: %w", s.stack, err)
	}
	var known []string
	for _, resource := range state.Deployment.Resources {
		if resource.Type != deployRolesType {
			continue
		}
		known = slices.Sorted(maps.Keys(resource.Outputs.Accounts))
		if documents, ok := resource.Outputs.Accounts[s.account]; ok {
			return s.write(t, documents)
		}
	}
	return fmt.Errorf("found no account %q in stack %s, allowed are %s: "+
		"name the account of a target that is not the stack's own", s.account, s.stack, strings.Join(known, ", "))
}

func (s *accountStep) write(t *tools, documents map[string]string) error {
	if err := os.MkdirAll(s.out, 0o750); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(documents)) {
		file := filepath.Join(s.out, filepath.Base(name))
		if err := os.WriteFile(file, []byte(documents[name]+"\n"), 0o600); err != nil {
			return err
		}
		fmt.Fprintln(t.out, file)
	}
	return nil
}
