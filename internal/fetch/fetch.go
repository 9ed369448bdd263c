// Package fetch downloads files whose checksum is known. It imports nothing of this project.
package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// File to download.
type File struct {
	Address string
	// SHA256 of the content, in hexadecimal digits.
	SHA256 string
	// Client to ask. Default http.DefaultClient.
	Client *http.Client
	// Progress is called with the bytes that are there and those of the whole, which is 0 where the server does not
	// say it; may be nil.
	Progress func(done, whole int64)
}

// partial is the name of a file until it is complete.
const partial = ".part"

// Into brings the file to a path, unless one with the checksum is there. It appears complete or not at all. What an
// interrupted download has left is gone on with.
func (f File) Into(ctx context.Context, target string) error {
	if have, err := Sum(target); err == nil && have == f.SHA256 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return err
	}
	if err := f.receive(ctx, target+partial); err != nil {
		return fmt.Errorf("fetch %s: %w", f.Address, err)
	}
	have, err := Sum(target + partial)
	if err != nil {
		return err
	}
	if have != f.SHA256 {
		other := fmt.Errorf("fetch %s: SHA-256 is %s, expected %s", f.Address, have, f.SHA256)
		return errors.Join(other, os.Remove(target+partial))
	}
	return os.Rename(target+partial, target)
}

func (f File) receive(ctx context.Context, path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600) //nolint:gosec // the caller's own file
	if err != nil {
		return err
	}
	err = f.append(ctx, file)
	return errors.Join(err, file.Close())
}

func (f File) append(ctx context.Context, file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.Address, nil)
	if err != nil {
		return err
	}
	done := info.Size()
	if done > 0 {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", done))
	}
	client := f.Client
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	switch response.StatusCode {
	case http.StatusPartialContent:
	case http.StatusOK: // the whole
		done = 0
		if err := file.Truncate(0); err != nil {
			return err
		}
	case http.StatusRequestedRangeNotSatisfiable: // all of it is there, or more: the checksum decides
		return nil
	default:
		return fmt.Errorf("the server answers %s", response.Status)
	}
	whole := int64(0)
	if response.ContentLength > 0 {
		whole = done + response.ContentLength
	}
	_, err = io.Copy(&counted{file: file, done: done, whole: whole, report: f.Progress}, response.Body)
	return err
}

// counted reports what has been written.
type counted struct {
	file        io.Writer
	done, whole int64
	report      func(done, whole int64)
}

func (c *counted) Write(content []byte) (int, error) {
	n, err := c.file.Write(content)
	c.done += int64(n)
	if c.report != nil {
		c.report(c.done, c.whole)
	}
	return n, err
}

// Sum is the SHA-256 of a file, in hexadecimal digits.
func Sum(path string) (string, error) {
	file, err := os.Open(path) //nolint:gosec // the caller's own file
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}
