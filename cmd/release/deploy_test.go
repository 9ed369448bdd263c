package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
)

var everyCommand = []string{"aws", "docker", "pulumi", "go"}

// outputsOf writes what pulumi stack output says of one service.
func outputsOf(t *testing.T, application, appSpec string) string {
	t.Helper()
	encoded, err := json.Marshal(map[string]any{"services": map[string]any{"visitor-book": map[string]any{
		"image": testReference, "taskDefinitionArn": testDefinition,
		"codeDeployApplication": application, "codeDeployGroup": "visitor-book", "appSpec": appSpec,
	}}})
	require.NoError(t, err)
	return string(encoded)
}

// masked replaces the temporary folder, whose name changes.
func masked(calls []string) []string {
	lines := make([]string, len(calls))
	for i, call := range calls {
		words := strings.Fields(call)
		for j, word := range words {
			if at := strings.Index(word, os.TempDir()); at >= 0 {
				words[j] = word[:at] + "TMP/" + filepath.Base(word)
			}
		}
		lines[i] = strings.Join(words, " ")
	}
	return lines
}

// upOf is an update that is judged by the policies, with their configuration for the stack.
func upOf(stack string) string {
	return "pulumi up --yes --non-interactive --parallel 32 --stack " + stack +
		" --policy-pack policies --policy-pack-config policies/config/" + stack + ".json"
}

func TestDeployToARollingStack(t *testing.T) {
	w := newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(t, "", "")})
	_, err := release(t, "deploy", "--root", project(t, "staging"), "--stack", "staging", "--service", "visitor-book", "--image", imageFile(t), "--role", testRole)
	require.NoError(t, err)
	as := " AS " + testRole
	assert.Equal(t, []string{
		"pulumi config set --stack staging --path services[0].image --type string " + testReference + as,
		"go run ./cmd/lambdazip" + as,
		"go run ./cmd/preflight --stack staging" + as,
		upOf("staging") + " --message Deploy " + testCommit + as,
		"pulumi stack output --json --stack staging" + as,
		"go run ./cmd/verify --outputs TMP/outputs.json --service visitor-book --image " + testReference + " --timeout 1h0m0s" + as,
	}, masked(w.calls()))
}

func TestReleaseToABlueGreenStack(t *testing.T) {
	kept := filepath.Join(t.TempDir(), "deployment.json")
	w := newWorld(
		t, everyCommand,
		answer{begins: "pulumi stack output", says: outputsOf(t, "aws-webapp-prod-visitor-book", `{"TaskDefinition":"<TASK_DEFINITION>","Port":8000}`)},
		answer{begins: "aws deploy create-deployment", script: `for a in "$@"; do case "$a" in file://*) cp "${a#file://}" ` + kept + `;; esac; done; echo d-123`},
		answer{begins: "aws ecr batch-get-image", says: `{"schemaVersion": 2}`},
	)
	printed, err := release(t, "deploy", "--root", project(t, "prod"), "--stack", "prod", "--service", "visitor-book",
		"--image", imageFile(t), "--role", testRole, "--release")
	require.NoError(t, err)
	as := " AS " + testRole
	ecr := " --registry-id 333333333333 --region us-east-1 --repository-name visitor-book"
	assert.Equal(t, []string{
		"pulumi config set --stack prod --path services[0].image --type string " + testReference + as,
		"go run ./cmd/lambdazip" + as,
		"go run ./cmd/preflight --stack prod" + as,
		upOf("prod") + " --message Deploy " + testCommit + as,
		"pulumi stack output --json --stack prod" + as,
		"aws deploy create-deployment --cli-input-json file://TMP/deployment.json --query deploymentId --output text" + as,
		"go run ./cmd/verify --outputs TMP/outputs.json --service visitor-book --image " + testReference + " --timeout 1h0m0s --task-definition " + testDefinition + as,
		// The registry is the delivery account's: the build tags with its own rights.
		"aws ecr batch-get-image" + ecr + " --image-ids imageDigest=" + testDigest + " --query images[0].imageManifest --output text",
		`aws ecr put-image` + ecr + ` --image-tag release-9f86d081884c --image-manifest {"schemaVersion": 2} --query image.imageId --output json`,
	}, masked(w.calls()))
	assert.Contains(t, printed, "CodeDeploy deployment: d-123")

	var request struct {
		ApplicationName, DeploymentGroupName string
		Revision                             struct {
			RevisionType   string
			AppSpecContent struct{ Content string }
		}
	}
	content, err := os.ReadFile(kept)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &request))
	assert.Equal(t, "aws-webapp-prod-visitor-book", request.ApplicationName)
	assert.Equal(t, "visitor-book", request.DeploymentGroupName)
	assert.Equal(t, "AppSpecContent", request.Revision.RevisionType)
	assert.JSONEq(t, `{"TaskDefinition": "`+testDefinition+`", "Port": 8000}`, request.Revision.AppSpecContent.Content)
}

// What was released may be released again: its tag is there already.
func TestReleaseOfAReleasedImage(t *testing.T) {
	newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(t, "", "")}, answer{
		begins: "aws ecr put-image", script: "echo 'An error occurred (ImageAlreadyExistsException)' >&2; exit 254",
	})
	printed, err := release(t, "deploy", "--root", project(t, "prod"), "--stack", "prod", "--service", "visitor-book", "--image", imageFile(t), "--release")
	require.NoError(t, err)
	assert.Contains(t, printed, "released as: release-9f86d081884c")
}

// Each failure stops the release where it is: nothing is called a release that does not serve.
func TestReleaseStopsAtAFailure(t *testing.T) {
	const spec = `{"TaskDefinition":"<TASK_DEFINITION>"}`
	for name, test := range map[string]struct {
		answer answer
		want   string
		last   string
	}{
		"preflight": {answer{begins: "go run ./cmd/preflight", script: "exit 1"}, "go run ./cmd/preflight", "go run ./cmd/preflight"},
		"update":    {answer{begins: "pulumi up", script: "exit 255"}, "pulumi up", "pulumi up"},
		"shift": {
			answer{begins: "aws deploy create-deployment", script: "echo DeploymentLimitExceededException >&2; exit 254"},
			"aws deploy create-deployment", "aws deploy create-deployment",
		},
		"verification": {answer{begins: "go run ./cmd/verify", script: "exit 1"}, "go run ./cmd/verify", "go run ./cmd/verify"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, everyCommand, test.answer, answer{begins: "pulumi stack output", says: outputsOf(t, "app", spec)})
			_, err := release(t, "deploy", "--root", project(t, "prod"), "--stack", "prod", "--service", "visitor-book", "--image", imageFile(t), "--release")
			require.ErrorContains(t, err, test.want)
			assert.Equal(t, cli.ExitFailed, cli.ExitCode(err))
			calls := w.calls()
			assert.True(t, strings.HasPrefix(calls[len(calls)-1], test.last), calls)
		})
	}
}

func TestDeployRefusesWhatItDoesNotKnow(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "image.json")
	require.NoError(t, os.WriteFile(broken, []byte(`{"repository": "`+testRepository+`", "digest": "latest"}`), 0o600))
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"a service that the file lacks": {[]string{"--service", "shop", "--image", imageFile(t)}, `found no service "shop" in Pulumi.prod.yaml`},
		"an image without digest":       {[]string{"--service", "visitor-book", "--image", broken}, `found the digest "latest"`},
		"no image":                      {[]string{"--service", "visitor-book", "--image", broken + "x"}, "read the image"},
		"an AppSpec without its place":  {[]string{"--service", "visitor-book", "--image", imageFile(t)}, "found no single <TASK_DEFINITION> in the AppSpec"},
	} {
		t.Run(name, func(t *testing.T) {
			newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(t, "app", "{}")})
			_, err := release(t, append([]string{"deploy", "--root", project(t, "prod"), "--stack", "prod"}, test.args...)...)
			assert.ErrorContains(t, err, test.want)
		})
	}
}

func TestPinPutsTheDeployedImageIntoTheStackFile(t *testing.T) {
	w := newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: outputsOf(t, "app", "{}")})
	_, err := release(t, "pin", "--root", project(t, "prod"), "--stack", "prod")
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
	printed, err := release(t, "pin", "--root", project(t, "prod"), "--stack", "prod")
	require.NoError(t, err)
	assert.Contains(t, printed, "shop runs, but Pulumi.prod.yaml no longer has it: nothing to pin")
	assert.Len(t, w.calls(), 2, "the other service is pinned")
}

func TestPinOfAStackThatIsNotUp(t *testing.T) {
	w := newWorld(t, everyCommand, answer{begins: "pulumi stack output", says: "{}"})
	printed, err := release(t, "pin", "--root", project(t, "prod"), "--stack", "prod")
	require.NoError(t, err)
	assert.Contains(t, printed, "prod has never been deployed")
	assert.Len(t, w.calls(), 1)
}

func TestAccountWritesItsPolicies(t *testing.T) {
	const state = `{"deployment": {"resources": [{"type": "pulumi:pulumi:Stack"}, {"type": "aws-webapp:delivery:Access",
		"outputs": {"accounts": {"111111111111": {"boundary.json": "{}", "deploy-trust.json": "{\"a\": 1}"}}}}]}}`
	newWorld(t, everyCommand, answer{begins: "pulumi stack export", says: state})
	folder := filepath.Join(t.TempDir(), "policies")
	_, err := release(t, "account", "--account", "111111111111", "--out", folder)
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join(folder, "deploy-trust.json"))
	require.NoError(t, err)
	assert.JSONEq(t, `{"a": 1}`, string(content))
	assert.FileExists(t, filepath.Join(folder, "boundary.json"))

	_, err = release(t, "account", "--account", "999999999999", "--out", folder)
	assert.ErrorContains(t, err, `found no account "999999999999" in stack delivery, allowed are 111111111111`)
}

// The repository's lifecycle goes by the tag; components must not be imported for it.
func TestReleaseTagIsTheRegistrys(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "components", "registry.go"))
	require.NoError(t, err)
	assert.Contains(t, string(source), `ReleaseTagPrefix = "`+releaseTagPrefix+`"`)
	source, err = os.ReadFile(filepath.Join("..", "..", "components", "service_bluegreen.go"))
	require.NoError(t, err)
	assert.Contains(t, string(source), `TaskDefinitionPlaceholder = "`+taskDefinitionPlaceholder+`"`)
}
