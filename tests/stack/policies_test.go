package stack_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
	policygraph "aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/rules"
	"aws-webapp/tests/fixtures"
	"aws-webapp/tests/keys"
	"aws-webapp/tests/mockaws"
)

// beyondMocks lists the controls that need what awsx makes, subnets, route tables and the addresses of gateways: the
// tests of the engine judge them.
var beyondMocks = []string{
	"cache-private-subnets", "db-tier-no-internet-route", "ecs-app-subnets", "efs-private-subnets", "lb-several-zones",
	"rds-private-subnets", "sg-flow-matrix",
}

// TestEveryVariantPassesThePolicies with the configuration of its stack: encryption, retention, deletion protection,
// alarms for the CIS benchmark, what roles may do. The policies know nothing of the program.
func TestEveryVariantPassesThePolicies(t *testing.T) {
	passed := map[string]bool{}
	for name, v := range variants {
		t.Run(name, func(t *testing.T) {
			config := fileConfig(t, fixtures.StackFile(t, v.stack))
			v.change(config)
			for _, j := range judgedByPack(t, v.stack, config, graphOf(t, name)) {
				passed[j.Control] = passed[j.Control] || j.Verdict == control.Pass
				wrong := j.Verdict != control.Pass && j.EffectiveLevel() == control.Mandatory
				assert.Falsef(t, wrong && !slices.Contains(beyondMocks, j.Control), "%s: %s %s: %s",
					j.Control, j.Verdict, j.URN, j.Reasons)
			}
		})
	}
	held := 0
	for _, once := range passed {
		if once {
			held++
		}
	}
	assert.Greater(t, held, len(rules.All())*4/5, "controls that some variant passes")
}

// TestViolationsNameTheKey: who changes a key that breaks a control is told of the key, not only of AWS's setting.
func TestViolationsNameTheKey(t *testing.T) {
	remedy := map[string]string{}
	for _, c := range rules.All() {
		remedy[c.Name] = c.Here
		for _, key := range keysNamed(c.Here) {
			assert.True(t, isKey(key), "%s: no key is called %s", c.Name, key)
		}
	}
	failed := func(with edits) map[string]bool {
		rec, err := runEdited(t, "prod", with)
		require.NoError(t, err)
		found := map[string]bool{}
		for _, j := range judgedByPack(t, "prod", keys.Edited(t, "prod", with), newGraph(rec)) {
			found[j.Control] = found[j.Control] || j.Verdict == control.Fail
		}
		return found
	}
	before := failed(nil)
	for key, test := range map[string]struct{ control, value string }{
		"auditTrail.logRetentionDays":         {"log-retention", "1"},
		"auditTrail.objectEvents":             {"cloudtrail-object-events", "false"},
		"loadBalancer.waf.countOnly":          {"waf-known-bad-inputs", "true"},
		"loadBalancer.waf.enabled":            {"lb-waf-attached", "false"},
		"loadBalancer.waf.managedRuleGroups":  {"waf-known-bad-inputs", `["AWSManagedRulesCommonRuleSet"]`},
		"logSearch.zoneAwareness":             {"opensearch-resilient", "false"},
		"logging.retentionDays":               {"log-retention", "1"},
		"services[0].deployment.trafficShift": {"codedeploy-traffic-shift", `"CodeDeployDefault.ECSAllAtOnce"`},
	} {
		broken := failed(edits{key: test.value})[test.control] && !before[test.control]
		assert.True(t, broken, "%s breaks %s", key, test.control)
		assert.Contains(t, remedy[test.control], strings.ReplaceAll(key, "[0]", "[]"), test.control)
	}
}

// judgedByPack are the verdicts of all controls on a stack, with the configuration of its environment.
func judgedByPack(t *testing.T, stack string, values map[string]string, g *graph) []pack.Judgement {
	t.Helper()
	p, err := pack.New(pack.Options{Controls: rules.All()})
	require.NoError(t, err)
	p.ConfigureStack(pack.Stack{Project: project, Name: stack, Config: values})
	require.NoError(t, p.Configure(policyConfig(t, stack)))
	all := inPolicies(g, stack)
	var found []pack.Judgement
	for _, r := range all {
		found = append(found, p.JudgeResource(r)...)
	}
	more, err := p.JudgeStack(all)
	require.NoError(t, err)
	return slices.Concat(found, more)
}

// policyConfig returns what a stack's file in policies/config says, and that the mocks' account is ours.
func policyConfig(t *testing.T, stack string) map[string]plugin.AnalyzerPolicyConfig {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "policies", "config", stack+".json"))
	if !os.IsNotExist(err) {
		require.NoError(t, err)
	}
	given := map[string]any{}
	if len(content) > 0 {
		require.NoError(t, json.Unmarshal(content, &given))
	}
	given["no-foreign-accounts"] = map[string]any{"accounts": []any{roleAccount}}
	config := map[string]plugin.AnalyzerPolicyConfig{}
	for _, c := range rules.All() {
		one := plugin.AnalyzerPolicyConfig{}
		switch value := given[c.Name].(type) {
		case string:
			one.EnforcementLevel = apitype.EnforcementLevel(value)
		case map[string]any:
			level, _ := value["enforcementLevel"].(string)
			delete(value, "enforcementLevel")
			one.EnforcementLevel, one.Properties = apitype.EnforcementLevel(level), value
		default:
			continue
		}
		config[c.Name] = one
	}
	return config
}

// inPolicies returns a stack's resources as the engine shows them to a policy pack.
func inPolicies(g *graph, stack string) []*policygraph.Resource {
	urnOf := func(key string) string { return "urn:pulumi:" + stack + "::" + project + "::" + key }
	urns := func(keys []string) []string {
		all := make([]string, len(keys))
		for i, key := range keys {
			all[i] = urnOf(key)
		}
		return all
	}
	provider := &policygraph.Provider{}
	all := make([]*policygraph.Resource, 0, len(g.resources))
	for _, r := range g.resources {
		if r.typ == "pulumi:providers:aws" {
			provider = &policygraph.Provider{URN: urnOf(r.key()), Name: r.name, Inputs: r.inputs}
		}
		one := &policygraph.Resource{
			URN: urnOf(r.key()), Type: r.typ, Name: r.name, Inputs: r.inputs, Outputs: r.outputs.Copy(),
			Dependencies: urns(r.dependencies), PropertyDependencies: map[string][]string{}, Protect: r.request.GetProtect(),
		}
		if r.parent != "" {
			one.Parent = urnOf(r.parent)
		}
		if r.custom && !strings.HasPrefix(r.typ, "pulumi:") {
			one.Provider = provider
			one.Outputs["id"] = resource.NewProperty(mockaws.ID(tokens.Type(r.typ), r.name))
		}
		for input, from := range r.sources {
			one.PropertyDependencies[string(input)] = urns(from)
		}
		all = append(all, one)
	}
	return all
}
