package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/policytest"
	"aws-webapp/policies/testgraph"
)

// executable is the pack, built once for all tests.
var executable string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "policies")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	executable = filepath.Join(dir, "policies")
	if err := policytest.Build(context.Background(), ".", executable); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// start runs the pack for a stack.
func start(t *testing.T, stack string, preview bool, config map[string]policytest.Policy, env ...string) *policytest.Session {
	t.Helper()
	session, err := policytest.Start(t.Context(), executable, env...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = session.Close() })
	require.NoError(t, session.Configure(t.Context(), policytest.Stack{
		Name: stack, Project: "aws-webapp", Preview: preview, Config: map[string]string{"aws-webapp:environment": stack},
	}, config))
	return session
}

// accepted are the advisories that the staging baseline has by intent: what only prod has
// to have.
var accepted = map[string]map[string]int{
	"prod":    {},
	"staging": {"rds-multi-az": 1, "rds-deletion-protection": 1, "lb-deletion-protection": 1},
}

func TestBaselinePasses(t *testing.T) {
	for _, stack := range []string{"prod", "staging"} {
		for _, phase := range []testgraph.Phase{testgraph.Preview, testgraph.Deployed} {
			t.Run(fmt.Sprintf("%s/%d", stack, phase), func(t *testing.T) {
				session := start(t, stack, phase == testgraph.Preview, nil)
				outcome, err := session.Run(t.Context(), testgraph.Baseline(stack, phase))
				require.NoError(t, err)
				assert.Empty(t, outcome.Remediations)
				assert.Empty(t, outcome.ByPolicy(pulumirpc.EnforcementLevel_MANDATORY, pulumirpc.EnforcementLevel_REMEDIATE), messages(outcome))
				assert.Equal(t, accepted[stack], outcome.ByPolicy(pulumirpc.EnforcementLevel_ADVISORY), messages(outcome))
			})
		}
	}
}

func messages(outcome policytest.Outcome) string {
	text := ""
	for _, d := range outcome.Diagnostics {
		text += fmt.Sprintf("%s %s\n%s\n\n", d.GetPolicyName(), d.GetUrn(), d.GetMessage())
	}
	return text
}
