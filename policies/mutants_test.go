package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/graph"
	"aws-webapp/policies/policytest"
	"aws-webapp/policies/rules"
	"aws-webapp/policies/testgraph"
)

// mutant is a single fault that exactly one control must find, in the made-up baseline and
// in the real program.
type mutant struct {
	control string
	fault   string
	mutate  func(*testgraph.Stack)
	// config switches off nothing: it widens the parameters of other controls that would find the
	// same fault for another reason, so that only this control is tested.
	config map[string]policytest.Policy
	// madeUp says that the program has no such resource to put the fault in, or has the fault by
	// intent.
	madeUp bool
	// stack of the program that has the kind, by default prod.
	stack string
	// stays is the type of the judged resource if the fault is in another one: if the latter is in another stack,
	// that stack finds the fault.
	stays string
}

// inProgram returns the program's stack with the fault, and its configuration of the policies.
func (m mutant) inProgram(t *testing.T) (policytest.Stack, map[string]policytest.Policy) {
	t.Helper()
	if m.stack == "" {
		return prodStack, m.config
	}
	content, err := os.ReadFile(filepath.Join("config", m.stack+".json"))
	require.NoError(t, err)
	parameters := map[string]map[string]any{}
	require.NoError(t, json.Unmarshal(content, &parameters))
	own := map[string]policytest.Policy{}
	for name, properties := range parameters {
		own[name] = policytest.Policy{Properties: properties}
	}
	return deliveryStack, params(own, m.config)
}

// only names the control whose mutants are judged; all of them by default: go test ./policies -args -control NAME.
var only = flag.String("control", "", "judge the mutants of this control alone")

func mutants() []mutant {
	all := slices.Concat(
		networkMutants(), securityGroupMutants(), databaseMutants(), cacheMutants(), fileMutants(), clusterMutants(),
		balancerMutants(), ecsMutants(),
		storageMutants(), outsideMutants(), auditMutants(), searchMutants(), identityMutants(), platformMutants(),
		accountMutants(), grantMutants(), buildMutants(), firewallMutants(), deploymentMutants(), protectionMutants(),
		retiredMutants(), typeMutants(),
	)
	if *only == "" {
		return all
	}
	return slices.DeleteFunc(all, func(m mutant) bool { return !strings.HasPrefix(m.control, *only) })
}

func TestEveryMutantIsKilledByItsControlAlone(t *testing.T) {
	t.Parallel()
	for _, m := range mutants() {
		t.Run(m.control+"/"+m.fault, func(t *testing.T) {
			s := baseline(testgraph.Deployed)
			m.mutate(s)
			assert.Equal(t, []string{m.control}, violatedHere(t, prodStack, s, m.config))
		})
	}
}

// In the program, a fault adds only its own control to the accepted findings.
func TestEveryMutantOfTheProgramIsKilledByItsControlAlone(t *testing.T) {
	t.Parallel()
	for _, m := range mutants() {
		if m.madeUp {
			continue
		}
		t.Run(m.control+"/"+m.fault, func(t *testing.T) {
			in, config := m.inProgram(t)
			s := &testgraph.Stack{Resources: testgraph.Program(in.Name, testgraph.Deployed)}
			m.mutate(s)
			assert.Equal(t, m.foundInProgram(in), violatedHere(t, in, s, config))
		})
	}
}

// foundInProgram are the controls that find something in the program with the fault.
func (m mutant) foundInProgram(in policytest.Stack) []string {
	return slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(programAccepts[in.Name])), m.control)))
}

// violatedHere are the controls that found or repaired something, whatever their level, without an executable.
func violatedHere(
	t *testing.T, in policytest.Stack, s *testgraph.Stack, config map[string]policytest.Policy,
) []string {
	t.Helper()
	judgements, repaired := judgedHere(t, in, s, config)
	names := map[string]bool{}
	for _, j := range append(repaired, judgements...) {
		if j.Violation() {
			names[j.Control] = true
			t.Logf("%s of %s: %s", j.Control, j.URN, strings.Join(j.Reasons, "; "))
			assert.True(t, slices.Contains(ofTheWhole, j.Control) || saysWhich(s, j.Reasons), "%s of %s names no resource: %s",
				j.Control, j.URN, j.Reasons)
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// ofTheWhole are the controls that find something missing in the stack as a whole.
var ofTheWhole = []string{"account-settings-present", "log-search-present", "cloudtrail-metric-alarms"}

// saysWhich reports whether each reason names a resource of the stack.
func saysWhich(s *testgraph.Stack, reasons []string) bool {
	return !slices.ContainsFunc(reasons, func(reason string) bool {
		words := strings.FieldsFunc(reason, func(r rune) bool { return strings.ContainsRune(" :,;()\"'", r) })
		named := func(r *graph.Resource) bool { return slices.Contains(words, r.Name) }
		return !strings.HasPrefix(reason, "the security group ") && !slices.ContainsFunc(s.Resources, named)
	})
}

// whole judges every mutant through the executable, and not one of each control: go test ./policies -args -whole.
var whole = flag.Bool("whole", false, "judge every mutant through the executable")

// The executable finds what the pack finds in this process. Each control proves it with its first mutant of the program
// or, if it has none there, of the baseline.
func TestTheExecutableFindsTheMutants(t *testing.T) {
	t.Parallel()
	session := start(t)
	for _, m := range sampled(mutants(), *whole) {
		t.Run(m.control+"/"+m.fault, func(t *testing.T) {
			in, config, want := prodStack, m.config, []string{m.control}
			resources := testgraph.Baseline("prod", testgraph.Deployed)
			if !m.madeUp {
				in, config = m.inProgram(t)
				resources, want = testgraph.Program(in.Name, testgraph.Deployed), m.foundInProgram(in)
			}
			outcome := judgedIn(t, session, in, resources, m.mutate, config)
			assert.Equal(t, want, violated(outcome), messages(outcome))
		})
	}
}

// sampled is one mutant of each control, of the program where there is one, or all mutants.
func sampled(all []mutant, whole bool) []mutant {
	if whole {
		return all
	}
	rank := map[bool]int{true: 1} // those that are made up come last
	slices.SortStableFunc(all, func(a, b mutant) int {
		return cmp.Or(cmp.Compare(a.control, b.control), cmp.Compare(rank[a.madeUp], rank[b.madeUp]))
	})
	return slices.CompactFunc(all, func(a, b mutant) bool { return a.control == b.control })
}

// judged returns the pack's findings about prod after a change.
func judged(
	t *testing.T, session *policytest.Session, resources []*graph.Resource, change func(*testgraph.Stack),
	config map[string]policytest.Policy,
) policytest.Outcome {
	t.Helper()
	return judgedIn(t, session, prodStack, resources, change, config)
}

func judgedIn(
	t *testing.T, session *policytest.Session, in policytest.Stack, resources []*graph.Resource,
	change func(*testgraph.Stack), config map[string]policytest.Policy,
) policytest.Outcome {
	t.Helper()
	require.NoError(t, session.Configure(t.Context(), in, config))
	stack := &testgraph.Stack{Resources: resources}
	change(stack)
	outcome, err := session.Run(t.Context(), stack.Resources)
	require.NoError(t, err)
	return outcome
}

func TestEveryControlHasAMutant(t *testing.T) {
	killed := map[string]int{}
	for _, m := range mutants() {
		killed[m.control]++
	}
	for _, c := range rules.All() {
		if c.Judge != nil {
			assert.Positive(t, killed[c.Name], c.Name)
		}
	}
}

// deliveryStack delivers to the accounts named in its configuration.
var deliveryStack = policytest.Stack{
	Name: "delivery", Project: "aws-webapp", Config: map[string]string{
		"aws-webapp:environment": "prod", "aws-webapp:kind": "delivery",
		"aws-webapp:staging":    `{"accountId":"111111111111"}`,
		"aws-webapp:production": `{"accountId":"222222222222"}`,
	},
}

var prodStack = policytest.Stack{
	Name: "prod", Project: "aws-webapp", Config: map[string]string{"aws-webapp:environment": "prod"},
}

var stagingStack = policytest.Stack{
	Name: "staging", Project: "aws-webapp", Config: map[string]string{"aws-webapp:environment": "staging"},
}

// violated returns the controls that found or repaired something, whatever their level.
func violated(outcome policytest.Outcome) []string {
	var found []string
	for name := range outcome.ByPolicy(pulumirpc.EnforcementLevel_ADVISORY, pulumirpc.EnforcementLevel_MANDATORY,
		pulumirpc.EnforcementLevel_REMEDIATE) {
		found = append(found, name)
	}
	for _, remediations := range outcome.Remediations {
		for _, r := range remediations {
			found = append(found, r.GetPolicyName())
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// set returns a mutation of one property.
func set(p testgraph.Pick, value any, keys ...string) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) { s.Set(p, value, keys...) }
}

// remove returns a mutation that deletes a resource.
func remove(p testgraph.Pick) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) { s.Remove(p) }
}

// document returns a policy with the given statements.
func document(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

// param configures one parameter of a policy.
func param(policy, name string, value any) map[string]policytest.Policy {
	return map[string]policytest.Policy{policy: {Properties: map[string]any{name: value}}}
}

// ourAccounts configures the accounts of the hand-made stack and of the recorded one.
func ourAccounts() map[string]policytest.Policy {
	return param("no-foreign-accounts", "accounts", []any{"123456789012", "222222222222"})
}

// off disables controls that only advise and that find the same fault.
func off(policies ...string) map[string]policytest.Policy {
	config := map[string]policytest.Policy{}
	for _, name := range policies {
		config[name] = policytest.Policy{Set: true, Level: pulumirpc.EnforcementLevel_DISABLED}
	}
	return config
}

// advice lowers controls to advice.
func advice(policies ...string) map[string]policytest.Policy {
	config := map[string]policytest.Policy{}
	for _, name := range policies {
		config[name] = policytest.Policy{Set: true, Level: pulumirpc.EnforcementLevel_ADVISORY}
	}
	return config
}

// changes returns a mutation of several steps.
func changes(steps ...func(*testgraph.Stack)) func(*testgraph.Stack) {
	return func(s *testgraph.Stack) {
		for _, step := range steps {
			step(s)
		}
	}
}

func params(all ...map[string]policytest.Policy) map[string]policytest.Policy {
	merged := map[string]policytest.Policy{}
	for _, one := range all {
		for name, policy := range one {
			if have, ok := merged[name]; ok {
				for key, value := range have.Properties {
					policy.Properties[key] = value
				}
			}
			merged[name] = policy
		}
	}
	return merged
}
