package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/tests/fixtures"
)

func TestLoadFileReadsTheStacks(t *testing.T) {
	for stack, environment := range map[string]Environment{"staging": Staging, "prod": Prod} {
		t.Run(stack, func(t *testing.T) {
			cfg, err := LoadFile(fixtures.File(t, "Pulumi.yaml"), fixtures.StackFile(t, stack))
			require.NoError(t, err)
			assert.Equal(t, environment, cfg.Environment)
			assert.Equal(t, "visitor-book", cfg.Services[0].Name)
		})
	}
}

// write puts a project and a stack file into a directory.
func write(t *testing.T, projectText, stackText string) (projectFile, stackFile string) {
	t.Helper()
	dir := t.TempDir()
	projectFile, stackFile = filepath.Join(dir, "Pulumi.yaml"), filepath.Join(dir, "Pulumi.test.yaml")
	require.NoError(t, os.WriteFile(projectFile, []byte(projectText), 0o600))
	require.NoError(t, os.WriteFile(stackFile, []byte(stackText), 0o600))
	return projectFile, stackFile
}

// Values in Pulumi.yaml apply to every stack, and a stack file overrides them.
func TestLoadFileTakesValuesOfTheProject(t *testing.T) {
	projectFile, stackFile := write(t, `
name: aws-webapp
runtime: go
config:
  environment: dev
  logging:
    default: {retentionDays: 90}
  pulumi:tags:
    value: {team: web}
`, stagingStack)
	cfg, err := LoadFile(projectFile, stackFile)
	require.NoError(t, err)
	assert.Equal(t, Staging, cfg.Environment)
	assert.Equal(t, 90, cfg.Logging.RetentionDays)
}

func TestLoadFileRefuses(t *testing.T) {
	const projectText = "name: aws-webapp\nruntime: go\n"
	tests := map[string]struct{ project, stack, want string }{
		"unknown key": {
			projectText, stagingStack + "  aws-webapp:networks: {}\n",
			`aws-webapp:networks: found an unknown key`,
		},
		"key without space": {projectText, "config:\n  environment: stagin\n", `aws-webapp:environment: found "stagin"`},
		"secret": {projectText, stagingStack + "  aws-webapp:storage:\n    artifactDays:\n      secure: " +
			"v1:abc:def\n", "aws-webapp:storage: found a secret (not shown)"},
		"broken YAML": {projectText, "config: [", "Pulumi.test.yaml"},
		"key twice":   {projectText, stagingStack + "  aws-webapp:environment: dev\n", "already defined"},
		"broken key":  {projectText, "config:\n  a:b:c:d: 1\n", "Pulumi.test.yaml"},
		"no project":  {"runtime: go\n", stagingStack, "missing a 'name' attribute"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cfg, err := LoadFile(write(t, test.project, test.stack))
			assert.Nil(t, cfg)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func TestLoadFileMissing(t *testing.T) {
	_, err := LoadFile(fixtures.File(t, "Pulumi.yaml"), "no/Pulumi.such.yaml")
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = LoadFile("no/Pulumi.yaml", fixtures.StackFile(t, "prod"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}
