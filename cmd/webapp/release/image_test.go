package release

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/cli"
)

const (
	describe = "aws ecr describe-images --registry-id 333333333333 --region us-east-1 --repository-name visitor-book " +
		"--image-ids imageTag=build-" + testCommit + " --query imageDetails[0].imageDigest --output text"
	loginPassword = "aws ecr get-login-password --region us-east-1"
)

// untilPushed answers that there is no such image, until docker has pushed one.
func untilPushed(w string) answer {
	return answer{begins: "aws ecr describe-images", script: "if grep -q '^docker push' " + w +
		"; then echo " + testDigest + "; else echo 'An error occurred (ImageNotFoundException)' >&2; exit 254; fi"}
}

func TestImageIsPushedAndKnownByItsDigest(t *testing.T) {
	w := newWorld(t, []string{"aws", "docker"}, untilPushed(`"$log"`),
		answer{begins: loginPassword, says: registryPassword + "\n"})
	file := filepath.Join(t.TempDir(), "image.json")
	printed, err := call(t, "image", "--repository", testRepository, "--commit", testCommit, "--exported", "--out", file)
	require.NoError(t, err)
	assert.Equal(t, []string{
		describe,
		loginPassword,
		"docker login --username AWS --password-stdin 333333333333.dkr.ecr.us-east-1.amazonaws.com",
		"docker build --pull --platform linux/amd64 --label org.opencontainers.image.revision=" + testCommit +
			" --tag " + testRepository + ":build-" + testCommit + " app",
		"docker push " + testRepository + ":build-" + testCommit,
		describe,
	}, w.calls())
	arrived, err := os.ReadFile(w.file("calls.stdin"))
	require.NoError(t, err)
	assert.Equal(t, registryPassword, string(arrived))
	assert.NotContains(t, printed, registryPassword)
	assert.Contains(t, printed, "image: "+testReference)

	handed, err := readImage(file)
	require.NoError(t, err)
	assert.Equal(t, testImage, handed)
}

// Tags are immutable: pushing a commit twice would fail.
func TestImageOfACommitIsBuiltOnce(t *testing.T) {
	w := newWorld(t, []string{"aws", "docker"}, answer{begins: "aws ecr describe-images", says: testDigest + "\n"})
	t.Chdir(t.TempDir())
	_, err := call(t, "image", "--repository", testRepository, "--commit", testCommit, "--exported")
	require.NoError(t, err)
	assert.Equal(t, []string{describe}, w.calls())
	handed, err := readImage("image.json")
	require.NoError(t, err)
	assert.Equal(t, testReference, handed.reference())
}

func TestImageSaysWhatWentWrong(t *testing.T) {
	for name, test := range map[string]struct {
		answers []answer
		args    []string
		want    string
		code    int
	}{
		"no permission to look": {
			[]answer{{begins: "aws ecr describe-images", script: "echo 'AccessDeniedException: not authorized' >&2; exit 254"}},
			[]string{"--repository", testRepository, "--commit", testCommit},
			"AccessDeniedException", cli.ExitFailed,
		},
		"a push that fails": {
			[]answer{untilPushed("/dev/null"), {begins: "docker push", script: "exit 1"}},
			[]string{"--repository", testRepository, "--commit", testCommit},
			"docker push", cli.ExitFailed,
		},
		"no digest": {
			[]answer{{begins: "aws ecr describe-images", says: "None\n"}},
			[]string{"--repository", testRepository, "--commit", testCommit},
			`found the digest "None"`, cli.ExitFailed,
		},
		"no registry of ECR": {
			nil,
			[]string{"--repository", "docker.io/library/nginx", "--commit", testCommit},
			"allowed is an ECR repository without tag", cli.ExitFailed,
		},
		"a branch for a commit": {
			nil, []string{"--repository", testRepository, "--commit", "main"}, `found the commit "main"`, cli.ExitFailed,
		},
		"a folder of which nobody says what it is": {
			nil, []string{"--repository", testRepository}, "--exported: found no --commit", cli.ExitFailed,
		},
		"a variable that is not set": {
			nil,
			[]string{"--repository", "", "--commit", testCommit},
			"--repository: found nothing, expected: URL of the ECR repository", cli.ExitUsage,
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, []string{"aws", "docker"}, test.answers...)
			file := filepath.Join(t.TempDir(), "image.json")
			_, err := call(t, append([]string{"image", "--exported", "--out", file}, test.args...)...)
			require.ErrorContains(t, err, test.want)
			assert.Equal(t, test.code, cli.ExitCode(err))
			assert.NoFileExists(t, file, "nothing is handed on")
			if test.answers == nil {
				assert.Empty(t, w.calls(), "what is wrong with the call is told before anything is asked")
			}
		})
	}
}
