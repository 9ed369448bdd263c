package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/fsutil"
)

// FindCLI returns the pulumi on PATH where its version fits, else the one in home/bin. Where that is missing or
// outdated it comes from the official release, or where the network does not give that, from source.
func FindCLI(ctx context.Context, root, home string, progress io.Writer) (string, semver.Version, error) {
	wanted := sdk.Version
	bin := filepath.Join(home, "bin")
	if onPath, err := exec.LookPath("pulumi"); err == nil {
		if found, err := versionOf(ctx, onPath, bin); err == nil && fits(found, wanted) {
			return onPath, found, nil
		}
	}
	target := filepath.Join(bin, executable("pulumi"))
	if found, err := versionOf(ctx, target, bin); err == nil && found.EQ(wanted) {
		return target, found, nil
	}
	// Two stacks that are deployed at the same time share one build.
	lock := fsutil.NewFileMutex(target + ".lock")
	if err := lock.Lock(); err != nil {
		return "", wanted, fmt.Errorf("lock %s: %w", bin, err)
	}
	err := obtainCLI(ctx, official, root, target, wanted, progress)
	return target, wanted, errors.Join(err, lock.Unlock())
}

// fits reports whether a CLI can run a program of this SDK. An engine supports older SDKs of
// its major version, but an older engine may lack features that a newer SDK needs.
func fits(found, wanted semver.Version) bool {
	return found.Major == wanted.Major && found.GTE(wanted)
}

// versionRecord remembers the version that a CLI reported. Asking again takes a tenth of a
// second, which is a lot for a preview.
type versionRecord struct {
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
	Version  string    `json:"version"`
}

// versionOf asks a CLI for its version, once for each state of the file.
func versionOf(ctx context.Context, path, bin string) (semver.Version, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return semver.Version{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return semver.Version{}, err
	}
	file := filepath.Join(bin, "versions.json")
	records := map[string]versionRecord{}
	if content, err := os.ReadFile(file); err == nil {
		_ = json.Unmarshal(content, &records) // a damaged record is only asked for again
	}
	if r := records[path]; r.Size == info.Size() && r.Modified.Equal(info.ModTime()) {
		return semver.ParseTolerant(r.Version)
	}
	ask := exec.CommandContext(ctx, path, "version")
	ask.Env = append(inherited(os.Environ()), "PULUMI_SKIP_UPDATE_CHECK=true")
	said, err := ask.Output()
	if err != nil {
		return semver.Version{}, fmt.Errorf("ask %s for its version: %w", path, err)
	}
	version, err := semver.ParseTolerant(strings.TrimSpace(string(said)))
	if err != nil {
		return semver.Version{}, fmt.Errorf("understand the version of %s: %w", path, err)
	}
	records[path] = versionRecord{Size: info.Size(), Modified: info.ModTime(), Version: version.String()}
	content, err := json.MarshalIndent(records, "", "  ")
	if err != nil {
		return version, err
	}
	return version, replaceFile(file, content)
}

// obtainCLI downloads the CLI or builds it, unless another run has done it meanwhile.
func obtainCLI(
	ctx context.Context, from releases, root, target string, version semver.Version, progress io.Writer,
) error {
	bin := filepath.Dir(target)
	there := func() bool {
		found, err := versionOf(ctx, target, bin)
		return err == nil && found.EQ(version)
	}
	if there() {
		return nil
	}
	fmt.Fprintf(progress, "Downloading the Pulumi CLI %s, once (usually a minute).\n", version)
	err := from.fetchCLI(ctx, bin, version, progress)
	if err == nil && there() {
		return nil
	}
	if err == nil {
		err = errors.New("it does not run here")
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	fmt.Fprintf(progress, "The release cannot be had: %v.\n", err)
	return buildCLI(ctx, root, target, version, progress)
}

// buildCLI compiles the CLI from its Go module, which needs nothing but Go and a module proxy. A build that was
// interrupted goes on where it was, from Go's cache.
func buildCLI(ctx context.Context, root, target string, version semver.Version, progress io.Writer) error {
	fmt.Fprintf(progress, "Building the Pulumi CLI %s from source, once (usually 4 minutes on 2 cores).\n", version)
	// The path of the target is absolute, so it holds for the build as well, which runs in the
	// tools' folder.
	build := exec.CommandContext(ctx, "go", "build", "-C", filepath.Join(Module(root), "tools"), "-v",
		"-ldflags", "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v"+version.String(),
		"-o", target, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi")
	counter := &packageCounter{}
	build.Stdout, build.Stderr = counter, counter
	beat := startPulse(progress, progressInterval, func() string { return "Pulumi CLI: " + counter.far() })
	err := build.Run()
	beat.stop()
	if err != nil {
		return fmt.Errorf("build the Pulumi CLI: %w: %s: install Pulumi %s (https://www.pulumi.com/docs/install/) or "+
			"correct the build",
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

// exists reports whether a file exists; any other failure is returned as an error.
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

// replaceFile writes a file atomically: a reader sees the old content or the new, never half of
// it.
func replaceFile(path string, content []byte) error {
	fresh, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = fresh.Write(content)
	if err = errors.Join(err, fresh.Close()); err != nil {
		return errors.Join(err, os.Remove(fresh.Name()))
	}
	return os.Rename(fresh.Name(), path)
}
