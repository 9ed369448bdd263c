package verify

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net/http"
	"strings"
	"testing"
	"time"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/outcome"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is wrong may mend for as long as there is patience with it; what has failed may not.
func TestPatience(t *testing.T) {
	at := func(d time.Duration) time.Time { return began.Add(d) }
	wrong := outcome.Finding{Check: "a", Status: outcome.Wrong, Found: "x", Patience: time.Minute}
	v := &Verifier{}
	since := map[string]time.Time{}
	assert.Empty(t, v.hopeless([]outcome.Finding{wrong}, since, at(0)))
	assert.Empty(t, v.hopeless([]outcome.Finding{wrong}, since, at(time.Minute-1)))
	assert.Equal(t, "a: found x", v.hopeless([]outcome.Finding{wrong}, since, at(time.Minute)))

	since = map[string]time.Time{}
	mended := wrong
	mended.Status = outcome.Waiting
	assert.Empty(t, v.hopeless([]outcome.Finding{wrong}, since, at(0)))
	assert.Empty(t, v.hopeless([]outcome.Finding{mended}, since, at(30*time.Second)))
	assert.Empty(t, v.hopeless([]outcome.Finding{wrong}, since, at(time.Minute)), "the time begins anew")
	assert.NotEmpty(t, v.hopeless([]outcome.Finding{wrong}, since, at(2*time.Minute)))

	patient := wrong
	patient.Patience = 0
	assert.Empty(t, v.hopeless([]outcome.Finding{patient}, map[string]time.Time{}, at(time.Hour)))
	assert.Empty(t, v.hopeless([]outcome.Finding{patient}, map[string]time.Time{"a": at(0)}, at(time.Hour)))
	failed := outcome.Finding{Check: "b", Status: outcome.Failed, Found: "x"}
	assert.Equal(t, "b: found x", v.hopeless([]outcome.Finding{patient, failed}, map[string]time.Time{}, at(0)))

	two := []outcome.Finding{wrong, {Check: "b", Status: outcome.Wrong, Found: "y", Patience: time.Second}}
	since = map[string]time.Time{}
	assert.Empty(t, v.hopeless(two, since, at(0)))
	assert.Equal(t, "b: found y", v.hopeless(two, since, at(time.Second)))
}

// When the time is up, something wrong is a verdict; anything else is not.
func TestVerdictsWhenTheTimeIsUp(t *testing.T) {
	v := &Verifier{Clock: newWorld(), start: began.Add(-90 * time.Second)}
	v.Request.Service, v.Request.Cluster, v.Request.Timeout = "web", "app", time.Minute
	for _, row := range []struct {
		states  []outcome.Status
		verdict Verdict
		reason  string
	}{
		{[]outcome.Status{outcome.Waiting, outcome.Wrong, outcome.Wrong}, NotAsRequested, "b: found 1, wanted w"},
		{[]outcome.Status{outcome.Waiting, outcome.OK}, TimedOut, "after 1m0s: the line"},
		{[]outcome.Status{outcome.OK, outcome.Unchecked}, TimedOut, "after 1m0s: the line"},
		{nil, TimedOut, "after 1m0s: the line"},
	} {
		var checks []outcome.Finding
		for i, state := range row.states {
			checks = append(checks, outcome.Finding{
				Check: string(rune('a' + i)), Status: state, Found: string(rune('0' + i)),
				Needed: "w",
			})
		}
		assert.Equal(t, &Report{
			Service: "web", Cluster: "app", Verdict: row.verdict, Reason: row.reason, Seconds: 90, Findings: checks,
		}, v.timeUp(checks, "the line"))
	}
	for state, passed := range map[outcome.Status]bool{
		outcome.OK: true, outcome.Unchecked: true, outcome.Waiting: false,
		outcome.Wrong: false, outcome.Failed: false,
	} {
		assert.Equal(t, passed, allPassed([]outcome.Finding{{Status: outcome.OK}, {Status: state}}), state)
	}
	assert.Equal(t, "a: found 1 (why)", (&outcome.Finding{Check: "a", Found: "1", Note: "why"}).String())
	assert.Equal(t, "a: found 1, wanted 2 (why)",
		(&outcome.Finding{Check: "a", Found: "1", Needed: "2", Note: "why"}).String())
	assert.Equal(t, "a: 1; b: 2 (why)", progressLine([]outcome.Finding{
		{Check: "a", Status: outcome.Waiting, Found: "1"},
		{Check: "p", Status: outcome.OK},
		{Check: "s", Status: outcome.Unchecked},
		{Check: "b", Status: outcome.Wrong, Found: "2", Note: "why"},
		{Check: "f", Status: outcome.Failed},
	}))
}

// Which registry is asked for which image, and who answers for none.
func TestImagesThatAreAskedFor(t *testing.T) {
	const index = "application/vnd.docker.distribution.manifest.list.v2+json"
	for text, want := range map[string][]string{ // region, account, repository, tag or digest
		"222222222222.dkr.ecr.eu-west-1.amazonaws.com/web":              {"eu-west-1", "222222222222", "web", "latest"},
		"222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/web:1.2":     {"eu-west-1", "222222222222", "team/web", "1.2"},
		"222222222222.dkr.ecr.us-east-1.amazonaws.com/web@" + newDigest: {"us-east-1", "222222222222", "web", newDigest},
		"222222222222.dkr.ecr-fips.us-gov-west-1.amazonaws.com/web:1":   {"us-gov-west-1", "222222222222", "web", "1"},
		"222222222222.dkr.ecr.cn-north-1.amazonaws.com.cn/web:1":        {"cn-north-1", "222222222222", "web", "1"},
		"222222222222.dkr-ecr.eu-west-1.on.aws/web:1":                   {"eu-west-1", "222222222222", "web", "1"},
		"public.ecr.aws/nginx/nginx:1":                                  nil,
		"2222.dkr.ecr.eu-west-1.amazonaws.com/web":                      nil,
		"x.222222222222.dkr.ecr.eu-west-1.amazonaws.com/web":            nil,
		"nginx": nil,
	} {
		var asked []string
		cloud := awsfake.New()
		awsfake.Answer(cloud, func(in *ecr.DescribeImagesInput) (*ecr.DescribeImagesOutput, error) {
			id := aws.ToString(in.ImageIds[0].ImageTag) + aws.ToString(in.ImageIds[0].ImageDigest)
			asked = append(asked, *in.RegistryId, *in.RepositoryName, id)
			return &ecr.DescribeImagesOutput{ImageDetails: []ecrtypes.ImageDetail{
				{ImageDigest: aws.String(newDigest), ImageManifestMediaType: aws.String(index)},
			}}, nil
		})
		cloud.Demand("BatchGetImage", `"RegistryId":"222222222222"`, newDigest)
		awsfake.Answer(cloud, func(*ecr.BatchGetImageInput) (*ecr.BatchGetImageOutput, error) {
			manifest := `{"manifests":[{"digest":"sha256:a"},{"digest":"sha256:b"}]}`
			return &ecr.BatchGetImageOutput{Images: []ecrtypes.Image{{ImageManifest: aws.String(manifest)}}}, nil
		})
		v := &Verifier{Clients: Clients{ECR: func(region string) *ecr.Client {
			client := NewClients(cloud.Config("eu-central-1")).ECR(region)
			asked = append(asked, client.Options().Region)
			return client
		}}}
		v.Request.Image = text
		found, err := v.resolveImage(t.Context())
		assert.Equal(t, want, asked, text)
		if want == nil {
			require.ErrorAs(t, err, &UsageError{})
			require.ErrorContains(t, err, "which is not in a private ECR registry")
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, image{text: text, digest: newDigest, accepted: []string{newDigest, "sha256:a", "sha256:b"}}, found)
	}
	none, err := (&Verifier{}).resolveImage(t.Context())
	require.NoError(t, err)
	assert.Equal(t, image{}, none)
	for mediaType, want := range map[string]bool{
		"application/vnd.oci.image.index.v1+json": true, "application/vnd.docker.distribution.manifest.list.v2+json": true,
		"application/vnd.oci.image.manifest.v1+json": false, "": false,
	} {
		assert.Equal(t, want, isIndex(mediaType), mediaType)
	}
	assert.Equal(t, newDigest, pinned("a/b@"+newDigest))
	assert.Empty(t, pinned("a/b:1"))
}

// Everything that the outputs say is taken, unless the caller has said it.
func TestWhatOutputsSay(t *testing.T) {
	const outputs = `{"url":"https://example.com","clusterName":"app","alertTopicArn":"` + alertTopic + `",
		"alertSubscriptions":3,"services":{"web":{"name":"web","taskDefinitionArn":"` + definition + `7",
		"codeDeployApplication":"a","codeDeployGroup":"g","alarms":["x","y"],"url":"https://example.com/web"}}}`
	r := Request{}
	region, err := r.FromOutputs(strings.NewReader(outputs))
	require.NoError(t, err)
	assert.Equal(t, "eu-central-1", region)
	assert.Equal(t, Request{
		Cluster: "app", Service: "web", Application: "a", DeploymentGroup: "g", Alarms: []string{"x", "y"},
		AlertTopic: alertTopic, Subscriptions: 3, URL: "https://example.com/web",
	}, r)
	said := Request{
		Cluster: "c", Service: "web", TaskDefinition: "t", Application: "mine", DeploymentGroup: "mine",
		Alarms: []string{"z"}, URL: "https://mine.example.com",
	}
	r = said
	_, err = r.FromOutputs(strings.NewReader(outputs))
	require.NoError(t, err)
	said.AlertTopic, said.Subscriptions = alertTopic, 3
	assert.Equal(t, said, r)
}

// What only the stack's networks can ask is left to the probe, unless the caller is in one of them.
func TestPrivateAddressIsLeftToTheProbe(t *testing.T) {
	const outputs = `{"url":"https://example.com","privateUrl":true,"probeAlarm":"unreachable","clusterName":"app",
		"services":{"web":{"kind":"web","url":"https://example.com/web","alarms":["x"]},
		"mails":{"kind":"worker","alarms":["y"]}}}`
	r := Request{Service: "web"}
	_, err := r.FromOutputs(strings.NewReader(outputs))
	require.NoError(t, err)
	assert.Empty(t, r.URL)
	assert.Equal(t, []string{"x", "unreachable"}, r.Alarms)
	checks := (&Verifier{Request: r}).checkWeb(t.Context())
	require.Len(t, checks, 1)
	assert.Equal(t, outcome.Unchecked, checks[0].Status)
	assert.Equal(t, "not asked: the load balancer lets nobody in from outside of its networks", checks[0].Found)

	r = Request{Service: "web", URL: "https://example.com/inside", TaskDefinition: "t", Timeout: 1, Interval: 1}
	_, err = r.FromOutputs(strings.NewReader(outputs))
	require.NoError(t, err)
	require.NoError(t, r.Prepare())
	assert.Equal(t, "https://example.com/inside", r.URL)
	assert.Empty(t, r.PlainURL, "port 80 may be closed")

	r = Request{Service: "mails"}
	_, err = r.FromOutputs(strings.NewReader(outputs))
	require.NoError(t, err)
	assert.Equal(t, []string{"y"}, r.Alarms, "clients are not a worker's")
	assert.False(t, r.Private)
}

// Why the last task ended, where it is of the version that is asked for or of the one that serves.
func TestWhyTheLastTaskEnded(t *testing.T) {
	ended := func(id, revision string, code ecstypes.TaskStopCode, after time.Duration) ecstypes.Task {
		one := task(id, revision, newDigest)
		one.DesiredStatus, one.StopCode = aws.String("STOPPED"), code
		one.StoppedReason, one.StoppedAt = aws.String("reason "+id), aws.Time(began.Add(after))
		return one
	}
	const crashed, unstarted, scaled = ecstypes.TaskStopCodeEssentialContainerExited,
		ecstypes.TaskStopCodeTaskFailedToStart, ecstypes.TaskStopCodeServiceSchedulerInitiated
	for name, row := range map[string]struct {
		tasks []ecstypes.Task
		want  string
	}{
		"none":           {nil, ""},
		"of the version": {[]ecstypes.Task{ended("a", "2", crashed, 0)}, "last task ended: reason a"},
		"did not start":  {[]ecstypes.Task{ended("a", "2", unstarted, 0)}, "last task ended: reason a"},
		"of what serves": {[]ecstypes.Task{ended("a", "1", crashed, 0)}, "last task ended: reason a"},
		"of another":     {[]ecstypes.Task{ended("a", "3", crashed, 0)}, ""},
		"by ECS":         {[]ecstypes.Task{ended("a", "2", scaled, 0)}, ""},
		"the last one": {
			[]ecstypes.Task{ended("a", "2", crashed, 0), ended("b", "2", crashed, 1)}, "last task ended: reason b",
		},
		"the last one, listed first": {
			[]ecstypes.Task{ended("b", "2", crashed, 1), ended("a", "2", crashed, 0)}, "last task ended: reason b",
		},
	} {
		w := newWorld()
		w.tasks = row.tasks
		v := &Verifier{Request: request(), Clients: NewClients(w.Config("eu-central-1"))}
		reason, err := v.stopReason(t.Context(), &version{definition: definition + "1"})
		require.NoError(t, err)
		assert.Equal(t, row.want, reason, name)
	}
	assert.Equal(t, "draining", describeHealth(&elbtypes.TargetHealth{State: elbtypes.TargetHealthStateEnumDraining}))
	for state, word := range map[outcome.Status]string{
		outcome.OK: "ok", outcome.Waiting: "waiting", outcome.Wrong: "wrong", outcome.Failed: "failed",
		outcome.Unchecked: "not checked",
	} {
		assert.Equal(t, word, string(state))
	}
	for verdict, word := range map[Verdict]string{
		Verified: "verified", NotAsRequested: "not as requested", TimedOut: "timed out",
	} {
		assert.Equal(t, word, string(verdict))
	}
}

// A certificate is shown by its name, or by the first of those that it is for.
func TestNamesOfCertificates(t *testing.T) {
	for _, row := range []struct {
		common string
		names  []string
		want   string
	}{
		{"example.com", []string{"www.example.com"}, "TLS 1.3, example.com, valid for 2 days"},
		{"example.com", nil, "TLS 1.3, example.com, valid for 2 days"},
		{"", []string{"www.example.com"}, "TLS 1.3, www.example.com, valid for 2 days"},
		{"", nil, "TLS 1.3, , valid for 2 days"},
	} {
		web := NewWeb(nil, nil)
		web.now = func() time.Time { return began }
		web.client.Transport = roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, TLS: &tls.ConnectionState{
				Version: tls.VersionTLS13, PeerCertificates: []*x509.Certificate{{
					Subject: pkix.Name{CommonName: row.common}, DNSNames: row.names, NotAfter: began.Add(71 * time.Hour),
				}},
			}}, nil
		})
		v := &Verifier{Web: web}
		v.Request.URL, v.Request.Statuses = "https://example.com", "200"
		checks := v.checkAnswer(t.Context())
		assert.Equal(t, row.want, checks[0].Found)
		assert.Equal(t, []outcome.Status{outcome.OK, outcome.OK}, []outcome.Status{checks[0].Status, checks[1].Status})
	}
}
