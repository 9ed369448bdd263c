package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/testgraph"
)

// folder is where the pack is built.
var folder string

func TestMain(m *testing.M) {
	os.Exit(runIn(m))
}

func runIn(m *testing.M) int {
	var err error
	if folder, err = os.MkdirTemp("", "policies"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	return m.Run()
}

// executable is the pack, built once for all tests that run it.
var executable = sync.OnceValues(func() (string, error) {
	file := filepath.Join(folder, "policies")
	return file, policytest.Build(context.Background(), ".", file)
})

// start runs the executable for the stack prod.
func start(t *testing.T, env ...string) *policytest.Session {
	t.Helper()
	file, err := executable()
	require.NoError(t, err)
	session, err := policytest.Start(t.Context(), file, env...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = session.Close() })
	return configured(t, session, "prod", false)
}

// local runs the pack for a stack in this process.
func local(t *testing.T, stack string, preview bool) *policytest.Session {
	t.Helper()
	p, err := pack.New(pack.Options{Controls: rules.All(), Waivers: waivers})
	require.NoError(t, err)
	return configured(t, policytest.Local(pack.NewServer(p)), stack, preview)
}

func configured(t *testing.T, session *policytest.Session, stack string, preview bool) *policytest.Session {
	t.Helper()
	require.NoError(t, session.Configure(t.Context(), policytest.Stack{
		Name: stack, Project: "aws-webapp", Preview: preview, Config: map[string]string{"aws-webapp:environment": stack},
	}, nil))
	return session
}

// accepted lists the advisories that the staging baseline has by intent: about things that only
// prod has to have.
var accepted = map[string]map[string]int{
	"prod":    {},
	"staging": {"rds-multi-az": 1, "rds-deletion-protection": 1, "lb-deletion-protection": 1, "vpc-protected": 1},
}

func TestTheBaselinePasses(t *testing.T) {
	for _, stack := range []string{"prod", "staging"} {
		for _, phase := range []testgraph.Phase{testgraph.Preview, testgraph.Deployed} {
			t.Run(fmt.Sprintf("%s/%d", stack, phase), func(t *testing.T) {
				outcome := pass(t, stack, phase, testgraph.Baseline(stack, phase))
				assert.Equal(t, accepted[stack], outcome.ByPolicy(pulumirpc.EnforcementLevel_ADVISORY), messages(outcome))
			})
		}
	}
}

// programAccepts lists the advisories that the program has by intent. TLS ends at the load balancer. The rotation relay
// only calls AWS's APIs, for which it would need NAT or endpoints inside the VPC; the probe asks from outside, and its
// next event comes in a minute. Staging saves the cost of things that only prod has to have (a firewall, endpoints, the
// trail's data events and the more expensive settings of the account), and can be destroyed as a whole.
var programAccepts = map[string]map[string]int{
	"prod": {"lambda-in-vpc": 2, "lambda-dead-letters": 1, "lb-encrypted-targets": 2},
	"staging": {
		"lambda-in-vpc": 2, "lambda-dead-letters": 1, "lb-encrypted-targets": 1, "rds-multi-az": 1,
		"rds-deletion-protection": 1,
		"lb-deletion-protection":  1,
		"lb-waf-attached":         1, "vpc-endpoints-present": 1, "cloudtrail-object-events": 1, "opensearch-resilient": 1,
		"account-settings-present": 1, "vpc-protected": 1, "data-protected": 5,
	},
}

// doubts lists findings that cannot be decided before the stack exists: from which NAT gateway addresses prod's
// test of new versions reaches the load balancer, and thus whether the whole internet does.
var doubts = map[string]map[string]int{"prod": {"sg-flow-matrix": 1, "sg-world-only-to-alb": 3}}

func TestTheProgramPasses(t *testing.T) {
	for _, stack := range []string{"prod", "staging"} {
		t.Run(stack+"/deployed", func(t *testing.T) {
			outcome := pass(t, stack, testgraph.Deployed, testgraph.Program(stack, testgraph.Deployed))
			assert.Equal(t, programAccepts[stack], outcome.ByPolicy(pulumirpc.EnforcementLevel_ADVISORY), messages(outcome))
		})
		t.Run(stack+"/first preview", func(t *testing.T) {
			outcome := pass(t, stack, testgraph.Preview, testgraph.Program(stack, testgraph.Preview))
			want := maps.Clone(programAccepts[stack])
			maps.Copy(want, doubts[stack])
			assert.Equal(t, want, outcome.ByPolicy(pulumirpc.EnforcementLevel_ADVISORY), messages(outcome))
		})
	}
}

// pass judges a stack that must have no mandatory violation.
func pass(t *testing.T, stack string, phase testgraph.Phase, resources []*graph.Resource) policytest.Outcome {
	t.Helper()
	outcome, err := local(t, stack, phase == testgraph.Preview).Run(t.Context(), resources)
	require.NoError(t, err)
	assert.Empty(t, outcome.Remediations)
	assert.Empty(t, outcome.ByPolicy(pulumirpc.EnforcementLevel_MANDATORY, pulumirpc.EnforcementLevel_REMEDIATE),
		messages(outcome))
	return outcome
}

func messages(outcome policytest.Outcome) string {
	text := ""
	for _, d := range outcome.Diagnostics {
		text += fmt.Sprintf("%s %s\n%s\n\n", d.GetPolicyName(), d.GetUrn(), d.GetMessage())
	}
	return text
}
