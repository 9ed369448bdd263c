package mockaws

import (
	"errors"
	"reflect"
	"unsafe"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Run is pulumi.RunErr for programs with transforms. The SDK does not end the server that an engine would call for
// them, and it holds all that the program made: 6 MB each of hundreds of programs in a test.
func Run(program pulumi.RunFunc, options ...pulumi.RunOption) error {
	var ran *pulumi.Context
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		ran = ctx
		return program(ctx)
	}, options...)
	if ran == nil {
		return err
	}
	if server := field(field(reflect.ValueOf(ran), "state"), "callbacks"); !server.IsNil() {
		close(field(server, "stop").Interface().(chan bool))
		err = errors.Join(err, <-field(server, "handle").Interface().(rpcutil.ServeHandle).Done)
	}
	return err
}

// field reads a field that the SDK does not export; there is no other way to the server.
func field(pointer reflect.Value, name string) reflect.Value {
	found := pointer.Elem().FieldByName(name)
	return reflect.NewAt(found.Type(), unsafe.Pointer(found.UnsafeAddr())).Elem() //nolint:gosec // see above
}
