package verify

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/outcome"
)

// What a request does not name is not looked at. The report says so of each, and what to name.
func TestWhatIsNotNamedIsNotChecked(t *testing.T) {
	w := newWorld()
	w.service.LoadBalancers = w.service.LoadBalancers[2:] // one without target groups
	r := request()
	r.Image, r.Alarms, r.AlertTopic = "", nil, ""
	report, _, err := w.verifies(t, r)
	require.NoError(t, err)
	assert.Equal(t, Verified, report.Verdict)
	assert.Equal(t, []outcome.Finding{
		{Check: "deployment", Status: outcome.OK, Found: "completed", Needed: "completed"},
		{
			Check: "task definition", Status: outcome.OK, Found: "web-prod:2 with visitor-book@sha256:000000000000",
			Needed: "web-prod:2",
		},
		{Check: "tasks", Status: outcome.OK, Found: "2 running", Needed: "2 tasks running"},
		{
			Check: "targets", Status: outcome.Unchecked, Found: "no target group",
			Note: "the service is not behind a load balancer",
		},
		{
			Check: "alarms", Status: outcome.Unchecked, Found: "none named", Fix: "name them with --alarm, or give --outputs",
		},
		{Check: "subscriptions", Status: outcome.Unchecked, Found: "no topic named", Fix: "give --outputs"},
		{
			Check: "answer", Status: outcome.Unchecked, Found: "no URL named",
			Fix: "name it with --url, or give --outputs",
		},
	}, report.Findings)

	v := &Verifier{Web: answering(http.StatusOK, "", "cut off")}
	v.Request.URL = "https://example.com:8443"
	checks := v.checkWeb(t.Context())
	assert.Equal(t, outcome.Finding{
		Check: "redirect", Status: outcome.Unchecked, Found: "no http:// URL named", Fix: "name it with --http-url",
	}, checks[len(checks)-1])
}

// A service that CodeDeploy has not deployed yet has no task set, and so no target group to look at.
func TestNothingIsDeployedYet(t *testing.T) {
	w := newBlueGreen()
	w.sets()
	w.runs(blueGroup)
	r := blueGreenRequest()
	r.Timeout = r.Interval / 2
	report, _, err := w.verifies(t, r)
	require.NoError(t, err)
	assert.Equal(t, NotAsRequested, report.Verdict)
	var told []string
	for _, finding := range report.Findings {
		told = append(told, string(finding.Status)+" "+finding.String())
	}
	assert.Equal(t, []string{
		"waiting deployment: found d-2 created, wanted no failure",
		"waiting traffic: found all requests to another version, wanted all requests to this version",
		"waiting task definition: found none, wanted one with sha256:000000000000",
		"wrong tasks: found 0 running, wanted at least one task " +
			"(the service is scaled to zero, so nothing shows what it would run)",
		"waiting image: found no running task, wanted sha256:000000000000",
		"not checked targets: found no target group (the service is not behind a load balancer)",
		"ok alarms: found 3 alarms quiet, wanted quiet",
		"ok subscriptions: found 2 confirmed, wanted 2 confirmed",
		"not checked answer: found no URL named (name it with --url, or give --outputs)",
	}, told)
}

// The load balancer and the firewall answer by themselves where no task does. The note says what that means.
func TestAnswersOfTheLoadBalancerAreExplained(t *testing.T) {
	for status, note := range map[int]string{
		http.StatusOK: "", http.StatusInternalServerError: "", http.StatusTooManyRequests: "",
		http.StatusForbidden:          "the web application firewall refuses it, or the application does",
		http.StatusNotFound:           "no service has a rule for this address, or the application has no such page",
		http.StatusBadGateway:         "the task closed the connection",
		http.StatusServiceUnavailable: "the load balancer has no target to ask",
		http.StatusGatewayTimeout:     "the task did not answer in time",
	} {
		v := &Verifier{Web: answering(status, "", "")}
		v.Web.client.Transport = overTLS{v.Web.client.Transport}
		v.Request.URL, v.Request.Statuses = "https://"+host, "200"
		answer := v.checkAnswer(t.Context())[1]
		assert.Equal(t, note, answer.Note, status)
		assert.Equal(t, status == http.StatusOK, answer.Status == outcome.OK, status)
		v.Request.Statuses = "200-599"
		assert.Empty(t, v.checkAnswer(t.Context())[1].Note, "what is asked for needs no explanation")
	}
}

// overTLS says that an answer came over TLS.
type overTLS struct{ http.RoundTripper }

func (o overTLS) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := o.RoundTripper.RoundTrip(request)
	answer.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, PeerCertificates: []*x509.Certificate{{}}}
	return answer, err
}

// A deployment group says by which listeners and between which target groups it moves requests, or it does not.
func TestRoutesOfDeploymentGroups(t *testing.T) {
	group := func(pairs ...cdtypes.TargetGroupPairInfo) *cdtypes.DeploymentGroupInfo {
		return &cdtypes.DeploymentGroupInfo{LoadBalancerInfo: &cdtypes.LoadBalancerInfo{TargetGroupPairInfoList: pairs}}
	}
	named := func(names ...string) (found []cdtypes.TargetGroupInfo) {
		for _, name := range names {
			found = append(found, cdtypes.TargetGroupInfo{Name: aws.String(name)})
		}
		return found
	}
	for name, row := range map[string]struct {
		group            *cdtypes.DeploymentGroupInfo
		listeners, names []string
	}{
		"no load balancer": {&cdtypes.DeploymentGroupInfo{}, nil, nil},
		"no pair":          {group(), nil, nil},
		"no listener":      {group(cdtypes.TargetGroupPairInfo{TargetGroups: named("a", "b")}), nil, []string{"a", "b"}},
		"two pairs": {group(
			cdtypes.TargetGroupPairInfo{
				TargetGroups: named("a", "b"), ProdTrafficRoute: &cdtypes.TrafficRoute{ListenerArns: []string{"1", "2"}},
				TestTrafficRoute: &cdtypes.TrafficRoute{ListenerArns: []string{"test"}},
			},
			cdtypes.TargetGroupPairInfo{
				TargetGroups: named("c"), ProdTrafficRoute: &cdtypes.TrafficRoute{ListenerArns: []string{"3"}},
			},
		), []string{"1", "2", "3"}, []string{"a", "b", "c"}},
	} {
		listeners, names := productionRoute(row.group)
		assert.Equal(t, row.listeners, listeners, name)
		assert.Equal(t, row.names, names, name)
	}
}

// endless never stops answering, and counts what was read.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	if e.read > 1_000_000 {
		return 0, errors.New("somebody reads on and on")
	}
	return len(p), nil
}

// Of a body that does not end, a few dozen kilobytes are read.
func TestAnEndlessAnswerIsOne(t *testing.T) {
	body := &endless{}
	web := NewWeb(nil, nil)
	web.client.Transport = roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(body)}, nil
	})
	_, err := web.get(t.Context(), "https://example.com")
	require.NoError(t, err)
	assert.InDelta(t, 64_000, body.read, 40_000)
}

// Each text that an administrator gets of a request that makes no sense, with what was found and what to give.
func TestWrongRequestsSayTheFix(t *testing.T) {
	r := Request{Application: "web", Statuses: "0", URL: "ftp://example.com"}
	err := r.Prepare()
	require.Error(t, err)
	assert.Equal(t, []string{
		"--cluster: found nothing: name the ECS cluster, or give --outputs",
		"--service: found nothing: name the ECS service",
		"--image: found neither an image nor a task definition to compare with: " +
			"give --image REPOSITORY@sha256:..., or --task-definition",
		`--codedeploy-application and --codedeploy-group: found "web" and "": give both or neither`,
		"--timeout, --interval and --bake: found 0s, 0s and 0s: give positive times, the bake shorter than the timeout",
		"--url: found no https:// URL without user and password: write it like https://visitors.example.com/health",
		`--expect-status: found "0": give one status or a range of 100 to 599, such as 200 or 200-399`,
	}, strings.Split(err.Error(), "\n"))
}

// A revision of a task definition never changes: looking at it again and again would only meet ECS's throttling.
func TestARevisionIsReadOnce(t *testing.T) {
	w := newWorld()
	w.rollsTo()
	_, _, err := w.verifies(t, request())
	require.NoError(t, err)
	var read []string
	for _, call := range w.Calls() {
		if in, ok := call.Input.(*ecs.DescribeTaskDefinitionInput); ok {
			read = append(read, *in.TaskDefinition)
		}
	}
	assert.Equal(t, []string{definition + "2"}, read)
}
