package awsplugin

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sourceStamp identifies the plugin's sources by their content: Go files other than tests, the
// mapping, and the module's files.
func sourceStamp(dir string) (string, error) {
	hash := sha256.New()
	files := 0
	sources := os.DirFS(dir)
	// WalkDir goes in lexical order, so the same sources have the same stamp.
	err := fs.WalkDir(sources, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !isSource(entry) {
			return err
		}
		content, err := fs.ReadFile(sources, path)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(hash, "%s %d\n%s", path, len(content), content)
		files++
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("read the sources: %w", err)
	}
	if files == 0 {
		return "", fmt.Errorf("no sources in %s", dir)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func isSource(entry fs.DirEntry) bool {
	name := entry.Name()
	switch {
	case entry.IsDir() || strings.HasSuffix(name, "_test.go"):
		return false
	default:
		return filepath.Ext(name) == ".go" || filepath.Ext(name) == ".json" || name == "go.mod" || name == "go.sum"
	}
}
