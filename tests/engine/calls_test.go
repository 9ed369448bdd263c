package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// internals are an internal service that the stack's own service calls, and a second one that calls it in turn.
func internals(image string) map[string]string {
	return map[string]string{
		"services[0].calls[0]":              "news",
		"services[0].deployment.controller": "rolling",
		"services[0].deployment.testPaths":  "[]",
		"services[1].name":                  "news",
		"services[1].kind":                  "internal",
		"services[1].image":                 image,
		"services[1].databaseAccess":        "true",
		"services[2].name":                  "prices",
		"services[2].kind":                  "internal",
		"services[2].image":                 image,
		"services[2].port":                  "7000",
		"services[2].calls[0]":              "news",
	}
}

// TestInternalServicesComeUp: prod comes up with services that call each other under the policies, the next preview is
// empty, and a circle closes in the update after that. The example of a market has staging's.
func TestInternalServicesComeUp(t *testing.T) {
	t.Parallel()
	const stack = "prod"
	config := internals("111111111111.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.0.0")
	s := fresh(t, setup{stack: stack, pack: policies, packConfig: packConfig(t, stack), config: config})
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	for _, violation := range result.Violations {
		assert.False(t, violation.Mandatory(), "%s: %s", violation.Policy, violation.Message)
	}
	services, _ := result.Outputs["services"].(map[string]any)
	news, _ := services["news"].(map[string]any)
	assert.Equal(t, "internal", news["kind"])
	assert.Empty(t, news["url"], "no client reaches it")
	s.requireNoOrphans()

	again, err := s.Preview(t.Context())
	require.NoError(t, err)
	assert.Empty(t, steps(again))

	closed := s.again(setup{config: all(config, map[string]string{"services[1].calls[0]": "prices"})})
	_, err = closed.Up(t.Context())
	require.NoError(t, err, "prices is there by now")
}
