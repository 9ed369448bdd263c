//go:build e2e

package e2e

import (
	"archive/zip"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"aws-webapp/internal/fetch"
)

// mavenCentral is the repository of the jars. Their checksums are in jars.txt, so a proxy in
// between does no harm.
const mavenCentral = "https://repo1.maven.org/maven2/"

//go:embed jars.txt
var jarList string

// fetchJars brings every jar into the directory, once: 90 MB.
func fetchJars(ctx context.Context, directory string) error {
	if err := os.MkdirAll(directory, 0o750); err != nil {
		return err
	}
	for line := range strings.Lines(jarList) {
		sum, path, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		target := filepath.Join(directory, filepath.Base(path))
		if err := (fetch.File{Address: mavenCentral + path, SHA256: sum}).Into(ctx, target); err != nil {
			return err
		}
		if strings.HasSuffix(target, ".zip") {
			if err := unpackJars(target, directory); err != nil {
				return fmt.Errorf("unpack %s: %w", path, err)
			}
		}
	}
	return nil
}

// write makes the file appear complete or not at all.
func write(target string, content io.Reader) error {
	file, err := os.CreateTemp(filepath.Dir(target), "fetching-*")
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	if err := errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return os.Rename(file.Name(), target)
}

// unpackJars takes those jars at the top of a plugin's archive that the directory does not hold in
// another version.
func unpackJars(archive, directory string) error {
	reader, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }()
	for _, file := range reader.File {
		if strings.Contains(file.Name, "/") || !strings.HasSuffix(file.Name, ".jar") || present(directory, file.Name) {
			continue
		}
		content, err := file.Open()
		if err != nil {
			return err
		}
		err = write(filepath.Join(directory, filepath.Base(file.Name)), content)
		if err := errors.Join(err, content.Close()); err != nil {
			return err
		}
	}
	return nil
}

func present(directory, jar string) bool {
	_, err := os.Stat(filepath.Join(directory, jar))
	return err == nil
}
