package catalog

import (
	"fmt"
	"maps"
	"strings"
	"sync"
)

// tables holds every service's table: the service's file adds it. A type belongs to exactly one of them.
var tables []Types

// All returns every known type. The result is shared: do not change it.
var All = sync.OnceValue(func() Types {
	all := Types{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	for token, t := range all {
		t.complete(token, FromProvider())
	}
	return all
})

// Lookup returns the description of a type, or an error that says how to add one.
func Lookup(token string) (*Type, error) {
	if t, ok := All()[token]; ok {
		return t, nil
	}
	return nil, fmt.Errorf("the simulated AWS does not know the resource type %s: add an entry for it to the table "+
		"in internal/sandbox/simaws/catalog/%s.go (how is described in that package's doc.go)", token, service(token))
}

// service returns the service part of a token such as aws:sqs/queue:Queue.
func service(token string) string {
	_, rest, _ := strings.Cut(token, ":")
	name, _, _ := strings.Cut(rest, "/")
	if name == "" {
		return "<service>"
	}
	return name
}

// Holder is a reference that keeps a resource from being deleted.
type Holder struct {
	// Token is the referring type.
	Token string
	// Ref is the reference.
	Ref Ref
}

// Holders returns the references that keep a resource of the type from being deleted.
func Holders(token string) []Holder { return holders()[token] }

var holders = sync.OnceValue(func() map[string][]Holder {
	byTarget := map[string][]Holder{}
	for from, t := range All() {
		for _, ref := range t.Refs {
			if ref.Holds {
				byTarget[ref.To] = append(byTarget[ref.To], Holder{Token: from, Ref: ref})
			}
		}
	}
	return byTarget
})
