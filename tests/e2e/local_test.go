//go:build e2e

package e2e

import (
	"context"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/internal/sandbox/engine"
	"aws-webapp/tests/fixtures"
)

// TestLocal deploys as a user of docs/local.md does: only the endpoints of Pulumi.local.yaml
// send the provider to the emulator. Calls of a service without an endpoint would go to AWS,
// which refuses the emulator's credentials.
func TestLocal(t *testing.T) {
	t.Parallel()
	d := newDeployment(t, "local")
	file, err := config.LoadFile(fixtures.File(t, "Pulumi.yaml"), fixtures.StackFile(t, "local"))
	require.NoError(t, err)
	d.through = func(cloud engine.Cloud) engine.Cloud {
		return byEndpoints{Cloud: cloud, services: file.AWS.Endpoints, url: d.server.Endpoint()}
	}
	before := inventory(t, d)
	require.True(t, d.watch.phase(t, "up", func(t *testing.T) { d.up(t, nil) }), "nothing else can be asked")
	d.watch.phase(t, "a second preview changes nothing", d.checkPreview)
	left := remainders(t, d)
	d.watch.phase(t, "destroy", func(t *testing.T) {
		_, err := d.run(t, nil, (*engine.Engine).Destroy)
		require.NoError(t, err)
	})
	d.watch.phase(t, "leaves nothing", func(t *testing.T) {
		assert.Equal(t, before.with(left), inventory(t, d))
	})
	d.watch.phase(t, "asked of AWS only what it takes", func(t *testing.T) { checkCalls(t, d) })
}

// byEndpoints is a cloud that is reached by the endpoints of a stack's configuration.
type byEndpoints struct {
	engine.Cloud
	services map[string]string
	url      string
}

func (c byEndpoints) Open(ctx context.Context, dir string) (engine.Connection, error) {
	connection, err := c.Cloud.Open(ctx, dir)
	if err != nil {
		return nil, err
	}
	return endpointConnection{Connection: connection, cloud: c}, nil
}

type endpointConnection struct {
	engine.Connection
	cloud byEndpoints
}

// Environment leaves out everything else that would lead the provider to the emulator.
func (c endpointConnection) Environment() map[string]string {
	variables := maps.Clone(c.Connection.Environment())
	for _, name := range []string{
		"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3_CONTROL", "HTTP_PROXY", "AWS_ACCESS_KEY_ID",
		"AWS_SECRET_ACCESS_KEY",
	} {
		delete(variables, name)
	}
	return variables
}

// Config replaces the emulator on the user's machine by that of the test.
func (c endpointConnection) Config() map[string]string {
	values := maps.Clone(c.Connection.Config())
	for service := range c.cloud.services {
		values["aws-webapp:aws.endpoints."+service] = c.cloud.url
	}
	return values
}
