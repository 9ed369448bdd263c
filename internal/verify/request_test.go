package verify

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/outcome"
)

func TestRequestsThatMakeNoSense(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Request)
		want   string
	}{
		"no cluster": {func(r *Request) { r.Cluster = "" }, "--cluster: found nothing"},
		"no service": {func(r *Request) { r.Service = "" }, "--service: found nothing"},
		"no version": {
			func(r *Request) { r.Image, r.TaskDefinition = "", "" },
			"--image: found neither an image nor a task definition",
		},
		"half of a group": {func(r *Request) { r.Application = "web" }, `found "web" and "": give both or neither`},
		"no time":         {func(r *Request) { r.Timeout = 0 }, "--timeout, --interval and --bake: found 0s"},
		"a long bake":     {func(r *Request) { r.Bake = time.Hour }, "the bake shorter than the timeout"},
		"plain HTTP":      {func(r *Request) { r.URL = "http://example.com" }, "--url: found no https:// URL"},
		"a password":      {func(r *Request) { r.URL = "https://user:hunter2@example.com" }, "--url: found no https:// URL"},
		"no status":       {func(r *Request) { r.Statuses = "fine" }, `--expect-status: found "fine"`},
		"a wrong range":   {func(r *Request) { r.Statuses = "300-200" }, `--expect-status: found "300-200"`},
		"a long status":   {func(r *Request) { r.Statuses = "2000" }, `--expect-status: found "2000"`},
	} {
		t.Run(name, func(t *testing.T) {
			r := request()
			test.change(&r)
			err := r.Prepare()
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

const stackOutputs = `{
  "url": "https://visitors.example.com", "clusterName": "prod-cluster", "vpcId": "vpc-1",
	"databaseSecretArn": "[secret]",
  "services": {
    "web": {"name": "web", "taskDefinitionArn": "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7",
	"codeDeployApplication": "",
      "codeDeployGroup": "", "alarms": ["web-5xx"], "url": "https://visitors.example.com/health"},
    "api": {"name": "api", "taskDefinitionArn": "arn:aws:ecs:eu-central-1:123456789012:task-definition/api:3",
      "codeDeployApplication": "prod-api", "codeDeployGroup": "api"}
  }
}`

func TestOutputsFillInWhatIsLeftOut(t *testing.T) {
	rolling := Request{Service: "web"}
	region, err := rolling.FromOutputs(strings.NewReader(stackOutputs))
	require.NoError(t, err)
	assert.Equal(t, "eu-central-1", region)
	assert.Equal(t, Request{
		Service: "web", Cluster: "prod-cluster",
		TaskDefinition: "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7",
		Alarms:         []string{"web-5xx"}, URL: "https://visitors.example.com/health",
	}, rolling)

	// CodeDeploy decides the task definition: the program's may be an older one.
	blueGreen := Request{Service: "api", Cluster: "mine"}
	_, err = blueGreen.FromOutputs(strings.NewReader(stackOutputs))
	require.NoError(t, err)
	assert.Equal(t, Request{
		Service: "api", Cluster: "mine", URL: "https://visitors.example.com", Application: "prod-api", DeploymentGroup: "api",
	}, blueGreen)
}

func TestOutputsThatDoNotHelp(t *testing.T) {
	for name, test := range map[string]struct{ service, text, want string }{
		"unknown service": {"webb", stackOutputs, `--service: found "webb", but the stack has api, web: name one of these`},
		"no service":      {"", stackOutputs, `--service: found "", but the stack has api, web`},
		"no JSON":         {"web", "Current stack outputs (14):", "--outputs: found no JSON of stack outputs"},
		"no services":     {"web", "{}", "--outputs: found no services in the outputs"},
	} {
		t.Run(name, func(t *testing.T) {
			r := Request{Service: test.service}
			_, err := r.FromOutputs(strings.NewReader(test.text))
			assert.ErrorContains(t, err, test.want)
		})
	}
	one := Request{}
	_, err := one.FromOutputs(strings.NewReader(`{"services": {"web": {"taskDefinitionArn": "web:1"}}}`))
	require.NoError(t, err)
	assert.Equal(t, "web", one.Service, "the only one")
}

func TestTheReportForPeopleAndForPrograms(t *testing.T) {
	report := &Report{
		Service: "web", Cluster: "app", Verdict: NotAsRequested, Reason: "alarms: found ALARM: web-5xx, wanted quiet",
		Seconds: 12,
		Findings: []outcome.Finding{
			{Check: "deployment", Status: outcome.OK, Found: "completed", Needed: "completed"},
			{
				Check: "alarms", Status: outcome.Wrong, Found: "ALARM: web-5xx", Needed: "quiet", Note: "<why>",
				Patience: time.Minute,
			},
		},
	}
	var text, encoded bytes.Buffer
	report.Print(&text, 100)
	assert.Equal(t, `
STATUS  CHECK       FOUND           NEEDED     NOTE
ok      deployment  completed       completed
wrong   alarms      ALARM: web-5xx  quiet      <why>

web in app: not as requested after 12 s
alarms: found ALARM: web-5xx, wanted quiet
`, text.String())
	text.Reset()
	(&Report{Service: "web", Cluster: "app", Verdict: Verified}).Print(&text, 100)
	assert.True(t, strings.HasSuffix(text.String(), "\nweb in app: verified after 0 s\n"), text.String())
	require.NoError(t, cli.PrintJSON(&encoded, report))
	assert.JSONEq(t, `{"service": "web", "cluster": "app", "verdict": "not as requested", "seconds": 12,
		"reason": "alarms: found ALARM: web-5xx, wanted quiet", "findings": [
		{"check": "deployment", "status": "ok", "found": "completed", "needed": "completed"},
		{"check": "alarms", "status": "wrong", "found": "ALARM: web-5xx", "needed": "quiet", "note": "<why>"}]}`,
		encoded.String())
}

// Nobody asks a worker at the stack's address.
func TestWorkersHaveNoAddress(t *testing.T) {
	for kind, url := range map[string]string{
		"worker": "", "web": "https://web.example.com",
		"": "https://web.example.com",
	} {
		var request Request
		_, err := request.FromOutputs(strings.NewReader(`{"url": "https://web.example.com", "services": {"mailer": {` +
			`"kind": "` + kind + `", "taskDefinitionArn": "mailer:1"}}}`))
		require.NoError(t, err)
		assert.Equal(t, url, request.URL, kind)
		v := Verifier{Request: request}
		if kind == "worker" {
			assert.Empty(t, v.checkWeb(t.Context()), "no finding that asks for a --url")
		}
	}
}
