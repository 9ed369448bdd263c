package cloud

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/prop"
)

// Reader gives read access to the cloud.
type Reader struct {
	cloud *Cloud
}

// Tx is one change of the cloud. It reads the state before the change.
type Tx struct {
	Reader
	entries []entry
}

// Account returns the cloud's account id, "" as long as it is not set.
func (r *Reader) Account() string { return r.cloud.account }

// Created returns how many resources have ever been created for the URN.
func (r *Reader) Created(urn resource.URN) int { return r.cloud.created[urn] }

// Get returns the record with the key.
func (r *Reader) Get(token, key string) (*Record, bool) {
	record, ok := r.cloud.records[nameOf(token, key)]
	return record, ok
}

// Find returns the first record of the type whose property has the value. The property
// "id" stands for the id.
func (r *Reader) Find(token, property, value string) (*Record, bool) {
	if value == "" {
		return nil, false
	}
	byID := property == "id"
	if byID {
		// Most keys are ids.
		if record, ok := r.Get(token, value); ok {
			return record, true
		}
	}
	for _, name := range r.cloud.byToken[token] {
		record := r.cloud.records[name]
		if byID && record.ID == value || !byID && prop.Text(record.Outputs, property) == value {
			return record, true
		}
	}
	return nil, false
}

// List returns the records of the type in order of creation.
func (r *Reader) List(token string) []*Record { return r.named(r.cloud.byToken[token]) }

// All returns all records in order of creation.
func (r *Reader) All() []*Record { return r.named(r.cloud.order) }

func (r *Reader) named(names []string) []*Record {
	records := make([]*Record, 0, len(names))
	for _, name := range names {
		records = append(records, r.cloud.records[name])
	}
	return records
}

// Owned returns the records that were created along with the record.
func (r *Reader) Owned(record *Record) []*Record { return r.named(r.cloud.owned[record.name()]) }

// Owns reports whether other was created along with the record.
func (r *Record) Owns(other *Record) bool { return other.Owner == r.name() }

// Deleted reports whether the type once had a resource, named by its key or by an ARN that ends
// in it, that is gone now.
func (r *Reader) Deleted(token, value string) bool {
	gone := r.cloud.gone
	return gone[nameOf(token, value)] ||
		gone[nameOf(token, value[strings.LastIndexByte(value, '/')+1:])] ||
		gone[nameOf(token, value[strings.LastIndexByte(value, ':')+1:])]
}

// SetAccount sets the cloud's account id.
func (tx *Tx) SetAccount(account string) { tx.add(entry{Account: account}) }

// Put creates or changes a record. Its secrets are concealed.
func (tx *Tx) Put(record *Record) {
	stored := record.Clone()
	if stored.Key == "" {
		stored.Key = stored.ID
	}
	stored.Inputs, stored.Outputs = Conceal(stored.Inputs), Conceal(stored.Outputs)
	tx.add(entry{Put: stored})
}

// PutOwned creates or changes a record that belongs to another.
func (tx *Tx) PutOwned(owner, record *Record) {
	owned := record.Clone()
	owned.Owner = owner.name()
	tx.Put(owned)
}

// Delete deletes a record and those created along with it.
func (tx *Tx) Delete(record *Record) {
	for _, owned := range tx.Owned(record) {
		tx.add(entry{Drop: owned})
	}
	tx.add(entry{Drop: record})
}

func (tx *Tx) add(e entry) { tx.entries = append(tx.entries, e) }

// Label names the record for messages: the logical name and the type, or the id.
func (r *Record) Label() string {
	if r.URN == "" {
		return r.ID
	}
	return r.URN.Name() + " (" + r.Token[strings.LastIndexByte(r.Token, ':')+1:] + ")"
}
