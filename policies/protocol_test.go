package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"
	"gopkg.in/yaml.v3"

	"aws-webapp/policies/evidence"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/testgraph"
)

func TestTheExecutableDescribesEveryControl(t *testing.T) {
	session := start(t)
	assert.Equal(t, pack.Name, session.Info.GetName())
	assert.True(t, session.Info.GetSupportsConfig())
	require.Len(t, session.Info.GetPolicies(), len(rules.All()))
	for i, c := range rules.All() {
		policy := session.Info.GetPolicies()[i]
		assert.Equal(t, c.Name, policy.GetName())
		assert.NotEqual(t, pulumirpc.PolicySeverity_POLICY_SEVERITY_UNSPECIFIED, policy.GetSeverity(), c.Name)
		assert.NotEqual(t, pulumirpc.PolicyType_POLICY_TYPE_UNKNOWN, policy.GetPolicyType(), c.Name)
		assert.NotEmpty(t, policy.GetFramework().GetName(), c.Name)
		assert.NotEmpty(t, policy.GetRemediationSteps(), c.Name)
		schema := policy.GetConfigSchema().GetProperties().AsMap()
		assert.Len(t, schema, len(c.Params)+2, c.Name)
	}
}

func TestTheProjectFileRepeatsNameAndVersion(t *testing.T) {
	content, err := os.ReadFile("PulumiPolicy.yaml")
	require.NoError(t, err)
	var project map[string]string
	require.NoError(t, yaml.Unmarshal(content, &project))
	assert.Equal(t, pack.Name, project["name"])
	assert.Equal(t, pack.Version, project["version"])
	assert.Equal(t, "go", project["runtime"])
	session := start(t)
	info, err := session.Client.GetPluginInfo(t.Context(), &emptypb.Empty{})
	require.NoError(t, err)
	assert.Equal(t, pack.Version, info.GetVersion())
}

func TestProdOnlyControlsAdviseElsewhere(t *testing.T) {
	for stack, want := range map[string]pulumirpc.EnforcementLevel{
		"prod": pulumirpc.EnforcementLevel_MANDATORY, "staging": pulumirpc.EnforcementLevel_ADVISORY,
	} {
		session := local(t, stack, false)
		i := slices.IndexFunc(session.Info.GetPolicies(), func(p *pulumirpc.PolicyInfo) bool {
			return p.GetName() == "rds-multi-az"
		})
		assert.Equal(t, want, session.Info.GetPolicies()[i].GetEnforcementLevel(), stack)
	}
}

func TestWrongConfigurationStopsTheEngine(t *testing.T) {
	session := local(t, "prod", false)
	for name, c := range map[string]struct {
		config map[string]policytest.Policy
		want   string
	}{
		"unknown policy": {
			map[string]policytest.Policy{"rds-multi": {Set: true, Level: pulumirpc.EnforcementLevel_ADVISORY}},
			"rds-multi: there is no such policy: did you mean rds-multi-az?",
		},
		"below the floor": {
			map[string]policytest.Policy{"rds-encrypted": {Set: true, Level: pulumirpc.EnforcementLevel_ADVISORY}},
			"rds-encrypted: the level is advisory, but prod allows nothing below mandatory",
		},
		"unknown parameter": {param("rds-backups", "minimum", 8), "rds-backups: there is no property minimum"},
		"wrong type": {
			param("rds-backups", "minimumDays", "8"),
			`rds-backups: minimumDays is the string "8": give a number`,
		},
		"no tier": {param("sg-flow-matrix", "tierNames", []any{"alb"}), `tierNames[0]: "alb": write it as tier=pattern`},
		"no flow": {
			param("sg-flow-matrix", "flows", []any{"alb to app"}),
			`flow "alb to app": write it as "from -> to protocol ports"`,
		},
	} {
		assert.ErrorContains(t, session.Configure(t.Context(), prodStack, c.config), c.want, name)
	}
}

// The files that the documentation tells users to pass are valid, and the program complies with
// them. The one of the delivery stack is tested through the engine.
func TestTheConfigurationFilesHold(t *testing.T) {
	for _, stack := range []string{"prod", "staging"} {
		t.Run(stack, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join("config", stack+".json"))
			require.NoError(t, err)
			session := local(t, stack, false)
			require.NoError(t, session.Configure(t.Context(), policytest.Stack{
				Name: stack, Project: "aws-webapp", Config: map[string]string{"aws-webapp:environment": stack},
			}, fromFile(t, content)))
			outcome, err := session.Run(t.Context(), testgraph.Program(stack, testgraph.Deployed))
			require.NoError(t, err)
			assert.Equal(t, []string{"lambda-dead-letters", "lambda-in-vpc", "lb-encrypted-targets"},
				violated(outcome), messages(outcome))
		})
	}
}

// fromFile reads a configuration file as the engine does: a level, or an object with one.
func fromFile(t *testing.T, content []byte) map[string]policytest.Policy {
	t.Helper()
	var policies map[string]any
	require.NoError(t, json.Unmarshal(content, &policies))
	config := map[string]policytest.Policy{}
	for name, value := range policies {
		properties, ok := value.(map[string]any)
		if !ok {
			properties = map[string]any{"enforcementLevel": value}
		}
		policy := policytest.Policy{Properties: properties}
		if level, given := properties["enforcementLevel"].(string); given {
			number, known := pulumirpc.EnforcementLevel_value[strings.ToUpper(level)]
			require.True(t, known, "%s: %s is no level", name, level)
			policy.Level, policy.Set = pulumirpc.EnforcementLevel(number), true
			delete(properties, "enforcementLevel")
		}
		config[name] = policy
	}
	return config
}

func TestWaiversThroughTheExecutable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "waivers.yaml")
	soon := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	content := `waivers:
  - control: rds-multi-az
    resource: urn:pulumi:prod::aws-webapp::aws:rds/instance:Instance::*
    reason: one zone is enough until the launch
    owner: platform
    ticket: PLAT-7
    expires: ` + soon + `
  - control: rds-encrypted
    resource: urn:pulumi:prod::aws-webapp::aws:rds/instance:Instance::*
    reason: this one is not needed by anybody
    owner: platform
    ticket: PLAT-8
    expires: ` + soon + `
  - control: rds-backups
    resource: urn:pulumi:prod::aws-webapp::aws:rds/instance:Instance::*
    reason: this one ended a long time ago
    owner: platform
    ticket: PLAT-9
    expires: 2020-01-01
`
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	evidenceFile := filepath.Join(t.TempDir(), "evidence.json")
	session := start(t, pack.WaiversVariable+"="+file, pack.EvidenceVariable+"="+evidenceFile)
	stack := &testgraph.Stack{Resources: testgraph.Baseline("prod", testgraph.Deployed)}
	stack.Set(testgraph.First(instance), false, "multiAz")
	outcome, err := session.Run(t.Context(), stack.Resources)
	require.NoError(t, err)

	assert.Equal(t, map[string]int{"rds-multi-az": 1}, outcome.ByPolicy(pulumirpc.EnforcementLevel_ADVISORY))
	assert.Equal(t, map[string]int{"policy-waivers": 2}, outcome.ByPolicy(pulumirpc.EnforcementLevel_MANDATORY))
	text := messages(outcome)
	assert.Contains(t, text, "Waived until "+soon+" (platform, PLAT-7): one zone is enough until the launch")
	assert.Contains(t, text, "The waiver of rds-encrypted for")
	assert.Contains(t, text, "it expired on 2020-01-01")

	run, err := evidence.Read(evidenceFile)
	require.NoError(t, err)
	assert.Len(t, run.Waivers, 2)
}

func TestTheBuiltInWaiversAreInOrder(t *testing.T) {
	outcome := pass(t, "prod", testgraph.Deployed, testgraph.Program("prod", testgraph.Deployed))
	assert.NotContains(t, messages(outcome), "policy-waivers")
}
