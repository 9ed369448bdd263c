package config

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	pulumiconfig "github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/require"
)

const project = "aws-webapp"

// stagingStack and prodStack have only the required keys.
const (
	stagingStack = `config:
  pulumi:disable-default-providers: [aws]
  aws-webapp:environment: staging
` + requiredKeys
	prodStack = `config:
  pulumi:disable-default-providers: [aws]
  aws-webapp:environment: prod
  aws-webapp:monitoring:
    subscriptions:
      - protocol: email
        endpoint: oncall@example.com
` + requiredKeys
	requiredKeys = `
  aws-webapp:aws:
    region: eu-west-1
    allowedAccountIds: ["111111111111"]
  aws-webapp:tags:
    owner: platform
    costCenter: web
    repository: github.com/example/aws-webapp
  aws-webapp:dns:
    domain: app.example.com
    hostedZoneId: Z0123456789ABCDEFGHI
  aws-webapp:services:
    - name: web
      image: 111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2
      routing:
        priority: 100
        paths: ["/*"]
`
)

// edits change a stack file: JSON by key path; nothing removes the key.
type edits map[string]string

// stacks that have been loaded, by their text.
var stacks = map[string]pulumiconfig.Map{}

func loaded(t testing.TB, stack string) pulumiconfig.Map {
	t.Helper()
	if _, known := stacks[stack]; !known {
		declared := &workspace.Project{Name: project}
		file, err := workspace.LoadProjectStackBytes(nil, declared, []byte(stack), "Pulumi.test.yaml", encoding.YAML)
		require.NoError(t, err)
		stacks[stack] = file.Config
	}
	return stacks[stack]
}

// valuesOf reads a stack file as the Pulumi CLI does, and edits it as pulumi config set
// --path does.
func valuesOf(t testing.TB, stack string, changes edits) map[string]string {
	t.Helper()
	configuration := maps.Clone(loaded(t, stack))
	for _, path := range slices.Sorted(maps.Keys(changes)) {
		key := pulumiconfig.MustMakeKey(project, path)
		if changes[path] == "" {
			require.NoError(t, configuration.Remove(key, true), path)
			continue
		}
		require.NoError(t, configuration.Set(key, pulumiconfig.NewObjectValue(changes[path]), true), path)
	}
	values := map[string]string{}
	for key, value := range configuration {
		var err error
		values[key.String()], err = value.Value(pulumiconfig.NopDecrypter)
		require.NoError(t, err)
	}
	return values
}

// parse reads an edited stack file that must be valid.
func parse(t testing.TB, stack string, changes edits) *Config {
	t.Helper()
	cfg, err := Parse(project, valuesOf(t, stack, changes))
	require.NoError(t, err)
	return cfg
}

// errorsOf reads an edited stack file that must be invalid.
func errorsOf(t testing.TB, stack string, changes edits) Errors {
	t.Helper()
	cfg, err := Parse(project, valuesOf(t, stack, changes))
	require.Error(t, err)
	require.Nil(t, cfg)
	var errs Errors
	require.True(t, errors.As(err, &errs), "%T", err)
	return errs
}
