package awsplugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"aws-webapp/internal/sandbox/simaws/catalog"
)

// version returns the plugin's version: the one that the program's SDK asks for.
func version() string { return catalog.FromProvider().Version }

const (
	// downloadURL is the address from which the engine downloads the official plugins by itself.
	downloadURL = "https://get.pulumi.com/releases/plugins"
	// probeTimeout bounds the check whether it can: on a network that drops packets the engine
	// would try for minutes.
	probeTimeout = 5 * time.Second
	// stampFile marks an installed plugin as built here and identifies its sources.
	stampFile = "built-from"
)

// Installer installs the plugin.
type Installer struct {
	// Home is the Pulumi home (PULUMI_HOME), below which plugins are installed.
	Home string
	// Source is the directory of the plugin's sources, tools/awsplugin of this repository.
	Source string
	// Progress gets a note of steps that take longer than a few seconds. Required.
	Progress io.Writer

	// downloads replaces downloadURL in tests.
	downloads string
}

// Path returns the path of the installed plugin's binary.
func (i Installer) Path() string {
	name := "pulumi-resource-aws"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(i.dir(), name)
}

func (i Installer) dir() string {
	return filepath.Join(i.Home, "plugins", "resource-aws-v"+version())
}

// Ensure makes sure that the engine has a plugin to start. One is installed already; or it can
// be downloaded, which the engine does when it needs it; or else it is built. A built plugin is
// built again when its sources have changed.
func (i Installer) Ensure(ctx context.Context) error {
	stamp, err := sourceStamp(i.Source)
	if err != nil {
		return fmt.Errorf("aws plugin: %w", err)
	}
	if i.isInstalled(stamp) || i.isOffered(ctx) {
		return nil
	}
	if err := i.build(ctx, stamp); err != nil {
		return fmt.Errorf("aws plugin: %w", err)
	}
	return nil
}

// isInstalled reports whether there is an official plugin, or one built from these sources.
func (i Installer) isInstalled(stamp string) bool {
	if _, err := os.Stat(i.Path()); err != nil {
		return false
	}
	builtFrom, err := os.ReadFile(filepath.Join(i.dir(), stampFile))
	return errors.Is(err, os.ErrNotExist) || err == nil && string(builtFrom) == stamp
}

// isOffered reports whether the official plugin can be downloaded from here.
func (i Installer) isOffered(ctx context.Context) bool {
	server := i.downloads
	if server == "" {
		server = downloadURL
	}
	url := fmt.Sprintf("%s/pulumi-resource-aws-v%s-%s-%s.tar.gz", server, version(), runtime.GOOS, runtime.GOARCH)
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, url, http.NoBody)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// build builds the plugin in a temporary folder and moves it into place when it is complete.
func (i Installer) build(ctx context.Context, stamp string) (err error) {
	_, _ = fmt.Fprintf(i.Progress, "building the AWS provider plugin %s from source (15 minutes on 2 cores and 7 GB of "+
		"memory "+
		"the first time, a minute after that)\n", version())
	plugins, err := filepath.Abs(filepath.Dir(i.dir())) // the build runs in another directory
	if err != nil {
		return err
	}
	if err := os.MkdirAll(plugins, 0o750); err != nil {
		return err
	}
	aside, err := os.MkdirTemp(filepath.Dir(plugins), "awsplugin-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(aside)) }()

	binary := filepath.Join(aside, filepath.Base(i.Path()))
	// Without symbols: the linker needs a third less memory, the plugin 600 instead of 900 MB.
	if err := run(ctx, "go", "build", "-C", i.Source, "-ldflags", "-s -w", "-o", binary, "."); err != nil {
		return err
	}
	if err := run(ctx, binary, "write-schema"); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(aside, stampFile), []byte(stamp), 0o600); err != nil {
		return err
	}
	if err := os.RemoveAll(i.dir()); err != nil {
		return err
	}
	return os.Rename(aside, i.dir())
}

// run runs a command and quotes what it printed if it fails.
func run(ctx context.Context, name string, args ...string) error {
	output, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err,
			strings.TrimSpace(string(output)))
	}
	return nil
}
