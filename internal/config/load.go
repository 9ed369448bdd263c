package config

import (
	"errors"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// LoadKind returns the kind of the running stack.
func LoadKind(ctx *pulumi.Context) (Kind, error) {
	values, secrets, err := valuesIn(ctx)
	if err != nil {
		return "", err
	}
	return KindOf(ctx.Project(), values, secrets...)
}

// Load reads the configuration of the running workload stack.
func Load(ctx *pulumi.Context) (*Config, error) {
	values, secrets, err := valuesIn(ctx)
	if err != nil {
		return nil, err
	}
	return Parse(ctx.Project(), values, secrets...)
}

// LoadDelivery reads the configuration of the running delivery stack.
func LoadDelivery(ctx *pulumi.Context) (*Delivery, error) {
	values, secrets, err := valuesIn(ctx)
	if err != nil {
		return nil, err
	}
	return ParseDelivery(ctx.Project(), values, secrets...)
}

// valuesIn returns the values of the running stack by key, and the keys that hold secrets.
func valuesIn(ctx *pulumi.Context) (map[string]string, []string, error) {
	keys, err := keysOf(ctx)
	if err != nil {
		return nil, nil, err
	}
	values := make(map[string]string, len(keys))
	var secrets []string
	for _, key := range keys {
		values[key], _ = ctx.GetConfig(key)
		if ctx.IsConfigSecret(key) {
			secrets = append(secrets, key)
		}
	}
	return values, secrets, nil
}

// keysOf lists every configuration key of the running stack. The SDK only returns keys that a
// program asks for by name, and nobody asks for a misspelt key. The variable PULUMI_CONFIG has
// all keys, but only if the language host starts the program, not in an inline program of the
// Automation API or under mocks. So keysOf reads the SDK's context by reflection (it cannot
// write); a test fails if a release of the SDK keeps the keys elsewhere.
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
