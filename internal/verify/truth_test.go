package verify

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/outcome"
)

// judged returns a check's state; for a wrong one also whether patience with it ends soon.
func judged(c outcome.Finding) string {
	if c.Status == outcome.Wrong && c.Patience == settle {
		return string(c.Status) + " soon"
	}
	return string(c.Status)
}

// Each row is a deployment of CodeDeploy, and what is said of it where another version has the requests, where the
// requested one is about to get them back, and where it has them.
func TestEveryDeploymentIsJudged(t *testing.T) {
	const user, back = cdtypes.DeploymentCreatorUser, cdtypes.DeploymentCreatorCodeDeployRollback
	before, since := began.Add(-time.Second), began
	for _, row := range []struct {
		status                  cdtypes.DeploymentStatus
		creator                 cdtypes.DeploymentCreator
		ended                   *time.Time
		other, returns, arrived string
		givesUp                 bool
	}{
		{"Created", user, nil, "waiting", "waiting", "ok", false},
		{"Queued", user, nil, "waiting", "waiting", "ok", false},
		{"InProgress", user, nil, "waiting", "waiting", "ok", false},
		{"Baking", user, nil, "waiting", "waiting", "ok", false},
		{"Ready", user, nil, "waiting", "waiting", "ok", false},
		{"Succeeded", user, &before, "wrong soon", "wrong soon", "ok", false},
		{"Succeeded", user, &since, "wrong soon", "wrong soon", "ok", false},
		{"Failed", user, nil, "failed", "failed", "ok", true},
		{"Failed", user, &since, "failed", "failed", "ok", true},
		{"Failed", user, &before, "wrong soon", "wrong soon", "ok", false},
		{"Stopped", user, nil, "failed", "failed", "ok", true},
		{"Stopped", user, &since, "failed", "failed", "ok", true},
		{"Stopped", user, &before, "wrong soon", "wrong soon", "ok", false},
		{"InProgress", back, nil, "failed", "waiting", "ok", true},
		{"Created", back, nil, "failed", "waiting", "ok", true},
		{"Succeeded", back, nil, "failed", "failed", "ok", true},
		{"Succeeded", back, &since, "failed", "failed", "ok", true},
		{"Succeeded", back, &before, "wrong soon", "wrong soon", "ok", false},
		{"Failed", back, &since, "failed", "failed", "ok", true},
		{"Failed", back, &before, "wrong soon", "wrong soon", "ok", false},
	} {
		name := string(row.status) + " " + string(row.creator)
		deployment := &cdtypes.DeploymentInfo{
			DeploymentId: aws.String("d-1"), Status: row.status, Creator: row.creator, CompleteTime: row.ended,
			ErrorInformation: &cdtypes.ErrorInformation{Code: "X", Message: aws.String("why")},
		}
		look := func(arrived, returning bool) (outcome.Finding, *version) {
			found := &version{}
			for _, status := range active {
				found.underway = found.underway || status == row.status
			}
			return (&Verifier{start: began}).checkDeployment(found, deployment, arrived, returning), found
		}
		other, found := look(false, false)
		assert.Equal(t, row.other, judged(other), name)
		assert.Equal(t, row.givesUp, found.givenUp == "X: why", name)
		returns, _ := look(false, true)
		assert.Equal(t, row.returns, judged(returns), name)
		for _, returning := range []bool{false, true} {
			arrived, kept := look(true, returning)
			assert.Equal(t, row.arrived, judged(arrived), name)
			assert.Empty(t, kept.givenUp, name)
		}
		assert.Equal(t, row.status == "Succeeded" && row.creator == user,
			strings.HasSuffix(other.Found, ", but this version does not get all requests"), other.Found)
		ended := row.status == "Failed" || row.status == "Stopped" || row.creator == back
		assert.Equal(t, ended, other.Note != "", name)
		assert.Equal(t, row.creator == back, strings.HasSuffix(other.Found, ", a rollback"), other.Found)
	}
	v := &Verifier{start: began}
	assert.Equal(t, "wrong soon", judged(v.checkDeployment(&version{}, nil, false, false)))
	assert.Equal(t, "ok", judged(v.checkDeployment(&version{}, nil, true, false)))
}

func TestReasonsOfDeployments(t *testing.T) {
	for want, info := range map[string]cdtypes.DeploymentInfo{
		"CodeDeploy gives no reason": {},
		"X: why":                     {ErrorInformation: &cdtypes.ErrorInformation{Code: "X", Message: aws.String("why")}},
		"goes back after d-1; rolled back by d-2; it says so": {RollbackInfo: &cdtypes.RollbackInfo{
			RollbackTriggeringDeploymentId: aws.String("d-1"), RollbackDeploymentId: aws.String("d-2"),
			RollbackMessage: aws.String("it says so"),
		}},
		"Y": {ErrorInformation: &cdtypes.ErrorInformation{Code: "Y"}, RollbackInfo: &cdtypes.RollbackInfo{}},
		"rolled back by d-3": {RollbackInfo: &cdtypes.RollbackInfo{
			RollbackTriggeringDeploymentId: aws.String(""), RollbackDeploymentId: aws.String("d-3"),
			RollbackMessage: aws.String(""),
		}},
	} {
		assert.Equal(t, want, deploymentReason(&info))
	}
}

// A version that does not match is on its way, was given up, or was never deployed.
func TestTrafficCountsWholeAlone(t *testing.T) {
	v := &Verifier{}
	for _, row := range []struct {
		to     route
		wanted bool
		found  string
		passed bool
	}{
		{route{known: true, shares: []int{100}}, true, "all requests", true},
		{route{known: true, shares: []int{100, 100}}, true, "all requests", true},
		{route{known: true, shares: []int{100, 50}}, true, "50 % of requests", false},
		{route{known: true, shares: []int{0, 100}}, true, "0 % of requests", false},
		{route{known: true, shares: []int{99}}, true, "99 % of requests", false},
		{route{known: true, shares: []int{100}}, false, "all requests to another version", false},
		{route{known: true, shares: []int{50}}, false, "all requests to another version", false},
		{route{known: true}, true, "no listener rule for the service", false},
		{route{known: true}, false, "no listener rule for the service", false},
	} {
		for state, found := range map[string]version{
			"wrong soon": {}, "waiting": {underway: true}, "failed": {givenUp: "why", underway: true},
		} {
			if row.passed {
				state = "ok"
			}
			check := v.checkTraffic(&found, row.to, row.wanted)
			assert.Equal(t, state, judged(check), row)
			assert.Equal(t, row.found, check.Found)
		}
	}
	assert.Equal(t, outcome.Finding{
		Check: "traffic", Status: outcome.Unchecked, Found: "unknown", Needed: "all requests to this version",
		Note: "the deployment group names no listener", Patience: settle,
	}, v.checkTraffic(&version{}, route{}, true))
}

// Each row is a listener's rules, by what they forward to the service's two groups, and the shares of the second one.
func TestSharesOfRules(t *testing.T) {
	to := func(groups ...elbtypes.TargetGroupTuple) elbtypes.Rule {
		return elbtypes.Rule{Actions: []elbtypes.Action{{ForwardConfig: &elbtypes.ForwardActionConfig{TargetGroups: groups}}}}
	}
	tuple := func(arn string, weight int32) elbtypes.TargetGroupTuple {
		return elbtypes.TargetGroupTuple{TargetGroupArn: aws.String(arn), Weight: aws.Int32(weight)}
	}
	whole := func(arn string) elbtypes.Rule {
		return elbtypes.Rule{Actions: []elbtypes.Action{{TargetGroupArn: aws.String(arn)}}}
	}
	const other = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/other/9"
	twice := to(tuple(blueGroup, 3), tuple(greenGroup, 1))
	twice.Actions[0].TargetGroupArn = aws.String(greenGroup) // the weights say more
	login := whole(greenGroup)
	login.Actions = append([]elbtypes.Action{{Type: elbtypes.ActionTypeEnumAuthenticateOidc}}, login.Actions...)
	unweighted := elbtypes.TargetGroupTuple{TargetGroupArn: aws.String(greenGroup)}
	paged := []elbtypes.Rule{whole(other), whole(other), whole(greenGroup), whole(blueGroup)}
	for name, row := range map[string]struct {
		rules []elbtypes.Rule
		want  []int
	}{
		"none":                {nil, nil},
		"weights":             {[]elbtypes.Rule{to(tuple(blueGroup, 3), tuple(greenGroup, 1))}, []int{25}},
		"one has no weight":   {[]elbtypes.Rule{to(tuple(blueGroup, 3), unweighted)}, []int{25}},
		"after a login":       {[]elbtypes.Rule{login}, []int{100}},
		"no weights":          {[]elbtypes.Rule{to(unweighted)}, []int{100}},
		"without a weight":    {[]elbtypes.Rule{whole(greenGroup)}, []int{100}},
		"the other's":         {[]elbtypes.Rule{whole(blueGroup)}, []int{0}},
		"another service":     {[]elbtypes.Rule{whole(other)}, nil},
		"nobody gets any":     {[]elbtypes.Rule{to(tuple(greenGroup, 0))}, nil},
		"a stranger has some": {[]elbtypes.Rule{to(tuple(greenGroup, 1), tuple(other, 1))}, []int{50}},
		"over two pages":      {paged, []int{100, 0}},
		"no group at all":     {[]elbtypes.Rule{{Actions: make([]elbtypes.Action, 1)}}, nil},
		"said twice":          {[]elbtypes.Rule{twice}, []int{25}},
	} {
		w := newBlueGreen()
		w.rules = row.rules
		v := &Verifier{Clients: NewClients(w.Config("eu-central-1"))}
		shares, err := v.shares(t.Context(), listener, []string{greenGroup}, []string{"blue", "green"})
		require.NoError(t, err)
		assert.Equal(t, row.want, shares, name)
	}
	assert.Empty(t, groupName("arn"))
}

// Each row is a PRIMARY deployment of ECS, by itself or with another one.
func TestEveryRolloutIsJudged(t *testing.T) {
	const completed, underway, failed = ecstypes.DeploymentRolloutStateCompleted,
		ecstypes.DeploymentRolloutStateInProgress, ecstypes.DeploymentRolloutStateFailed
	for _, row := range []struct {
		revision string
		state    ecstypes.DeploymentRolloutState
		says     string
		other    *ecstypes.Deployment
		want     string
		found    string
	}{
		{"2", completed, "", nil, "ok", "completed"},
		{"2", "", "", nil, "wrong soon", `a state of ""`},
		{"2", underway, "", nil, "waiting", "in progress, 2 of 2 tasks run"},
		{"2", failed, "why", nil, "failed", "failed"},
		{"1", completed, "", nil, "ok", "completed"},
		{"1", completed, "Rolling back to 1.", nil, "failed", "rolled back to web-prod:1"},
		{"1", underway, "it was ROLLED BACK", nil, "failed", "rolled back to web-prod:1"},
		{"2", completed, "rolling back", nil, "ok", "completed"},
		{"2", completed, "", with(deployment("ACTIVE", "1", completed, 1)), "waiting", "1 old task still to end"},
		{"2", completed, "", with(deployment("ACTIVE", "1", failed, 0)), "ok", "completed"},
		{"1", completed, "", with(deployment("ACTIVE", "2", failed, 0)), "failed", "rolled back to web-prod:1"},
		{"1", completed, "", with(deployment("ACTIVE", "3", failed, 0)), "ok", "completed"},
		{"1", underway, "", with(deployment("ACTIVE", "2", completed, 1)), "waiting", "in progress, 2 of 2 tasks run"},
	} {
		w := newWorld()
		primary := deployment("PRIMARY", row.revision, row.state, 2)
		primary.RolloutStateReason = aws.String(row.says)
		w.deploys(primary)
		if row.other != nil {
			w.deploys(*row.other, primary)
		}
		v := &Verifier{Request: request(), Clients: NewClients(w.Config("eu-central-1"))}
		found, err := v.rolling(t.Context(), w.service)
		require.NoError(t, err)
		require.Len(t, found.checks, 1)
		assert.Equal(t, row.want, judged(found.checks[0]), row)
		assert.Equal(t, row.found, found.checks[0].Found)
		assert.Equal(t, row.want == "failed", found.givenUp != "", row)
		assert.Equal(t, row.want == "waiting", found.underway, row)
	}
	w := newWorld()
	w.deploys(deployment("ACTIVE", "2", completed, 2))
	found, err := (&Verifier{Request: request()}).rolling(t.Context(), w.service)
	require.NoError(t, err)
	assert.Equal(t, "wrong soon", judged(found.checks[0]))
	assert.Equal(t, "no deployment", found.checks[0].Found)
}

func with(d ecstypes.Deployment) *ecstypes.Deployment { return &d }

// Tasks count if they run the version, are as many as wanted, and are healthy.
func TestTasksAndImagesAreCounted(t *testing.T) {
	sick := func(one ecstypes.Task) ecstypes.Task { one.HealthStatus = ecstypes.HealthStatusUnhealthy; return one }
	starts := func(one ecstypes.Task) ecstypes.Task { one.LastStatus = aws.String("PENDING"); return one }
	a, b, old := task("a", "2", newDigest), task("b", "2", newDigest), task("x", "1", oldDigest)
	odd, untold := task("c", "2", oldDigest), task("d", "2", "")
	const (
		both = "sha256:000000000000 in 1 task, sha256:000000000000 in 1 task"
		none = "no digest in 1 task, sha256:000000000000 in 1 task"
	)
	for name, row := range map[string]struct {
		desired       int
		underway      bool
		tasks         []ecstypes.Task
		tasksAre      string
		image, images string
	}{
		"all":             {2, false, []ecstypes.Task{a, b}, "ok", "ok", "sha256:000000000000 in 2 tasks"},
		"none":            {2, false, nil, "waiting", "waiting", "no running task"},
		"one":             {2, false, []ecstypes.Task{a}, "waiting", "ok", "sha256:000000000000 in 1 task"},
		"too many":        {1, false, []ecstypes.Task{a, b}, "waiting", "ok", "sha256:000000000000 in 2 tasks"},
		"one starts":      {2, false, []ecstypes.Task{a, starts(b)}, "waiting", "ok", "sha256:000000000000 in 1 task"},
		"one is sick":     {2, false, []ecstypes.Task{a, sick(b)}, "wrong", "ok", "sha256:000000000000 in 2 tasks"},
		"an old one":      {2, false, []ecstypes.Task{a, b, old}, "waiting", "ok", "sha256:000000000000 in 2 tasks"},
		"an old sick one": {2, false, []ecstypes.Task{a, b, sick(old)}, "waiting", "ok", "sha256:000000000000 in 2 tasks"},
		"scaled to zero":  {0, false, nil, "wrong soon", "waiting", "no running task"},
		"another image":   {1, false, []ecstypes.Task{odd}, "ok", "wrong soon", "sha256:000000000000 in 1 task"},
		"of two images":   {2, true, []ecstypes.Task{a, odd}, "ok", "waiting", both},
		"it does not say": {2, false, []ecstypes.Task{a, untold}, "ok", "waiting", none},
		"nor the other":   {2, false, []ecstypes.Task{odd, untold}, "ok", "wrong soon", none},
	} {
		w := newWorld()
		r := request()
		require.NoError(t, r.Prepare())
		v := &Verifier{Request: r, Clients: NewClients(w.Config("eu-central-1"))}
		v.image = image{text: "x", digest: newDigest, accepted: []string{newDigest}}
		found := &version{definition: definition + "2", desired: row.desired, underway: row.underway}
		checks, err := v.checkTasks(t.Context(), found, row.tasks)
		require.NoError(t, err)
		require.Len(t, checks, 2)
		assert.Equal(t, row.tasksAre, judged(checks[0]), name)
		assert.Equal(t, row.image, judged(checks[1]), name)
		assert.Equal(t, row.images, checks[1].Found, name)
		assert.Equal(t, strings.Contains(row.images, "no digest") && row.image == "waiting", checks[1].Note != "", name)
	}
}

// Targets count if they are the version's tasks, are healthy, and there are no others.
func TestTargetsAreCounted(t *testing.T) {
	const healthy, unhealthy, initial, draining = elbtypes.TargetHealthStateEnumHealthy,
		elbtypes.TargetHealthStateEnumUnhealthy, elbtypes.TargetHealthStateEnumInitial, elbtypes.TargetHealthStateEnumDraining
	for name, row := range map[string]struct {
		a, b, stranger elbtypes.TargetHealthStateEnum
		still, moving  string // while nothing and while something is under way
	}{
		"all":                   {healthy, healthy, "", "ok", "ok"},
		"one is not registered": {healthy, "", "", "waiting", "waiting"},
		"one is sick":           {healthy, unhealthy, "", "wrong", "waiting"},
		"one begins":            {healthy, initial, "", "waiting", "waiting"},
		"a stranger":            {healthy, healthy, healthy, "wrong", "waiting"},
		"a stranger leaves":     {healthy, healthy, draining, "ok", "ok"},
		"none is well":          {unhealthy, unhealthy, unhealthy, "wrong", "waiting"},
	} {
		for _, underway := range []bool{false, true} {
			w := newWorld()
			w.health[blueGroup] = nil
			for ip, state := range map[string]elbtypes.TargetHealthStateEnum{
				"10.0.3.a": row.a, "10.0.3.b": row.b, "10.9.9.9": row.stranger,
			} {
				if state != "" {
					w.health[blueGroup] = append(w.health[blueGroup], target(ip, state, ""))
				}
			}
			w.health[blueGroup] = append(w.health[blueGroup], elbtypes.TargetHealthDescription{})
			v := &Verifier{Clients: NewClients(w.Config("eu-central-1"))}
			found := &version{definition: definition + "2", desired: 2, groups: []string{blueGroup}, underway: underway}
			check, err := v.checkTargets(t.Context(), found, w.tasks)
			require.NoError(t, err)
			want := row.still
			if underway {
				want = row.moving
			}
			assert.Equal(t, want, judged(check), "%s, under way: %t", name, underway)
		}
	}
	// A task is in every group of its service: the worst counts, whichever comes first.
	for _, groups := range [][]string{{blueGroup, greenGroup}, {greenGroup, blueGroup}} {
		w := newWorld()
		w.health[greenGroup] = []elbtypes.TargetHealthDescription{target("10.0.3.a", unhealthy, "why")}
		v := &Verifier{Clients: NewClients(w.Config("eu-central-1"))}
		check, err := v.checkTargets(t.Context(), &version{definition: definition + "2", desired: 2, groups: groups}, w.tasks)
		require.NoError(t, err)
		assert.Equal(t, "wrong", judged(check))
		assert.Equal(t, "unhealthy: why", check.Note)
	}
}

// Each row is an answer of http://.
func TestRedirects(t *testing.T) {
	const good = "https://" + host + "/x"
	for _, row := range []struct {
		status   int
		location string
		want     outcome.Status
	}{
		{301, good, outcome.OK},
		{302, good, outcome.OK},
		{307, good, outcome.OK},
		{308, good, outcome.OK},
		{300, good, outcome.Wrong},
		{303, good, outcome.Wrong},
		{200, good, outcome.Wrong},
		{404, good, outcome.Wrong},
		{301, "", outcome.Wrong},
		{301, "http://" + host + "/x", outcome.Wrong},
		{301, "https://www." + host + "/x", outcome.Wrong},
		{301, "/x", outcome.Wrong},
		{301, "https://" + host + ":8443/x", outcome.OK},
		{301, "https://%zz/", outcome.Wrong},
	} {
		v := &Verifier{Web: answering(row.status, row.location, "")}
		v.Request.URL, v.Request.PlainURL = "https://"+host, "http://"+host
		assert.Equal(t, row.want, v.checkRedirect(t.Context()).Status, row)
	}
	cut := &Verifier{Web: answering(301, good, "cut off")}
	cut.Request.URL, cut.Request.PlainURL = "https://"+host, "http://"+host
	check := cut.checkRedirect(t.Context())
	assert.Equal(t, outcome.Wrong, check.Status)
	assert.Equal(t, "no answer: cut off", check.Found)
}

// answering returns a client that gets an answer without a network; its body may break off.
func answering(status int, location, breaks string) *Web {
	web := NewWeb(nil, nil)
	web.client.Transport = roundTrip(func(*http.Request) (*http.Response, error) {
		answer := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("hello"))}
		if location != "" {
			answer.Header.Set("Location", location)
		}
		if breaks != "" {
			answer.Body = io.NopCloser(io.MultiReader(strings.NewReader("he"), broken(breaks)))
		}
		return answer, nil
	})
	return web
}

type roundTrip func(*http.Request) (*http.Response, error)

func (r roundTrip) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

type broken string

func (b broken) Read([]byte) (int, error) { return 0, errors.New(string(b)) }

func TestAnAnswerThatIsCutOffIsNone(t *testing.T) {
	v := &Verifier{Web: answering(200, "", "cut off")}
	v.Request.URL, v.Request.Statuses = "https://"+host, "200"
	checks := v.checkAnswer(t.Context())
	assert.Equal(t, outcome.Finding{
		Check: "certificate", Status: outcome.Unchecked, Found: "not seen",
		Needed: checks[0].Needed,
	}, checks[0])
	assert.Equal(t, outcome.Finding{
		Check: "answer", Status: outcome.Wrong, Found: "no answer: cut off",
		Needed: "status 200",
	}, checks[1])
}

func TestWhyNothingAnswers(t *testing.T) {
	lookup := func(notFound bool) error {
		return &url.Error{Op: "Get", Err: &net.OpError{Err: &net.DNSError{Name: host, IsNotFound: notFound}}}
	}
	for want, err := range map[string]error{
		"waiting: DNS has no " + host:              lookup(true),
		"waiting: DNS does not answer for " + host: lookup(false),
		"wrong: no answer: closed":                 &url.Error{Op: "Get", URL: "https://" + host, Err: errors.New("closed")},
		"wrong: no answer: context canceled":       context.Canceled,
	} {
		state, found, note := explainFailure(err)
		assert.Equal(t, want, string(state)+": "+found)
		assert.Equal(t, strings.Contains(want, "has no"), note != "")
	}
}
