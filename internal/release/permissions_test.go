package release_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/release"
	"aws-webapp/internal/sandbox/deployments"
)

// askedBesides lists the actions that AWS requires for calls of other names: CreateDeployment
// (https://docs.aws.amazon.com/codedeploy/latest/userguide/auth-and-access-control-permissions-reference.html), the
// same with other alarms (API reference of CodeDeploy, overrideAlarmConfiguration), and RunTask with the task's roles.
var askedBesides = []string{
	"codedeploy:GetApplicationRevision", "codedeploy:GetDeploymentConfig", "codedeploy:RegisterApplicationRevision",
	"codedeploy:UpdateDeploymentGroup", "iam:PassRole",
}

// The policy in docs/operations.md grants exactly the actions that the command calls, and the command's clients refuse
// to change anything else.
func TestThePolicyGrantsWhatIsCalled(t *testing.T) {
	var called []string
	live(t, services{"web": blueGreen(migrates), "job": held()}, func(t *testing.T, w *world) {
		w.up("web", "job")
		// A deployment that keeps its old tasks is in the way of the next one.
		_, err := w.releases(release.Options{Timeout: 10 * time.Minute})
		require.NoError(t, err)
		w.up("web")
		_, err = w.releases(release.Options{})
		require.NoError(t, err)
		w.up("web")
		w.ExitWith(deployments.Hangs)
		_, err = w.releases(release.Options{})
		require.ErrorContains(t, err, "was stopped")
		called = w.Actions()
	})
	// Package bluegreen stops a deployment whose tasks do not start, and tests it.
	called = slices.Concat(askedBesides, called, []string{"codedeploy:StopDeployment"})
	slices.Sort(called)
	called = slices.Compact(called)
	assert.Equal(t, called, awsfake.Documented(t, "### Permissions of release\n"))
	for _, action := range called {
		_, operation, _ := strings.Cut(action, ":")
		changes := !slices.Contains(askedBesides, action) && !awsapi.Reads(operation)
		assert.Equal(t, changes, slices.Contains(release.Changes, action), action)
	}
}
