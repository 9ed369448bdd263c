package verify

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/verify"
)

// Every flag reaches the request; what none names has its default.
func TestFlagsOfARequest(t *testing.T) {
	f := &flags{}
	result := clitest.Call(t, newCommand(f), "--cluster", "app", "--service", "web", "--task-definition", "web:1",
		"--image", "222222222222.dkr.ecr.eu-west-1.amazonaws.com/web:1", "--container", "c",
		"--codedeploy-application", "a", "--codedeploy-group", "g", "--alarm", "x", "--alarm", "y",
		"--url", "https://example.com", "--http-url", "http://example.org", "--expect-status", "204",
		"--timeout", "1h", "--interval", "1m", "--bake", "2h", "--region", "eu-west-1", "--json")
	require.ErrorContains(t, result.Error, "the bake shorter than the timeout")
	assert.Equal(t, verify.Request{
		Cluster: "app", Service: "web", TaskDefinition: "web:1",
		Image:     "222222222222.dkr.ecr.eu-west-1.amazonaws.com/web:1",
		Container: "c", Application: "a", DeploymentGroup: "g", Alarms: []string{"x", "y"}, URL: "https://example.com",
		PlainURL: "http://example.org", Statuses: "204", Timeout: time.Hour, Interval: time.Minute, Bake: 2 * time.Hour,
	}, f.request)
	assert.Equal(t, []any{"eu-west-1", true, false}, []any{f.region, f.json, f.skipURL})

	f = &flags{}
	clitest.Call(t, newCommand(f), "--url", "https://example.com", "--http-url", "http://example.com", "--skip-url")
	assert.Equal(t, []any{20 * time.Minute, 10 * time.Second, time.Duration(0), "", "", false},
		[]any{f.request.Timeout, f.request.Interval, f.request.Bake, f.request.URL, f.request.PlainURL, f.json})
}

// Where AWS refuses to answer there is no verdict, and the caller hears what is missing.
func TestAPermissionThatIsMissingIsNoVerdict(t *testing.T) {
	called := awsfake.Serve(t, nil)
	result := clitest.Call(t, New(), "--cluster", "app", "--service", "web", "--task-definition", "web:1", "--skip-url")
	require.ErrorContains(t, result.Error,
		"The caller needs the permission ecs:DescribeServices; docs/operations.md has the whole policy")
	assert.Equal(t, cli.ExitCannotAsk, result.Code())
	assert.Empty(t, result.Out)
	assert.Equal(t, []string{"DescribeServices"}, called())
}

// Whoever interrupts it has no verdict.
func TestAnInterruptedCallHasNoVerdict(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	awsfake.ServeBy(t, func(string) (string, bool) { interrupt(); return "", false })
	cmd := New()
	cmd.SetArgs([]string{"--cluster", "app", "--service", "web", "--task-definition", "web:1", "--skip-url"})
	err := cli.Run(ctx, cmd)
	require.EqualError(t, err, "interrupted before there was a verdict")
	assert.Equal(t, cli.ExitCannotAsk, cli.ExitCode(err))
}

func TestCredentialsThatCannotBeLoadedAreNoVerdict(t *testing.T) {
	called := awsfake.Serve(t, nil)
	t.Setenv("AWS_PROFILE", "none")
	const outputs = `{"alertTopicArn":"arn:aws:sns:eu-west-1:123456789012:alerts"}`
	for _, result := range []clitest.Result{
		clitest.Call(t, New(), "--cluster", "app", "--service", "web", "--task-definition", "web:1", "--skip-url"),
		clitest.CallWith(t, outputs, NewAlerts(), "--outputs", "-"),
	} {
		require.ErrorContains(t, result.Error, "load the AWS configuration")
		assert.Equal(t, cli.ExitCannotAsk, result.Code())
	}
	assert.Empty(t, called())
}

func TestAServiceThatIsNotThereIsNotAsRequested(t *testing.T) {
	awsfake.Serve(t, map[string]string{"DescribeServices": `{"failures":[{"reason":"MISSING"}]}`})
	result := clitest.Call(t, New(), "--cluster", "app", "--service", "web", "--task-definition", "web:1", "--skip-url")
	require.ErrorContains(t, result.Error, "service: found no such service in app")
	assert.Equal(t, cli.ExitFailed, result.Code())
}

// A service without a deployment never becomes what was asked for: what is waited for is told while it is.
func TestAVerdictIsPrintedAndProgressIsTold(t *testing.T) {
	const service = `{"services":[{"serviceName":"web","status":"ACTIVE","desiredCount":1,"deployments":[]}]}`
	awsfake.Serve(t, map[string]string{"DescribeServices": service, "ListTasks": `{"taskArns":[]}`})
	for _, programs := range []bool{false, true} {
		args := []string{
			"--cluster", "app", "--service", "web", "--task-definition", "web:1", "--skip-url", "--timeout", "1ms",
			"--interval", "1ms",
		}
		if programs {
			args = append(args, "--json")
		}
		result := clitest.Call(t, New(), args...)
		require.ErrorContains(t, result.Error, "not as requested: ")
		assert.Equal(t, cli.ExitFailed, result.Code())
		assert.Contains(t, result.Err, "deployment: no deployment")
		var report verify.Report
		if !programs {
			assert.Contains(t, result.Out, "no deployment")
			assert.Error(t, json.Unmarshal([]byte(result.Out), &report))
			continue
		}
		require.NoError(t, json.Unmarshal([]byte(result.Out), &report))
		assert.Equal(t, []string{"web", "app", string(verify.NotAsRequested)},
			[]string{report.Service, report.Cluster, string(report.Verdict)})
	}
	var out bytes.Buffer
	require.NoError(t, (&flags{json: true}).print(&out, &verify.Report{Verdict: verify.Verified}))
	assert.True(t, json.Valid(out.Bytes()))
}

func TestAuthoritiesBesidesTheSystems(t *testing.T) {
	none, err := (&flags{}).authorities()
	require.NoError(t, err)
	assert.Nil(t, none, "the system's")
	file := filepath.Join(t.TempDir(), "ca.pem")
	_, err = (&flags{authority: file}).authorities()
	require.ErrorIs(t, err, os.ErrNotExist)

	server := httptest.NewTLSServer(nil)
	t.Cleanup(server.Close)
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	require.NoError(t, os.WriteFile(file, text, 0o600))
	want, err := x509.SystemCertPool()
	require.NoError(t, err)
	want.AddCert(server.Certificate())
	all, err := (&flags{authority: file}).authorities()
	require.NoError(t, err)
	assert.True(t, all.Equal(want))
}

func TestAlertsAreAskedOnce(t *testing.T) {
	const given = `{"alertTopicArn":"arn:aws:sns:eu-west-1:123456789012:alerts","alertSubscriptions":%d}`
	const answer = `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions><member>` +
		`<SubscriptionArn>arn:aws:sns:eu-west-1:123456789012:alerts:1</SubscriptionArn><Protocol>email</Protocol>` +
		`</member></Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`
	const operation = "ListSubscriptionsByTopic"
	for name, row := range map[string]struct {
		answers map[string]string
		asked   int
		code    int
		want    string
	}{
		"all confirmed": {map[string]string{operation: answer}, 1, 0, "subscriptions: 1 confirmed\n"},
		"one missing": {
			map[string]string{operation: answer}, 2, cli.ExitFailed, "subscriptions: found 1 confirmed, wanted 2 confirmed",
		},
		"no permission": {nil, 1, cli.ExitCannotAsk, "The caller needs the permission sns:ListSubscriptionsByTopic"},
	} {
		called := awsfake.Serve(t, row.answers)
		result := clitest.CallWith(t, fmt.Sprintf(given, row.asked), NewAlerts(), "--outputs", "-")
		assert.Equal(t, row.code, result.Code(), name)
		assert.Equal(t, []string{operation}, called(), name)
		if row.code == 0 {
			assert.Equal(t, row.want, result.Out)
			continue
		}
		assert.ErrorContains(t, result.Error, row.want, name)
		assert.Empty(t, result.Out)
	}
}

// A job is described by the stack's outputs alone, and looked at once.
func TestJobIsLookedAtByTheOutputs(t *testing.T) {
	result := clitest.Call(t, New(), "--job", "nightly", "--cluster", "app")
	require.ErrorContains(t, result.Error, "--job: found neither --stack nor --outputs")
	assert.Equal(t, cli.ExitUsage, result.Code())

	file := filepath.Join(t.TempDir(), "outputs.json")
	const says = `{"clusterName":"app","jobs":{"nightly":{"scheduleName":"web-nightly",
		"taskDefinitionArn":"arn:aws:ecs:eu-central-1:123456789012:task-definition/web-nightly:1"}}}`
	require.NoError(t, os.WriteFile(file, []byte(says), 0o600))
	called := awsfake.Serve(t, nil) // its refusals are no answers that Scheduler gives
	result = clitest.Call(t, New(), "--job", "nightly", "--outputs", file)
	require.ErrorContains(t, result.Error, "look at schedule web-nightly: operation error Scheduler: GetSchedule")
	assert.Equal(t, cli.ExitCannotAsk, result.Code())
	assert.Len(t, called(), 1, "an error ends it")

	result = clitest.Call(t, New(), "--job", "weekly", "--outputs", file)
	require.ErrorContains(t, result.Error, `--job: found "weekly", but the stack has nightly`)
	assert.Equal(t, cli.ExitUsage, result.Code())
}
