package verify

import (
	"testing"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
)

// Whichever call fails, there is no verdict, and the error names the call. The next run gets its verdict.
func TestACallThatFailsIsNoVerdict(t *testing.T) {
	rolling := func() (*world, Request) {
		w := newWorld()
		w.tasks = w.tasks[:1] // so that it asks why the other one stopped
		return w, w.indexed()
	}
	blueGreen := func() (*world, Request) {
		w := newBlueGreen()
		w.replaces()
		w.share(50, 50)
		r := blueGreenRequest()
		r.Image = repository + ":1.1.0" // a digest would do without an answer of the registry
		return w, r
	}
	// By the image alone, so that it asks for the task definitions of all deployments.
	back := func() (*world, Request) {
		w := newWorld()
		w.deploys(deployment("PRIMARY", "1", ecstypes.DeploymentRolloutStateInProgress, 1),
			deployment("ACTIVE", "2", ecstypes.DeploymentRolloutStateFailed, 0))
		r := request()
		r.TaskDefinition, r.Image = "", repository+":1.1.0"
		return w, r
	}
	// Without an image its task definition is read late.
	alone := func() (*world, Request) {
		r := request()
		r.Image = ""
		w := newWorld()
		w.tasks = w.tasks[:1]
		return w, r
	}
	for name, prepare := range map[string]func() (*world, Request){
		"rolling": rolling, "blue/green": blueGreen, "rolled back": back, "a task definition alone": alone,
	} {
		t.Run(name, func(t *testing.T) {
			awsfake.EachCallFails(t, func(t *testing.T, n int) *awsfake.Cloud {
				w, r := prepare()
				r.Timeout = r.Interval / 2 // one look
				w.FailCall(n)
				report, _, err := w.verifies(t, r)
				failed := w.Failed()
				if failed == nil {
					require.NoError(t, err)
					assert.NotEqual(t, Verified, report.Verdict)
					return w.Cloud
				}
				assert.Nil(t, report)
				require.ErrorContains(t, err, failed.Operation)
				_, _, err = w.verifies(t, r)
				require.NoError(t, err)
				return w.Cloud
			})
		})
	}
}
