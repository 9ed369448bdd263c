package release

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
	"aws-webapp/internal/release"
)

var everyCommand = []string{"aws", "docker", "pulumi", "go", cli.Self}

// outputsOf writes what pulumi stack output says of one service that runs an image.
func outputsOf(image string) string {
	return `{"services": {"visitor-book": {"image": "` + image + `", "taskDefinitionArn": "` + testDefinition + `"}}}`
}

// upOf is an update that is judged by the policies, with their configuration for the stack.
func upOf(stack string) string {
	return "pulumi up --yes --non-interactive --parallel 32 --stack " + stack +
		" --policy-pack policies --policy-pack-config policies/config/" + stack + ".json"
}

// deploys calls webapp release deploy for the service of a stack.
func deploys(t *testing.T, stack string, more ...string) (string, error) {
	t.Helper()
	return call(t, append([]string{
		"deploy", "--root", project(t, stack), "--stack", stack, "--service", "visitor-book", "--image", imageFile(t),
	}, more...)...)
}

func TestDeployReleasesWhatTheUpdateRegistered(t *testing.T) {
	w := newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(testReference)})
	f := newFake(t)
	_, err := deploys(t, "staging", "--role", testRole)
	require.NoError(t, err)
	as := " AS " + testRole
	assert.Equal(t, []string{
		"pulumi config set --stack staging --path services[0].image --type string " + testReference + as,
		"go run ./cmd/lambdazip" + as,
		"webapp preflight --stack staging" + as,
		upOf("staging") + " --message Deploy " + testCommit + as,
		"pulumi stack output --json --stack staging" + as,
	}, w.calls())
	require.NotNil(t, f.rollout, "every service of the stack is released")
	assert.JSONEq(t, outputsOf(testReference), string(f.rollout.Outputs))
	assert.Empty(t, f.rollout.Only)
	assert.Contains(t, f.profile, "[profile release]\nrole_arn = "+testRole, "its credentials renew")
	assert.Equal(t, "release", f.rollout.As.Name)
	assert.Equal(t, time.Hour, f.rollout.Timeout)
	assert.False(t, f.rollout.OverrideAlarms)
	assert.Empty(t, f.tags)
}

func TestReleaseTagsWhatServes(t *testing.T) {
	newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(testReference)})
	f := newFake(t)
	printed, err := deploys(t, "prod", "--role", testRole, "--release", "--override-alarms")
	require.NoError(t, err)
	assert.True(t, f.rollout.OverrideAlarms)
	assert.Equal(t, []string{"333333333333 us-east-1 visitor-book:release-9f86d081884c"}, f.tags)
	assert.Contains(t, printed, "released as: release-9f86d081884c")

	// What was released may be released again: its tag is there already.
	f.tagged = &types.ImageAlreadyExistsException{}
	printed, err = deploys(t, "prod", "--release")
	require.NoError(t, err)
	assert.Contains(t, printed, "released as: release-9f86d081884c")
}

// Each failure stops the release where it is: nothing is called a release that does not serve.
func TestReleaseStopsAtAFailure(t *testing.T) {
	for name, test := range map[string]struct {
		answers []answer
		outputs string
		rollout error
		want    string
		code    int
	}{
		"preflight": {
			answers: []answer{{begins: "webapp preflight", script: "exit 1"}}, want: "webapp preflight", code: 1,
		},
		"update":         {answers: []answer{{begins: "pulumi up", script: "exit 255"}}, want: "pulumi up", code: 1},
		"rolled back":    {rollout: release.FailureError{}, code: 1},
		"time up":        {rollout: release.TimeoutError{}, code: 3},
		"no permission":  {rollout: release.CannotLook(errors.New("denied")), code: 4},
		"another update": {outputs: outputsOf(testRepository + ":1"), want: "another update ran in between", code: 1},
	} {
		t.Run(name, func(t *testing.T) {
			if test.outputs == "" {
				test.outputs = outputsOf(testReference)
			}
			newWorld(t, everyCommand, append(test.answers, answer{begins: "pulumi stack output", says: test.outputs})...)
			f := newFake(t)
			f.fails = test.rollout
			_, err := deploys(t, "prod", "--release")
			require.Error(t, err)
			if test.want != "" {
				assert.ErrorContains(t, err, test.want)
			}
			assert.Equal(t, test.code, cli.ExitCode(err))
			assert.Empty(t, f.tags)
		})
	}
}

func TestRolloutOfAStack(t *testing.T) {
	newWorld(t, everyCommand, answer{begins: "pulumi stack output --json --stack prod", says: outputsOf(testReference)})
	file := filepath.Join(t.TempDir(), "outputs.json")
	require.NoError(t, os.WriteFile(file, []byte(outputsOf("x")), 0o600))
	for name, test := range map[string]struct {
		args    []string
		outputs string
	}{
		"asks pulumi":  {[]string{"--stack", "prod"}, outputsOf(testReference)},
		"reads a file": {[]string{"--outputs", file}, outputsOf("x")},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t)
			args := []string{"rollout", "--service", "a", "--service", "b", "--dry-run", "--timeout", "5m"}
			_, err := call(t, append(args, test.args...)...)
			require.NoError(t, err)
			assert.Equal(t, test.outputs, string(f.rollout.Outputs))
			assert.Equal(t, []string{"a", "b"}, f.rollout.Only)
			assert.True(t, f.rollout.DryRun)
			assert.Equal(t, 5*time.Minute, f.rollout.Timeout)
		})
	}
}

func TestRolloutRefusesAWrongCall(t *testing.T) {
	newWorld(t, everyCommand, answer{begins: "pulumi stack output", script: "exit 255"})
	for want, test := range map[string]struct {
		args []string
		code int
	}{
		"--stack: found nothing: name":        {nil, 2},
		"unknown flag: --force":               {[]string{"--stack", "prod", "--force"}, 2},
		"--outputs: open":                     {[]string{"--outputs", "/nowhere"}, 2},
		"pulumi stack output: exit status 25": {[]string{"--stack", "prod"}, 4},
	} {
		_, err := call(t, append([]string{"rollout"}, test.args...)...)
		require.ErrorContains(t, err, want)
		assert.Equal(t, test.code, cli.ExitCode(err), want)
	}
}

func TestDeployRefusesWhatItDoesNotKnow(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "image.json")
	require.NoError(t, os.WriteFile(broken, []byte(`{"repository": "`+testRepository+`", "digest": "latest"}`), 0o600))
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"a service that the file lacks": {
			[]string{"--service", "shop", "--image", imageFile(t)}, `found no service or job "shop" in Pulumi.prod.yaml`,
		},
		"an image without digest": {
			[]string{"--service", "visitor-book", "--image", broken}, `found the digest "latest"`,
		},
		"no image": {[]string{"--service", "visitor-book", "--image", broken + "x"}, "read the image"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(testReference)})
			_, err := call(t, append([]string{"deploy", "--root", project(t, "prod"), "--stack", "prod"}, test.args...)...)
			assert.ErrorContains(t, err, test.want)
			assert.Empty(t, w.calls(), "nothing is changed")
		})
	}
}

func TestPinPutsTheDeployedImageIntoTheStackFile(t *testing.T) {
	w := newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(testReference)})
	_, err := call(t, "pin", "--root", project(t, "prod"), "--stack", "prod")
	require.NoError(t, err)
	assert.Equal(t, []string{
		"pulumi stack output --json --stack prod",
		"pulumi config set --stack prod --path services[0].image --type string " + testReference,
	}, w.calls())
}

// A service that was removed or renamed in the file must not keep the file from being deployed.
func TestPinSkipsWhatTheFileNoLongerHas(t *testing.T) {
	const two = `{"services": {"visitor-book": {"image": "IMAGE"}, "shop": {"image": "IMAGE"}}}`
	says := strings.ReplaceAll(two, "IMAGE", testReference)
	w := newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: says})
	printed, err := call(t, "pin", "--root", project(t, "prod"), "--stack", "prod")
	require.NoError(t, err)
	assert.Contains(t, printed, "shop runs, but Pulumi.prod.yaml no longer has it: nothing to pin")
	assert.Len(t, w.calls(), 2, "the other service is pinned")
}

func TestPinOfAStackThatIsNotUp(t *testing.T) {
	w := newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: "{}"})
	printed, err := call(t, "pin", "--root", project(t, "prod"), "--stack", "prod")
	require.NoError(t, err)
	assert.Contains(t, printed, "prod has never been deployed")
	assert.Len(t, w.calls(), 1)
}

func TestAccountWritesItsPolicies(t *testing.T) {
	const state = `{"deployment": {"resources": [{"type": "pulumi:pulumi:Stack"}, {"type": "aws-webapp:delivery:DeployRoles",
		"outputs": {"accounts": {"111111111111": {"boundary.json": "{}", "deploy-trust.json": "{\"a\": 1}"}}}}]}}`
	newWorld(t, everyCommand, answer{begins: "pulumi stack export", says: state})
	folder := filepath.Join(t.TempDir(), "policies")
	_, err := call(t, "account", "--account", "111111111111", "--out", folder)
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join(folder, "deploy-trust.json"))
	require.NoError(t, err)
	assert.JSONEq(t, `{"a": 1}`, string(content))
	assert.FileExists(t, filepath.Join(folder, "boundary.json"))

	_, err = call(t, "account", "--account", "999999999999", "--out", folder)
	assert.ErrorContains(t, err, `found no account "999999999999" in stack delivery, allowed are 111111111111`)
}

// The repository's lifecycle goes by the tag; components must not be imported for it.
func TestReleaseTagIsTheRegistrys(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "..", "components", "registry.go"))
	require.NoError(t, err)
	assert.Contains(t, string(source), `ReleaseTagPrefix = "`+releaseTagPrefix+`"`)
}

// One application under several commands is released as one: jobs run the same image as the service. Another
// repository's image stays.
func TestDeployReleasesAllOfARepository(t *testing.T) {
	w := newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(testReference)})
	newFake(t)
	folder := project(t, "staging")
	file := filepath.Join(folder, "Pulumi.staging.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	own := regexp.MustCompile(`image: (\S+visitor-book):`).FindSubmatch(text)
	require.NotNil(t, own)
	text = append(text, fmt.Sprintf(`
  aws-webapp:jobs:
    - {name: nightly, image: "%[1]s:0.9.0"}
    - {name: other, image: "%[1]s-tools:1.0.0"}
`, own[1])...)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	_, err = call(t, "deploy", "--root", folder, "--stack", "staging", "--service", "visitor-book",
		"--image", imageFile(t))
	require.NoError(t, err)
	var set []string
	for _, line := range w.calls() {
		if strings.HasPrefix(line, "pulumi config set") {
			set = append(set, strings.Fields(line)[6])
		}
	}
	assert.Equal(t, []string{"services[0].image", "jobs[0].image"}, set)
}
