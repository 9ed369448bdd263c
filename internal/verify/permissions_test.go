package verify

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cdtypes "github.com/aws/aws-sdk-go-v2/service/codedeploy/types"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
	assert.Equal(t, slices.Compact(called), documented(t))
}

// documented are the actions of the policy in the section on verify.
func documented(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "operations.md"))
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "### Permissions of verify\n")
	require.True(t, found)
	_, section, _ = strings.Cut(section, "```json\n")
	section, _, _ = strings.Cut(section, "```")
	var policy struct {
		Statement []struct {
			Effect string
			Action []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(section), &policy))
	var actions []string
	for _, statement := range policy.Statement {
		assert.Equal(t, "Allow", statement.Effect)
		actions = append(actions, statement.Action...)
	}
	slices.Sort(actions)
	return actions
}
