package verify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/outcome"
)

// Each row has the states of the alarms: a metric alarm, a composite one, both, or none.
func TestAlarmsAreQuietOrNot(t *testing.T) {
	const ok, alarm, silent = cwtypes.StateValueOk, cwtypes.StateValueAlarm, cwtypes.StateValueInsufficientData
	for _, row := range []struct {
		metric, composite cwtypes.StateValue // "-" does not exist
		want, found, note string
	}{
		{ok, ok, "ok", "2 alarms quiet", ""},
		{ok, silent, "ok", "2 alarms quiet", "1 without data yet"},
		{silent, silent, "ok", "2 alarms quiet", "2 without data yet"},
		{alarm, ok, "wrong", "ALARM: web-5xx", ""},
		{ok, alarm, "wrong", "ALARM: web-failing", ""},
		{alarm, alarm, "wrong", "ALARM: web-5xx, web-failing", ""},
		{silent, alarm, "wrong", "ALARM: web-failing", ""},
		{"", ok, "wrong", "ALARM: web-5xx", ""}, // a state that nobody knows is no quiet one
		{ok, "PAUSED", "wrong", "ALARM: web-failing", ""},
		{"-", ok, "wrong soon", "no alarm web-5xx", ""},
		{alarm, "-", "wrong soon", "no alarm web-failing", ""},
		{"-", "-", "wrong soon", "no alarm web-5xx, web-failing", ""},
	} {
		w := newWorld()
		w.alarms, w.composites = map[string]cwtypes.StateValue{}, map[string]cwtypes.StateValue{}
		if row.metric != "-" {
			w.alarms["web-5xx"] = row.metric
		}
		if row.composite != "-" {
			w.composites["web-failing"] = row.composite
		}
		v := &Verifier{Clients: NewClients(w.Config("eu-central-1"))}
		v.Request.Alarms = []string{"web-5xx", "web-failing"}
		check, err := v.checkAlarms(t.Context())
		require.NoError(t, err)
		assert.Equal(t, row.want, judged(check), row)
		assert.Equal(t, []string{"alarms", row.found, "quiet", row.note},
			[]string{check.Check, check.Found, check.Needed, check.Why()})
	}
	check, err := (&Verifier{}).checkAlarms(t.Context())
	require.NoError(t, err)
	assert.Equal(t, outcome.Finding{
		Check: "alarms", Status: outcome.Unchecked, Found: "none named", Fix: "name them with --alarm, or give --outputs",
	}, check)
}

// Services have more alarms than CloudWatch names in an answer.
func TestMoreAlarmsThanACallTakes(t *testing.T) {
	w := newWorld()
	v := &Verifier{Clients: NewClients(w.Config("eu-central-1"))}
	for i := range 2*alarmsPerCall + 1 {
		name := fmt.Sprintf("alarm-%d", i)
		w.alarms[name] = cwtypes.StateValueOk
		v.Request.Alarms = append(v.Request.Alarms, name)
	}
	check, err := v.checkAlarms(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "201 alarms quiet", check.Found)
	w.alarms["alarm-200"] = cwtypes.StateValueAlarm
	check, err = v.checkAlarms(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "ALARM: alarm-200", check.Found)
}

// Each row has the numbers of subscriptions that the stack asks for, that are confirmed, and
// that wait.
func TestSubscriptionsAreConfirmedOrNot(t *testing.T) {
	const pending = "confirm the link that SNS sent (email)"
	const dropped = "SNS deletes subscriptions that nobody confirms: pulumi up --refresh subscribes again"
	for _, row := range []struct {
		asked, confirmed, waiting int
		want, wanted, note        string
	}{
		{0, 0, 0, "ok", "0 confirmed", ""},
		{1, 1, 0, "ok", "1 confirmed", ""},
		{1, 2, 0, "ok", "2 confirmed", ""}, // somebody else's, too
		{2, 2, 0, "ok", "2 confirmed", ""},
		{1, 0, 0, "wrong soon", "1 confirmed", dropped},
		{3, 2, 0, "wrong soon", "3 confirmed", dropped},
		{1, 0, 1, "wrong soon", "1 confirmed", pending},
		{1, 1, 1, "wrong soon", "2 confirmed", pending},
		{0, 0, 2, "wrong soon", "2 confirmed", pending},
		{3, 1, 1, "wrong soon", "3 confirmed", pending},
	} {
		w := newWorld()
		w.subscribed = nil
		for i := range row.confirmed {
			w.subscribed = append(w.subscribed, fmt.Sprintf("arn:aws:sns:%d", i))
		}
		for range row.waiting {
			w.subscribed = append(w.subscribed, pendingARN)
		}
		v := &Verifier{Clients: NewClients(w.Config("eu-central-1"))}
		v.Request.AlertTopic, v.Request.Subscriptions = alertTopic, row.asked
		check, err := v.checkSubscriptions(t.Context())
		require.NoError(t, err)
		assert.Equal(t, row.want, judged(check), row)
		assert.Equal(t, []string{"subscriptions", fmt.Sprintf("%d confirmed", row.confirmed), row.wanted, row.note},
			[]string{check.Check, check.Found, check.Needed, check.Why()})
	}
	check, err := (&Verifier{}).checkSubscriptions(t.Context())
	require.NoError(t, err)
	assert.Equal(t, outcome.Finding{
		Check: "subscriptions", Status: outcome.Unchecked, Found: "no topic named",
		Fix: "give --outputs",
	}, check)
}

// Each row is a task definition that serves, and the one and the image that were asked for.
func TestTaskDefinitionsAreTheRequestedOrNot(t *testing.T) {
	const short = "sha256:000000000000"
	const noApp = "it has no container app: check --container"
	const book, with = " with visitor-book@" + short, " with " + short
	for name, row := range map[string]struct {
		serves, definition, image string // the last character of each; "t" is an image by tag
		container                 string
		want, found, wanted, note string
	}{
		"it":                       {"2", "2", "2", "web", "ok", "web-prod:2" + book, "web-prod:2" + with, ""},
		"without an image":         {"2", "2", "", "web", "ok", "web-prod:2" + book, "web-prod:2", ""},
		"by image alone":           {"2", "", "2", "web", "ok", "web-prod:2" + book, "one" + with, ""},
		"another one":              {"1", "2", "2", "web", "wrong soon", "web-prod:1" + book, "web-prod:2" + with, ""},
		"another one, no image":    {"1", "2", "", "web", "wrong soon", "web-prod:1" + book, "web-prod:2", ""},
		"another image":            {"1", "", "2", "web", "wrong soon", "web-prod:1" + book, "one" + with, ""},
		"its number, other image":  {"1", "1", "2", "web", "wrong soon", "web-prod:1" + book, "web-prod:1" + with, ""},
		"a tag, which may be it":   {"3", "", "2", "web", "ok", "web-prod:3 with visitor-book:latest", "one" + with, ""},
		"no such container":        {"2", "2", "2", "app", "wrong soon", "web-prod:2 with ", "web-prod:2" + with, noApp},
		"none serves":              {"", "2", "2", "web", "wrong soon", "none", "web-prod:2" + with, ""},
		"none, by the image alone": {"", "", "2", "web", "wrong soon", "none", "one" + with, ""},
	} {
		for state, version := range map[string]version{
			"": {}, "waiting": {underway: true}, "failed": {givenUp: "why", underway: true},
		} {
			w := newWorld()
			w.definitions[definition+"3"] = repository + ":latest"
			v := &Verifier{Clients: NewClients(w.Config("eu-central-1"))}
			v.Request.Container = row.container
			if row.definition != "" {
				v.Request.TaskDefinition = definition + row.definition
			}
			if row.image != "" {
				v.image = image{text: "x", digest: newDigest, accepted: []string{newDigest}}
			}
			if row.serves != "" {
				version.definition = definition + row.serves
			}
			check, err := v.checkDefinition(t.Context(), &version)
			require.NoError(t, err)
			want, note := row.want, row.note
			if state != "" && strings.HasPrefix(want, "wrong") {
				want = state
			}
			if state == "failed" && want == "failed" && note == "" && row.serves != "" {
				note = "why"
			}
			assert.Equal(t, want, judged(check), "%s, %s", name, state)
			assert.Equal(t, []string{"task definition", row.found, row.wanted, note},
				[]string{check.Check, check.Found, check.Needed, check.Why()}, "%s, %s", name, state)
		}
	}
}

// The bounds of what a request may ask for.
func TestBoundsOfRequests(t *testing.T) {
	for _, row := range []struct {
		timeout, interval, bake time.Duration
		fits                    bool
	}{
		{1, 1, 0, true},
		{2, 1, 1, true},
		{0, 1, 0, false},
		{-1, 1, 0, false},
		{1, 0, 0, false},
		{1, -1, 0, false},
		{2, 1, -1, false},
		{2, 1, 2, false},
		{2, 1, 3, false},
		{0, 0, -1, false},
	} {
		r := request()
		r.Timeout, r.Interval, r.Bake = row.timeout, row.interval, row.bake
		assert.Equal(t, row.fits, r.Prepare() == nil, row)
	}
	for text, want := range map[string]statuses{
		"100": {100, 100}, "599": {599, 599}, "200-200": {200, 200}, "200-201": {200, 201},
		"099": {}, "600": {}, "100-600": {}, "201-200": {}, "200-": {}, "-200": {}, "": {}, "2x0": {}, "200 ": {}, "20": {},
	} {
		got, err := parseStatuses(text)
		assert.Equal(t, want, got, text)
		assert.Equal(t, want == statuses{}, err != nil, text)
	}
	assert.True(t, statuses{200, 299}.hold(200) && statuses{200, 299}.hold(299))
	assert.False(t, statuses{200, 299}.hold(199) || statuses{200, 299}.hold(300))
}

// The address over http is that over https, unless it is given or the other has a port.
func TestPlainURLs(t *testing.T) {
	for _, row := range [][3]string{
		{"https://example.com/a", "", "http://example.com/a"},
		{"https://example.com/a", "http://other.example.com", "http://other.example.com"},
		{"https://example.com:8443/a", "", ""},
		{"", "", ""},
	} {
		r := request()
		r.URL, r.PlainURL = row[0], row[1]
		require.NoError(t, r.Prepare())
		assert.Equal(t, row[2], r.PlainURL)
		assert.Equal(t, "200-399", r.Statuses)
		assert.Equal(t, "web", r.Container)
	}
	for _, plain := range []string{"https://example.com", "example.com", "http:/a", "http://a b", "http://%zz/"} {
		r := request()
		r.URL, r.PlainURL = "https://example.com", plain
		assert.EqualError(t, r.Prepare(),
			"--http-url: found no http:// URL: write it like http://visitors.example.com/health", plain)
	}
	r := request()
	r.Container, r.Statuses = "app", "204"
	require.NoError(t, r.Prepare())
	assert.Equal(t, []string{"app", "204"}, []string{r.Container, r.Statuses})
}
