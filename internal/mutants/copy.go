package mutants

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// copyModule copies the files of the module at root that Git tracks or would add. Built tools
// are shared.
func copyModule(ctx context.Context, root, into string) error {
	command := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		return fmt.Errorf("list the files of %s: %w", root, err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		if err := copyFile(filepath.Join(root, name), filepath.Join(into, name)); err != nil {
			return err
		}
	}
	for _, built := range []string{"dist", ".sandbox"} {
		if _, err := os.Stat(filepath.Join(root, built)); err == nil {
			if err := os.Symlink(filepath.Join(root, built), filepath.Join(into, built)); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyFile copies a file or link. A file whose deletion is not committed yet is skipped.
func copyFile(from, to string) error {
	info, err := os.Lstat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		target, err := os.Readlink(from)
		if err != nil {
			return err
		}
		return os.Symlink(target, to)
	}
	content, err := os.ReadFile(from) //nolint:gosec // G304: a file of the module
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, info.Mode().Perm()) //nolint:gosec // G703: a directory of our own
}
