package components

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// check returns an error if the [Scope] is incomplete or an input is nil, in the struct args and in the structs of
// this package inside it. An input tagged optional:"true" may be nil.
//
// Values from a stack file are not checked here: package config has done so.
func check(args any) error {
	return errors.Join(checkValue("", reflect.ValueOf(args))...)
}

func checkValue(name string, value reflect.Value) []error {
	var errs []error
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			return checkValue(name, value.Elem())
		}
	case reflect.Slice:
		for i := range value.Len() {
			errs = append(errs, checkValue(fmt.Sprintf("%s[%d]", name, i), value.Index(i))...)
		}
	case reflect.Struct:
		if scope, ok := value.Interface().(Scope); ok {
			return []error{scope.validate()}
		}
		if value.Type().PkgPath() != reflect.TypeFor[Scope]().PkgPath() {
			return nil
		}
		for i := range value.NumField() {
			field, inner := value.Type().Field(i), value.Field(i)
			if !field.IsExported() {
				continue // what another component of this package made
			}
			path := field.Name
			switch {
			case field.Anonymous:
				path = name // callers know its fields as the outer struct's own
			case name != "":
				path = name + "." + path
			}
			isInput := field.Type.Kind() == reflect.Interface && field.Type.Implements(reflect.TypeFor[pulumi.Input]())
			switch {
			case !isInput:
				errs = append(errs, checkValue(path, inner)...)
			case inner.IsNil() && field.Tag.Get("optional") != "true":
				errs = append(errs, fmt.Errorf("%s is missing: set it", path))
			}
		}
	default: // a plain value
	}
	return errs
}
