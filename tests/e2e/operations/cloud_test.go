//go:build e2e

// Package operations runs the operators' commands as they do, against a moto server: requests
// and answers follow AWS's protocols.
package operations

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
)

const region = "us-east-1"

// binary is the built command.
var binary string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "verify")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary = filepath.Join(folder, "webapp")
	build := exec.Command("go", "build", "-o", binary, "./cmd/webapp")
	build.Dir = filepath.Join("..", "..", "..")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build webapp:", err)
		return 1
	}
	return m.Run()
}

// cloud is an empty simulated AWS.
type cloud struct{ *moto.Server }

func newCloud(t *testing.T) cloud {
	t.Helper()
	home, err := filepath.Abs(filepath.Join("..", "..", "..", ".sandbox"))
	require.NoError(t, err)
	ctx := context.WithoutCancel(t.Context()) // its calls are asked for when the test is over
	server, err := moto.Start(ctx, t.TempDir(),
		moto.WithEnvironment(filepath.Join(home, "venv")), moto.WithProgress(os.Stderr))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	t.Cleanup(func() { checkCalls(t, server) })
	return cloud{server}
}

// checkCalls compares the command's calls with AWS's published models.
func checkCalls(t *testing.T, server *moto.Server) {
	calls, err := server.Calls(context.WithoutCancel(t.Context()))
	require.NoError(t, err)
	for _, call := range calls {
		require.Empty(t, call.Faults, "AWS refuses %s %s", call.Service, call.Operation)
	}
}

// config returns the configuration of clients that put something into the cloud.
func (c cloud) config() aws.Config {
	return aws.Config{
		Region: region, BaseEndpoint: aws.String(c.Endpoint()), AppID: moto.Observer,
		Credentials: credentials.NewStaticCredentialsProvider("testing", "testing", ""),
	}
}

// verify runs webapp verify and returns what it printed and its exit code.
func (c cloud) verify(t *testing.T, args ...string) (output string, code int) {
	t.Helper()
	return c.webapp(t, append([]string{"verify"}, args...)...)
}

// webapp runs a command and returns what it printed and its exit code.
func (c cloud) webapp(t *testing.T, args ...string) (output string, code int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	process := exec.CommandContext(ctx, binary, args...)
	process.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+c.Endpoint(), "AWS_ACCESS_KEY_ID=testing",
		"AWS_SECRET_ACCESS_KEY=testing",
		"AWS_REGION="+region, "AWS_EC2_METADATA_DISABLED=true", "AWS_PROFILE=", "HTTPS_PROXY=", "HTTP_PROXY=")
	var out bytes.Buffer
	process.Stdout, process.Stderr = &out, &out
	err := process.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	t.Logf("webapp %v\n%s", args, out.String())
	return out.String(), process.ProcessState.ExitCode()
}
