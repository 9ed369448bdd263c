package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cutOff stands among a listener's statuses for an answer that ends early.
const cutOff = -1

// cloud fakes the part of CodeDeploy that a hook sees, with one deployment, and the load balancer's test
// listener.
type cloud struct {
	mu          sync.Mutex
	application string
	// status of the deployment. As CodeDeploy documents it, a failed hook takes the version back.
	status  string
	reports []string
	// refuse answers a call with an error instead.
	refuse map[string]string
	// answers are the listener's statuses by host and path, one after the other; the last stays.
	answers map[string][]int
	asked   []string
	// patience of the function. It is long where the version does answer: a busy machine must not fail a
	// test.
	patience time.Duration
}

func (c *cloud) codeDeploy(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var input map[string]string
	if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	answer := map[string]any{}
	code := c.refuse[operation]
	switch {
	case code != "":
	case input["deploymentId"] != "d-1":
		code = "DeploymentDoesNotExistException"
	case operation == "GetDeployment":
		answer["deploymentInfo"] = map[string]any{"applicationName": c.application, "deploymentGroupName": "web"}
	case operation == "PutLifecycleEventHookExecutionStatus" && input["lifecycleEventHookExecutionId"] == "e-1":
		if len(c.reports) > 0 {
			code = "LifecycleEventAlreadyCompletedException"
			break
		}
		c.reports = append(c.reports, input["status"])
		c.status = map[string]string{"Succeeded": "traffic shifts", "Failed": "rolled back"}[input["status"]]
	default:
		code = "InvalidLifecycleEventHookExecutionIdException"
	}
	if code != "" {
		w.WriteHeader(http.StatusBadRequest)
		answer = map[string]any{"__type": code, "message": code}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (c *cloud) listener(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := r.Host + r.URL.Path
	c.asked = append(c.asked, key)
	if agent := r.Header.Get("User-Agent"); agent != "deployment-test" { // by which access logs tell it
		http.Error(w, agent, http.StatusForbidden)
		return
	}
	status := http.StatusNotFound
	if left := c.answers[key]; len(left) > 0 {
		status = left[0]
		if len(left) > 1 {
			c.answers[key] = left[1:]
		}
	}
	if status == http.StatusFound {
		w.Header().Set("Location", "https://elsewhere.example/")
	}
	if status == cutOff {
		w.Header().Set("Content-Length", "2") // and no byte follows
		status = http.StatusOK
	}
	w.WriteHeader(status)
}

// run invokes the function.
func (c *cloud) run(t *testing.T, tests string, e event) (string, string, error) {
	t.Helper()
	api := httptest.NewServer(http.HandlerFunc(c.codeDeploy))
	t.Cleanup(api.Close)
	listener := httptest.NewTLSServer(http.HandlerFunc(c.listener))
	t.Cleanup(listener.Close)
	host, port, err := net.SplitHostPort(listener.Listener.Addr().String())
	require.NoError(t, err)
	settings, err := loadConfig(func(name string) string {
		return map[string]string{
			"APPLICATION": "app-prod-*", "ADDRESS": host, "PORT": port, "HOST": "example.com", "TESTS": tests,
		}[name]
	})
	require.NoError(t, err)
	number, err := strconv.Atoi(port)
	require.NoError(t, err)
	asking := client(host, number)
	// The certificate of httptest is for example.com, and is checked.
	asking.Transport.(*http.Transport).TLSClientConfig = listener.Client().Transport.(*http.Transport).TLSClientConfig
	var out bytes.Buffer
	what, err := (&tester{
		config: settings, http: asking, log: slog.New(slog.NewJSONHandler(&out, nil)),
		patience: cmp.Or(c.patience, time.Minute), pause: time.Millisecond,
		codedeploy: codedeploy.NewFromConfig(aws.Config{
			Region: "us-east-1", BaseEndpoint: aws.String(api.URL), Credentials: credentials.NewStaticCredentialsProvider("a",
				"b", ""),
			Retryer: func() aws.Retryer { return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = 1 }) },
		}),
	}).handle(t.Context(), e)
	return what, out.String(), err
}

var hook = event{DeploymentID: "d-1", ExecutionID: "e-1"}

func TestVersions(t *testing.T) {
	for name, tc := range map[string]struct {
		answers map[string][]int
		tests   string
		want    string
		says    string
	}{
		"answers": {
			map[string][]int{"example.com/health": {200}, "example.com/": {200}},
			"", "traffic shifts",
			"all paths",
		},
		"redirects": {
			map[string][]int{"example.com/health": {200}, "example.com/": {302}},
			"", "traffic shifts",
			"all paths",
		},
		"warms up": {
			map[string][]int{"example.com/health": {503, 502, 200}, "example.com/": {200}},
			"",
			"traffic shifts", "all paths",
		},
		"one task fails": {
			map[string][]int{"example.com/health": {200, 200, 500, 200, 200, 200}, "example.com/": {200}},
			"", "traffic shifts", "",
		},
		"fails": {
			map[string][]int{"example.com/health": {200}, "example.com/": {500}},
			"", "rolled back",
			"/: found status 500",
		},
		"the last status that is no fault": {
			map[string][]int{"example.com/health": {399}, "example.com/": {200}}, "", "traffic shifts", "",
		},
		"the first status that is one": {
			map[string][]int{"example.com/health": {400}, "example.com/": {200}}, "", "rolled back", "found status 400",
		},
		"is another's": {map[string][]int{"example.com/health": {200}}, "", "rolled back", "/: found status 404"},
		"under its host": {
			map[string][]int{"api.example.com/v1": {204}},
			`{"web":{"host":"api.example.com","paths":["/v1"]}}`, "traffic shifts", "",
		},
		"breaks off": {
			map[string][]int{"example.com/health": {cutOff}, "example.com/": {200}}, "", "rolled back", "the answer ends early",
		},
		"nothing to test": {nil, `{"other":{"paths":["/"]}}`, "traffic shifts", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &cloud{application: "app-prod-web", answers: tc.answers}
			if tc.want == "rolled back" {
				c.patience = 2 * time.Second
			}
			if tc.tests == "" {
				tc.tests = `{"web":{"paths":["/health","/"]}}`
			}
			says, _, err := c.run(t, tc.tests, hook)
			require.NoError(t, err, "a bad version is no error of the function")
			assert.Equal(t, tc.want, c.status)
			assert.Contains(t, says, tc.says)
		})
	}
}

// Each path is asked three times in a row, and again from the start when one of them fails.
func TestRounds(t *testing.T) {
	c := &cloud{application: "app-prod-web", answers: map[string][]int{"example.com/": {200, 200, 500, 200}}}
	_, log, err := c.run(t, `{"web":{"paths":["/"]}}`, hook)
	require.NoError(t, err)
	assert.Len(t, c.asked, 6)
	assert.Contains(t, log, "found status 500")
}

func TestWhatCannotBeTestedIsRefused(t *testing.T) {
	c := &cloud{application: "another-stack-web"}
	_, _, err := c.run(t, `{"web":{"paths":["/"]}}`, hook)
	require.ErrorContains(t, err, `found the CodeDeploy application "another-stack-web", expected one of this stack`)
	assert.Equal(t, "rolled back", c.status)
	c = &cloud{application: "app-prod-web", refuse: map[string]string{"GetDeployment": "AccessDeniedException"}}
	_, _, err = c.run(t, `{"web":{"paths":["/"]}}`, hook)
	require.ErrorContains(t, err, "AccessDeniedException")
	assert.Equal(t, "rolled back", c.status)
}

func TestReports(t *testing.T) {
	answers := map[string][]int{"example.com/": {200}}
	c := &cloud{application: "app-prod-web", answers: answers, reports: []string{"Succeeded"}}
	_, _, err := c.run(t, `{"web":{"paths":["/"]}}`, hook)
	require.NoError(t, err, "an earlier attempt has told CodeDeploy")
	c = &cloud{
		application: "app-prod-web", answers: answers,
		refuse: map[string]string{"PutLifecycleEventHookExecutionStatus": "AccessDeniedException"},
	}
	_, _, err = c.run(t, `{"web":{"paths":["/"]}}`, hook)
	require.ErrorContains(t, err, "tell CodeDeploy that the test Succeeded")
	_, _, err = c.run(t, `{"web":{"paths":["/"]}}`, event{})
	require.ErrorContains(t, err, "CodeDeploy calls this function")
}

// The deadline of the function leaves time to report.
func TestDeadline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), reportRoom+50*time.Millisecond)
	defer cancel()
	tried := &tester{
		config: &config{tests: map[string]test{"web": {Paths: []string{"/"}}}, host: "h"}, patience: time.Hour,
		pause: time.Millisecond,
		http:  client("127.0.0.1", 1), log: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	}
	began := time.Now()
	require.Error(t, tried.try(ctx, tried.log, "web"))
	assert.Less(t, time.Since(began), 10*time.Second)
}

func TestSettings(t *testing.T) {
	_, err := loadConfig(func(string) string { return "" })
	for _, name := range []string{"APPLICATION", "ADDRESS", "HOST", "PORT", "TESTS"} {
		require.ErrorContains(t, err, name+`: found ""`)
	}
	for _, row := range []struct{ name, value, says string }{
		{"TESTS", `{"web":{"paths":["x"]}}`, "paths that begin with a slash"},
		{"PORT", "0", "1 to 65535"},
		{"PORT", "1", ""},
		{"PORT", "65535", ""},
		{"PORT", "65536", "1 to 65535"},
		{"PORT", "x", "1 to 65535"},
		{"APPLICATION", "a-*-*", "with * for the service's"},
	} {
		_, err = loadConfig(func(name string) string {
			if name == row.name {
				return row.value
			}
			return map[string]string{
				"APPLICATION": "a-*", "ADDRESS": "a", "HOST": "h", "PORT": "1", "TESTS": `{"web":{"paths":["/"]}}`,
			}[name]
		})
		if row.says == "" {
			require.NoError(t, err, row)
		} else {
			require.ErrorContains(t, err, row.says, row)
		}
	}
	_, err = start(t.Context(), func(string) string { return "" }, io.Discard)
	require.Error(t, err)
}
