package config

import (
	"errors"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Load reads the configuration of the running stack.
func Load(ctx *pulumi.Context) (*Config, error) {
	keys, err := keysOf(ctx)
	if err != nil {
		return nil, err
	}
	values := make(map[string]string, len(keys))
	var secrets []string
	for _, key := range keys {
		values[key], _ = ctx.GetConfig(key)
		if ctx.IsConfigSecret(key) {
			secrets = append(secrets, key)
		}
	}
	return Parse(ctx.Project(), values, secrets...)
}

// keysOf lists every configuration key of the running stack. The SDK answers for keys that
// are asked for by name only, and a misspelt key is one that nobody asks for. The variable
// PULUMI_CONFIG has them all, but only where the language host starts the program, not in
// an inline program of the Automation API or under mocks. So this looks (it cannot write)
// into the context; a test fails should a release of the SDK keep them elsewhere.
func keysOf(ctx *pulumi.Context) ([]string, error) {
	value := reflect.ValueOf(ctx)
	for _, name := range []string{"state", "info", "Config"} {
		for value.Kind() == reflect.Pointer && !value.IsNil() {
			value = value.Elem()
		}
		if value.Kind() != reflect.Struct {
			return nil, errNoKeys
		}
		value = value.FieldByName(name)
	}
	if value.Kind() != reflect.Map {
		return nil, errNoKeys
	}
	keys := make([]string, 0, value.Len())
	for _, key := range value.MapKeys() {
		keys = append(keys, key.String())
	}
	return keys, nil
}

var errNoKeys = errors.New("read the configuration: this release of the Pulumi SDK keeps the keys elsewhere: " +
	"use the one that go.mod names, or adapt keysOf in internal/config")
