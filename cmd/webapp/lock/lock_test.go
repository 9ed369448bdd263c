package lock

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
)

// project is a folder with Pulumi.yaml, whose state is in a folder, too, with one lock.
func project(t *testing.T, lock, pending string) (root, file string) {
	t.Helper()
	root = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.yaml"), []byte("name: aws-webapp\n"), 0o600))
	file = filepath.Join(root, "state/.pulumi/locks/organization/aws-webapp/prod/id1.json")
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, []byte(lock), 0o600))
	clitest.Program(t, "pulumi", `case $1 in whoami) echo '{"url": "file://`+filepath.ToSlash(root)+`/state"}';; *) echo `+
		`'{"deployment": {"pending_operations": [`+pending+`]}}';; esac`)
	return root, file
}

func TestADeadHoldersLockIsFreedAndWhatItLeftIsTold(t *testing.T) {
	root, file := project(t, "", `{"type": "creating", "resource": {"urn": "urn:pulumi:db"}}`)
	shown := clitest.Call(t, New(), "show", "--stack", "prod", "--root", root)
	require.NoError(t, shown.Error)
	assert.Contains(t, shown.Out, "it is dead: its file says nothing")
	assert.Contains(t, shown.Out, "webapp lock free --stack prod --id id1\n")
	dry := clitest.Call(t, New(), "free", "--stack", "prod", "--root", root, "--id", "id1", "--dry-run")
	require.NoError(t, dry.Error)
	assert.FileExists(t, file)
	freed := clitest.Call(t, New(), "free", "--stack", "prod", "--root", root, "--id", "id1")
	require.NoError(t, freed.Error)
	assert.NoFileExists(t, file)
	assert.Contains(t, freed.Out, "unfinished: creating of urn:pulumi:db\n")
	assert.Contains(t, freed.Out, "pulumi refresh --stack prod\n")
	assert.Equal(t, "nobody holds the lock\n", clitest.Call(t, New(), "show", "--stack", "prod", "--root", root).Out)
}

func TestALivingHoldersLockIsRefused(t *testing.T) {
	root, file := project(t, `{"hostname": "there", "username": "ci", "timestamp": "2999-01-01T00:00:00Z"}`, "")
	result := clitest.Call(t, New(), "free", "--stack", "prod", "--root", root, "--id", "id1")
	require.ErrorContains(t, result.Error, "Two updates at once spoil the state")
	assert.Equal(t, cli.ExitFailed, result.Code())
	assert.FileExists(t, file)
	result = clitest.Call(t, New(), "free", "--stack", "prod", "--root", root, "--id", "id1", "--force")
	require.NoError(t, result.Error)
	assert.NoFileExists(t, file)
	result = clitest.Call(t, New(), "show", "--stack", "prod", "--root", t.TempDir())
	require.ErrorContains(t, result.Error, "call it in the project's folder")
	assert.Equal(t, cli.ExitCannotAsk, result.Code())
}
