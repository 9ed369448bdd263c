package pack_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/control"
	"aws-webapp/policies/evidence"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
)

// recordedRun returns a pack's record of one stack of resources of one type.
func recordedRun(t *testing.T, opts pack.Options, stack pack.Stack, urns ...string) evidence.Run {
	t.Helper()
	opts.EvidenceFile = filepath.Join(t.TempDir(), "evidence.json")
	opts.Now = func() time.Time {
		return time.Date(2026, 11, 24, 2, 0, 0, 0, time.FixedZone("", int(time.Hour/time.Second)))
	}
	p, err := pack.New(opts)
	require.NoError(t, err)
	p.ConfigureStack(stack)
	require.NoError(t, p.Configure(map[string]plugin.AnalyzerPolicyConfig{"hint": policy("", map[string]any{
		"onUnknown": "disabled",
	})}))
	var resources []*graph.Resource
	for _, urn := range urns {
		r := flat()
		r.URN = urn
		p.JudgeResource(r)
		resources = append(resources, r)
	}
	_, err = p.JudgeStack(resources)
	require.NoError(t, err)
	run, err := evidence.Read(opts.EvidenceFile)
	require.NoError(t, err)
	return run
}

func TestTheEvidenceIsTheWholeRun(t *testing.T) {
	c := whole(control.PerResource)
	c.Beyond = "more than that"
	run := recordedRun(t, pack.Options{
		Controls: append([]*control.Control{c, table()[2], judging("ignored", control.Ignore())}, pack.Integrity()...),
		Waivers: []byte(`waivers:
  - control: whole
    resource: ` + thingURN + `
    reason: nobody needs that one as a whole
    owner: platform
    ticket: PLAT-7
    expires: 2026-12-31
  - control: hint
    resource: ` + thingURN + `
    reason: nothing is wrong with that one
    owner: platform
    ticket: PLAT-8
    expires: 2026-12-30
`),
	}, pack.Stack{Name: "prod", Project: "aws-webapp", DryRun: true}, thingURN+"2", thingURN)

	controls, judgements := run.Controls, run.Judgements
	run.Controls, run.Judgements = nil, nil
	used := evidence.Waiver{
		Control: "whole", Resource: thingURN, Reason: "nobody needs that one as a whole", Owner: "platform",
		Ticket: "PLAT-7", Expires: "2026-12-31", Used: true,
	}
	assert.Equal(t, evidence.Run{
		Project: "aws-webapp", Stack: "prod", Environment: "prod", Preview: true, PackVersion: pack.Version,
		Time: time.Date(2026, 11, 24, 1, 0, 0, 0, time.UTC),
		Waivers: []evidence.Waiver{used, {
			Control: "hint", Resource: thingURN, Reason: "nothing is wrong with that one", Owner: "platform",
			Ticket: "PLAT-8", Expires: "2026-12-30",
		}},
	}, run)
	require.Len(t, controls, 6)
	assert.Equal(t, evidence.Control{
		Name: "whole", Subject: "Database", Title: "Is whole", Risk: "Parts are lost",
		Fix:      "add the parts (in this project: set database.parts)",
		URL:      "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3",
		Severity: "high", Level: "mandatory", Scope: "resource", Beyond: "more than that", Judged: 2,
		Frameworks: map[string][]string{
			"AWS Security Hub": {"RDS.3", "RDS.4"}, "CIS AWS Foundations Benchmark 3.0.0": {"2.3.1"},
			"Architecture rules of this project": {"architecture"},
		},
		Extents: map[string]string{"RDS.4": "part"},
	}, controls[0])
	assert.Zero(t, controls[2].Judged, "what is ignored does not count")

	// In the order of the controls, then of the URNs, then of the reasons.
	broken := []string{"db is broken"}
	ledger := "the control ignored judged nothing, although the stack has " + thing
	unneeded := "the waiver of hint for " + thingURN + " is not needed: no violation matches it, delete it"
	assert.Equal(t, []evidence.Judgement{
		{Control: "whole", URN: thingURN, Type: thing, Verdict: "fail", Level: "advisory", Reasons: broken, Waiver: &used},
		{Control: "whole", URN: thingURN + "2", Type: thing, Verdict: "fail", Level: "mandatory", Reasons: broken},
		{
			Control: "hint", URN: thingURN, Type: thing, Verdict: "unknown", Level: "disabled",
			Reasons: []string{"cannot tell yet whether db glows"},
		},
		{
			Control: "hint", URN: thingURN + "2", Type: thing, Verdict: "unknown", Level: "disabled",
			Reasons: []string{"cannot tell yet whether db glows"},
		},
		{Control: pack.CoverageControl, Verdict: "fail", Level: "mandatory", Reasons: []string{ledger}},
		{Control: pack.WaiverControl, Verdict: "fail", Level: "mandatory", Reasons: []string{unneeded}},
	}, judgements)
}

// Two findings about the pack itself are two, although neither has a resource.
func TestTheEvidenceHasEveryFindingAboutThePack(t *testing.T) {
	run := recordedRun(t, pack.Options{Controls: append([]*control.Control{
		judging("b", control.Ignore()), judging("a", control.Ignore()), table()[2],
	}, pack.Integrity()...)}, ourProd, thingURN)
	var reasons []string
	for _, j := range run.Judgements {
		if j.Control == pack.CoverageControl {
			reasons = append(reasons, j.Reasons...)
		}
	}
	const ending = " judged nothing, although the stack has " + thing
	assert.Equal(t, []string{"the control a" + ending, "the control b" + ending}, reasons)
}

// The judgements are complete although nobody can read them later.
func TestEvidenceThatCannotBeWritten(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "no", "folder")
	for name, opts := range map[string]pack.Options{
		"evidence": {EvidenceFile: nowhere}, "graph": {GraphFile: nowhere},
	} {
		opts.Controls = append([]*control.Control{judging("x", control.Doubt("unknown"))}, pack.Integrity()...)
		p, err := pack.New(opts)
		require.NoError(t, err)
		p.ConfigureStack(ourProd)
		p.JudgeResource(flat())
		found, err := p.JudgeStack([]*graph.Resource{flat()})
		require.ErrorIs(t, err, os.ErrNotExist, name)
		assert.Len(t, found, 1, name)
	}
}

// Waivers end by the pack's clock, which is the system's where none is given.
func TestTheClockIsTheSystems(t *testing.T) {
	waivers := func(day time.Time) []byte {
		return []byte("waivers:\n  - control: x\n    resource: " + thingURN + "\n    owner: o\n    ticket: t\n" +
			"    reason: it does not matter to anybody\n    expires: " + day.Format(time.DateOnly) + "\n")
	}
	for day, want := range map[time.Time]control.Level{
		time.Now().AddDate(0, 0, 2): control.Advisory, time.Now().AddDate(0, 0, -2): control.Mandatory,
	} {
		p, err := pack.New(pack.Options{
			Controls: append([]*control.Control{judging("x", control.Failed("no"))}, pack.Integrity()...),
			Waivers:  waivers(day),
		})
		require.NoError(t, err)
		assert.Equal(t, want, levels(p.JudgeResource(flat()))["x"])
	}
}

// Documents tell people the names of the variables that the executable reads, and jobs of theirs set them.
func TestTheVariablesAreCalledAsTheDocumentsSay(t *testing.T) {
	var told []string
	for _, file := range []string{"../../docs/policies.md", "../testgraph/program.go"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		told = append(told, regexp.MustCompile(`AWS_WEBAPP_POLICY_\w+`).FindAllString(string(text), -1)...)
	}
	slices.Sort(told)
	assert.Equal(t, []string{pack.EvidenceVariable, pack.GraphVariable, pack.WaiversVariable}, slices.Compact(told))
}
