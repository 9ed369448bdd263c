package cost

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/cost"
)

// call returns what the command printed as its result.
func call(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	result := clitest.CallWith(t, in, New(), args...)
	return result.Out, result.Error
}

const state = `{"deployment": {"resources": [
	{"urn": "urn:pulumi:prod::p::pulumi:providers:aws::aws", "type": "pulumi:providers:aws",
		"inputs": {"region": "us-east-1"}},
	{"urn": "urn:pulumi:prod::p::aws:ec2/natGateway:NatGateway::nat", "type": "aws:ec2/natGateway:NatGateway",
		"inputs": {}}
]}}`

// project is a folder with a budget.
func project(t *testing.T, content string) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, cost.FileName), []byte(content), 0o600))
	return folder
}

func TestAnEstimateIsPrintedInEachFormat(t *testing.T) {
	root := project(t, "stacks: {prod: {budgetUSD: 36}}")
	text, err := call(t, state, "estimate", "--stack", "prod", "--root", root, "--file", "-", "--items")
	require.NoError(t, err)
	assert.Equal(t, `prod in us-east-1, USD a month at list prices of `+cost.Prices().Date+`

  least   most  component
  35.10  35.10  ec2
  32.85  32.85      nat: NAT gateway, 730 gateway-hour at 0.045
   2.25   2.25      nat: data through the gateway, 50 GB at 0.045
  35.10  35.10  total
  36.00   none  budget
`, text)

	markdown, err := call(t, state, "estimate", "--stack", "prod", "--root", root, "--file", "-", "--markdown",
		"--region", "eu-west-1")
	require.Error(t, err, "in Ireland it is dearer than the budget")
	assert.Equal(t, `| prod, eu-west-1 | USD a month | at the most |
|---|---:|---:|
| ec2 | 37.44 | 37.44 |
| **total** | **37.44** | **37.44** |
| budget | 36.00 | none |
`, markdown)

	printed, err := call(t, state, "estimate", "--stack", "prod", "--root", root, "--file", "-", "--json")
	require.NoError(t, err)
	estimate, err := cost.ReadEstimate([]byte(printed))
	require.NoError(t, err)
	assert.Equal(t, 35.1, estimate.MonthlyUSD)
}

func TestABudgetThatIsExceededFails(t *testing.T) {
	root := project(t, "stacks: {prod: {budgetUSD: 35}}")
	_, err := call(t, state, "estimate", "--stack", "prod", "--root", root, "--file", "-")
	require.EqualError(t, err, `stack "prod": found an estimate of 35.10 USD a month, allowed are 35.00: `+
		"save, or raise stacks.prod.budgetUSD in cost.yaml")
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
}

func TestTwoEstimatesAreCompared(t *testing.T) {
	folder := project(t, "stacks: {}")
	before := filepath.Join(folder, "before.json")
	printed, err := call(t, state, "estimate", "--stack", "prod", "--root", folder, "--file", "-", "--json")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(before, []byte(printed), 0o600))
	const address = `, {"urn": "urn:pulumi:prod::p::aws:ec2/eip:Eip::a", "type": "aws:ec2/eip:Eip"}]}}`
	double := strings.Replace(state, "]}}", address, 1)
	printed, err = call(t, double, "estimate", "--stack", "prod", "--root", folder, "--file", "-", "--json")
	require.NoError(t, err)

	out, err := call(t, printed, "diff", before, "-", "--json")
	require.NoError(t, err)
	var difference cost.Difference
	require.NoError(t, json.Unmarshal([]byte(out), &difference))
	assert.Equal(t, 3.65, difference.ChangeUSD)
	assert.Equal(t, []cost.ComponentDifference{
		{Name: "ec2", BeforeUSD: 35.1, AfterUSD: 38.75, ChangeUSD: 3.65},
	}, difference.Components)
}

func TestWrongCallsSayWhatIsAllowed(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		want string
		code int
	}{
		"unknown command": {
			[]string{"guess"}, `unknown command "guess" of cost: allowed are diff, estimate`, cli.ExitUsage,
		},
		"two formats": {
			[]string{"diff", "a", "b", "--json", "--markdown"}, "--json and --markdown: found both", cli.ExitUsage,
		},
		"one estimate": {[]string{"diff", "a.json"}, "cost diff takes 2 arguments, BEFORE AFTER: found 1", cli.ExitUsage},
		"no stack": {
			[]string{"estimate", "--file", "-"}, "--stack: found nothing, expected: stack to estimate", cli.ExitUsage,
		},
		"no file": {
			[]string{"estimate", "--stack", "prod", "--file", "nosuch"}, "--file: open nosuch", cli.ExitFailed,
		},
		"no resources": {
			[]string{"estimate", "--stack", "prod", "--file", "-"},
			"expected the output of pulumi stack export or pulumi preview --json", cli.ExitFailed,
		},
		"no estimate": {[]string{"diff", "-", "-"}, "expected the output of webapp cost estimate --json", cli.ExitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			_, err := call(t, "", tc.args...)
			require.ErrorContains(t, err, tc.want)
			assert.Equal(t, tc.code, cli.ExitCode(err))
		})
	}
}
