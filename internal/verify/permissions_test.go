package verify

import (
	"slices"
	"testing"

	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
)

// The policy in docs/operations.md grants exactly the actions that the command calls.
func TestThePolicyGrantsWhatIsCalled(t *testing.T) {
	rolling := newWorld()
	_, _, err := rolling.verifies(t, rolling.indexed())
	require.NoError(t, err)

	blueGreen := newBlueGreen()
	blueGreen.replaces()
	blueGreen.share(0, 100)
	blueGreen.deployed("d-2", cdtypes.DeploymentStatusSucceeded)
	_, _, err = blueGreen.verifies(t, blueGreenRequest())
	require.NoError(t, err)

	scheduled := newJobs()
	_, err = scheduled.looks(t, nightly())
	require.NoError(t, err)

	called := slices.Concat(rolling.Actions(), blueGreen.Actions(), scheduled.Actions())
	slices.Sort(called)
	assert.Equal(t, slices.Compact(called), awsfake.Documented(t, "### Permissions of verify\n"))
}
