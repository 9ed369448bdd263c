package cloud

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/fsutil"
)

// Cloud is the state of a simulated AWS account. It is safe for concurrent use, also by
// several processes.
type Cloud struct {
	path string
	lock *fsutil.FileMutex
	mu   sync.Mutex

	account string
	records map[string]*Record
	// order lists the records in order of creation, byToken those of each type, owned those that
	// were created along with another.
	order   []string
	byToken map[string][]string
	owned   map[string][]string
	created map[resource.URN]int
	gone    map[string]bool

	// seen, offset and lines record how far the journal has been read.
	seen   fs.FileInfo
	offset int64
	lines  int
}

// Open opens the cloud whose journal is at path; the journal need not exist yet.
func Open(path string) (*Cloud, error) {
	if err := makeDir(path); err != nil {
		return nil, fmt.Errorf("open the simulated cloud: %w", err)
	}
	c := &Cloud{path: path, lock: fsutil.NewFileMutex(path + ".lock")}
	c.reset()
	err := c.locked(c.compact)
	if err != nil {
		return nil, fmt.Errorf("open the simulated cloud: %w", err)
	}
	return c, nil
}

func (c *Cloud) reset() {
	c.account, c.records, c.order = "", map[string]*Record{}, nil
	c.byToken, c.owned = map[string][]string{}, map[string][]string{}
	c.created, c.gone = map[resource.URN]int{}, map[string]bool{}
	c.seen, c.offset, c.lines = nil, 0, 0
}

// locked runs f with the state up to date and nobody else changing it.
func (c *Cloud) locked(f func() error) (err error) {
	if err := c.lock.Lock(); err != nil {
		return err
	}
	defer func() {
		if unlockErr := c.lock.Unlock(); err == nil {
			err = unlockErr
		}
	}()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.catchUp(); err != nil {
		return err
	}
	return f()
}

// View lets f read the cloud.
func (c *Cloud) View(f func(*Reader) error) error {
	return c.locked(func() error { return f(&Reader{cloud: c}) })
}

// Update lets f read and change the cloud. If f fails, nothing changes.
func (c *Cloud) Update(f func(*Tx) error) error {
	return c.locked(func() error {
		tx := &Tx{Reader: Reader{cloud: c}}
		if err := f(tx); err != nil {
			return err
		}
		if len(tx.entries) == 0 {
			return nil
		}
		if err := c.write(tx.entries); err != nil {
			return fmt.Errorf("write the simulated cloud: %w", err)
		}
		for i := range tx.entries {
			c.apply(&tx.entries[i])
		}
		return nil
	})
}

// apply applies one entry of the journal to the state.
func (c *Cloud) apply(e *entry) {
	switch {
	case e.Put != nil:
		name := e.Put.name()
		if _, exists := c.records[name]; !exists {
			c.order = append(c.order, name)
			c.byToken[e.Put.Token] = append(c.byToken[e.Put.Token], name)
			if owner := e.Put.Owner; owner != "" {
				c.owned[owner] = append(c.owned[owner], name)
			}
			c.created[e.Put.URN]++
		}
		c.records[name] = e.Put
		delete(c.gone, name)
	case e.Drop != nil:
		name := e.Drop.name()
		dropped, exists := c.records[name]
		if !exists {
			return
		}
		delete(c.records, name)
		is := func(other string) bool { return other == name }
		c.order = slices.DeleteFunc(c.order, is)
		c.byToken[e.Drop.Token] = slices.DeleteFunc(c.byToken[e.Drop.Token], is)
		c.owned[dropped.Owner] = slices.DeleteFunc(c.owned[dropped.Owner], is)
		c.gone[name] = true
	case e.Account != "":
		c.account = e.Account
	case e.Created != nil:
		maps.Copy(c.created, e.Created)
	case e.Gone != nil:
		for _, name := range e.Gone {
			c.gone[name] = true
		}
	}
}

func (c *Cloud) goneList() []string { return slices.Sorted(maps.Keys(c.gone)) }

// Records returns all records in order of creation.
func (c *Cloud) Records() ([]*Record, error) {
	var all []*Record
	err := c.View(func(r *Reader) error {
		all = r.All()
		return nil
	})
	return all, err
}

// Edit changes a resource behind Pulumi's back: f gets the record's properties and may change
// them in place. The change is made to both inputs and outputs.
func (c *Cloud) Edit(token, id string, f func(props resource.PropertyMap)) error {
	return c.Update(func(tx *Tx) error {
		record, ok := tx.Find(token, "id", id)
		if !ok {
			return fmt.Errorf("the simulated cloud has no %s %q", token, id)
		}
		before := record.Outputs
		record = record.Clone()
		record.Outputs = Conceal(before) // a deep copy: f may change nested values in place
		f(record.Outputs)
		for name, v := range record.Outputs {
			if old, had := before[name]; !had || !old.DeepEquals(v) {
				record.Inputs[name] = v
			}
		}
		for name := range before {
			if _, still := record.Outputs[name]; !still {
				delete(record.Inputs, name)
			}
		}
		tx.Put(record)
		return nil
	})
}

// Remove deletes a resource, and those created along with it, behind Pulumi's back.
func (c *Cloud) Remove(token, id string) error {
	return c.Update(func(tx *Tx) error {
		record, ok := tx.Find(token, "id", id)
		if !ok {
			return fmt.Errorf("the simulated cloud has no %s %q", token, id)
		}
		tx.Delete(record)
		return nil
	})
}

// Orphans returns the resources that Pulumi created but that are not in managed, the ids in
// Pulumi's state by URN. Such a resource would cost money for ever.
func (c *Cloud) Orphans(managed map[resource.URN][]string) ([]*Record, error) {
	all, err := c.Records()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(r *Record) bool {
		return r.Owner != "" || slices.Contains(managed[r.URN], r.ID)
	}), nil
}
