// Package awsplugin makes the AWS provider plugin available to the Pulumi CLI: the official one
// where it can be downloaded, else one that is built from Go modules (tools/awsplugin), which is
// the same provider in an older version.
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
)

// Version is the plugin's version: the one that the program's SDK asks for.
const Version = "6.83.2"

const (
	// downloadURL is where the CLI finds the official plugins. It is asked before the CLI is told
	// to, which takes minutes to give up on a network that drops packets.
	downloadURL = "https://get.pulumi.com/releases/plugins"
	// probeTimeout bounds that question.
	probeTimeout = 5 * time.Second
	// downloadTimeout bounds the download of about 150 MB.
	downloadTimeout = 10 * time.Minute
	// stampFile, in an installed plugin, tells that it was built and from which sources.
	stampFile = "built-from"
)

// Installer installs the plugin.
type Installer struct {
	// Pulumi is the path of the Pulumi CLI.
	Pulumi string
	// Home is the CLI's home (PULUMI_HOME), below which plugins are installed.
	Home string
	// Source is the directory of the plugin's sources, tools/awsplugin of this repository.
	Source string
	// Progress is told what takes longer than a few seconds. Required.
	Progress io.Writer

	// downloads replaces downloadURL in tests.
	downloads string
}

// Path is where the installed plugin's binary is.
func (i Installer) Path() string {
	return filepath.Join(i.dir(), "pulumi-resource-aws")
}

func (i Installer) dir() string {
	return filepath.Join(i.Home, "plugins", "resource-aws-v"+Version)
}

// Ensure installs the plugin unless it is installed. A built plugin is built again when its
// sources have changed since.
func (i Installer) Ensure(ctx context.Context) error {
	home, err := filepath.Abs(i.Home)
	if err != nil {
		return fmt.Errorf("aws plugin: %w", err)
	}
	i.Home = home // commands run in other directories
	stamp, err := sourceStamp(i.Source)
	if err != nil {
		return fmt.Errorf("aws plugin: %w", err)
	}
	if i.isInstalled(stamp) {
		return nil
	}
	if i.isOffered(ctx) {
		downloadErr := i.download(ctx)
		if downloadErr == nil {
			return nil
		}
		_, _ = fmt.Fprintf(i.Progress, "the download failed, building instead: %v\n", downloadErr)
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
	url := fmt.Sprintf("%s/pulumi-resource-aws-v%s-%s-%s.tar.gz", server, Version, runtime.GOOS, runtime.GOARCH)
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

func (i Installer) download(ctx context.Context) error {
	_, _ = fmt.Fprintf(i.Progress, "downloading the AWS provider plugin %s\n", Version)
	ctx, cancel := context.WithTimeout(ctx, downloadTimeout)
	defer cancel()
	return i.run(ctx, i.Pulumi, "plugin", "install", "resource", "aws", "v"+Version)
}

// build builds the plugin aside and has the CLI install it, in place of an older one.
func (i Installer) build(ctx context.Context, stamp string) error {
	_, _ = fmt.Fprintf(i.Progress, "building the AWS provider plugin %s from source (15 minutes on 2 cores and 7 GB of memory "+
		"the first time, a minute after that)\n", Version)
	if err := os.MkdirAll(i.Home, 0o750); err != nil {
		return err
	}
	aside, err := os.MkdirTemp(i.Home, "awsplugin-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(aside) }() // a leftover only costs space

	binary := filepath.Join(aside, "pulumi-resource-aws")
	// Without symbols: the linker needs a third less memory, the plugin of 900 MB as much less space.
	if err := i.run(ctx, "go", "build", "-C", i.Source, "-ldflags", "-s -w", "-o", binary, "."); err != nil {
		return err
	}
	if err := i.run(ctx, binary, "write-schema"); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(aside, stampFile), []byte(stamp), 0o600); err != nil {
		return err
	}
	return i.run(ctx, i.Pulumi, "plugin", "install", "resource", "aws", "v"+Version, "--file", aside, "--reinstall")
}

// run runs a command with the CLI's home set and quotes what it printed if it fails.
func (i Installer) run(ctx context.Context, name string, args ...string) error {
	command := exec.CommandContext(ctx, name, args...)
	command.Env = append(os.Environ(), "PULUMI_HOME="+i.Home, "PULUMI_SKIP_UPDATE_CHECK=true")
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}
	return nil
}
