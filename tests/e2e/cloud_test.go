//go:build e2e

// Package e2e deploys with the real AWS provider plugin to a moto server and looks at the result
// with the AWS SDK. Run it with `make e2e`; the first time, the plugin has to be built.
package e2e

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/moto"
	"aws-webapp/internal/sandbox/moto/awsplugin"
)

const region = "us-east-1"

// cloud is an empty simulated AWS, with everything needed to deploy to it.
type cloud struct {
	server *moto.Server
	home   string // the Pulumi CLI's home, in which the plugin is installed
}

func newCloud(t *testing.T) cloud {
	t.Helper()
	started := startMoto(t)
	started.home = installPlugin(t).Home
	return started
}

// startMoto returns a cloud that answers calls, but to which nothing can be deployed.
func startMoto(t *testing.T, opts ...moto.Option) cloud {
	t.Helper()
	opts = append(opts, moto.WithProgress(os.Stderr), moto.WithEnvironment(repository(t, ".sandbox", "venv")))
	server, err := moto.Start(t.Context(), t.TempDir(), opts...)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	return cloud{server: server}
}

func installPlugin(t *testing.T) awsplugin.Installer {
	t.Helper()
	plugin := awsplugin.Installer{
		Home: repository(t, ".sandbox", "home"), Source: repository(t, "tools", "awsplugin"), Progress: os.Stderr,
	}
	require.NoError(t, plugin.Ensure(t.Context()))
	return plugin
}

// repository returns the absolute path of something in this repository.
func repository(t *testing.T, path ...string) string {
	t.Helper()
	absolute, err := filepath.Abs(filepath.Join(append([]string{"..", ".."}, path...)...))
	require.NoError(t, err)
	return absolute
}

// config returns the configuration of AWS SDK clients that look at the cloud.
func (c cloud) config() aws.Config {
	return aws.Config{
		Region:       region,
		AppID:        moto.Observer,
		BaseEndpoint: aws.String(c.server.Endpoint()),
		Credentials:  credentials.NewStaticCredentialsProvider("testing", "testing", ""),
	}
}

// stack returns a stack of an inline program. What is left of it at the end of the test is
// destroyed: a failing test then shows what cannot be destroyed.
func (c cloud) stack(t *testing.T, program pulumi.RunFunc) auto.Stack {
	t.Helper()
	stack, err := auto.UpsertStackInlineSource(t.Context(), "e2e", "e2e", program, auto.EnvVars(map[string]string{
		"PULUMI_HOME":               c.home,
		"PULUMI_BACKEND_URL":        "file://" + t.TempDir(),
		"PULUMI_CONFIG_PASSPHRASE":  "",
		"PULUMI_SKIP_UPDATE_CHECK":  "true",
		"AWS_EC2_METADATA_DISABLED": "true",
	}))
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // t's own is done by now
		defer cancel()
		_, err := stack.Destroy(ctx, optdestroy.SuppressOutputs())
		assert.NoError(t, err)
	})
	return stack
}
