package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/cost"
)

// call runs the command as the shell would and returns what it printed.
func call(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	root := newRoot()
	root.SetIn(strings.NewReader(in))
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

const state = `{"deployment": {"resources": [
	{"urn": "urn:pulumi:prod::p::pulumi:providers:aws::aws", "type": "pulumi:providers:aws", "inputs": {"region": "us-east-1"}},
	{"urn": "urn:pulumi:prod::p::aws:ec2/natGateway:NatGateway::nat", "type": "aws:ec2/natGateway:NatGateway", "inputs": {}}
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
	text, err := call(t, state, "estimate", "--root", root, "--file", "-", "--items")
	require.NoError(t, err)
	assert.Equal(t, `prod in us-east-1, USD a month at list prices of `+cost.Prices().Date+`

  least   most  component
  35.10  35.10  ec2
  32.85  32.85      nat: NAT gateway, 730 gateway-hour at 0.045
   2.25   2.25      nat: data through the gateway, 50 GB at 0.045
  35.10  35.10  total
  36.00   none  budget
`, text)

	markdown, err := call(t, state, "estimate", "--root", root, "--file", "-", "--format", "markdown", "--region", "eu-west-1")
	require.Error(t, err, "in Ireland it is dearer than the budget")
	assert.Equal(t, `| prod, eu-west-1 | USD a month | at the most |
|---|---:|---:|
| ec2 | 37.44 | 37.44 |
| **total** | **37.44** | **37.44** |
| budget | 36.00 | none |
`, markdown)

	printed, err := call(t, state, "estimate", "--root", root, "--file", "-", "--format", "json")
	require.NoError(t, err)
	estimate, err := cost.ReadEstimate([]byte(printed))
	require.NoError(t, err)
	assert.Equal(t, 35.1, estimate.MonthlyUSD)
}

func TestABudgetThatIsExceededFails(t *testing.T) {
	_, err := call(t, state, "estimate", "--root", project(t, "stacks: {prod: {budgetUSD: 35}}"), "--file", "-")
	require.EqualError(t, err, `stack "prod": found an estimate of 35.10 USD a month, allowed are 35.00: save, or raise stacks.prod.budgetUSD in cost.yaml`)
	assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
}

func TestTwoEstimatesAreCompared(t *testing.T) {
	folder := project(t, "stacks: {}")
	before := filepath.Join(folder, "before.json")
	printed, err := call(t, state, "estimate", "--root", folder, "--file", "-", "--format", "json")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(before, []byte(printed), 0o600))
	double := strings.Replace(state, "]}}", `, {"urn": "urn:pulumi:prod::p::aws:ec2/eip:Eip::a", "type": "aws:ec2/eip:Eip"}]}}`, 1)
	printed, err = call(t, double, "estimate", "--root", folder, "--file", "-", "--format", "json")
	require.NoError(t, err)

	out, err := call(t, printed, "diff", before, "-", "--format", "json")
	require.NoError(t, err)
	var difference cost.Difference
	require.NoError(t, json.Unmarshal([]byte(out), &difference))
	assert.Equal(t, 3.65, difference.ChangeUSD)
	assert.Equal(t, []cost.ComponentDifference{{Name: "ec2", BeforeUSD: 35.1, AfterUSD: 38.75, ChangeUSD: 3.65}}, difference.Components)
}

func TestWrongCallsSayWhatIsAllowed(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		want string
		code int
	}{
		"unknown command": {[]string{"guess"}, `unknown command "guess" for "cost"`, cli.ExitUsage},
		"unknown format":  {[]string{"estimate", "--format", "xml"}, `--format: found "xml", allowed are text, json, markdown`, cli.ExitUsage},
		"one estimate":    {[]string{"diff", "a.json"}, "accepts 2 arg(s), received 1", cli.ExitUsage},
		"no file":         {[]string{"estimate", "--file", "nosuch"}, "--file: open nosuch", cli.ExitFailed},
		"no resources":    {[]string{"estimate", "--file", "-"}, "expected the output of pulumi stack export or pulumi preview --json", cli.ExitFailed},
		"no estimate":     {[]string{"diff", "-", "-"}, "expected the output of cost estimate --format json", cli.ExitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := call(t, "", append(tc.args, "--root", t.TempDir())...)
			require.ErrorContains(t, err, tc.want)
			assert.Equal(t, tc.code, cli.ExitCode(err))
		})
	}
}
