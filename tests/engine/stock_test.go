package engine_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/attach"
	"aws-webapp/internal/sandbox/simulation"
	"aws-webapp/policies/evidence"
	"aws-webapp/policies/pack"
	"aws-webapp/tests/fixtures"
)

// stock is the pulumi command of an installation: the engine asks the language host to compile
// the program and the policy pack, and the sandbox only provides AWS.
type stock struct {
	t           *testing.T
	pulumi      string
	project     string
	environment []string
	// account is the file of the simulated account.
	account string
}

func newStock(t *testing.T, name string) *stock {
	t.Helper()
	source, err := filepath.Abs(root)
	require.NoError(t, err)
	s := &stock{t: t, pulumi: pulumiCLI(t), project: t.TempDir()}

	// The project is a copy, because the CLI writes the key of the secrets into the stack's file.
	project, err := workspace.LoadProject(filepath.Join(source, "Pulumi.yaml"))
	require.NoError(t, err)
	// A team that renames the project renames the keys of its stack files, too; those of the fixtures keep this name.
	project.Name, project.Main = "aws-webapp", source
	require.NoError(t, project.Save(filepath.Join(s.project, "Pulumi.yaml")))
	file, err := os.ReadFile(fixtures.StackFile(t, name))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(s.project, "Pulumi."+name+".yaml"), file, 0o600))

	// The program finds the functions' zips from where the project is.
	require.NoError(t, os.Symlink(filepath.Join(source, "dist"), filepath.Join(s.project, "dist")))

	folder := t.TempDir()
	s.account = filepath.Join(folder, simulation.AccountFile)
	aws, err := simulation.Simulation{}.Open(t.Context(), folder)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, aws.Close()) })
	state := t.TempDir()
	s.environment = []string{
		"PATH=" + languageHost(t) + string(os.PathListSeparator) + os.Getenv("PATH"), "PULUMI_HOME=" + t.TempDir(),
		"PULUMI_BACKEND_URL=file://" + filepath.ToSlash(state), "PULUMI_CONFIG_PASSPHRASE=stock",
		"PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true", attach.EnvVar + "=" + attach.Value(aws.Providers()),
	}
	_, err = s.run("stack", "init", name)
	require.NoError(t, err)
	return s
}

func (s *stock) run(args ...string) (string, error) {
	s.t.Helper()
	command := exec.CommandContext(s.t.Context(), s.pulumi, append([]string{"--non-interactive", "--color", "never"},
		args...)...)
	command.Dir, command.Env = s.project, append(os.Environ(), s.environment...)
	output, err := command.CombinedOutput()
	s.t.Logf("pulumi %s\n%s", strings.Join(args, " "), output)
	return string(output), err
}

// pulumiCLI returns the CLI on the PATH, or the one that the sandbox built.
func pulumiCLI(t *testing.T) string {
	t.Helper()
	if found, err := exec.LookPath("pulumi"); err == nil {
		return found
	}
	built, err := filepath.Abs(filepath.Join(root, ".sandbox", "bin", "pulumi"))
	require.NoError(t, err)
	require.FileExists(t, built, "make cli builds it")
	return built
}

// languageHost returns a folder with pulumi-language-go: that of the installation if there is
// one, else the stand-in.
func languageHost(t *testing.T) string {
	t.Helper()
	if found, err := exec.LookPath("pulumi-language-go"); err == nil {
		return filepath.Dir(found)
	}
	folder := t.TempDir()
	name := "pulumi-language-go"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(folder, name), "./languagehost")
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	return folder
}

// What the README tells users to type works without the sandbox: the engine compiles the pack
// from its folder, passes it the stack and the configuration file, and obeys its verdict.
func TestThePackRunsFromItsFolder(t *testing.T) {
	t.Parallel()
	s := newStock(t, "staging")
	source, err := filepath.Abs(root)
	require.NoError(t, err)
	packFolder := filepath.Join(source, policies)
	verdicts := filepath.Join(t.TempDir(), "staging.json")
	s.environment = append(s.environment, pack.EvidenceVariable+"="+verdicts)

	output, err := s.run("preview", "--stack", "staging", "--policy-pack", packFolder,
		"--policy-pack-config", packConfig(t, "staging"))
	require.NoError(t, err)
	assert.Contains(t, output, pack.Name+"@v"+pack.Version+" (local: ")
	run, err := evidence.Read(verdicts)
	require.NoError(t, err, "the engine hands the environment on")
	assert.Equal(t, []any{"aws-webapp", "staging", "staging", true},
		[]any{run.Project, run.Stack, run.Environment, run.Preview})
	assert.Greater(t, len(run.Judgements), len(run.Controls), "every control judged something, and most several")

	strict := filepath.Join(t.TempDir(), "strict.json")
	require.NoError(t, os.WriteFile(strict, []byte(`{"rds-multi-az": "mandatory"}`), 0o600))
	output, err = s.run("preview", "--stack", "staging", "--policy-pack", packFolder, "--policy-pack-config", strict)
	require.Error(t, err)
	assert.Contains(t, output, "[mandatory] [severity: medium]  rds-multi-az")
}
