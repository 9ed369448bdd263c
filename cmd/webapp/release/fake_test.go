package release

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/cli"
	"aws-webapp/internal/cli/clitest"
	"aws-webapp/internal/policyargs"
	"aws-webapp/internal/release"
	"aws-webapp/tests/fixtures"
)

const (
	testRepository = "333333333333.dkr.ecr.us-east-1.amazonaws.com/visitor-book"
	testDigest     = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	testReference  = testRepository + "@" + testDigest
	testCommit     = "3f2a1bc0d4e5f60718293a4b5c6d7e8f90a1b2c3"
	testRole       = "arn:aws:iam::222222222222:role/aws-webapp-delivery-deploy"
	testDefinition = "arn:aws:ecs:us-east-1:222222222222:task-definition/aws-webapp-prod-visitor-book:7"
	// registryPassword must never show in output or arguments.
	registryPassword = "correct-horse-battery-staple"
)

// testImage is the image that the image build passes to the deployment.
var testImage = image{Repository: testRepository, Tag: "build-" + testCommit, Digest: testDigest, Commit: testCommit}

// world are aws, docker, pulumi and the others on the PATH. They record how they are called
// and answer as a test wants them to.
type world struct {
	t      *testing.T
	folder string
}

// answer says how to answer a command whose line begins with a text.
type answer struct {
	begins string
	// says is its standard output, script a line of shell to run instead.
	says, script string
}

// newWorld puts the commands before all others on the PATH.
func newWorld(t *testing.T, commands []string, answers ...answer) *world {
	t.Helper()
	w := &world{t: t, folder: t.TempDir()}
	var script strings.Builder
	fmt.Fprintf(&script, "#!/bin/bash\nline=\"$(basename \"$0\") $*\"\nlog=%q\n", w.file("calls"))
	// A password that is read is recorded apart: the test wants to see that it arrived.
	script.WriteString("case \"$line\" in *--password-stdin*) cat > \"$log.stdin\";; esac\n")
	script.WriteString("printf '%s' \"$line\" >> \"$log\"\n")
	script.WriteString(`[ -z "$AWS_PROFILE" ] ||
	printf ' AS %s' "$(sed -n "/^\[profile $AWS_PROFILE\]/,/^\[/s/^role_arn = //p" "$AWS_CONFIG_FILE")" >> "$log"` + "\n")
	script.WriteString("printf '\\n' >> \"$log\"\ncase \"$line\" in\n")
	for i, a := range answers {
		if a.script == "" {
			said := w.file(fmt.Sprintf("answer-%d", i))
			require.NoError(t, os.WriteFile(said, []byte(a.says), 0o600))
			a.script = fmt.Sprintf("cat %q", said)
		}
		fmt.Fprintf(&script, "%q*) %s;;\n", a.begins, a.script)
	}
	script.WriteString("esac\n")
	for _, command := range commands {
		require.NoError(t, os.WriteFile(w.file(command), []byte(script.String()), 0o700))
	}
	itself := cli.Program
	t.Cleanup(func() { cli.Program = itself })
	cli.Program = onThePath
	t.Setenv("PATH", w.folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, name := range []string{"AWS_PROFILE", "AWS_CONFIG_FILE"} {
		t.Setenv(name, "")
	}
	return w
}

// onThePath lets the world have a webapp of its own.
func onThePath(name string) (string, error) { return name, nil }

func (w *world) file(name string) string { return filepath.Join(w.folder, name) }

// calls are the lines that were run, in order, with the role that they were run as.
func (w *world) calls() []string {
	w.t.Helper()
	content, err := os.ReadFile(w.file("calls"))
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(w.t, err)
	return strings.Split(strings.TrimSuffix(string(content), "\n"), "\n")
}

// call calls the command and returns everything that it prints.
func call(t *testing.T, args ...string) (string, error) {
	t.Helper()
	result := clitest.Call(t, New(), args...)
	return result.Out + result.Err, result.Error
}

// project is the root of a program whose file has the service.
func project(t *testing.T, stack string) string {
	t.Helper()
	folder := t.TempDir()
	files := []string{"Pulumi.yaml", "Pulumi." + stack + ".yaml", policyargs.ConfigFile(policyargs.Pack, stack)}
	for _, name := range files {
		content, err := os.ReadFile(fixtures.File(t, name))
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), content, 0o600))
	}
	return folder
}

// imageFile writes a file as webapp release image does.
func imageFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "image.json")
	require.NoError(t, testImage.write(file))
	return file
}

// fake stands for AWS, as far as this process calls it.
type fake struct {
	// rollout is the last one, fails what it ends with, and profile its AWS configuration file.
	rollout *release.Rollout
	fails   error
	profile string
	// tags are those that images were given, as "account region repository:tag"; tagged is the answer.
	tags   []string
	tagged error
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{}
	rolled, registry := rollOut, openRegistry
	t.Cleanup(func() { rollOut, openRegistry = rolled, registry })
	f.replace()
	return f
}

func (f *fake) replace() {
	rollOut = func(_ context.Context, o release.Rollout) error {
		profile, _ := os.ReadFile(o.As.File)
		f.rollout, f.profile = &o, string(profile)
		return f.fails
	}
	openRegistry = func(_ context.Context, region string) (aws.Config, error) {
		cloud := awsfake.New()
		awsfake.Answer(cloud, func(in *ecr.BatchGetImageInput) (*ecr.BatchGetImageOutput, error) {
			manifest := "manifest of " + *in.ImageIds[0].ImageDigest
			return &ecr.BatchGetImageOutput{Images: []types.Image{{ImageManifest: aws.String(manifest)}}}, nil
		})
		awsfake.Answer(cloud, func(in *ecr.PutImageInput) (*ecr.PutImageOutput, error) {
			if *in.ImageManifest == "manifest of "+testDigest {
				f.tags = append(f.tags, fmt.Sprintf("%s %s %s:%s", *in.RegistryId, region, *in.RepositoryName, *in.ImageTag))
			}
			return &ecr.PutImageOutput{}, f.tagged
		})
		return cloud.WriteConfig(region), nil
	}
}
