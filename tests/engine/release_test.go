package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const rolloutOfProd = "go run ./cmd/webapp release rollout --stack prod"

// TestUpSaysWhatIsRegisteredAndNotServed: under blue/green an update only registers a version, and nobody sees it
// before a release. A person who runs pulumi up by hand must be told.
func TestUpSaysWhatIsRegisteredAndNotServed(t *testing.T) {
	t.Parallel()
	up := deployed(t, setup{stack: "prod"})
	first := up.find("aws:ecs/service:Service", "visitor-book").Outputs["taskDefinition"].StringValue()
	unchanged, err := up.Preview(t.Context())
	require.NoError(t, err)
	assert.Empty(t, unchanged.Warnings)

	changed := up.again(setup{config: map[string]string{"services[0].environment.GREETING": "hello"}})
	preview, err := changed.Preview(t.Context())
	require.NoError(t, err)
	require.Len(t, preview.Warnings, 1)
	assert.Contains(t, preview.Warnings[0], "visitor-book: a new version, while aws-webapp-prod-visitor-book:1 serves")
	assert.Contains(t, preview.Warnings[0], rolloutOfProd)

	result, err := changed.Up(t.Context())
	require.NoError(t, err)
	require.Len(t, result.Warnings, 1)
	assert.Contains(t, result.Warnings[0],
		"visitor-book: aws-webapp-prod-visitor-book:2, while aws-webapp-prod-visitor-book:1 serves")
	assert.Contains(t, result.Warnings[0], rolloutOfProd)
	serves := func() string {
		return changed.find("aws:ecs/service:Service", "visitor-book").Outputs["taskDefinition"].StringValue()
	}
	require.Equal(t, first, serves())

	// It keeps saying so until the version serves.
	again, err := changed.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, result.Warnings, again.Warnings)

	require.Equal(t, []string{"visitor-book aws-webapp-prod-visitor-book:2"}, released(t, changed, again.Outputs))
	require.NotEqual(t, first, serves())
	after, err := changed.Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, after.Warnings)
	assert.Empty(t, released(t, changed, after.Outputs), "what serves is what is registered, AppSpec and all")
}

// TestRollingServiceWithAMigrationLeavesItsVersions: staging has to go the way of prod.
func TestRollingServiceWithAMigrationLeavesItsVersions(t *testing.T) {
	t.Parallel()
	migrates := map[string]string{"services[0].deployment.migration.command[0]": "migrate"}
	up := deployed(t, setup{stack: "staging"})
	serves := func() string {
		return up.find("aws:ecs/service:Service", "visitor-book").Outputs["taskDefinition"].StringValue()
	}
	first := serves()
	held := up.again(setup{config: migrates})
	result, err := held.Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, result.Warnings)

	held = up.again(setup{config: all(migrates, map[string]string{"services[0].environment.GREETING": "hello"})})
	result, err = held.Up(t.Context())
	require.NoError(t, err)
	require.Len(t, result.Warnings, 1)
	assert.Contains(t, result.Warnings[0], "visitor-book:2, while aws-webapp-staging-visitor-book:1 serves")
	assert.Equal(t, first, serves(), "its migration has not run")

	// Without the migration the update deploys it again.
	_, err = up.again(setup{config: map[string]string{"services[0].environment.GREETING": "hello"}}).Up(t.Context())
	require.NoError(t, err)
	assert.NotEqual(t, first, serves())
}
