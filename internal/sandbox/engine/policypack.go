package engine

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/fsutil"
)

// NoPolicyPack switches the policy pack off.
const NoPolicyPack = "none"

// policyPack turns the user's choice into an executable, which the engine can start without a
// language host. The folder of a Go pack is compiled, unless its sources are unchanged.
func (f folders) policyPack(ctx context.Context, named string, progress io.Writer) (string, error) {
	if named == "" || named == NoPolicyPack {
		return "", nil
	}
	path := named
	if !filepath.IsAbs(path) {
		path = filepath.Join(f.root, path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "",
			fmt.Errorf("policy pack %q: found nothing at %s: name a folder with a PulumiPolicy.yaml, an executable, or %q",
				named, path, NoPolicyPack)
	}
	if !info.IsDir() {
		return path, nil
	}
	if there, err := exists(filepath.Join(path, "PulumiPolicy.yaml")); err != nil || !there {
		return "", fmt.Errorf("policy pack %q: %s has no PulumiPolicy.yaml: name the folder that has it", named, path)
	}
	target := filepath.Join(f.home, "bin", executable(filepath.Base(path)+"-policy"))
	lock := fsutil.NewFileMutex(target + ".lock")
	if err := lock.Lock(); err != nil {
		return "", fmt.Errorf("policy pack %q: lock: %w", named, err)
	}
	if err := errors.Join(buildPack(ctx, path, target, progress), lock.Unlock()); err != nil {
		return "", fmt.Errorf("policy pack %q: %w", named, err)
	}
	return target, nil
}

// buildPack compiles the pack in the folder. It writes a stamp beside the target: the folders
// of the pack's sources, and a fingerprint of their files.
func buildPack(ctx context.Context, folder, target string, progress io.Writer) error {
	stamp := target + ".stamp"
	if there, err := exists(target); err == nil && there && stampHolds(stamp) {
		return nil
	}
	// Built under another name and moved into place: an engine may be running the old one.
	build := exec.CommandContext(ctx, "go", "build", "-v", "-o", target+".new", ".")
	build.Dir = folder
	counter := &packageCounter{}
	build.Stdout, build.Stderr = counter, counter
	beat := startPulse(progress, progressInterval, func() string { return "policy pack: " + counter.far() })
	err := build.Run()
	beat.stop()
	if err != nil {
		return fmt.Errorf("build: %w: %s", err, strings.TrimSpace(counter.tail()))
	}
	if err := os.Rename(target+".new", target); err != nil {
		return err
	}
	list := exec.CommandContext(ctx, "go", "list", "-deps", "-f",
		"{{with .Module}}{{if .Main}}{{$.Dir}}\n{{.GoMod}}{{end}}{{end}}", ".")
	list.Dir = folder
	output, err := list.Output()
	if err != nil {
		return fmt.Errorf("list what it is made of: %w", err)
	}
	sources := slices.Compact(slices.Sorted(strings.FieldsSeq(string(output))))
	now, err := fingerprint(sources)
	if err != nil {
		return err
	}
	return replaceFile(stamp, []byte(now+"\n"+strings.Join(sources, "\n")+"\n"))
}

// stampHolds reports whether the sources are unchanged since the stamp was made.
func stampHolds(stamp string) bool {
	content, err := os.ReadFile(stamp)
	if err != nil {
		return false
	}
	lines := bufio.NewScanner(bytes.NewReader(content))
	if !lines.Scan() {
		return false
	}
	before := lines.Text()
	var sources []string
	for lines.Scan() {
		sources = append(sources, lines.Text())
	}
	now, err := fingerprint(sources)
	return err == nil && len(sources) > 0 && now == before
}

// fingerprint sums up name, size and time of the files in folders, and of single files.
func fingerprint(sources []string) (string, error) {
	sum := sha256.New()
	note := func(name string, info fs.FileInfo) {
		fmt.Fprintln(sum, name, info.Size(), info.ModTime().UnixNano())
	}
	for _, source := range sources {
		info, err := os.Stat(source) //nolint:gosec // the folders are those that go list named
		if err != nil {
			return "", err
		}
		if !info.IsDir() {
			note(source, info)
			continue
		}
		entries, err := os.ReadDir(source)
		if err != nil {
			return "", err
		}
		for _, entry := range entries {
			// Files of any kind count: a pack may embed files that are not Go.
			if info, err := entry.Info(); err == nil && !entry.IsDir() {
				note(filepath.Join(source, entry.Name()), info)
			}
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
