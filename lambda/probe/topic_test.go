package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
)

const soundPolicy = `{"Statement":[
	{"Effect":"Allow","Principal":{"Service":["cloudwatch.amazonaws.com","budgets.amazonaws.com"]}},
	{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"}},{"Effect":"Deny","Principal":"*"}]}`

// account is a fake of what the probe looks at.
type account struct {
	confirmed, pending, policy string
	rotated, made              *time.Time
	stored                     string
	cloud                      *awsfake.Cloud
}

// lookout is a probe without addresses, and with a watcher.
func lookout(t *testing.T, a *account) (*probe, *bytes.Buffer) {
	t.Helper()
	out := &bytes.Buffer{}
	a.cloud = awsfake.New()
	awsfake.Answer(a.cloud, func(*sns.GetTopicAttributesInput) (*sns.GetTopicAttributesOutput, error) {
		return &sns.GetTopicAttributesOutput{Attributes: map[string]string{
			"SubscriptionsConfirmed": a.confirmed, "SubscriptionsPending": a.pending, "Policy": a.policy,
		}}, nil
	})
	awsfake.Answer(a.cloud, func(*sns.PublishInput) (*sns.PublishOutput, error) { return &sns.PublishOutput{}, nil })
	awsfake.Answer(a.cloud, func(in *secretsmanager.DescribeSecretInput) (*secretsmanager.DescribeSecretOutput, error) {
		assert.Equal(t, passwordARN, aws.ToString(in.SecretId))
		return &secretsmanager.DescribeSecretOutput{LastRotatedDate: a.rotated, CreatedDate: a.made}, nil
	})
	awsfake.Answer(a.cloud, func(in *secretsmanager.GetSecretValueInput) (*secretsmanager.GetSecretValueOutput, error) {
		assert.Equal(t, "arn:watcher", aws.ToString(in.SecretId))
		return &secretsmanager.GetSecretValueOutput{SecretString: aws.String(a.stored)}, nil
	})
	cloud := a.cloud.WriteConfig("us-east-1")
	p := &probe{
		function: "prod-probe", topic: topicARN, subscriptions: 2, heartbeat: "arn:watcher", password: passwordARN,
		publishers: []string{"cloudwatch.amazonaws.com", "events.amazonaws.com", "budgets.amazonaws.com"},
		topics:     sns.NewFromConfig(cloud), secrets: secretsmanager.NewFromConfig(cloud),
		now: func() time.Time { return noon }, lookWithin: time.Minute, out: out,
		log: slog.New(slog.NewJSONHandler(os.Stderr, nil)),
	}
	return p, out
}

func healthy() *account {
	return &account{
		confirmed: "2", pending: "0", policy: soundPolicy,
		rotated: aws.Time(noon.AddDate(0, 0, -3)), made: aws.Time(noon.AddDate(0, 0, -90)),
	}
}

func (a *account) heartbeats() int {
	beats := 0
	for _, call := range a.cloud.Calls() {
		message, is := call.Input.(*sns.PublishInput)
		if is && aws.ToString(message.TopicArn) == topicARN &&
			aws.ToString(message.MessageAttributes[heartbeat].DataType) == "String" {
			beats++
		}
	}
	return beats
}

func TestHeartbeatOnlyWhileMessagesReachPeople(t *testing.T) {
	for name, test := range map[string]struct {
		breaks  func(*account)
		beats   int
		missing any
	}{
		"all is well":               {func(*account) {}, 1, 0.0},
		"somebody added one":        {func(a *account) { a.confirmed = "3" }, 1, 0.0},
		"one waits":                 {func(a *account) { a.confirmed, a.pending = "1", "1" }, 0, 1.0},
		"one was dropped":           {func(a *account) { a.confirmed = "1" }, 0, 1.0},
		"all are gone":              {func(a *account) { a.confirmed = "0" }, 0, 2.0},
		"alarms may not publish":    {func(a *account) { a.policy = `{"Statement":[]}` }, 0, 0.0},
		"a denial is no permission": {func(a *account) { a.policy = `{"Statement":[{"Effect":"Deny"}]}` }, 0, 0.0},
		"no policy":                 {func(a *account) { a.policy = "" }, 0, 0.0},
		"no numbers":                {func(a *account) { a.pending = "" }, 0, nil},
		"one of three may not": {func(a *account) {
			a.policy = `{"Statement":[{"Effect":"Allow","Principal":{"Service":["cloudwatch.amazonaws.com",` +
				`"events.amazonaws.com"]}}]}`
		}, 0, 0.0},
	} {
		t.Run(name, func(t *testing.T) {
			a := healthy()
			test.breaks(a)
			p, out := lookout(t, a)
			require.NoError(t, p.handle(t.Context(), nil))
			assert.Equal(t, test.beats, a.heartbeats())
			line := published(t, out)
			assert.Equal(t, test.missing, line["MissingSubscriptions"])
			assert.Equal(t, 3.0, line["PasswordDays"])
			assert.NotContains(t, line, "Failed")
		})
	}
}

// Nobody watches, or it is not the minute.
func TestNoHeartbeat(t *testing.T) {
	a := healthy()
	p, out := lookout(t, a)
	p.heartbeat = ""
	require.NoError(t, p.handle(t.Context(), nil))
	assert.Zero(t, a.heartbeats())
	assert.Equal(t, 0.0, published(t, out)["MissingSubscriptions"])

	a = healthy()
	p, out = lookout(t, a)
	p.now = func() time.Time { return noon.Add(quiet) }
	require.NoError(t, p.handle(t.Context(), nil))
	assert.Empty(t, a.cloud.Calls())
	assert.Empty(t, out.String())
}

// A topic that is gone has no subscriptions to count, and a key that is disabled takes no message: the other
// look goes on.
func TestLooksGoOn(t *testing.T) {
	for _, action := range []string{"sns:GetTopicAttributes", "sns:Publish"} {
		a := healthy()
		p, out := lookout(t, a)
		a.cloud.Fail(action, errors.New("KMSDisabledException"))
		require.NoError(t, p.handle(t.Context(), nil))
		assert.Equal(t, 3.0, published(t, out)["PasswordDays"], action)
	}
}

func TestPasswordDays(t *testing.T) {
	a := healthy()
	a.rotated = nil
	p, out := lookout(t, a)
	require.NoError(t, p.handle(t.Context(), nil))
	assert.Equal(t, 90.0, published(t, out)["PasswordDays"], "never rotated: since it was made")

	a.made = nil
	p, out = lookout(t, a)
	require.NoError(t, p.handle(t.Context(), nil))
	assert.NotContains(t, published(t, out), "PasswordDays")
}

func TestMessagesOfTheTopicGoToTheWatcher(t *testing.T) {
	var asked []string
	status := http.StatusOK
	watcher := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		w.WriteHeader(status)
	}))
	defer watcher.Close()
	message := json.RawMessage(`{"Records":[{"EventSource":"aws:sns","Sns":{"Message":"A sign of life"}}]}`)
	a := healthy()
	a.stored = watcher.URL + "/token"
	p, out := lookout(t, a)
	p.http = watcher.Client()
	require.NoError(t, p.handle(t.Context(), message))
	assert.Equal(t, []string{"/token"}, asked)
	assert.Zero(t, a.heartbeats(), "a message begets no message")
	assert.Empty(t, out.String())

	status = http.StatusNotFound
	require.ErrorContains(t, p.handle(t.Context(), message), "found status 404")
	for _, stored := range []string{"", "http://example.com/token", "https:///token", "https://127.0.0.1:1/token"} {
		a.stored = stored
		err := p.handle(t.Context(), message)
		require.Error(t, err, stored)
		assert.NotContains(t, err.Error(), "token", "whoever knows the URL can pretend that all is well")
	}
	assert.Len(t, asked, 2)
	scheduled := json.RawMessage(`{"source":"aws.events","detail-type":"Scheduled Event"}`)
	require.NoError(t, p.handle(t.Context(), scheduled))
	assert.Len(t, asked, 2)
}

// In the VPC the way to AWS may be what fails: what the addresses answer is told all the same.
func TestAddressesAreToldWhereAWSDoesNotAnswer(t *testing.T) {
	p, out := lookout(t, healthy())
	site := httptest.NewTLSServer(http.NotFoundHandler())
	defer site.Close()
	p.addresses, p.http, p.lookWithin = map[string]string{"web": site.URL}, site.Client(), time.Nanosecond
	require.NoError(t, p.handle(t.Context(), nil))
	line := published(t, out)
	assert.InDelta(t, 1, line["Failed"], 0)
	assert.NotContains(t, line, "PasswordDays")
	assert.NotContains(t, line, "MissingSubscriptions")
}
