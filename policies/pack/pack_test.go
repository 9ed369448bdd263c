package pack_test

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
	"aws-webapp/policies/evidence"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/testgraph"
)

func TestTwoControlsOfOneNameAreRefused(t *testing.T) {
	_, err := pack.New(pack.Options{Controls: append(table(), table()[0])})
	assert.EqualError(t, err, "two controls are named size")
}

func TestAControlThatPanicsIsAViolation(t *testing.T) {
	broken := &control.Control{
		Name: "broken", Types: []string{thing}, Levels: control.Everywhere(control.Mandatory),
		Judge: func(control.Case) control.Result { panic("a secret") },
	}
	p, err := pack.New(pack.Options{Controls: append(table(), broken)})
	require.NoError(t, err)
	var found pack.Judgement
	for _, j := range p.JudgeResource(flat()) {
		if j.Control == "broken" {
			found = j
		}
	}
	assert.Equal(t, control.Fail, found.Verdict)
	assert.NotContains(t, found.Message(broken), "a secret")
}

func TestMessagesSayWhatWhyAndHow(t *testing.T) {
	c := &control.Control{Name: "x", Risk: "Data is lost", Fix: "set backups", IDs: control.ParseIDs("RDS.11 C2.3.1 K133")}
	w := pack.Judgement{Verdict: control.Fail, Reasons: []string{"database db has no backups", "and no copies"}}
	assert.Equal(t, "Database db has no backups.\nAnd no copies.\nRisk: Data is lost.\nFix: Set backups.\n"+
		"Controls: RDS.11, CIS 2.3.1, CKV_AWS_133\n"+
		"See: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-11", w.Message(c))
}

func TestCoverageFailsWhereAServiceIsPresentButNothingJudged(t *testing.T) {
	p, err := pack.New(pack.Options{Controls: rules.All()})
	require.NoError(t, err)
	stack := &testgraph.Stack{Resources: testgraph.Baseline("prod", testgraph.Deployed)}
	stack.Rename("aws:rds/instance:Instance", "aws:rds/instanceV2:InstanceV2")
	unjudged := coverage(t, p, stack.Resources)
	assert.Contains(t, unjudged, "the control rds-encrypted judged nothing, although the stack has "+
		"aws:rds/instanceV2:InstanceV2")
	assert.Contains(t, unjudged, "the control rds-force-ssl judged nothing, although the stack has "+
		"aws:rds/instanceV2:InstanceV2")
	assert.Empty(t, coverage(t, p, testgraph.Baseline("prod", testgraph.Deployed)), "the ledger starts anew")
}

// Every control whose resources a workload must have notices if they change their type.
func TestEveryControlNoticesThatItsResourcesAreGone(t *testing.T) {
	for _, c := range rules.All() {
		if c.Judge == nil || c.Optional || c.Name == "required-tags" || c.Name == "explicit-provider" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			p, err := pack.New(pack.Options{Controls: rules.All()})
			require.NoError(t, err)
			stack := &testgraph.Stack{Resources: testgraph.Baseline("prod", testgraph.Deployed)}
			for _, optional := range []string{
				"aws:elasticache/replicationGroup:ReplicationGroup", "aws:efs/fileSystem:FileSystem",
				"aws:efs/accessPoint:AccessPoint", "aws:efs/mountTarget:MountTarget",
			} {
				stack.Add(optional, "optional", testgraph.Props{})
			}
			for _, typeToken := range c.Types {
				stack.Rename(typeToken, typeToken+"V3")
			}
			assert.Contains(t, strings(coverage(t, p, stack.Resources)), "the control "+c.Name+" judged nothing")
		})
	}
}

func strings(list []string) string {
	text := ""
	for _, s := range list {
		text += s + "\n"
	}
	return text
}

func coverage(t *testing.T, p *pack.Pack, resources []*graph.Resource) []string {
	t.Helper()
	var found []string
	for _, j := range judge(t, p, resources) {
		if j.Control == pack.CoverageControl {
			found = append(found, j.Reasons...)
		}
	}
	return found
}

func judge(t *testing.T, p *pack.Pack, resources []*graph.Resource) []pack.Judgement {
	t.Helper()
	var found []pack.Judgement
	for _, r := range resources {
		found = append(found, p.JudgeResource(r)...)
	}
	whole, err := p.JudgeStack(resources)
	require.NoError(t, err)
	return append(found, whole...)
}

// A targeted update sends few resources to be judged one by one, but all of them at the end.
func TestCoverageLeavesOutWhatTheOperationLeftOut(t *testing.T) {
	p, err := pack.New(pack.Options{Controls: rules.All()})
	require.NoError(t, err)
	whole, err := p.JudgeStack(testgraph.Baseline("prod", testgraph.Deployed))
	require.NoError(t, err)
	for _, j := range whole {
		assert.NotEqual(t, pack.CoverageControl, j.Control, j.Reasons)
	}
}

// A waiver whose violation nobody looked for may be needed, one whose violation was not found is not.
func TestWaiversThatAreNotNeeded(t *testing.T) {
	waivers := []byte("waivers:\n  - control: whole\n    resource: " + thingURN + "\n    owner: o\n    ticket: t\n" +
		"    reason: it does not matter to anybody\n    expires: " + time.Now().AddDate(0, 1, 0).Format(time.DateOnly) + "\n")
	const unneeded = "the waiver of whole for " + thingURN + " is not needed: no violation matches it, delete it"
	for name, row := range map[string]struct {
		scope          control.Scope
		violated, seen bool
		want           []string
	}{
		"violated":                {control.PerResource, true, true, nil},
		"not violated":            {control.PerResource, false, true, []string{unneeded}},
		"left out of the update":  {control.PerResource, false, false, nil},
		"by the stack":            {control.PerStack, true, false, nil},
		"not violated by a stack": {control.PerStack, false, false, []string{unneeded}},
	} {
		c := whole(row.scope)
		if !row.violated {
			c.Judge = func(control.Case) control.Result { return control.Passed() }
		}
		p, err := pack.New(pack.Options{Controls: append([]*control.Control{c}, pack.Integrity()...), Waivers: waivers})
		require.NoError(t, err)
		p.ConfigureStack(ourProd)
		if row.seen {
			p.JudgeResource(flat())
		}
		found, err := p.JudgeStack([]*graph.Resource{flat()})
		require.NoError(t, err)
		var reasons []string
		for _, j := range found {
			if j.Control == pack.WaiverControl {
				reasons = append(reasons, j.Reasons...)
			}
		}
		assert.Equal(t, row.want, reasons, name)
	}
}

// What is not known yet is judged again with all that the stack knows of the resource by then.
func TestWhatWasOpenIsJudgedByWhatTheProviderAnswered(t *testing.T) {
	var asked []control.Case
	c := whole(control.PerResource)
	c.Judge = func(in control.Case) control.Result { asked = append(asked, in); return control.Doubt("not yet") }
	p := packOf(t, ourProd, c)
	second := flat()
	second.URN = "urn:pulumi:prod::app::" + thing + "::a"
	for _, r := range []*graph.Resource{flat(), second} {
		require.Empty(t, p.JudgeResource(r))
	}
	answered := flat()
	answered.Inputs, answered.Outputs = nil, resource.PropertyMap{"arn": resource.NewStringProperty("arn:db")}
	found, err := p.JudgeStack([]*graph.Resource{answered})
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Len(t, asked, 4)
	assert.Equal(t, second, asked[2].Resource, "in the order of their names, and what is gone as it was")
	assert.Equal(t, answered.Outputs, asked[3].Outputs)
	assert.Equal(t, flat().Inputs, asked[3].Inputs)
	assert.NotNil(t, asked[3].Graph)
}

// A control that is switched off is not asked, and the evidence has no verdict of it.
func TestWhatIsDisabledIsNotAsked(t *testing.T) {
	for _, scope := range []control.Scope{control.PerResource, control.PerStack} {
		off := whole(scope)
		off.Levels = control.MandatoryInProd()
		off.Judge = func(control.Case) control.Result { panic("asked") }
		file := filepath.Join(t.TempDir(), "evidence.json")
		p, err := pack.New(pack.Options{Controls: append([]*control.Control{off}, pack.Integrity()...), EvidenceFile: file})
		require.NoError(t, err)
		p.ConfigureStack(pack.Stack{Name: "dev", Project: pack.Name})
		require.NoError(t, p.Configure(map[string]plugin.AnalyzerPolicyConfig{"whole": policy(control.Disabled, nil)}))
		assert.Empty(t, judge(t, p, []*graph.Resource{flat()}))
		run, err := evidence.Read(file)
		require.NoError(t, err)
		assert.Empty(t, run.Judgements)
		assert.Equal(t, "disabled", run.Controls[0].Level)
		assert.Zero(t, run.Controls[0].Judged)
	}
}

func TestTheOrderOfResourcesDoesNotMatter(t *testing.T) {
	faulty := func() []*graph.Resource {
		stack := &testgraph.Stack{Resources: testgraph.Baseline("prod", testgraph.Deployed)}
		stack.Remove(testgraph.Named("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "app-from-alb"))
		stack.Set(testgraph.Tier("db"), nil, "tags")
		return stack.Resources
	}
	verdicts := func(seed uint64) []pack.Judgement {
		p, err := pack.New(pack.Options{Controls: rules.All()})
		require.NoError(t, err)
		resources := faulty()
		rand.New(rand.NewPCG(seed, seed)).Shuffle(len(resources), func(i, j int) {
			resources[i], resources[j] = resources[j], resources[i]
		})
		whole, err := p.JudgeStack(resources)
		require.NoError(t, err)
		return whole
	}
	want := verdicts(1)
	require.NotEmpty(t, want)
	for seed := range uint64(5) {
		assert.Equal(t, want, verdicts(seed+2))
	}
}

func TestEvidenceHasEveryVerdictAndWaiver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "evidence.json")
	graphFile := filepath.Join(t.TempDir(), "graph.json")
	waivers := `waivers:
  - control: rds-multi-az
    resource: urn:pulumi:prod::aws-webapp::aws:rds/instance:Instance::db
    reason: one zone is enough until the launch
    owner: platform
    ticket: PLAT-7
    expires: 2026-12-31
`
	p, err := pack.New(pack.Options{
		Controls: rules.All(), Waivers: []byte(waivers), EvidenceFile: file, GraphFile: graphFile,
		Now: func() time.Time { return time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC) },
	})
	require.NoError(t, err)
	p.ConfigureStack(pack.Stack{Name: "prod", Project: "aws-webapp", DryRun: true})
	stack := &testgraph.Stack{Resources: testgraph.Baseline("prod", testgraph.Deployed)}
	db := testgraph.First("aws:rds/instance:Instance")
	stack.Set(db, false, "multiAz")
	stack.Set(db, resource.MakeSecret(resource.NewStringProperty("canary")), "password")
	judge(t, p, stack.Resources)

	run, err := evidence.Read(file)
	require.NoError(t, err)
	assert.Equal(t, []string{"aws-webapp", "prod", "prod"}, []string{run.Project, run.Stack, run.Environment})
	assert.True(t, run.Preview)
	assert.Len(t, run.Controls, len(rules.All()))
	find := func(name string) evidence.Judgement {
		i := slices.IndexFunc(run.Judgements, func(j evidence.Judgement) bool { return j.Control == name })
		require.GreaterOrEqual(t, i, 0, name)
		return run.Judgements[i]
	}
	assert.Equal(t, "pass", find("rds-encrypted").Verdict)
	assert.Equal(t, "fail", find("rds-multi-az").Verdict)
	assert.Equal(t, "advisory", find("rds-multi-az").Level, "a waived violation advises")
	assert.Equal(t, "PLAT-7", find("rds-multi-az").Waiver.Ticket)
	require.Len(t, run.Waivers, 1)
	assert.True(t, run.Waivers[0].Used)

	content, err := readAll(graphFile)
	require.NoError(t, err)
	assert.NotContains(t, string(content), "canary")
	decoded, err := graph.Decode(content)
	require.NoError(t, err)
	assert.Len(t, decoded, len(stack.Resources))
}
