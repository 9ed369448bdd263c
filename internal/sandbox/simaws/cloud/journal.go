package cloud

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// entry is one line of the journal. Exactly one of its parts is set.
type entry struct {
	// Put creates or changes a record.
	Put *Record `json:"put,omitempty"`
	// Drop deletes a record.
	Drop *Record `json:"drop,omitempty"`
	// Account sets the cloud's account id.
	Account string `json:"account,omitempty"`
	// Created counts how often a Pulumi resource has been created; written only when the
	// journal is rewritten, otherwise counted.
	Created map[resource.URN]int `json:"created,omitempty"`
	// Gone lists the names of resources that were deleted before the journal was rewritten.
	Gone []string `json:"gone,omitempty"`
}

// slack is the number of outdated lines that a journal may have before it is rewritten.
const slack = 2000

// catchUp applies the entries of the journal that the state does not have yet.
func (c *Cloud) catchUp() error {
	file, err := os.Open(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		c.reset()
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if c.seen == nil || !os.SameFile(c.seen, info) || info.Size() < c.offset {
		// Another process rewrote the journal.
		c.reset()
	}
	c.seen = info
	if _, err := file.Seek(c.offset, io.SeekStart); err != nil {
		return err
	}
	return c.replay(bufio.NewReader(file))
}

func (c *Cloud) replay(in *bufio.Reader) error {
	for {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			// A line without its end was cut off when its writer died; the change was never
			// acknowledged. The next write replaces it.
			return nil
		}
		if err != nil {
			return err
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return fmt.Errorf("%s is damaged at line %d: %w; delete the stack's directory to start afresh",
				c.path, c.lines+1, err)
		}
		c.apply(&e)
		c.offset += int64(len(line))
		c.lines++
	}
}

// write appends entries to the journal. The caller holds the lock and has caught up.
func (c *Cloud) write(entries []entry) error {
	var lines bytes.Buffer
	for i := range entries {
		line, err := json.Marshal(&entries[i])
		if err != nil {
			return err
		}
		lines.Write(line)
		lines.WriteByte('\n')
	}
	file, err := os.OpenFile(c.path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	// Writing at the offset rather than appending overwrites a line that was cut off.
	if _, err = file.WriteAt(lines.Bytes(), c.offset); err == nil {
		err = file.Truncate(c.offset + int64(lines.Len()))
	}
	if err == nil {
		c.seen, err = file.Stat()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	c.offset += int64(lines.Len())
	c.lines += len(entries)
	return nil
}

// compact rewrites a journal that is mostly history. The caller holds the lock.
func (c *Cloud) compact() error {
	if c.lines < slack+len(c.order) {
		return nil
	}
	var entries []entry
	for _, name := range c.order {
		entries = append(entries, entry{Put: c.records[name]})
	}
	// Replaying the records counts each as created once, which the true counts then correct.
	entries = append(entries, entry{Created: c.created}, entry{Gone: c.goneList()})
	if c.account != "" {
		entries = append(entries, entry{Account: c.account})
	}
	fresh := &Cloud{path: c.path + ".new"}
	if err := fresh.write(entries); err != nil {
		return err
	}
	if err := os.Rename(fresh.path, c.path); err != nil {
		return err
	}
	c.reset()
	return c.catchUp()
}

// makeDir makes the directory of the journal.
func makeDir(path string) error { return os.MkdirAll(filepath.Dir(path), 0o700) }
