package engine

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/blang/semver"

	"aws-webapp/internal/fetch"
)

// releases is where Pulumi's releases are. The archives and their checksums come from two places: who can change one
// cannot change the other.
type releases struct{ archives, checksums string }

var official = releases{
	archives:  "https://get.pulumi.com/releases/sdk",
	checksums: "https://github.com/pulumi/pulumi/releases/download",
}

// published are the systems for which Pulumi releases an archive of this form, as Go and as Pulumi call them. Source:
// https://www.pulumi.com/docs/install/versions/
var published = map[string]string{
	"linux/amd64": "linux-x64", "linux/arm64": "linux-arm64", "darwin/amd64": "darwin-x64", "darwin/arm64": "darwin-arm64",
}

// releaseClient gives up soon where the network does not lead to a release, and never while one arrives.
var releaseClient = &http.Client{Transport: &http.Transport{
	Proxy:       http.ProxyFromEnvironment,
	DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext, TLSHandshakeTimeout: 5 * time.Second,
	ResponseHeaderTimeout: 10 * time.Second,
}}

// fetchCLI brings the CLI of a release into the folder bin, with Pulumi's host of Go programs.
func (r releases) fetchCLI(ctx context.Context, bin string, version semver.Version, progress io.Writer) error {
	system, ok := published[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return fmt.Errorf("there is none for %s on %s", runtime.GOOS, runtime.GOARCH)
	}
	name := fmt.Sprintf("pulumi-v%s-%s.tar.gz", version, system)
	sum, err := r.checksum(ctx, version, name)
	if err != nil {
		return err
	}
	archive := filepath.Join(bin, name)
	var done, whole atomic.Int64
	beat := startPulse(progress, progressInterval, func() string {
		return fmt.Sprintf("Pulumi CLI: %d of %d MB", done.Load()/megabyte, whole.Load()/megabyte)
	})
	err = fetch.File{
		Address: r.archives + "/" + name, SHA256: sum, Client: releaseClient,
		Progress: func(there, all int64) { done.Store(there); whole.Store(all) },
	}.Into(ctx, archive)
	beat.stop()
	if err != nil {
		return err
	}
	return errors.Join(unpackCLI(archive, bin), os.Remove(archive))
}

const megabyte = 1 << 20

// checksum of an archive, as the release's own list has it.
func (r releases) checksum(ctx context.Context, version semver.Version, name string) (string, error) {
	address := fmt.Sprintf("%s/v%s/pulumi-%s-checksums.txt", r.checksums, version, version)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	response, err := releaseClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: the server answers %s", address, response.Status)
	}
	list, err := io.ReadAll(io.LimitReader(response.Body, megabyte))
	if err != nil {
		return "", err
	}
	const digits = 64
	for line := range strings.Lines(string(list)) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[1] == name && len(fields[0]) == digits {
			return fields[0], nil
		}
	}
	return "", fmt.Errorf("%s does not list %s", address, name)
}

// wantedPrograms are the files of the archive that are unpacked: the CLI, and what runs a program in Go.
var wantedPrograms = []string{"pulumi/pulumi", "pulumi/pulumi-language-go"}

// unpackCLI writes the wanted programs. Each appears complete or not at all, the CLI last.
func unpackCLI(archive, bin string) (err error) {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	content, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	fresh := map[string]string{}
	for reader := tar.NewReader(content); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		for _, wanted := range wantedPrograms {
			if path.Clean(header.Name) != wanted {
				continue
			}
			fresh[wanted] = filepath.Join(bin, path.Base(wanted)+".new")
			if err := writeProgram(fresh[wanted], reader); err != nil {
				return err
			}
		}
	}
	for i := len(wantedPrograms) - 1; i >= 0; i-- {
		wanted := wantedPrograms[i]
		if fresh[wanted] == "" {
			return fmt.Errorf("%s has no %s", filepath.Base(archive), wanted)
		}
		if err := os.Rename(fresh[wanted], filepath.Join(bin, path.Base(wanted))); err != nil {
			return err
		}
	}
	return nil
}

func writeProgram(target string, content io.Reader) error {
	file, err := os.OpenFile(target, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o755) //nolint:gosec // programs are run
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Close())
}
