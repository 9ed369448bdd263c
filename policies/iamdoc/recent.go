package iamdoc

import (
	"sync"

	"aws-webapp/policies/prop"
)

// recent caches the documents that were read last: several controls ask for each document of a resource one after
// the other, and reading is half of their work.
var recent memory

// memory caches only a few documents, so a large stack leaves nothing behind.
type memory struct {
	mu   sync.Mutex
	last [8]reading
	next int
}

// reading is the document read from a text.
type reading struct {
	text     string
	secret   bool
	document Document
	isOne    prop.Truth
}

func (m *memory) read(text string, v prop.Value) (Document, prop.Truth) {
	if text == "" {
		return read(v) // an object, or nothing
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.last {
		if r.text == text && r.secret == v.Secret() {
			return r.document, r.isOne
		}
	}
	document, isOne := read(v)
	m.last[m.next] = reading{text, v.Secret(), document, isOne}
	m.next = (m.next + 1) % len(m.last)
	return document, isOne
}
