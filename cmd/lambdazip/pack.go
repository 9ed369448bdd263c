package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"time"
)

// bootstrap is the name that the runtime provided.al2023 starts.
const bootstrap = "bootstrap"

// epoch is the earliest time that a zip file can state; every file in it carries that.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// pack makes a zip file of the program. Its bytes depend on the program alone.
func pack(program []byte) ([]byte, error) {
	var content bytes.Buffer
	archive := zip.NewWriter(&content)
	archive.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	header := &zip.FileHeader{Name: bootstrap, Method: zip.Deflate, Modified: epoch}
	const executable os.FileMode = 0o755 // Lambda runs it under another user
	header.SetMode(executable)
	entry, err := archive.CreateHeader(header)
	if err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if _, err := entry.Write(program); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	return content.Bytes(), nil
}
