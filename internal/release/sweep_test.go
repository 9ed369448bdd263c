package release_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/release"
	"aws-webapp/internal/sandbox/deployments"
)

// Whichever call fails, the release names it, nothing is done twice, and the next call completes the
// release.
func TestACallThatFailsIsAnErrorThatTheNextCallMends(t *testing.T) {
	quick := func(o *deployments.Options) { o.Shift, o.WaitMinutes = "CodeDeployDefault.ECSAllAtOnce", 1 }
	stack := services{"api": blueGreen(migrates, quick), "job": held(after("api"), migrates), "web": {Desired: 1}}
	awsfake.EachCallFails(t, func(t *testing.T, n int) (cloud *awsfake.Cloud) {
		live(t, stack, func(t *testing.T, w *world) {
			cloud = w.Cloud.Cloud
			w.up("api", "job", "web")
			w.FailCall(n)
			_, err := w.releases(release.Options{})
			failed := w.Failed()
			if failed == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, failed.Operation)

			_, err = w.releases(release.Options{})
			require.NoError(t, err, "after %s failed", failed.Operation)
			for _, name := range []string{"api", "job", "web"} {
				assert.Equal(t, name+":2", w.serving(name))
			}
			w.tidy("api")
			assert.Len(t, w.Migrations(), 2, "each once")
		})
		return cloud
	})
}

// The reason why a migration failed matters more than the place of its log, or the failure to stop it.
func TestACallThatFailsAfterTheMigrationDid(t *testing.T) {
	for want, test := range map[string]struct {
		exit   int32
		action string
	}{
		"exit code 3; its output: the log of the service": {3, "ecs:DescribeTaskDefinition"},
		"took longer than 10m0s and was stopped":          {deployments.Hangs, "ecs:DescribeTaskDefinition"},
		"took longer than 10m0s and cannot be stopped: ":  {deployments.Hangs, "ecs:StopTask"},
	} {
		live(t, services{"web": held(migrates)}, func(t *testing.T, w *world) {
			w.up("web")
			w.ExitWith(test.exit)
			w.Deny(test.action)
			_, err := w.releases(release.Options{Timeout: time.Hour})
			require.ErrorContains(t, err, want)
			assert.Equal(t, "web:1", w.serving("web"))
		})
	}
}
