package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// twoStacks writes the project's own prod file, and once more as the stack "other" with
// some text replaced.
func twoStacks(t *testing.T, replace ...string) (string, *Config) {
	t.Helper()
	folder := t.TempDir()
	read := func(name string) string {
		content, err := os.ReadFile(filepath.Join("..", "..", name))
		require.NoError(t, err)
		return string(content)
	}
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	write("Pulumi.yaml", read("Pulumi.yaml"))
	write("Pulumi.prod.yaml", read("Pulumi.prod.yaml"))
	write("Pulumi.other.yaml", strings.NewReplacer(replace...).Replace(read("Pulumi.prod.yaml")))
	prod, err := LoadFile(filepath.Join(folder, "Pulumi.yaml"), filepath.Join(folder, "Pulumi.prod.yaml"))
	require.NoError(t, err)
	return folder, prod
}

func TestBaselineHasOneOwner(t *testing.T) {
	folder, prod := twoStacks(t)
	err := CheckBaselineOwner(folder, "prod", prod)
	assert.ErrorContains(t, err, "aws-webapp:accountBaseline")
	assert.ErrorContains(t, err, "settings for account 222222222222 in us-east-1, which Pulumi.other.yaml sets, too")
	assert.ErrorContains(t, err, "remove accountBaseline from one of the two files")
}

func TestBaselinesThatDoNotMeet(t *testing.T) {
	for name, replace := range map[string][]string{
		"another account": {"222222222222", "333333333333"},
		"another region":  {"us-east-1", "eu-west-1"},
		"no baseline": {
			"ebsEncryption: true", "ebsEncryption: false", "s3PublicAccessBlock: true", "s3PublicAccessBlock: false",
			"passwordPolicy: true", "passwordPolicy: false", "accessAnalyzer: true", "accessAnalyzer: false",
			"guardDuty: true", "guardDuty: false", "configRecorder: true", "configRecorder: false",
			"securityHub: true", "securityHub: false",
		},
		"a file in disrepair": {"environment: prod", "environment: [prod"},
	} {
		t.Run(name, func(t *testing.T) {
			folder, prod := twoStacks(t, replace...)
			assert.NoError(t, CheckBaselineOwner(folder, "prod", prod))
		})
	}
}

// The project's own files must not claim one account twice.
func TestOwnStackFilesHaveOneOwner(t *testing.T) {
	root := filepath.Join("..", "..")
	for _, stack := range []string{"staging", "prod"} {
		c, err := LoadFile(filepath.Join(root, "Pulumi.yaml"), filepath.Join(root, "Pulumi."+stack+".yaml"))
		require.NoError(t, err)
		assert.NoError(t, CheckBaselineOwner(root, stack, c))
	}
}
