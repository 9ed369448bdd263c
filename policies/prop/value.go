package prop

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Value is one property of a resource, together with the path that led to it.
// The zero Value is an absent property.
type Value struct {
	raw      resource.PropertyValue
	path     string
	present  bool
	unknown  bool
	secret   bool
	observer func(path string)
}

// Of returns the root of a resource's properties.
func Of(properties resource.PropertyMap) Value {
	return Value{raw: resource.NewObjectProperty(properties), present: true}
}

// New wraps a single property found at path.
func New(path string, raw resource.PropertyValue) Value {
	return Value{path: path}.with(raw)
}

// Unknown returns a value that is set but not known yet.
func Unknown(path string) Value {
	return Value{path: path, present: true, unknown: true}
}

// Observed returns v such that f is called with the path of every property read below it,
// whether it exists or not. Tests use it to learn what a rule looks at.
func (v Value) Observed(f func(path string)) Value {
	v.observer = f
	return v
}

// with unwraps secrets and outputs, remembering what they said about the value.
func (v Value) with(raw resource.PropertyValue) Value {
	for {
		switch {
		case raw.IsSecret():
			v.secret = true
			raw = raw.SecretValue().Element
		case raw.IsOutput():
			out := raw.OutputValue()
			v.secret = v.secret || out.Secret
			if !out.Known {
				v.present, v.unknown = true, true
				return v
			}
			raw = out.Element
		case raw.IsComputed():
			v.present, v.unknown = true, true
			return v
		case raw.IsNull():
			return v
		default:
			v.raw, v.present = raw, true
			return v
		}
	}
}

// Path returns the path of the value, such as accessLogs.enabled or ingress[0].fromPort.
func (v Value) Path() string { return v.path }

// Secret reports whether the value, or anything around it, is marked secret.
func (v Value) Secret() bool { return v.secret }

// IsUnknown reports whether the value is set but not known yet.
func (v Value) IsUnknown() bool { return v.unknown }

// Absent reports whether the value is missing or null.
func (v Value) Absent() bool { return !v.present }

// Get returns the property called key. Below an unknown value everything is unknown. The only
// element of a list stands for the list, since providers write single blocks both ways.
func (v Value) Get(key string) Value {
	child := Value{path: join(v.path, key), secret: v.secret, observer: v.observer}
	if v.observer != nil {
		v.observer(child.path)
	}
	switch {
	case v.unknown:
		child.present, child.unknown = true, true
		return child
	case !v.present:
		return child
	case v.raw.IsArray():
		if elems := v.raw.ArrayValue(); len(elems) == 1 {
			return Value{path: v.path, secret: v.secret, observer: v.observer}.with(elems[0]).Get(key)
		}
		return child
	case v.raw.IsObject():
		if raw, ok := v.raw.ObjectValue()[resource.PropertyKey(key)]; ok {
			return child.with(raw)
		}
		return child
	default:
		return child
	}
}

// Dig follows several keys.
func (v Value) Dig(keys ...string) Value {
	for _, key := range keys {
		v = v.Get(key)
	}
	return v
}

// List returns the value's elements. A single value stands for a list of one. The second result
// says whether the list is complete: [Maybe] when it is unknown as a whole or cannot be read as
// a list.
func (v Value) List() ([]Value, Truth) {
	switch {
	case v.unknown:
		return nil, Maybe
	case !v.present:
		return nil, Yes
	case v.raw.IsArray():
		raws := v.raw.ArrayValue()
		elems := make([]Value, len(raws))
		for i, raw := range raws {
			elem := Value{path: v.path + "[" + strconv.Itoa(i) + "]", secret: v.secret, observer: v.observer}
			elems[i] = elem.with(raw)
		}
		return elems, Yes
	default:
		return []Value{v}, Yes
	}
}

// Fields returns the value's keys in order. The second result is [Maybe] when they are not
// known.
func (v Value) Fields() ([]string, Truth) {
	switch {
	case v.unknown:
		return nil, Maybe
	case !v.present:
		return nil, Yes
	case v.raw.IsObject():
		keys := make([]string, 0, len(v.raw.ObjectValue()))
		for key := range v.raw.ObjectValue() {
			if !resource.IsInternalPropertyKey(key) {
				keys = append(keys, string(key))
			}
		}
		slices.Sort(keys)
		return keys, Yes
	default:
		return nil, Maybe
	}
}

// Text returns the value as a string; ok is false when it is absent, unknown or not a string.
func (v Value) Text() (text string, ok bool) {
	if !v.present || v.unknown || !v.raw.IsString() {
		return "", false
	}
	return v.raw.StringValue(), true
}

// Number returns the value as a number; a string that spells a number counts. ok is false when
// it is absent, unknown or something else.
func (v Value) Number() (number float64, ok bool) {
	if !v.present || v.unknown {
		return 0, false
	}
	if v.raw.IsNumber() {
		n := v.raw.NumberValue()
		return n, !math.IsNaN(n)
	}
	if v.raw.IsString() {
		n, err := strconv.ParseFloat(strings.TrimSpace(v.raw.StringValue()), 64)
		return n, err == nil && !math.IsNaN(n)
	}
	return 0, false
}

// Int returns the value as a whole number, with the same rules as [Value.Number].
func (v Value) Int() (number int, ok bool) {
	n, ok := v.Number()
	if !ok || n != math.Trunc(n) || math.Abs(n) > math.MaxInt32 {
		return 0, false
	}
	return int(n), true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
