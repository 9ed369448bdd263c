package verify

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
)

// The policy in docs/operations.md grants what the command calls, and nothing else.
func TestThePolicyGrantsWhatIsCalled(t *testing.T) {
	rolling := newWorld()
	rolling.images["multi"] = ecrtypes.ImageDetail{
		ImageDigest: aws.String("sha256:1dex00000000"), ImageManifestMediaType: aws.String("application/vnd.oci.image.index.v1+json"),
	}
	rolling.manifests["sha256:1dex00000000"] = `{"manifests": [{"digest": "` + newDigest + `"}]}`
	r := request()
	r.Image = repository + ":multi"
	_, _, err := rolling.verifies(t, r)
	require.NoError(t, err)

	blueGreen := newBlueGreen()
	blueGreen.replaces()
	blueGreen.share(0, 100)
	blueGreen.deployed("d-2", cdtypes.DeploymentStatusSucceeded)
	_, _, err = blueGreen.verifies(t, blueGreenRequest())
	require.NoError(t, err)

	called := append(rolling.Actions(), blueGreen.Actions()...)
	slices.Sort(called)
	assert.Equal(t, slices.Compact(called), awsfake.Documented(t, "### Permissions of verify\n"))
}
