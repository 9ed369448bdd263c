package engine

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

const (
	projectFile = "name: aws-webapp\nruntime: go\n"
	stackFile   = `secretsprovider: awskms://alias/state
encryptedkey: QUtJQQ==
encryptionsalt: v1:users:salt
config:
  aws-webapp:database:
    multiAz: true
    backupRetentionDays: 14
`
)

// project is a folder with the stack "prod".
func project(t *testing.T, stack string) folders {
	t.Helper()
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte(projectFile), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.prod.yaml"), []byte(stack), 0o600))
	f, err := newFolders(root, "", "prod")
	require.NoError(t, err)
	return f
}

// copied returns the working copy of the stack's file.
func copied(t *testing.T, f folders, overrides ...map[string]string) map[string]any {
	t.Helper()
	loaded, err := f.copyProject()
	require.NoError(t, err)
	require.NoError(t, f.copyStack(loaded, "prod", overrides...))
	content, err := os.ReadFile(filepath.Join(f.work, "Pulumi.prod.yaml"))
	require.NoError(t, err)
	var file map[string]any
	require.NoError(t, yaml.Unmarshal(content, &file))
	return file
}

func TestStackFileIsCopiedWithoutItsSecretsProvider(t *testing.T) {
	f := project(t, stackFile)
	file := copied(t, f)
	assert.Equal(t, map[string]any{"config": map[string]any{
		"aws-webapp:database": map[string]any{"multiAz": true, "backupRetentionDays": 14},
	}}, file)
	users, err := os.ReadFile(filepath.Join(f.root, "Pulumi.prod.yaml"))
	require.NoError(t, err)
	assert.Equal(t, stackFile, string(users), "the user's file is only read")
}

func TestOverridesMakeListsOfMoreThanTenElements(t *testing.T) {
	overrides, want := map[string]string{}, []any{}
	for i := range 12 {
		overrides[fmt.Sprintf("aws-webapp:services[%d].name", i)] = fmt.Sprintf("service-%d", i)
		want = append(want, map[string]any{"name": fmt.Sprintf("service-%d", i)})
	}
	file := copied(t, project(t, stackFile), overrides)
	assert.Equal(t, want, file["config"].(map[string]any)["aws-webapp:services"])
}

func TestLogsOfTheCLIGiveWay(t *testing.T) {
	f := project(t, stackFile)
	logs := filepath.Join(f.pulumi, "logs")
	require.FileExists(t, logs)
	require.NoError(t, os.Remove(logs))
	require.NoError(t, os.MkdirAll(logs, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(logs, "pulumi.log"), nil, 0o600))
	for range 2 {
		_, err := newFolders(f.root, "", "prod")
		require.NoError(t, err)
		require.FileExists(t, logs)
	}
}

func TestSaltOfTheSandboxOutlivesTheCopy(t *testing.T) {
	f := project(t, stackFile)
	copied(t, f)
	own := filepath.Join(f.work, "Pulumi.prod.yaml")
	require.NoError(t, os.WriteFile(own, []byte("encryptionsalt: v1:sandboxes:salt\n"), 0o600))
	assert.Equal(t, "v1:sandboxes:salt", copied(t, f)["encryptionsalt"])
}

func TestOverridesKeepTheirTypes(t *testing.T) {
	clouds := map[string]string{"aws-webapp:database.multiAz": "true", "aws-webapp:aws.maxRetries": "2"}
	users := map[string]string{"database.multiAz": "false", "aws-webapp:logging.retentionDays": "7"}
	assert.Equal(t, map[string]any{
		"aws-webapp:database": map[string]any{"multiAz": false, "backupRetentionDays": 14},
		"aws-webapp:aws":      map[string]any{"maxRetries": 2},
		"aws-webapp:logging":  map[string]any{"retentionDays": 7},
	}, copied(t, project(t, stackFile), clouds, users)["config"], "what the user sets wins")
}

func TestStackFilesThatTheSandboxCannotUse(t *testing.T) {
	for name, tc := range map[string]struct{ stack, want string }{
		"encrypted value": {"config:\n  aws-webapp:token:\n    secure: v1:AAAA:BBBB\n", "aws-webapp:token"},
		"environment":     {"environment:\n  - production\n", "the sandbox has no Pulumi account"},
	} {
		t.Run(name, func(t *testing.T) {
			f := project(t, tc.stack)
			loaded, err := f.copyProject()
			require.NoError(t, err)
			assert.ErrorContains(t, f.copyStack(loaded, "prod"), tc.want)
		})
	}
}

func TestUnknownStackNamesTheOthers(t *testing.T) {
	f := project(t, stackFile)
	require.NoError(t, f.requireStack("prod"))
	assert.ErrorContains(t, f.requireStack("nope"), "name one of [prod] with --stack")
}

func TestPolicyPackMustBeThere(t *testing.T) {
	f := project(t, stackFile)
	empty := t.TempDir()
	for name, tc := range map[string]struct{ named, want string }{
		"nothing there": {"nosuch", `policy pack "nosuch": found nothing at`},
		"no pack":       {empty, "has no PulumiPolicy.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.policyPack(t.Context(), tc.named, io.Discard)
			assert.ErrorContains(t, err, tc.want)
		})
	}
	off, err := f.policyPack(t.Context(), NoPolicyPack, io.Discard)
	require.NoError(t, err)
	assert.Empty(t, off)
	prebuilt := filepath.Join(empty, "pack")
	require.NoError(t, os.WriteFile(prebuilt, nil, 0o600))
	path, err := f.policyPack(t.Context(), prebuilt, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, prebuilt, path, "an executable is used as it is")
}

// The examples are stacks in a folder of the module: what `make up EXAMPLE=shop` says next has to find what was built.
func TestStacksOfAModuleShareASandbox(t *testing.T) {
	module := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(module, "go.mod"), []byte("module shop\n"), 0o600))
	below := filepath.Join(module, "examples", "deep")
	require.NoError(t, os.MkdirAll(below, 0o750))
	assert.Equal(t, filepath.Join(module, ".sandbox"), Home("", module))
	assert.Equal(t, filepath.Join(module, ".sandbox"), Home("", below))
	alone := t.TempDir()
	assert.Equal(t, filepath.Join(alone, ".sandbox"), Home("", alone))
	assert.Equal(t, alone, Home(alone, module))
}
