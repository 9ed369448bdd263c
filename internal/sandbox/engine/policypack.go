package engine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// NoPolicyPack switches the policy pack off.
const NoPolicyPack = "none"

// policyPack turns what the user names into what the engine can start without a language
// host: an executable. The folder of a pack in Go is compiled, which takes a moment once it
// is in Go's build cache.
func (f folders) policyPack(ctx context.Context, named string) (string, error) {
	if named == "" || named == NoPolicyPack {
		return "", nil
	}
	path := named
	if !filepath.IsAbs(path) {
		path = filepath.Join(f.root, path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("policy pack %q: found nothing at %s: name a folder with a PulumiPolicy.yaml, an executable, or %q", named, path, NoPolicyPack)
	}
	if !info.IsDir() {
		return path, nil
	}
	if there, err := exists(filepath.Join(path, "PulumiPolicy.yaml")); err != nil || !there {
		return "", fmt.Errorf("policy pack %q: %s has no PulumiPolicy.yaml: name the folder that has it", named, path)
	}
	target := filepath.Join(f.home, "bin", executable("policy-"+filepath.Base(path)))
	build := exec.CommandContext(ctx, "go", "build", "-o", target, ".")
	build.Dir = path
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("policy pack %q: build: %w: %s", named, err, strings.TrimSpace(string(output)))
	}
	return target, nil
}
