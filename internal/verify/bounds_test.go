package verify

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/outcome"
)

// What the registry answers to an image by tag and by digest, and what may run then.
func TestAnswersOfTheRegistry(t *testing.T) {
	const index, single = "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json"
	detail := func(kind string) []ecrtypes.ImageDetail {
		return []ecrtypes.ImageDetail{{ImageDigest: aws.String(newDigest), ImageManifestMediaType: aws.String(kind)}}
	}
	for name, row := range map[string]struct {
		reference string
		details   []ecrtypes.ImageDetail
		manifest  string
		fails     string
		want      []string
		wrong     string
	}{
		"one platform":  {":1", detail(single), "", "", []string{newDigest}, ""},
		"no media type": {":1", detail(""), "", "", []string{newDigest}, ""},
		"its digest":    {"@" + newDigest, detail(single), "", "", []string{newDigest}, ""},
		"two platforms": {
			":1", detail(index), `{"manifests":[{"digest":"sha256:a"},{"digest":"sha256:b"}]}`, "",
			[]string{newDigest, "sha256:a", "sha256:b"},
			"",
		},
		"no image":     {":1", nil, "", "", nil, "ECR answered with no image"},
		"no index":     {":1", detail(index), "{", "", nil, "read the platforms of "},
		"no platforms": {":1", detail(index), "", "BatchGetImage", nil, "read the platforms of "},
		"no answer":    {":1", nil, "", "DescribeImages", nil, "find the digest of "},
		"no answer for a digest, which is what has to run": {
			"@" + newDigest, nil, "", "DescribeImages", []string{newDigest}, "",
		},
	} {
		cloud := awsfake.New()
		awsfake.Answer(cloud, func(*ecr.DescribeImagesInput) (*ecr.DescribeImagesOutput, error) {
			return &ecr.DescribeImagesOutput{ImageDetails: row.details}, nil
		})
		awsfake.Answer(cloud, func(*ecr.BatchGetImageInput) (*ecr.BatchGetImageOutput, error) {
			return &ecr.BatchGetImageOutput{Images: []ecrtypes.Image{{ImageManifest: aws.String(row.manifest)}}}, nil
		})
		if row.fails != "" {
			cloud.Deny("ecr:" + row.fails)
		}
		var progress strings.Builder
		v := &Verifier{Progress: &progress, Clients: Clients{ECR: func(region string) *ecr.Client {
			return ecr.NewFromConfig(cloud.Config(region))
		}}}
		v.Request.Image = repository + row.reference
		found, err := v.resolveImage(t.Context())
		if row.wrong != "" {
			require.ErrorContains(t, err, row.wrong, name)
			assert.Equal(t, image{}, found, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, image{text: repository + row.reference, digest: newDigest, accepted: row.want}, found, name)
		alone := strings.Contains(progress.String(), "comparing with sha256:000000000000 alone")
		assert.Equal(t, row.fails != "", alone, name)
	}
}

// A rollout that goes on says how many of its tasks failed, if any did.
func TestFailedTasksOfARollout(t *testing.T) {
	for failed, want := range map[int32]string{
		0: "in progress, 1 of 2 tasks run", 1: "in progress, 1 of 2 tasks run, 1 failed",
		2: "in progress, 1 of 2 tasks run, 2 failed",
	} {
		w := newWorld()
		underway := deployment("PRIMARY", "2", ecstypes.DeploymentRolloutStateInProgress, 1)
		underway.FailedTasks = failed
		w.deploys(underway)
		v := &Verifier{Request: request(), Clients: NewClients(w.Config("eu-central-1"))}
		found, err := v.rolling(t.Context(), w.service)
		require.NoError(t, err)
		assert.Equal(t, want, found.checks[0].Found)
		assert.True(t, found.underway)
	}
}

// Of the two sets of tasks, that which is requested counts, wherever it stands.
func TestWhichTaskSetCounts(t *testing.T) {
	const none = ""
	for name, row := range map[string]struct {
		sets []string // status and revision
		want string
	}{
		"none":                             {nil, none},
		"the primary":                      {[]string{"PRIMARY 2"}, "PRIMARY 2"},
		"the primary of another version":   {[]string{"PRIMARY 1"}, "PRIMARY 1"},
		"the replacement":                  {[]string{"PRIMARY 1", "ACTIVE 2"}, "ACTIVE 2"},
		"the replacement, listed first":    {[]string{"ACTIVE 2", "PRIMARY 1"}, "ACTIVE 2"},
		"the replacement alone":            {[]string{"ACTIVE 2"}, "ACTIVE 2"},
		"another replacement":              {[]string{"PRIMARY 1", "ACTIVE 3"}, "PRIMARY 1"},
		"another replacement alone":        {[]string{"ACTIVE 3"}, none},
		"a replacement that goes":          {[]string{"PRIMARY 1", "DRAINING 2"}, "PRIMARY 1"},
		"the primary, beside the same one": {[]string{"PRIMARY 2", "ACTIVE 2"}, "PRIMARY 2"},
	} {
		var sets []ecstypes.TaskSet
		for _, text := range row.sets {
			status, revision, _ := strings.Cut(text, " ")
			sets = append(sets, taskSet(status, revision, blueGroup))
		}
		w := newBlueGreen()
		r := request()
		v := &Verifier{Request: r, Clients: NewClients(w.Config("eu-central-1"))}
		found, err := v.serving(t.Context(), sets)
		require.NoError(t, err)
		if row.want == none {
			assert.Nil(t, found, name)
			continue
		}
		require.NotNil(t, found, name)
		revision := strings.TrimPrefix(*found.TaskDefinition, definition)
		assert.Equal(t, row.want, *found.Status+" "+revision, name)
	}
}

// An exit code other than 0, and what ECS says of a container, are part of the reason.
func TestContainersOfATaskThatEnded(t *testing.T) {
	for want, change := range map[string]func(*ecstypes.Container){
		"":                                func(*ecstypes.Container) {},
		", container web exited with 1":   func(c *ecstypes.Container) { c.ExitCode = aws.Int32(1) },
		", container web exited with 137": func(c *ecstypes.Container) { c.ExitCode = aws.Int32(137) },
		", OutOfMemory":                   func(c *ecstypes.Container) { c.Reason = aws.String("OutOfMemory") },
		", ended, with 0": func(c *ecstypes.Container) {
			c.ExitCode, c.Reason = aws.Int32(0), aws.String("ended, with 0")
		},
	} {
		w := newWorld()
		one := task("a", "2", newDigest)
		one.DesiredStatus, one.StopCode = aws.String("STOPPED"), ecstypes.TaskStopCodeEssentialContainerExited
		one.StoppedReason = aws.String("why")
		change(&one.Containers[1])
		w.tasks = []ecstypes.Task{one}
		v := &Verifier{Request: request(), Clients: NewClients(w.Config("eu-central-1"))}
		reason, err := v.stopReason(t.Context(), &version{definition: definition + "2"})
		require.NoError(t, err)
		assert.Equal(t, "last task ended: why"+want, reason)
	}
}

// The address of a task is that of its interface, among the other details of it.
func TestAddressesOfTasks(t *testing.T) {
	detail := func(name, value string) ecstypes.KeyValuePair {
		return ecstypes.KeyValuePair{Name: aws.String(name), Value: aws.String(value)}
	}
	one := &ecstypes.Task{}
	assert.Empty(t, address(one))
	one.Attachments = []ecstypes.Attachment{
		{Details: []ecstypes.KeyValuePair{detail("roleArn", "arn:role")}},
		{Details: []ecstypes.KeyValuePair{detail("subnetId", "subnet-1"), detail("privateIPv4Address", "10.0.0.1")}},
	}
	assert.Equal(t, "10.0.0.1", address(one))
}

// A service may have more tasks than ECS describes at once.
func TestMoreTasksThanACallTakes(t *testing.T) {
	w := newWorld()
	var all []ecstypes.Task
	for i := range tasksPerCall + 1 {
		all = append(all, task(fmt.Sprint(i), "2", newDigest))
	}
	w.tasks = all
	v := &Verifier{Request: request(), Clients: NewClients(w.Config("eu-central-1"))}
	found, err := v.listTasks(t.Context(), ecstypes.DesiredStatusRunning)
	require.NoError(t, err)
	assert.Len(t, found, tasksPerCall+1)
	for _, call := range w.Calls() {
		switch in := call.Input.(type) {
		case *ecs.ListTasksInput:
			assert.Equal(t, int32(tasksPerCall), aws.ToInt32(in.MaxResults))
		case *ecs.DescribeTasksInput:
			assert.LessOrEqual(t, len(in.Tasks), tasksPerCall)
		}
	}
}

// Why a client refuses a certificate, in the order of what a person can mend.
func TestProblemsOfCertificates(t *testing.T) {
	expired := &x509.Certificate{NotBefore: began, NotAfter: began.Add(time.Hour)}
	other := x509.HostnameError{Certificate: &x509.Certificate{}, Host: "a"}
	for want, err := range map[string]error{
		"": errors.New("closed"),
		"a certificate that is valid from 2026-03-01 10:00:00 to 2026-03-01 11:00:00": x509.CertificateInvalidError{
			Cert: expired, Reason: x509.Expired,
		},
		"a certificate of an authority that is not trusted": x509.UnknownAuthorityError{},
		"tls: failed to verify certificate: weak":           &tls.CertificateVerificationError{Err: errors.New("weak")},
		"a certificate for another name: " + other.Error():  other,
	} {
		assert.Equal(t, want, certificateProblem(&url.Error{Op: "Get", URL: "https://a", Err: err}))
	}
	web := NewWeb(nil, nil)
	v := &Verifier{Web: web}
	v.Request.URL, v.Request.Statuses = "https://a", "200"
	for err, want := range map[error][2]outcome.Status{
		errors.New("closed"):         {outcome.Unchecked, outcome.Wrong},
		x509.UnknownAuthorityError{}: {outcome.Wrong, outcome.Waiting},
	} {
		web.client.Transport = failing{err}
		checks := v.checkAnswer(t.Context())
		assert.Equal(t, want, [2]outcome.Status{checks[0].Status, checks[1].Status}, err)
		assert.Equal(t, want[0] == outcome.Wrong, checks[0].Patience > 0, "a certificate may still be issued")
	}
}

// Who has to confirm a subscription is told by the protocols, each once.
func TestProtocolsThatAreNotConfirmed(t *testing.T) {
	w := newWorld()
	awsfake.Answer(w.Cloud, func(*sns.ListSubscriptionsByTopicInput) (*sns.ListSubscriptionsByTopicOutput, error) {
		out := &sns.ListSubscriptionsByTopicOutput{}
		for _, protocol := range []string{"https", "email", "email"} {
			out.Subscriptions = append(out.Subscriptions, snstypes.Subscription{
				SubscriptionArn: aws.String(pendingARN), Protocol: aws.String(protocol),
			})
		}
		return out, nil
	})
	v := &Verifier{Request: request(), Clients: NewClients(w.Config("eu-central-1"))}
	check, err := v.checkSubscriptions(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "confirm the link that SNS sent (email, https)", check.Fix)
	for text, want := range map[string]string{
		"{": "found no JSON of stack outputs", `{}`: "found no alertTopicArn",
		`{"alertTopicArn":"x"}`: "found no alertTopicArn",
	} {
		alerts, err := ReadAlerts(strings.NewReader(text))
		require.ErrorContains(t, err, want)
		assert.Equal(t, Alerts{}, alerts)
	}
}

// failing is a network on which each request fails.
type failing struct{ error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.error }

// A firewall's log shows who asked.
func TestRequestsNameTheCommand(t *testing.T) {
	web := NewWeb(nil, nil)
	agent := ""
	web.client.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		agent = r.Header.Get("User-Agent")
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
	})
	_, err := web.get(t.Context(), "https://a")
	require.NoError(t, err)
	assert.Equal(t, "aws-webapp-verify", agent)
}
