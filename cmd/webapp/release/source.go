package release

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// source is what an image is built of.
type source struct {
	// context is the folder with the Dockerfile.
	context string
	// commit of the folder, and the tag that an image of it gets.
	commit, tag string
	// worktree says that the folder may hold something else, so that the commit is checked out elsewhere.
	worktree bool
}

// source finds out what is built: the commit that is named, or the last one if the folder is as that left it.
func (s *imageStep) source(t *tools) (source, error) {
	if s.named() && !commitPattern.MatchString(s.commit) {
		return source{}, fmt.Errorf("found the commit %q, allowed are 7 to 64 hex digits: pass git's", s.commit)
	}
	if s.exported {
		if !s.named() {
			return source{}, errors.New("--exported: found no --commit: name the commit that was exported")
		}
		return source{context: s.context, commit: s.commit, tag: buildTagPrefix + s.commit}, nil
	}
	if _, err := t.ask("git", "rev-parse", "--show-toplevel"); err != nil {
		return source{}, fmt.Errorf("%w: found no Git repository: call this in a clone, or with --exported where the folder "+
			"is what a commit has", err)
	}
	if s.named() {
		// A tag names one image: the same commit has one name, however it is abbreviated.
		full, err := t.ask("git", "rev-parse", "--verify", "--quiet", "--end-of-options", s.commit+"^{commit}")
		if err != nil {
			return source{}, fmt.Errorf("%w: found the commit %q, which this clone does not have: fetch it (git fetch "+
				"--unshallow fetches all)", err, s.commit)
		}
		return source{context: s.context, commit: full, tag: buildTagPrefix + full, worktree: true}, nil
	}
	last, err := t.ask("git", "rev-parse", "HEAD")
	if err != nil {
		return source{}, err
	}
	changed, err := t.ask("git", "status", "--porcelain", "--", s.context)
	switch {
	case err != nil:
		return source{}, err
	case changed == "":
		return source{context: s.context, commit: last, tag: buildTagPrefix + last, worktree: true}, nil
	case !s.dirty:
		return source{}, fmt.Errorf("found changes in %s that no commit has: commit them, name the commit that is built "+
			"with --commit, or pass --dirty to build them under a tag of their own\n%s", s.context, changed)
	}
	return source{
		context: s.context, commit: last,
		tag: buildTagPrefix + last + "-dirty-" + time.Now().UTC().Format("20060102150405"),
	}, nil
}

// checkOut calls build with the folder as the source's commit has it.
func (s source) checkOut(t *tools, build func(folder string) error) (err error) {
	if !s.worktree {
		return build(s.context)
	}
	// The folder's place in the repository; empty at its top.
	prefix, err := t.ask("git", "rev-parse", "--show-prefix")
	if err != nil {
		return err
	}
	within := filepath.Join(prefix, s.context)
	if filepath.IsAbs(s.context) || !filepath.IsLocal(within) {
		return fmt.Errorf("--context: found %q, allowed is a folder of this repository, from here: the commit has no other",
			s.context)
	}
	folder, err := os.MkdirTemp("", "webapp-image-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	tree := filepath.Join(folder, "tree")
	if err := t.run("git", "worktree", "add", "--quiet", "--detach", tree, s.commit); err != nil {
		return err
	}
	// Whoever was killed before this leaves an entry without a folder, which git forgets by itself.
	defer func() { err = errors.Join(err, t.run("git", "worktree", "remove", "--force", tree)) }()
	if _, err := os.Stat(filepath.Join(tree, within)); err != nil {
		return fmt.Errorf("--context: found no %s in commit %s", strings.TrimSuffix(within, "/"), s.commit)
	}
	return build(filepath.Join(tree, within))
}
