package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/sandbox/simaws/traffic"
)

// TestBlueGreenServicesAreServedThroughChanges moves a service to another port and removes its access to the
// database and its write access to the bucket, while the old tasks keep running until CodeDeploy's
// deployment.
func TestBlueGreenServicesAreServedThroughChanges(t *testing.T) {
	t.Parallel()
	up := deployed(t, setup{stack: "prod"})
	want := served{"x/": {"visitor-book"}}
	change := map[string]string{
		"services[0].port": "9000", "services[0].databaseAccess": "false", "services[0].bucketAccess": "read",
	}

	refused, clients := up.watched(change, want)
	before := refused.exists()
	_, err := refused.Up(t.Context())
	require.ErrorContains(t, err, "services[0].previous.port to 8000")
	require.ErrorContains(t, err, "services[0].previous.databaseAccess to true")
	require.ErrorContains(t, err, "services[0].previous.bucketAccess to read-write")
	require.Empty(t, clients.failed)
	require.Equal(t, before, refused.exists())

	kept, clients := up.watched(all(change, map[string]string{
		"services[0].previous.port": "8000", "services[0].previous.databaseAccess": "true",
		"services[0].previous.bucketAccess": "read-write",
	}), want)
	_, err = kept.Up(t.Context())
	require.NoError(t, err)
	require.Empty(t, clients.failed)

	definition := kept.find("aws:ecs/taskDefinition:TaskDefinition", "visitor-book").Outputs["arn"].StringValue()
	require.NoError(t, traffic.Shift(kept.account(), "visitor-book", definition, "visitor-book-green", 9000))
	done, clients := up.watched(change, want)
	result, err := done.Up(t.Context())
	require.NoError(t, err)
	require.Empty(t, clients.failed)
	assert.Contains(t, steps(result), "delete SecurityGroupIngressRule security-groups-app-visitor-book-from-alb-8000")
}

// TestBlueGreenServiceIsRenamedBesideTheOldOne follows the advice of the refusal.
func TestBlueGreenServiceIsRenamedBesideTheOldOne(t *testing.T) {
	t.Parallel()
	up := deployed(t, setup{stack: "prod"})
	renamed := map[string]string{"services[0].name": "guest-book"}
	_, err := up.again(setup{config: renamed}).Preview(t.Context())
	require.ErrorContains(t, err, "such as 101")

	beside := map[string]string{
		"services[1].name": "guest-book", "services[1].routing.priority": "101", "services[1].routing.paths[0]": "/*",
		"services[1].image":                 "222222222222.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.0.0",
		"services[1].deployment.controller": "blue-green", "services[1].capacity.fargateBase": "2",
	}
	both, clients := up.watched(beside, served{"x/": {"visitor-book"}})
	_, err = both.Up(t.Context())
	require.NoError(t, err)
	require.Empty(t, clients.failed)

	alone, clients := up.watched(all(renamed, map[string]string{
		"services[0].routing.priority": "101", "services[0].databaseAccess": "false", "services[0].bucketAccess": "none",
		"services[0].image":    "222222222222.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.0.0",
		"services[0].capacity": `{"fargateBase": 2}`,
	}), served{"x/": {"visitor-book", "guest-book"}})
	_, err = alone.Up(t.Context())
	require.NoError(t, err)
	require.Empty(t, clients.failed)
}
