package stack_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/internal/preflight"
	"aws-webapp/tests/fixtures"
)

// The files at the top are the team's, who edits them as the README says. What is said here of each holds for every
// valid file; tests/engine previews them, with the policies.
func TestTheTeamsStacks(t *testing.T) {
	root := fixtures.Repository(t)
	projectFile := filepath.Join(root, "Pulumi.yaml")
	project, err := workspace.LoadProject(projectFile)
	require.NoError(t, err)
	name := project.Name.String()
	files, err := filepath.Glob(filepath.Join(root, "Pulumi.*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		stack := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
		t.Run(stack, func(t *testing.T) {
			rec := &recorder{stack: stack, project: name, file: file}
			require.NoError(t, rec.run(t, packagedRoot(t), replaced(nil)))
			delivery, err := preflight.ReadDelivery(name, file)
			require.NoError(t, err)
			if delivery != nil {
				cfg, err := config.LoadDeliveryFile(projectFile, file)
				require.NoError(t, err)
				require.NoError(t, config.CheckDeliverySiblings(root, name, stack, cfg))
				return
			}
			cfg, err := config.LoadFile(projectFile, file)
			require.NoError(t, err)
			require.NoError(t, config.CheckSiblings(root, name, stack, cfg))
			if len(cfg.AWS.Endpoints) > 0 {
				assert.Empty(t, calledAtAWS(cfg.AWS.Endpoints, rec.resources), "%s: aws.endpoints lacks them", file)
			}
		})
	}
}
