package emulation

import (
	"path/filepath"
	"slices"
	"testing"

	pulumiconfig "github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/internal/sandbox/moto"
	"aws-webapp/tests/fixtures"
)

// The overrides have to be known keys, and a stack has to be valid with them.
func TestOverriddenStacksAreValid(t *testing.T) {
	project := fixtures.File(t, "Pulumi.yaml")
	declared, err := workspace.LoadProject(project)
	require.NoError(t, err)
	for _, name := range []string{"staging", "prod", "local"} {
		t.Run(name, func(t *testing.T) {
			file, err := workspace.LoadProjectStack(nil, declared, fixtures.StackFile(t, name))
			require.NoError(t, err)
			for path, value := range (&connection{}).Config() {
				key, err := pulumiconfig.ParseKey(declared.Name.String() + ":" + path)
				require.NoError(t, err)
				require.NoError(t, file.Config.Set(key, pulumiconfig.NewValue(value), true))
			}
			changed := filepath.Join(t.TempDir(), "Pulumi."+name+".yaml")
			require.NoError(t, file.Save(changed))

			cfg, err := config.LoadFile(project, changed)
			require.NoError(t, err)
			assert.Equal(t, []string{moto.Account}, cfg.AWS.AllowedAccountIDs)
			assert.Equal(t, 2, cfg.AWS.MaxRetries)
			assert.False(t, cfg.AccountBaseline.AccessAnalyzer)
			assert.False(t, cfg.AccountBaseline.SecurityHub)
		})
	}
}

func TestEveryOverrideHasAReason(t *testing.T) {
	for _, change := range append(slices.Clone(lacking), impatience) {
		assert.NotEmpty(t, change.reason, change.path)
	}
}
