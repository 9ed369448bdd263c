package preflight

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/config"
	"aws-webapp/tests/fixtures"
)

// report is the JSON that a call with --json prints.
type report struct {
	Operation, Stack, Account, Region string
	Findings                          []struct{ Check, Status, Found, Fix string }
}

// calls calls the command for a stack of the fixtures, with --json.
func calls(t *testing.T, args ...string) (report, clitest.Result) {
	t.Helper()
	result := clitest.Call(t, New(), append(args, "--json", "--root", fixtures.Stacks(t))...)
	var told report
	require.NoError(t, json.Unmarshal([]byte(result.Out), &told), result.Error)
	return told, result
}

// Every operation of both kinds of stacks, with the credentials of some other account: there the command looks at
// nothing else.
func TestEachOperationLooksAtItsStack(t *testing.T) {
	for _, stack := range []string{"prod", "delivery"} {
		for name, operation := range map[string]string{"": "up", "up": "up", "destroy": "destroy"} {
			called := awsfake.Serve(t, map[string]string{"GetCallerIdentity": awsfake.Caller("999999999999")})
			args := []string{"--stack", stack}
			if name != "" {
				args = append([]string{name}, args...)
			}
			told, result := calls(t, args...)
			require.EqualError(t, result.Error,
				fmt.Sprintf("1 findings stop %s of %s: the table says what to change", operation, stack))
			assert.Equal(t, cli.ExitFailed, result.Code())
			assert.Equal(t, []string{operation, stack, "999999999999"}, []string{told.Operation, told.Stack, told.Account})
			require.Len(t, told.Findings, 1)
			assert.Equal(t, []string{"account", "blocked"}, []string{told.Findings[0].Check, told.Findings[0].Status})
			assert.Equal(t, []string{"GetCallerIdentity"}, called())
		}
	}
	awsfake.Serve(t, map[string]string{"GetCallerIdentity": awsfake.Caller("999999999999")})
	result := clitest.Call(t, New(), "--stack", "prod", "--root", fixtures.Stacks(t))
	assert.Contains(t, result.Out, "use credentials of ", "a table for people")
	assert.NotContains(t, result.Out, "{")
}

func TestWhereNobodyIsKnownThereIsNoReport(t *testing.T) {
	awsfake.Serve(t, nil)
	result := clitest.Call(t, New(), "--stack", "prod", "--root", fixtures.Stacks(t))
	require.ErrorContains(t, result.Error, "find out whose credentials these are")
	assert.Equal(t, cli.ExitCannotAsk, result.Code())
	assert.Empty(t, result.Out)
	t.Setenv("AWS_PROFILE", "none")
	result = clitest.Call(t, New(), "--stack", "prod", "--root", fixtures.Stacks(t))
	require.ErrorContains(t, result.Error, "load the AWS configuration")
	assert.Equal(t, cli.ExitCannotAsk, result.Code())
}

// The checks of the two operations on a delivery stack, by a caller who may ask nothing but GitHub.
func TestADeliveryStackIsLookedAtAsSuch(t *testing.T) {
	workload, err := config.LoadFile(fixtures.File(t, "Pulumi.yaml"), fixtures.StackFile(t, "prod"))
	require.NoError(t, err)
	flight, delivery, err := (&flags{root: fixtures.Stacks(t), stack: "delivery"}).prepare()
	require.NoError(t, err)
	require.NotEqual(t, workload.AWS.AllowedAccountIDs, flight.Config.AWS.AllowedAccountIDs)
	answers := map[string]string{"GetCallerIdentity": awsfake.Caller(flight.Config.AWS.AllowedAccountIDs[0])}
	checks := func(told report) (names []string) {
		for _, finding := range told.Findings {
			names = append(names, finding.Check)
		}
		return names
	}
	asked := ""
	github := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Path + " with " + r.Header.Get("Authorization")
		fmt.Fprint(w, `{"use_default": true}`)
	}))
	t.Cleanup(github.Close)
	t.Setenv("GITHUB_API_URL", github.URL)
	for _, token := range []string{"", "secret"} {
		asked = ""
		t.Setenv("GITHUB_TOKEN", token)
		awsfake.Serve(t, answers)
		told, result := calls(t, "--stack", "delivery")
		require.NoError(t, result.Error, "what cannot be checked stops nothing")
		assert.Equal(t, []string{"account", "region", "registry", "GitHub", "subject of tokens"}, checks(told))
		last := told.Findings[len(told.Findings)-1]
		if token == "" {
			assert.Equal(t, "no GITHUB_TOKEN to ask GitHub with", last.Found)
			assert.Empty(t, asked)
			continue
		}
		assert.Equal(t, "ok", last.Status, last.Found)
		assert.Equal(t, "/repos/"+delivery.GitHub.Repository+"/actions/oidc/customization/sub with Bearer secret", asked)
	}
	told, result := calls(t, "--stack", "delivery", "--strict")
	assert.Equal(t, cli.ExitUndecided, result.Code())
	assert.Equal(t, "up", told.Operation)

	told, _ = calls(t, "destroy", "--stack", "delivery")
	assert.Equal(t, []string{"account", "Pulumi's state", "registry"}, slices.Compact(checks(told)))

	t.Setenv("GITHUB_API_URL", "nowhere")
	bad := clitest.Call(t, New(), "--stack", "delivery", "--root", fixtures.Stacks(t))
	require.ErrorContains(t, bad.Error, "correct GITHUB_API_URL")
	assert.Equal(t, cli.ExitUsage, bad.Code())
	awsfake.Serve(t, map[string]string{"GetCallerIdentity": awsfake.Caller("999999999999")})
	_, result = calls(t, "--stack", "prod")
	assert.Equal(t, cli.ExitFailed, result.Code(), "a workload has nothing to ask GitHub")
}

// Two workloads must not share what only one of them can have.
func TestAnUpIsComparedWithItsSiblings(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"Pulumi.yaml", "Pulumi.prod.yaml"} {
		text, err := os.ReadFile(fixtures.File(t, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(root, name), text, 0o600))
		if strings.HasSuffix(name, "prod.yaml") {
			require.NoError(t, os.WriteFile(filepath.Join(root, "Pulumi.copy.yaml"), text, 0o600))
		}
	}
	awsfake.Serve(t, map[string]string{"GetCallerIdentity": awsfake.Caller("999999999999")})
	result := clitest.Call(t, New(), "--stack", "prod", "--root", root)
	require.Error(t, result.Error)
	assert.Equal(t, cli.ExitUsage, result.Code(), result.Error)
	assert.ErrorContains(t, result.Error, "copy")
	result = clitest.Call(t, New(), "destroy", "--stack", "prod", "--root", root)
	assert.Equal(t, cli.ExitFailed, result.Code(), "what goes may go")
}

func TestWhatPulumiProtectsIsRead(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	const protected = `{"deployment": {"resources": [
		{"urn": "urn:pulumi:prod::p::aws:rds/instance:Instance::db", "type": "aws:rds/instance:Instance", "protect": true}]}}`
	require.NoError(t, os.WriteFile(state, []byte(protected), 0o600))
	flight, _, err := (&flags{root: fixtures.Stacks(t), stack: "prod", state: state}).prepare()
	require.NoError(t, err)
	assert.Len(t, flight.Protected["aws:rds/instance:Instance"], 1)
	require.NoError(t, os.WriteFile(state, []byte("{"), 0o600))
	_, _, err = (&flags{root: fixtures.Stacks(t), stack: "prod", state: state}).prepare()
	require.Error(t, err)
	flight, _, err = (&flags{root: fixtures.Stacks(t), stack: "prod"}).prepare()
	require.NoError(t, err)
	assert.Nil(t, flight.Protected, "nobody has looked")
	assert.NotEmpty(t, flight.Names("123456789012", "aws"))
	_, _, err = (&flags{root: fixtures.Stacks(t), stack: "Prod!"}).prepare()
	require.Error(t, err)
}

// The names of a stack by what it has.
func TestNamesByFeature(t *testing.T) {
	least := config.Defaults()
	least.AuditTrail.Enabled, least.Cache.Enabled, least.LogSearch.Enabled = false, false, false
	least.Logging.ServicePrefix = "/ecs"
	of := func(change func(*config.Config)) map[string]bool {
		cfg := least
		change(&cfg)
		names := map[string]bool{}
		for _, name := range namesOf("app", "prod", "123456789012", "aws", &cfg) {
			assert.Positive(t, name.Limit, name.Role)
			names[string(name.Kind)+" of "+name.Role+" "+name.Value] = true
		}
		return names
	}
	region := least.AWS.Region
	always := of(func(*config.Config) {})
	assert.Len(t, always, 5)
	for _, role := range []string{"application", "artifacts", "logs"} {
		assert.Contains(t, always, fmt.Sprintf("bucket of %s app-prod-%s-123456789012-%s", role, role, region))
	}
	assert.Contains(t, always, "database of database app-prod-database")
	assert.Contains(t, always, "name of cluster app-prod-cluster")
	for name, row := range map[string]struct {
		change func(*config.Config)
		more   []string
	}{
		"trail": {func(c *config.Config) { c.AuditTrail.Enabled = true }, []string{
			"trail of trail app-prod-trail", "bucket of trail app-prod-trail-123456789012-" + region,
		}},
		"cache": {func(c *config.Config) { c.Cache.Enabled = true }, []string{"cache of cache app-prod-cache"}},
		"search": {func(c *config.Config) { c.LogSearch.Enabled = true }, []string{
			"domain of log search app-prod-search", "function of log shipper app-prod-LogsToOpenSearch",
			"function of log search setup app-prod-LogsToOpenSearch-setup", "name of dead letters app-prod-search-dead-letters",
		}},
		"a service": {func(c *config.Config) { c.Services = []config.Service{{Name: "web"}} }, []string{
			"name of tasks of web app-prod-web", "log group of web /ecs/web",
		}},
		"a job": {func(c *config.Config) { c.Jobs = []config.Job{{Name: "report"}} }, []string{
			"name of tasks of report app-prod-report", "name of failures of report app-prod-report-failed",
			"log group of report /ecs/report",
		}},
		"a job that Scheduler starts": {
			func(c *config.Config) { c.Jobs = []config.Job{{Name: "report", Schedule: "rate(1 day)"}} },
			[]string{
				"name of tasks of report app-prod-report", "name of failures of report app-prod-report-failed",
				"log group of report /ecs/report", "name of schedule of report app-prod-report",
				"name of dead letters of report app-prod-report-dead-letters",
			},
		},
		"one of CodeDeploy's": {
			func(c *config.Config) {
				c.Services = []config.Service{{Name: "web", Deployment: config.Deployment{Controller: config.BlueGreen}}}
			},
			[]string{
				"name of tasks of web app-prod-web", "log group of web /ecs/web", "CodeDeploy application of web app-prod-web",
			},
		},
	} {
		found := of(row.change)
		assert.Len(t, found, len(always)+len(row.more), name)
		for _, more := range row.more {
			assert.Contains(t, found, more, name)
		}
	}
}
