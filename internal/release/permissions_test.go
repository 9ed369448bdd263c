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
)

// askedBesides are what AWS asks for calls of other names: CreateDeployment
// (https://docs.aws.amazon.com/codedeploy/latest/userguide/auth-and-access-control-permissions-reference.html), the
// same with other alarms (API reference of CodeDeploy, overrideAlarmConfiguration), and RunTask with the task's roles.
var askedBesides = []string{
	"codedeploy:GetApplicationRevision", "codedeploy:GetDeploymentConfig", "codedeploy:RegisterApplicationRevision",
	"codedeploy:UpdateDeploymentGroup", "iam:PassRole",
}

// The policy in docs/operations.md grants what the command calls, and nothing else; and the command's clients refuse to
// change anything else.
func TestThePolicyGrantsWhatIsCalled(t *testing.T) {
	w := newWorld("bg:web", "ecs:job")
	stack := stackOf(t, map[string]registered{
		"web": {revision: 2, blueGreen: true, migration: []string{"migrate"}}, "job": {revision: 2, held: true},
	})
	_, err := w.releases(t.Context(), t, release.Options{Stack: stack})
	require.NoError(t, err)

	hangs := newWorld("bg:web")
	hangs.exit = -1
	_, err = hangs.releases(t.Context(), t, release.Options{Stack: stack, Only: []string{"web"}})
	require.ErrorContains(t, err, "was stopped")

	// One that keeps its old tasks is in the way of the next.
	_, err = w.releases(t.Context(), t, release.Options{Stack: webAt(t, 3), Timeout: movedAfter + time.Minute})
	require.NoError(t, err)
	_, err = w.releases(t.Context(), t, release.Options{Stack: webAt(t, 4)})
	require.NoError(t, err)

	// What stops a deployment whose tasks do not start is package bluegreen's, and shown there.
	called := slices.Concat(askedBesides, w.Actions(), hangs.Actions(), []string{"codedeploy:StopDeployment"})
	slices.Sort(called)
	called = slices.Compact(called)
	assert.Equal(t, called, awsfake.Documented(t, "### Permissions of release\n"))
	for _, action := range called {
		_, operation, _ := strings.Cut(action, ":")
		changes := !slices.Contains(askedBesides, action) && !awsapi.Reads(operation)
		assert.Equal(t, changes, slices.Contains(release.Changes, action), action)
	}
}
