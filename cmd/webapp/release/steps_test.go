package release

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/integration"
	"aws-webapp/internal/release"
)

// The flags that buildspecs, scripts and people write, with their defaults. Those with an exclamation mark have to be
// given.
func TestFlagsOfTheSteps(t *testing.T) {
	for name, want := range map[string]string{
		"image": "commit= context=app dirty=false exported=false out=image.json platform=linux/amd64 repository!",
		"deploy": "image! override-alarms=false release=false role= root=. service! stack! timeout=" +
			release.DefaultTimeout.String(),
		"rollout": "dry-run=false outputs= override-alarms=false root=. service=[] skip-url=false stack= timeout=" +
			release.DefaultTimeout.String(),
		"integration": "url!",
		"pin":         "root=. stack!",
		"account":     "account! out! stack=delivery",
	} {
		cmd, _, err := New().Find([]string{name})
		require.NoError(t, err)
		require.Equal(t, name, cmd.Name())
		var found []string
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			if flag.Name == "help" {
				return
			}
			text := flag.Name + "=" + flag.DefValue
			found = append(found, text)
		})
		missing := ""
		_, err = call(t, name)
		if err != nil {
			missing = err.Error()
		}
		for i, text := range found {
			if flag, _, _ := strings.Cut(text, "="); strings.Contains(missing, "--"+flag+": found nothing, expected") {
				found[i] = flag + "!"
			}
		}
		assert.Equal(t, want, strings.Join(found, " "), name)
	}
}

// Whichever program fails, the step ends with its error, and does nothing after it.
func TestAProgramThatFailsEndsItsStep(t *testing.T) {
	image := []string{
		"image", "--repository", testRepository, "--commit", testCommit, "--exported",
		"--out", filepath.Join(t.TempDir(), "i"),
	}
	deploy := func(t *testing.T) []string {
		return []string{
			"deploy", "--root", project(t, "prod"), "--stack", "prod", "--service", "visitor-book", "--image", imageFile(t),
		}
	}
	for _, row := range []struct {
		fails string
		args  func(*testing.T) []string
		more  []answer
	}{
		{"aws ecr get-login-password", func(*testing.T) []string { return image }, []answer{untilPushed("/dev/null")}},
		{"docker login", func(*testing.T) []string { return image }, []answer{untilPushed("/dev/null")}},
		{"docker build", func(*testing.T) []string { return image }, []answer{untilPushed("/dev/null")}},
		{"docker push", func(*testing.T) []string { return image }, []answer{untilPushed("/dev/null")}},
		{"pulumi config set", deploy, nil},
		{"go run ./cmd/lambdazip", deploy, nil},
		{"webapp preflight", deploy, nil},
		{"pulumi up", deploy, nil},
		{"pulumi stack output", deploy, nil},
		{"pulumi stack output", func(t *testing.T) []string {
			return []string{"pin", "--root", project(t, "prod"), "--stack", "prod"}
		}, nil},
		{"pulumi config set", func(t *testing.T) []string {
			return []string{"pin", "--root", project(t, "prod"), "--stack", "prod"}
		}, []answer{{begins: "pulumi stack output", says: outputsOf(testReference)}}},
		{"pulumi stack export", func(t *testing.T) []string {
			return []string{"account", "--account", "1", "--out", t.TempDir()}
		}, nil},
	} {
		w := newWorld(t, everyCommand, append([]answer{{begins: row.fails, script: "exit 7"}}, row.more...)...)
		f := newFake(t)
		_, err := call(t, row.args(t)...)
		require.ErrorContains(t, err, "exit status 7", row.fails)
		assert.Nil(t, f.rollout, row.fails)
		calls := w.calls()
		assert.True(t, strings.HasPrefix(calls[len(calls)-1], row.fails), "%s is the last of %v", row.fails, calls)
	}
}

// What Pulumi says is read with care: an answer of another form is an error that names the stack.
func TestAnswersOfAnotherForm(t *testing.T) {
	deploy := func(t *testing.T) []string {
		return []string{
			"deploy", "--root", project(t, "prod"), "--stack", "prod", "--service", "visitor-book", "--image", imageFile(t),
		}
	}
	pin := func(t *testing.T) []string { return []string{"pin", "--root", project(t, "prod"), "--stack", "prod"} }
	account := func(t *testing.T) []string {
		return []string{"account", "--account", "1", "--out", filepath.Join(t.TempDir(), "out"), "--stack", "main"}
	}
	for _, row := range []struct {
		begins, says string
		args         func(*testing.T) []string
		want         string
	}{
		{"pulumi stack output", "{", deploy, "read the outputs of prod: "},
		{"pulumi stack output", `{"services":{}}`, deploy, `found no service "visitor-book" in the outputs of prod`},
		{"pulumi stack output", "{", pin, "read the outputs of prod: "},
		{"pulumi stack export --stack main", "{", account, "read the state of main: "},
		{
			"pulumi stack export --stack main", `{"deployment":{"resources":[]}}`, account,
			`found no account "1" in stack main`,
		},
		{
			"pulumi stack export --stack main",
			`{"deployment":{"resources":[{"type":"a:b:C","outputs":{"accounts":{"1":{"a":"b"}}}}]}}`, account,
			`found no account "1" in stack main, allowed are :`,
		},
	} {
		newWorld(t, everyCommand, answer{begins: row.begins, says: row.says})
		f := newFake(t)
		_, err := call(t, row.args(t)...)
		require.ErrorContains(t, err, row.want, row.says)
		assert.Nil(t, f.rollout)
	}
}

// A service without an image, such as one that has never been deployed, has none to pin.
func TestPinOfAServiceWithoutAnImage(t *testing.T) {
	w := newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf("")})
	_, err := call(t, "pin", "--root", project(t, "prod"), "--stack", "prod")
	require.NoError(t, err)
	assert.Equal(t, []string{"pulumi stack output --json --stack prod"}, w.calls())
	root := project(t, "prod")
	require.NoError(t, os.Remove(filepath.Join(root, "Pulumi.prod.yaml")))
	newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(testReference)})
	_, err = call(t, "pin", "--root", root, "--stack", "prod")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// Policies are written into the folder alone, and a folder that cannot be made is an error.
func TestPoliciesAreWrittenIntoTheFolder(t *testing.T) {
	const state = `{"deployment":{"resources":[{"type":"aws-webapp:delivery:DeployRoles","outputs":{"accounts":{"1":` +
		`{"../boundary.json":"{}","a.json":"[]"}}}}]}}`
	newWorld(t, everyCommand, answer{begins: "pulumi stack export --stack delivery", says: state})
	out := filepath.Join(t.TempDir(), "deep", "out")
	printed, err := call(t, "account", "--account", "1", "--out", out)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(printed, filepath.Join(out, "boundary.json")+"\n"+filepath.Join(out, "a.json")+"\n"),
		printed)
	content, err := os.ReadFile(filepath.Join(out, "boundary.json"))
	require.NoError(t, err)
	assert.Equal(t, "{}\n", string(content))
	_, err = call(t, "account", "--account", "1", "--out", filepath.Join(out, "a.json"))
	require.ErrorContains(t, err, "not a directory", "it is a file")
	require.NoError(t, os.Remove(filepath.Join(out, "a.json")))
	require.NoError(t, os.Mkdir(filepath.Join(out, "a.json"), 0o700))
	_, err = call(t, "account", "--account", "1", "--out", out)
	require.ErrorContains(t, err, "is a directory", "one of them is a folder")
}

func TestImagesThatAreHandedOn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "image.json")
	handed := func(repository, digest string) string {
		return `{"repository":"` + repository + `","digest":"` + digest + `"}`
	}
	for content, want := range map[string]string{
		"{":                                     "read the image from " + file,
		handed("docker.io/a", testDigest):       `found the repository "docker.io/a"`,
		handed(testRepository+":1", testDigest): "found the repository",
		handed(testRepository, "sha512:"+strings.Repeat("a", 128)):  `found the digest "sha512:`,
		handed(testRepository, strings.TrimSuffix(testDigest, "8")): "found the digest",
	} {
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		_, err := readImage(file)
		require.ErrorContains(t, err, want, content)
	}
	require.NoError(t, testImage.write(file))
	found, err := readImage(file)
	require.NoError(t, err)
	assert.Equal(t, testImage, found)
	for _, commit := range []string{"", "abcdef", "ABCDEF0", "abcdefg", strings.Repeat("a", 65)} {
		_, err := call(t, "image", "--repository", testRepository, "--commit", commit)
		require.ErrorContains(t, err, "allowed are 7 to 64 hex digits", "%q", commit)
	}
}

// The profile names the role and the stack's session, and lies where only the step sees it.
func TestTheProfileOfARole(t *testing.T) {
	newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(testReference)})
	f := newFake(t)
	_, err := deploys(t, "prod", "--role", testRole, "--timeout", "5m")
	require.NoError(t, err)
	assert.Equal(t, "[profile release]\nrole_arn = "+testRole+"\ncredential_source = EcsContainer\n"+
		"role_session_name = release-prod\n", f.profile)
	assert.NoFileExists(t, f.rollout.As.File, "it is gone")
	assert.Equal(t, "5m0s", f.rollout.Timeout.String())
	assert.NotNil(t, f.rollout.Progress)
	_, err = deploys(t, "prod")
	require.NoError(t, err)
	assert.Empty(t, f.rollout.As)
	assert.Empty(t, f.profile)

	f.rollout = nil
	image := imageFile(t)
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	_, err = call(t, "deploy", "--stack", "prod", "--service", "visitor-book", "--image", image)
	require.ErrorIs(t, err, os.ErrNotExist, "there is no place for the profile")
	assert.Nil(t, f.rollout)
}

// Each end of a rollout has an exit code; what is none of its verdicts is wrong with the call.
func TestExitCodesOfARollout(t *testing.T) {
	newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: "{}"})
	for _, row := range []struct {
		fails error
		code  int
	}{
		{nil, 0},
		{release.FailureError{}, cli.ExitFailed},
		{release.TimeoutError{}, cli.ExitUndecided},
		{release.CannotLook(errors.New("denied")), cli.ExitCannotAsk},
		{errors.New(`--service: found "x"`), cli.ExitUsage},
	} {
		f := newFake(t)
		f.fails = row.fails
		_, err := call(t, "rollout", "--stack", "prod")
		assert.Equal(t, row.code, cli.ExitCode(err), row.fails)
		assert.Equal(t, row.fails == nil, err == nil)
		assert.Equal(t, []bool{false, false, false}, []bool{f.rollout.DryRun, f.rollout.OverrideAlarms, f.rollout.SkipURL})
		assert.NotNil(t, f.rollout.Out)
		assert.NotNil(t, f.rollout.Progress)
	}
	f := newFake(t)
	_, err := call(t, "rollout", "--stack", "prod", "--dry-run", "--override-alarms", "--skip-url", "--service", "a")
	require.NoError(t, err)
	assert.Equal(t, []bool{true, true, true}, []bool{f.rollout.DryRun, f.rollout.OverrideAlarms, f.rollout.SkipURL})
	assert.Equal(t, []string{"a"}, f.rollout.Only)
	other := errors.New("another")
	assert.Equal(t, other, Verdict(other))
	require.NoError(t, Verdict(nil))
}

// An image is called a release only where its tag is there in the end.
func TestTagsThatAreNotGiven(t *testing.T) {
	image := types.Image{ImageManifest: aws.String("m"), ImageManifestMediaType: aws.String("media")}
	for name, row := range map[string]struct {
		images []types.Image
		deny   string
		opens  error
		want   string
	}{
		"no credentials":    {nil, "", errors.New("no credentials"), "no credentials"},
		"no manifest":       {nil, "ecr:BatchGetImage", nil, "read the manifest of " + testReference},
		"deleted meanwhile": {nil, "", nil, "it was deleted in the meantime"},
		"no permission":     {[]types.Image{image}, "ecr:PutImage", nil, "as release-9f86d081884c"},
		"given":             {[]types.Image{image}, "", nil, ""},
	} {
		newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(testReference)})
		newFake(t)
		var asked *ecr.PutImageInput
		openRegistry = func(_ context.Context, region string) (aws.Config, error) {
			cloud := awsfake.New()
			cloud.Demand("BatchGetImage", `"RegistryId":"333333333333"`, `"RepositoryName":"visitor-book"`, testDigest)
			awsfake.Answer(cloud, func(*ecr.BatchGetImageInput) (*ecr.BatchGetImageOutput, error) {
				return &ecr.BatchGetImageOutput{Images: row.images}, nil
			})
			awsfake.Answer(cloud, func(in *ecr.PutImageInput) (*ecr.PutImageOutput, error) {
				asked = in
				return &ecr.PutImageOutput{}, nil
			})
			if row.deny != "" {
				cloud.Deny(row.deny)
			}
			assert.Equal(t, "us-east-1", region)
			return cloud.WriteConfig(region), row.opens
		}
		printed, err := deploys(t, "prod", "--release")
		if row.want != "" {
			require.ErrorContains(t, err, row.want, name)
			assert.NotContains(t, printed, "released as", name)
			continue
		}
		require.NoError(t, err)
		assert.Contains(t, printed, "released as: release-9f86d081884c\n")
		assert.Equal(t, []string{"333333333333", "visitor-book", "release-9f86d081884c", "m", "media"}, []string{
			*asked.RegistryId, *asked.RepositoryName, *asked.ImageTag, *asked.ImageManifest, *asked.ImageManifestMediaType,
		})
	}
}

// A check that fails is named, and those before it are told as ok.
func TestIntegrationNamesWhatFails(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
	}))
	defer server.Close()
	printed, err := call(t, "integration", "--url", server.URL)
	require.Error(t, err)
	var names []string
	for _, check := range integration.Checks() {
		names = append(names, check.Name)
	}
	failed, _, _ := strings.Cut(err.Error(), ":")
	at := strings.Index(strings.Join(names, "\n"), failed)
	require.GreaterOrEqual(t, at, 0, err)
	for _, name := range names {
		if name == failed {
			break
		}
		assert.Contains(t, printed, fmt.Sprintf("ok: %s\n", name))
	}
	assert.NotContains(t, printed, "ok: "+failed)
}

// What a step is given by another one is checked again, and a folder or registry that is gone is an error.
func TestStepsThatAreGivenSomethingElse(t *testing.T) {
	opened := false
	newFake(t)
	openRegistry = func(context.Context, string) (aws.Config, error) {
		opened = true
		return aws.Config{}, nil
	}
	err := tagRelease(&tools{ctx: t.Context()}, image{Repository: "docker.io/a"})
	require.ErrorContains(t, err, "found the repository")
	assert.False(t, opened)

	as, err := (&deployStep{role: testRole, stack: "prod"}).assume(&tools{}, filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.Nil(t, as)

	// The image was pushed, and then nobody may look.
	w := newWorld(t, []string{"aws", "docker"}, answer{
		begins: "aws ecr describe-images", script: `if grep -q '^docker push' "$log"; then echo AccessDenied >&2; exit 9; ` +
			`else echo ImageNotFoundException >&2; exit 254; fi`,
	})
	_, err = call(t, "image", "--repository", testRepository, "--commit", testCommit, "--exported")
	require.ErrorContains(t, err, "AccessDenied")
	assert.Len(t, w.calls(), 6)
	assert.NoFileExists(t, "image.json")
}
