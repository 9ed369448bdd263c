package config

import "reflect"

// defaulter is a struct with keys whose default is another value than "", 0 or false.
type defaulter interface {
	defaults()
}

// Defaults returns the defaults of a workload stack. Services is empty; each of its entries begins as
// [DefaultService]. The required keys are empty.
func Defaults() Config { return defaultOf[Config]() }

// DefaultDelivery returns the defaults of a delivery stack.
func DefaultDelivery() Delivery { return defaultOf[Delivery]() }

// DefaultService returns the defaults of each entry of services.
func DefaultService() Service { return defaultOf[Service]() }

func defaultOf[T any]() (value T) {
	fillIn(reflect.ValueOf(&value).Elem())
	return value
}

// newEntry returns a new entry of a list with its defaults.
func newEntry(typ reflect.Type) reflect.Value {
	entry := reflect.New(typ).Elem()
	fillIn(entry)
	return entry
}

// fillIn gives a struct its defaults, and then the structs in it theirs.
func fillIn(value reflect.Value) {
	if value.Kind() != reflect.Struct {
		return
	}
	if d, ok := value.Addr().Interface().(defaulter); ok {
		d.defaults()
	}
	for f := range fields(value.Type()) {
		fillIn(value.FieldByIndex(f.index))
	}
}
