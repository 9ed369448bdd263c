package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"aws-webapp/cmd/webapp/process"
	"aws-webapp/internal/cli"
)

// pinStep puts the images that a stack runs into its file, so that a preview, or an update by
// hand, does not take the pipeline's last release back.
type pinStep struct{ stack, root string }

func newPin() *cobra.Command {
	s := &pinStep{}
	cmd := step("pin", "Put the images that were deployed last into the stack file", "--stack prod", s.run)
	cli.StackFlag(cmd, &s.stack, "stack whose file is changed")
	cli.RootFlag(cmd, &s.root)
	cli.Require(cmd, "stack")
	return cmd
}

func (s *pinStep) run(t *tools) error {
	t.programs.Dir = s.root
	text, err := process.StackOutputs(t.ctx, t.programs, s.stack)
	if err != nil {
		return err
	}
	var found stackOutputs
	if err := json.Unmarshal(text, &found); err != nil {
		return fmt.Errorf("read the outputs of %s: %w", s.stack, err)
	}
	if len(found.Services) == 0 {
		fmt.Fprintf(t.log, "%s has never been deployed: its file stays as it is\n", s.stack)
		return nil
	}
	running := map[string]string{}
	for name, service := range found.Services {
		running[name] = service.Image
	}
	for name, job := range found.Jobs {
		running[name] = job.Image
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(running)) {
		reference := running[name]
		if reference == "" {
			continue
		}
		err := setImage(t, s.root, s.stack, name, reference, false)
		if errors.As(err, &noServiceError{}) {
			fmt.Fprintf(t.log, "%s runs, but Pulumi.%s.yaml no longer has it: nothing to pin\n", name, s.stack)
			continue
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
