package release

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"aws-webapp/internal/cli"
)

// buildspec are the parts of CodeBuild's format that are in use. Others are errors.
type buildspec struct {
	Version string `yaml:"version"`
	Env     struct {
		Shell     string            `yaml:"shell"`
		Variables map[string]string `yaml:"variables"`
	} `yaml:"env"`
	Phases struct {
		Install phase `yaml:"install"`
		Build   phase `yaml:"build"`
	} `yaml:"phases"`
	Artifacts struct {
		Files []string `yaml:"files"`
	} `yaml:"artifacts"`
	Cache struct {
		Key   string   `yaml:"key"`
		Paths []string `yaml:"paths"`
	} `yaml:"cache"`
}

type phase struct {
	RuntimeVersions map[string]string `yaml:"runtime-versions"`
	Commands        []string          `yaml:"commands"`
}

var buildspecFolder = filepath.Join("..", "..", "..", "delivery", "buildspec")

func readBuildspec(t *testing.T, name string) buildspec {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(buildspecFolder, name))
	require.NoError(t, err)
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	decoder.KnownFields(true)
	var spec buildspec
	require.NoError(t, decoder.Decode(&spec))
	return spec
}

func (s buildspec) commands() []string {
	return append(s.Phases.Install.Commands, s.Phases.Build.Commands...)
}

var (
	exactVersion = regexp.MustCompile(`^\d+\.\d+$`)
	quoted       = regexp.MustCompile(`"[^"]*"`)
)

func TestBuildspecs(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(buildspecFolder, "*"))
	require.NoError(t, err)
	require.Len(t, files, 5)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			spec := readBuildspec(t, filepath.Base(file))
			assert.Equal(t, "0.2", spec.Version)
			assert.Equal(t, "bash", spec.Env.Shell)
			assert.Regexp(t, exactVersion, spec.Phases.Install.RuntimeVersions["golang"], "a version, not latest")
			assert.NotEmpty(t, spec.Phases.Build.Commands)
			variables := spec.Env.Variables
			assert.Equal(t, "-trimpath", variables["GOFLAGS"])
			assert.Equal(t, []string{variables["GOCACHE"] + "/**/*", variables["GOMODCACHE"] + "/**/*"}, spec.Cache.Paths,
				"what Go compiled and downloaded is what the next build finds")
			assert.Contains(t, spec.Cache.Key, "go.sum", "without a key of its own a cache never follows the dependencies")
			for _, command := range spec.commands() {
				output, err := exec.CommandContext(t.Context(), "bash", "-n", "-c", command).CombinedOutput()
				require.NoError(t, err, string(output))
				assert.NotContains(t, quoted.ReplaceAllString(command, ""), "$", "a variable without quotes falls apart at spaces")
				assert.NotRegexp(t, `[;|&]|\bif\b|\bfor\b`, command, "logic belongs into cmd/webapp or the Makefile")
			}
		})
	}
}

// Every make target that a buildspec names is there.
func TestBuildspecsNameTargetsOfTheMakefile(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join("..", "..", "..", "Makefile"))
	require.NoError(t, err)
	found := 0
	files, err := filepath.Glob(filepath.Join(buildspecFolder, "*"))
	require.NoError(t, err)
	for _, file := range files {
		for _, command := range readBuildspec(t, filepath.Base(file)).commands() {
			if target, isMake := strings.CutPrefix(command, "make "); isMake {
				found++
				assert.Regexp(t, `(?m)^`+target+`:`, string(makefile))
			}
		}
	}
	assert.Positive(t, found)
}

// TestMain lets the test's executable stand in for `go run ./cmd/webapp`.
func TestMain(m *testing.M) {
	if os.Getenv("RELEASE_TEST_MAIN") == "1" {
		f := &fake{}
		f.replace()
		cli.Program = onThePath
		webapp := &cobra.Command{Use: cli.Self}
		webapp.AddCommand(New())
		cli.Main(webapp)
		fmt.Println("rolled out:", f.rollout != nil, "tagged:", f.tags)
		return
	}
	os.Exit(m.Run())
}

// runBuildspec runs a buildspec's commands as CodeBuild does, one after the other in the
// project's folder, with the variables of the project that has it.
func runBuildspec(t *testing.T, name, folder string, variables map[string]string, answers ...answer) (*world, string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	itself := answer{begins: "go run ./cmd/webapp ", script: `shift 2; RELEASE_TEST_MAIN=1 exec "` + self + `" "$@"`}
	w := newWorld(t, append(everyCommand, "make"), append(answers, itself)...)
	var printed bytes.Buffer
	for _, line := range readBuildspec(t, name).commands() {
		command := exec.CommandContext(t.Context(), "bash", "-c", line)
		command.Dir = folder
		command.Env = os.Environ()
		for key, value := range variables {
			command.Env = append(command.Env, key+"="+value)
		}
		command.Stdout, command.Stderr = &printed, &printed
		require.NoError(t, command.Run(), printed.String())
	}
	return w, printed.String()
}

func TestBuildspecOfTests(t *testing.T) {
	w, _ := runBuildspec(t, "test.yml", t.TempDir(), nil)
	assert.Equal(t, []string{"make pipeline-test"}, w.calls())
}

func TestBuildspecOfTheImage(t *testing.T) {
	folder := t.TempDir()
	w, printed := runBuildspec(t, "image.yml", folder, map[string]string{
		"REPOSITORY_URL": testRepository, "CODEBUILD_RESOLVED_SOURCE_VERSION": testCommit,
	}, untilPushed(`"$log"`), answer{begins: loginPassword, says: registryPassword})
	assert.Contains(t, w.calls(), "docker push "+testRepository+":build-"+testCommit)
	assert.NotContains(t, printed, registryPassword)
	assert.NotContains(t, strings.Join(w.calls(), "\n"), registryPassword,
		"a password in an argument is in the list of processes")
	files := readBuildspec(t, "image.yml").Artifacts.Files
	require.Equal(t, []string{"image.json"}, files)
	handed, err := readImage(filepath.Join(folder, files[0]))
	require.NoError(t, err)
	assert.Equal(t, testReference, handed.reference())
}

func TestBuildspecsOfDeployments(t *testing.T) {
	for name, stack := range map[string]string{"deploy.yml": "staging", "release.yml": "prod"} {
		t.Run(name, func(t *testing.T) {
			w, printed := runBuildspec(t, name, project(t, stack), map[string]string{
				"STACK": stack, "SERVICE": "visitor-book", "DEPLOY_ROLE_ARN": testRole,
				"CODEBUILD_SRC_DIR_image": filepath.Dir(imageFile(t)),
			}, answer{begins: "pulumi stack output", says: outputsOf(testReference)})
			calls := strings.Join(w.calls(), "\n")
			assert.True(t, strings.HasPrefix(calls, "make pulumi-release\n"), calls)
			assert.Contains(t, calls, "image --type string "+testReference+" AS "+testRole)
			assert.Contains(t, printed, "rolled out: true")
			assert.Equal(t, stack == "prod", strings.Contains(printed, "visitor-book:release-"), "only production releases")
			assert.NotContains(t, printed, "AWS_SECRET")
		})
	}
}

// The variables that buildspecs read are those that the pipeline's projects set.
func TestBuildspecsReadWhatProjectsSet(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "..", "components", "pipeline_projects.go"))
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(buildspecFolder, "*"))
	require.NoError(t, err)
	for _, file := range files {
		for _, command := range readBuildspec(t, filepath.Base(file)).commands() {
			for _, variable := range regexp.MustCompile(`\$([A-Z_]+[a-z]*)`).FindAllStringSubmatch(command, -1) {
				builtIn := strings.HasPrefix(variable[1], "CODEBUILD_") || variable[1] == "PWD" || variable[1] == "PATH"
				assert.True(t, builtIn || strings.Contains(string(source), `"`+variable[1]+`":`), "%s in %s", variable[1], file)
			}
		}
	}
}
