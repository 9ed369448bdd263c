package strangers_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/policytest"
	"aws-webapp/policies/testgraph"
	"aws-webapp/tests/golden"
)

// page shows the pack's findings on each program.
var page = filepath.Join("..", "..", "docs", "other-programs.md")

// finding is a control's finding on a program.
type finding struct {
	control, level string
	resources      []string
}

// findingsOf returns the findings of the preview and of the update that follows it, by control.
func findingsOf(t *testing.T, s stranger) map[string]*finding {
	t.Helper()
	found := map[string]*finding{}
	add := func(control, level, urn string) {
		if found[control] == nil {
			found[control] = &finding{control: control, level: level}
		}
		f := found[control]
		if level == "mandatory" {
			f.level = level
		}
		if name := resource.URN(urn).Name(); !slices.Contains(f.resources, name) {
			f.resources = append(f.resources, name)
			slices.Sort(f.resources)
		}
	}
	for _, phase := range []testgraph.Phase{testgraph.Preview, testgraph.Deployed} {
		outcome := judge(t, s, "prod", phase)
		for _, d := range outcome.Diagnostics {
			assert.NotContains(t, d.GetMessage(), "mistake in the policy pack", "a control panicked")
			assertForStrangers(t, s.name+" "+d.GetPolicyName(), d.GetMessage()+d.GetDescription())
			assert.False(t, s.careful && d.GetEnforcementLevel() != pulumirpc.EnforcementLevel_ADVISORY,
				"%s is careful, and fails:\n%s", s.name, messageOf(d))
			add(d.GetPolicyName(), strings.ToLower(d.GetEnforcementLevel().String()), d.GetUrn())
		}
		for urn, remediations := range outcome.Remediations {
			for _, r := range remediations {
				add(r.GetPolicyName(), "repaired", urn)
			}
		}
	}
	return found
}

func messageOf(d *pulumirpc.AnalyzeDiagnostic) string {
	return d.GetPolicyName() + " " + d.GetUrn() + "\n" + d.GetMessage()
}

// TestFindings records the pack's findings on programs of others, without any configuration of
// policies, and checks that somebody has judged each of them.
func TestFindings(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(introduction)
	used := map[string]bool{}
	for _, s := range strangers {
		found := findingsOf(t, s)
		fmt.Fprintf(&b, "\n### %s\n\n%s.\n", s.name, strings.ToUpper(s.about[:1])+s.about[1:])
		if len(found) == 0 {
			b.WriteString("\nNo finding.\n")
			continue
		}
		b.WriteString("\n| Policy | Level | Resources | Judgement |\n|---|---|---|---|\n")
		for _, name := range slices.Sorted(maps.Keys(found)) {
			f := found[name]
			judgement, judged := judgements[name]
			assert.True(t, judged, "%s: nobody has judged what %s says: add a line to judgements", s.name, name)
			if own, ok := judgements[s.name+" "+name]; ok {
				judgement, used[s.name+" "+name] = own, true
			}
			used[name] = true
			fmt.Fprintf(&b, "| [%s](controls.md#%s) | %s | %s | %s |\n", name, name, f.level,
				strings.Join(f.resources, ", "), judgement)
		}
	}
	for name := range judgements {
		assert.True(t, used[name], "the judgement of %q is about nothing that the pack says", name)
	}
	golden.Equal(t, page, b.String(), "go test ./tests/strangers -run TestFindings -update")
}

// A control that a stranger switches off is off, and one that they raise applies.
func TestTheConfigurationOfAStranger(t *testing.T) {
	t.Parallel()
	shop := strangers[slices.IndexFunc(strangers, func(s stranger) bool { return s.name == "shop" })]
	session, err := policytest.Start(t.Context(), executable)
	require.NoError(t, err)
	defer func() { _ = session.Close() }()
	level := func(level pulumirpc.EnforcementLevel, properties map[string]any) policytest.Policy {
		return policytest.Policy{Set: true, Level: level, Properties: properties}
	}
	stack := policytest.Stack{Name: "prod", Project: project, Config: stackConfig}
	require.NoError(t, session.Configure(t.Context(), stack,
		map[string]policytest.Policy{
			"rds-multi-az":          level(pulumirpc.EnforcementLevel_DISABLED, nil),
			"lb-access-logs":        level(pulumirpc.EnforcementLevel_ADVISORY, nil),
			"sg-no-all-port-egress": level(pulumirpc.EnforcementLevel_ADVISORY, nil),
			"required-tags":         level(pulumirpc.EnforcementLevel_MANDATORY, map[string]any{"tags": []any{"team"}}),
			"sg-flow-matrix":        level(pulumirpc.EnforcementLevel_MANDATORY, nil),
		}))
	outcome, err := session.Run(t.Context(), record(t, shop, "prod", testgraph.Deployed))
	require.NoError(t, err)
	mandatory := outcome.ByPolicy(pulumirpc.EnforcementLevel_MANDATORY)
	assert.NotContains(t, mandatory, "lb-access-logs")
	assert.NotContains(t, mandatory, "sg-no-all-port-egress")
	assert.NotContains(t, mandatory, "rds-multi-az")
	assert.Positive(t, mandatory["required-tags"])
	assert.Equal(t, 2, mandatory["sg-flow-matrix"], "the groups have tiers by what has them; that of MySQL is fine")
	for _, d := range outcome.Diagnostics {
		assertForStrangers(t, d.GetPolicyName(), d.GetMessage())
		if d.GetPolicyName() == "sg-flow-matrix" {
			assert.NotContains(t, d.GetMessage(), "belongs to no tier")
		}
	}
}
