package workflows_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The Pulumi release that a build downloads is only unpacked if it matches its published
// checksum.
func TestThePulumiReleaseIsVerified(t *testing.T) {
	module, err := os.ReadFile("../../tools/go.mod")
	require.NoError(t, err)
	version := string(regexp.MustCompile(`pulumi/pkg/v3 (v\S+)`).FindSubmatch(module)[1])
	served := t.TempDir()
	cli := filepath.Join(served, "pulumi", "pulumi")
	require.NoError(t, os.MkdirAll(filepath.Dir(cli), 0o750))
	require.NoError(t, os.WriteFile(cli, []byte("#!/bin/sh\necho "+version+"\n"), 0o700))
	archive := filepath.Join(served, "pulumi-"+version+"-linux-x64.tar.gz")
	output, err := exec.CommandContext(t.Context(), "tar", "-czf", archive, "-C", served, "pulumi").CombinedOutput()
	require.NoError(t, err, string(output))
	content, err := os.ReadFile(archive)
	require.NoError(t, err)
	good := fmt.Sprintf("%x", sha256.Sum256(content))

	for name, test := range map[string]struct {
		sum, file string
		installed bool
	}{
		"the published checksum":     {good, filepath.Base(archive), true},
		"another archive":            {good[:63] + "x", filepath.Base(archive), false},
		"a list without the archive": {good, "pulumi-" + version + "-linux-arm64.tar.gz", false},
	} {
		t.Run(name, func(t *testing.T) {
			bin := t.TempDir()
			sums := filepath.Join(served, "pulumi-"+version[1:]+"-checksums.txt")
			require.NoError(t, os.WriteFile(sums, []byte(test.sum+"  "+test.file+"\n"), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(bin, "curl"), []byte(`#!/bin/bash
for word; do :; done
if [[ " $* " == *" --remote-name "* ]]; then cp "`+served+`/${word##*/}" .; else cat "`+served+`/${word##*/}"; fi
`), 0o700))
			target := "BIN=" + filepath.Join(bin, "installed")
			install := exec.CommandContext(t.Context(), "make", "-C", "../..", "pulumi-release", target)
			install.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			output, err := install.CombinedOutput()
			if test.installed {
				require.NoError(t, err, string(output))
				assert.FileExists(t, filepath.Join(bin, "installed", "pulumi"))
				return
			}
			require.Error(t, err, string(output))
			assert.NoFileExists(t, filepath.Join(bin, "installed", "pulumi"))
		})
	}
}
