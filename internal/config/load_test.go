package config

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// running returns a context as an inline program gets it. Under the language host the SDK fills
// the same structure from the environment.
func running(t *testing.T, values map[string]string, secrets ...string) *pulumi.Context {
	t.Helper()
	ctx, err := pulumi.NewContext(context.Background(), pulumi.RunInfo{
		Project: project, Stack: "test", Config: values, ConfigSecretKeys: secrets,
	})
	require.NoError(t, err)
	return ctx
}

func TestLoad(t *testing.T) {
	values := valuesOf(t, prodStack, nil)
	cfg, err := Load(running(t, values))
	require.NoError(t, err)
	want, err := Parse(project, values)
	require.NoError(t, err)
	assert.Equal(t, want, cfg)
}

func TestLoadOfADelivery(t *testing.T) {
	values := valuesOf(t, deliveryStack, nil)
	kind, err := LoadKind(running(t, values))
	require.NoError(t, err)
	assert.Equal(t, KindDelivery, kind)
	found, err := LoadDelivery(running(t, values))
	require.NoError(t, err)
	want, err := ParseDelivery(project, values)
	require.NoError(t, err)
	assert.Equal(t, want, found)
	_, err = LoadKind(running(t, values, "aws-webapp:kind"))
	assert.ErrorContains(t, err, "a secret (not shown)")
}

// The SDK only returns keys that a program asks for. This test fails if a release of the SDK
// keeps the others where keysOf does not find them.
func TestLoadSeesUnknownKeys(t *testing.T) {
	values := valuesOf(t, prodStack, nil)
	values["aws-webapp:networks"] = "{}"
	_, err := Load(running(t, values))
	assert.ErrorContains(t, err, `aws-webapp:networks: found an unknown key`)
}

// noResources mocks the engine for a program that creates nothing.
type noResources struct{ pulumi.MockResourceMonitor }

func TestLoadUnderLanguageHost(t *testing.T) {
	t.Setenv(pulumi.EnvConfig, `{"aws-webapp:networks": "{}", "aws-webapp:environment": "staging"}`)
	t.Setenv(pulumi.EnvConfigSecretKeys, `["aws-webapp:dns"]`)
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := Load(ctx)
		return err
	}, pulumi.WithMocks(project, "test", noResources{}))
	assert.ErrorContains(t, err, `aws-webapp:networks: found an unknown key`)
	assert.NotContains(t, err.Error(), "aws-webapp:environment")
}

func TestLoadRefusesSecrets(t *testing.T) {
	values := valuesOf(t, prodStack, edits{"services[0].environment": `{"FLAG": "topsecretvalue", "PORT": 1}`})
	_, err := Load(running(t, values, "aws-webapp:services"))
	var errs Errors
	require.ErrorAs(t, err, &errs)
	assert.Equal(t, Errors{{
		Key:     "aws-webapp:services",
		Found:   "a secret (not shown)",
		Allowed: "plain values: the program would write it into its state and task definitions",
		Fix:     "set it without --secret; keep what is secret in Secrets Manager and name its ARN in services[].secrets",
	}}, errs)
}

func TestKeysOfAnotherSDK(t *testing.T) {
	_, err := keysOf(nil)
	assert.ErrorIs(t, err, errNoKeys)
	_, err = keysOf(&pulumi.Context{})
	assert.ErrorIs(t, err, errNoKeys)
	_, err = Load(nil)
	assert.ErrorIs(t, err, errNoKeys)
	_, err = LoadDelivery(nil)
	assert.ErrorIs(t, err, errNoKeys)
	_, err = LoadKind(nil)
	assert.ErrorIs(t, err, errNoKeys)
}
