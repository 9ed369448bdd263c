package config

import (
	"reflect"
	"slices"
)

// Kind is the kind of stack that a stack file describes.
type Kind string

// The kinds of stacks.
const (
	// KindWorkload is an environment of the application: [Config].
	KindWorkload Kind = "workload"
	// KindDelivery is the stack that delivers the application: [Delivery].
	KindDelivery Kind = "delivery"
)

// root returns the struct into which a stack file of the kind is read.
func (k Kind) root() reflect.Type {
	if k == KindDelivery {
		return reflect.TypeFor[Delivery]()
	}
	return reflect.TypeFor[Config]()
}

func (k Kind) other() Kind {
	if k == KindDelivery {
		return KindWorkload
	}
	return KindDelivery
}

// isOthers reports whether a key belongs to the other kind of stack.
func (k Kind) isOthers(key string) bool {
	for f := range fields(k.other().root()) {
		if f.name == key {
			return true
		}
	}
	return false
}

// othersKey reports a key of the other kind of stack.
func (d *decoder) othersKey(at path, known []string) {
	other := d.kind.other()
	d.add(at, "a key of "+string(other)+" stacks", "in a "+string(d.kind)+" stack "+joinKeys(known),
		"remove it, or set kind: "+string(other))
}

// KindOf reads the kind of a stack from the values that [Parse] gets.
func KindOf(project string, values map[string]string, secrets ...string) (Kind, error) {
	kind, err := kindOf(project, values, secrets)
	if err != nil {
		return "", Errors{err}
	}
	return kind, nil
}

func kindOf(project string, values map[string]string, secrets []string) (Kind, *Error) {
	at := root(project).key(kindKey)
	text := values[string(at)]
	switch kind := Kind(text); {
	case slices.Contains(secrets, string(at)):
		return "", &Error{
			Key: string(at), Found: "a secret (not shown)", Allowed: "workload, delivery",
			Fix: "set it without --secret",
		}
	case text == "":
		return KindWorkload, nil
	case kind == KindWorkload, kind == KindDelivery:
		return kind, nil
	}
	rule := rule{literals: []string{string(KindWorkload), string(KindDelivery)}}
	return "", &Error{Key: string(at), Found: quote(text), Allowed: "workload, delivery", Fix: rule.fixText(text)}
}

// checkKind refuses a stack file of another kind than the one asked for: each of its keys
// would be wrong.
func checkKind(project string, values map[string]string, secrets []string, want Kind) *Error {
	kind, err := kindOf(project, values, secrets)
	if err != nil {
		return err
	}
	if kind != want {
		return &Error{
			Key: string(root(project).key(kindKey)), Found: quote(string(kind)), Allowed: string(want) + " for this",
			Fix: "name a stack of kind " + string(want),
		}
	}
	return nil
}
