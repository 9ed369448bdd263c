package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

const sdkModule = "github.com/pulumi/pulumi/sdk/v3"

// findCLI takes the pulumi on PATH where its version fits, else the one in home/bin, which
// it builds first where it is missing or outdated.
func findCLI(ctx context.Context, root, home string, progress io.Writer) (auto.PulumiCommand, error) {
	wanted, err := sdkVersion()
	if err != nil {
		return nil, err
	}
	options := &auto.PulumiCommandOptions{SkipVersionCheck: true}
	if found, err := auto.NewPulumiCommand(options); err == nil && fits(found.Version(), wanted) {
		return found, nil
	}
	options.Root = home
	if built, err := auto.NewPulumiCommand(options); err == nil && built.Version().EQ(wanted) {
		return built, nil
	}
	if err := buildCLI(ctx, root, filepath.Join(home, "bin", executable("pulumi")), wanted, progress); err != nil {
		return nil, err
	}
	return auto.NewPulumiCommand(options)
}

// fits says whether a CLI can run a program of this SDK: the engine speaks to older SDKs of
// its major version, but an older engine may lack what a newer SDK asks for.
func fits(found, wanted semver.Version) bool {
	return found.Major == wanted.Major && found.GTE(wanted)
}

// sdkVersion is that of the Pulumi SDK which this binary was linked with.
func sdkVersion() (semver.Version, error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return semver.Version{}, errors.New("find the Pulumi SDK's version: this binary was built without module information: build it with go build")
	}
	for _, module := range info.Deps {
		if module.Path == sdkModule {
			return semver.ParseTolerant(module.Version)
		}
	}
	return semver.Version{}, fmt.Errorf("find the Pulumi SDK's version: %s is not linked in", sdkModule)
}

// buildCLI compiles the CLI from its Go module, which needs nothing but Go and a module
// proxy.
func buildCLI(ctx context.Context, root, target string, version semver.Version, progress io.Writer) error {
	// An absolute path holds for the build as well, which runs in the tools' folder.
	fmt.Fprintf(progress, "Building the Pulumi CLI %s from source, once; this takes some minutes.\n", version)
	build := exec.CommandContext(ctx, "go", "build", "-C", filepath.Join(root, "tools"), "-v",
		"-ldflags", "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v"+version.String(),
		"-o", target, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi")
	counter := newPackageCounter(progress)
	build.Stdout, build.Stderr = counter, counter
	err := build.Run()
	counter.stop()
	if err != nil {
		return fmt.Errorf("build the Pulumi CLI: %w: %s: install Pulumi %s (https://www.pulumi.com/docs/install/) or correct the build",
			err, strings.TrimSpace(counter.tail()), version)
	}
	fmt.Fprintf(progress, "Built %s.\n", target)
	return nil
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// exists says whether a file is there; any other answer of the system is an error.
func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	default:
		return false, err
	}
}
