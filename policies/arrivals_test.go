package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"aws-webapp/policies/control"
	"aws-webapp/policies/graph"
	"aws-webapp/policies/pack"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/sdkschema"
	"aws-webapp/policies/testgraph"
)

// arrival is a way in which the values of a stack reach the pack. A fault stays a fault however
// it arrives.
type arrival struct {
	name string
	// phase of the stack to which the fault is added, and whether everything must be known.
	phase testgraph.Phase
	known bool
	// change makes the values arrive that way. changed holds the resources with the fault.
	change func(s, before *testgraph.Stack, changed []*graph.Resource)
}

func arrivals() []arrival {
	nothing := func(*testgraph.Stack, *testgraph.Stack, []*graph.Resource) {}
	pending := func(s, before *testgraph.Stack, changed []*graph.Resource) { s.Pending(before, changed) }
	return []arrival{
		{"by output, update", testgraph.Deployed, true, nothing},
		{"by output, preview of a change", testgraph.Deployed, false, pending},
		{"by output, first preview", testgraph.Preview, false, nothing},
		{"answered, update", testgraph.Deployed, true, func(s, before *testgraph.Stack, _ []*graph.Resource) {
			s.Answer(before, testgraph.Deployed)
		}},
		{
			"answered, preview of a change", testgraph.Deployed, false,
			func(s, before *testgraph.Stack, changed []*graph.Resource) {
				s.Answer(before, testgraph.Deployed)
				s.Pending(before, changed)
			},
		},
		{"answered, first preview", testgraph.Preview, false, func(s, before *testgraph.Stack, _ []*graph.Resource) {
			s.Answer(before, testgraph.Preview)
		}},
		{"computed, first preview", testgraph.Preview, false, func(s, before *testgraph.Stack, changed []*graph.Resource) {
			s.Compute(before, changed)
		}},
		{"literal, update", testgraph.Deployed, true, func(_, _ *testgraph.Stack, changed []*graph.Resource) {
			testgraph.Literal(changed)
		}},
		{"literal, preview", testgraph.Deployed, false, func(s, _ *testgraph.Stack, changed []*graph.Resource) {
			testgraph.Literal(changed)
			s.Pending(s, changed)
		}},
	}
}

func TestEveryMutantIsKilledHoweverItArrives(t *testing.T) {
	t.Parallel()
	for _, a := range arrivals() {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			plain := verdicts(t, baseline(a.phase), nil)
			killed, all := 0, mutants()
			for _, m := range all {
				before, s := baseline(a.phase), baseline(a.phase)
				m.mutate(s)
				a.change(s, before, s.Changed(before))
				if found(m, verdicts(t, s, m.config), plain, a.known) {
					killed++
					continue
				}
				t.Errorf("%s: %s", m.control, m.fault)
			}
			t.Logf("%d of %d killed", killed, len(all))
		})
	}
}

// The same for the program's own stack, with the provider answering everything that it leaves
// open.
func TestEveryMutantOfTheProgramIsKilledWhenAllIsAnswered(t *testing.T) {
	t.Parallel()
	program := func(stack string) *testgraph.Stack {
		return &testgraph.Stack{Resources: testgraph.Program(stack, testgraph.Deployed)}
	}
	before := map[string]*testgraph.Stack{"prod": program("prod"), "delivery": program("delivery")}
	plain := map[string]map[string]control.Verdict{}
	for stack, s := range before {
		plain[stack] = verdicts(t, s, nil)
	}
	for _, m := range mutants() {
		if m.madeUp {
			continue
		}
		in, _ := m.inProgram(t)
		s := program(in.Name)
		m.mutate(s)
		s.Answer(before[in.Name], testgraph.Deployed)
		assert.True(t, found(m, verdicts(t, s, m.config), plain[in.Name], true), "%s: %s", m.control, m.fault)
	}
}

// Each resource that the fault refers to, or that others refer to because of it, moves to
// another stack in turn.
func TestEveryMutantIsKilledAcrossStacks(t *testing.T) {
	t.Parallel()
	for _, a := range []arrival{
		{name: "update", phase: testgraph.Deployed, known: true},
		{name: "preview, known", phase: testgraph.Deployed},
		{name: "preview, not known yet", phase: testgraph.Preview},
	} {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			plain := verdicts(t, baseline(a.phase), nil)
			killed, all := 0, 0
			for _, m := range mutants() {
				for _, target := range movable(m, a.phase) {
					before, s := baseline(a.phase), baseline(a.phase)
					m.mutate(s)
					changed := s.Changed(before)
					if a.phase == testgraph.Deployed && !a.known {
						s.Pending(before, changed)
					}
					gone := s.ByURN(target.URN)
					s.MoveOut(gone)
					all++
					if found(m, verdicts(t, s, m.config), plain, a.known) {
						killed++
						continue
					}
					t.Errorf("%s: %s, with %s %s elsewhere", m.control, m.fault, gone.Type, gone.Name)
				}
			}
			t.Logf("%d of %d killed", killed, all)
		})
	}
}

func movable(m mutant, phase testgraph.Phase) []*graph.Resource {
	before, s := baseline(phase), baseline(phase)
	m.mutate(s)
	return targets(m, s, s.Changed(before))
}

// targets returns the resources that the changed ones refer to, and the changed ones that others
// refer to. A resource that the control itself judges takes the fault along when it moves: the run
// of the other stack has to find that.
func targets(m mutant, s *testgraph.Stack, changed []*graph.Resource) []*graph.Resource {
	var all []*graph.Resource
	for _, r := range s.Targets(s.Resources) {
		isChanged := slices.ContainsFunc(changed, func(c *graph.Resource) bool { return c.URN == r.URN })
		switch {
		case r.Type == m.stays:
		case isChanged && controlNamed(m.control).Judges(r.Type):
		case isChanged, slices.Contains(s.Targets(changed), r):
			all = append(all, r)
		}
	}
	return all
}

func controlNamed(name string) *control.Control {
	all := rules.All()
	return all[slices.IndexFunc(all, func(c *control.Control) bool { return c.Name == name })]
}

func baseline(phase testgraph.Phase) *testgraph.Stack {
	return &testgraph.Stack{Resources: testgraph.Baseline("prod", phase)}
}

// verdicts returns the controls' verdicts on a stack, by control and resource. What one repairs is as good as
// found.
func verdicts(t *testing.T, s *testgraph.Stack, config map[string]policytest.Policy) map[string]control.Verdict {
	t.Helper()
	found := map[string]control.Verdict{}
	judgements, repaired := judgedHere(t, prodStack, s, config)
	for _, j := range append(judgements, repaired...) {
		if key := j.Control + " " + j.URN; j.Verdict > found[key] {
			found[key] = j.Verdict
		}
	}
	return found
}

// judgedHere does with a stack what the engine does, but in this process: first each resource's inputs are repaired and
// judged, then the outputs of all. What was repaired is a failure by itself.
func judgedHere(
	t *testing.T, in policytest.Stack, s *testgraph.Stack, config map[string]policytest.Policy,
) (judgements, repaired []pack.Judgement) {
	t.Helper()
	p, err := pack.New(pack.Options{Controls: rules.All()})
	require.NoError(t, err)
	p.ConfigureStack(pack.Stack{Name: in.Name, Project: in.Project, Config: in.Config, DryRun: in.Preview})
	require.NoError(t, p.Configure(onTheWire(t, config)))
	resources := make([]*graph.Resource, len(s.Resources))
	for i, r := range s.Resources {
		inputs, outputs := *r, *r
		inputs.Type, outputs.Type = graph.Canonical(r.Type), graph.Canonical(r.Type)
		inputs.Outputs, outputs.Inputs = nil, nil
		resources[i] = &outputs
		if r.Inputs == nil {
			continue // what the program only reads is not judged by itself
		}
		for _, repair := range p.Remediate(&inputs) {
			repaired = append(repaired, pack.Judgement{
				Control: repair.Control.Name, URN: r.URN, Verdict: control.Fail, Level: control.Remediate,
			})
			inputs.Inputs = repair.Properties
		}
		judgements = append(judgements, p.JudgeResource(&inputs)...)
	}
	whole, err := p.JudgeStack(resources)
	require.NoError(t, err)
	judgements = append(judgements, whole...)
	for _, j := range judgements {
		for _, reason := range j.Reasons {
			assert.NotRegexp(t, broken, reason, "%s of %s", j.Control, j.URN)
		}
	}
	return judgements, repaired
}

// broken matches a message in which a value is missing.
var broken = regexp.MustCompile(`%!|^$|^ | $| {2}|<nil>|\[\]`)

// onTheWire is the configuration of the policies as the engine sends it.
func onTheWire(t *testing.T, config map[string]policytest.Policy) map[string]plugin.AnalyzerPolicyConfig {
	t.Helper()
	sent := map[string]plugin.AnalyzerPolicyConfig{}
	for name, policy := range config {
		properties, err := structpb.NewStruct(policy.Properties)
		require.NoError(t, err)
		one := plugin.AnalyzerPolicyConfig{Properties: properties.AsMap()}
		if policy.Set {
			one.EnforcementLevel = control.Level(strings.ToLower(policy.Level.String()))
		}
		sent[name] = one
	}
	return sent
}

// found reports whether a mutant's control reports something that it does not report without the
// fault. Once everything is known, "unknown" does not count.
func found(m mutant, now, before map[string]control.Verdict, known bool) bool {
	for key, verdict := range now {
		if strings.HasPrefix(key, m.control+" ") && verdict > control.Pass && verdict > before[key] &&
			(!known || verdict > control.Unknown) {
			return true
		}
	}
	return false
}

// inForce lists the properties that AWS may choose: controls read the value in force.
var inForce = []string{
	"lb-several-zones: aws:ec2/subnet:Subnet availabilityZone",
	"lb-several-zones: aws:lb/loadBalancer:LoadBalancer subnets",
	"sg-flow-matrix: aws:lb/loadBalancer:LoadBalancer securityGroups",
	"sg-flow-matrix: aws:rds/instance:Instance vpcSecurityGroupIds",
	"vpc-default-security-group-closed: aws:ec2/defaultSecurityGroup:DefaultSecurityGroup vpcId",
}

// Every property that the program may leave out and the provider then fills in is left out, one
// after the other. The provider's answer must not improve a verdict, except for properties that
// AWS may choose.
func TestAnAnswerIsNoDeclaration(t *testing.T) {
	var chosen []string
	cases := 0
	for _, r := range baseline(testgraph.Deployed).Resources {
		for _, path := range slices.Sorted(maps.Keys(sdkschema.Answered()[r.Type])) {
			silent, answered := baseline(testgraph.Deployed), baseline(testgraph.Deployed)
			if path == "bucket" || !testgraph.LeaveOut(silent.ByURN(r.URN), path, false) { // a name is no setting
				continue
			}
			testgraph.LeaveOut(answered.ByURN(r.URN), path, true)
			cases++
			without, with := verdicts(t, silent, nil), verdicts(t, answered, nil)
			for key, verdict := range without {
				if verdict > with[key] {
					name, _, _ := strings.Cut(key, " ")
					chosen = append(chosen, fmt.Sprintf("%s: %s %s", name, r.Type, path))
				}
			}
		}
	}
	slices.Sort(chosen)
	assert.Equal(t, inForce, slices.Compact(chosen))
	t.Logf("%d properties left out", cases)
}

// The provider's answers are no violation if the program complies.
func TestAnswersViolateNothing(t *testing.T) {
	for _, phase := range []testgraph.Phase{testgraph.Preview, testgraph.Deployed} {
		for name, resources := range map[string]func(string, testgraph.Phase) []*graph.Resource{
			"baseline": testgraph.Baseline, "program": testgraph.Program,
		} {
			s := &testgraph.Stack{Resources: resources("prod", phase)}
			before := verdicts(t, s, nil)
			s.Answer(s, phase)
			assert.Equal(t, before, verdicts(t, s, nil), "%s %d", name, phase)
		}
	}
}
