package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheImageIsPinnedAndUnprivileged(t *testing.T) {
	content, err := os.ReadFile("Dockerfile")
	require.NoError(t, err)
	text := string(content)

	stages := regexp.MustCompile(`(?m)^FROM (?:--platform=\S+ )?(\S+)(?: AS (\S+))?$`).FindAllStringSubmatch(text, -1)
	require.Len(t, stages, strings.Count(text, "\nFROM "))
	names := map[string]bool{}
	for _, stage := range stages {
		if !names[stage[1]] {
			assert.Regexp(t, `^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$`, stage[1], "a base image is pinned by digest")
			assert.Regexp(t, `^(public\.ecr\.aws|gcr\.io)/`, stage[1], "Docker Hub limits how often an address may pull")
		}
		names[stage[2]] = true
	}
	last := text[strings.LastIndex(text, "\nFROM "):]
	assert.Contains(t, last, "distroless/static")
	assert.Contains(t, last, "\nUSER 65532:65532\n", "services.user of the stack is the same")
	assert.Contains(t, last, "\nEXPOSE "+defaultPort+"\n")
	assert.NotContains(t, last, "\nRUN ", "the last stage has no shell")
}

// Runs the image's build for both platforms, on only the files that .dockerignore lets through.
func TestTheImagesProgramBuilds(t *testing.T) {
	context := t.TempDir()
	for _, pattern := range []string{"go.mod", "go.sum", "*.go", "*.html", "*.css", "migrations/*"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.MkdirAll(filepath.Join(context, filepath.Dir(file)), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(context, file), content, 0o600))
		}
	}
	for _, platform := range []string{"amd64", "arm64"} {
		build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(context, "visitorbook-"+platform), ".")
		build.Dir = context
		build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+platform)
		output, err := build.CombinedOutput()
		require.NoError(t, err, string(output))
	}
}
