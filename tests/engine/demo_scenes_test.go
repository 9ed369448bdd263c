package engine_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codedeploy"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/clock"
	"aws-webapp/internal/release"
	"aws-webapp/internal/rotation"
	"aws-webapp/internal/sandbox/deployments"
	"aws-webapp/tests/recording"
)

func opening(r *recording.Recording) {
	r.Screen()
	r.Print(recording.Heading, "What could go wrong, in two minutes")
	r.Tell("Everything that you see runs now, on this machine: the Pulumi engine, the policies, the report that a " +
		"pull request gets, the release command, the function that follows a rotated password.")
	r.Tell("AWS alone is simulated. No account, no credentials.")
	r.Pause(time.Second)
}

func lostData(r *recording.Recording, previews func(string) demoPreview) {
	r.Screen()
	r.Print(recording.Heading, "1. A change that would lose the data")
	r.Tell("A pull request gives the database another name. RDS cannot rename one: it would make an empty one instead.")
	rename, insist := previews("rename"), previews("insist")
	r.Type(rename.command(nameKey))
	r.Print(recording.Bad, "  "+rename.fails)
	r.Tell("Its author insists. This is what the pull request then says:")
	r.Type(insist.command(nameKey, allowKey))
	r.Markdown(insist.section("Stateful resources replaced or deleted")...)
	r.Tell("In prod the same is refused:")
	r.Print(recording.Bad, "  "+previews("in prod").fails)
	r.Pause(2 * time.Second)
}

func brokenRule(r *recording.Recording, previews func(string) demoPreview) {
	r.Screen()
	r.Print(recording.Heading, "2. A change that breaks a rule")
	r.Tell("Backups cost money, so somebody keeps them for a day. The policy pack judges every preview, before " +
		"anything is created.")
	retention := previews("retention")
	r.Type(retention.command(keepKey))
	r.Markdown(retention.section("Mandatory policies violated")...)
	r.Tell("The preview has failed, and an update would, too. The message names the risk, the key to set and the " +
		"rules of others that ask the same.")
	r.Pause(2 * time.Second)
}

const demoService = "visitor-book"

// offBeat keeps a command from looking in the very moment in which the account changes: who comes first then is not
// the same each time, and the recording has to be.
const offBeat = deployments.Tick / 2

// demoAccount has the service of the tour, under blue/green. It tells the time since it began, as the model passes it.
func demoAccount(t *testing.T, run func(t *testing.T, c *deployments.Cloud)) {
	t.Helper()
	deployments.Live(t, deployments.Doubts{}, func(t *testing.T, c *deployments.Cloud) {
		c.AddService(demoService, deployments.Options{
			Desired: 3, BlueGreen: true, Shift: "CodeDeployDefault.ECSCanary10Percent5Minutes", WaitMinutes: 10,
		})
		run(t, c)
	})
}

func serving(c *deployments.Cloud) string {
	arns := c.Serving(demoService)
	return arns[0][strings.LastIndexByte(arns[0], '/')+1:]
}

func rollback(t *testing.T, r *recording.Recording) {
	t.Helper()
	var said []string
	var failure error
	after := ""
	demoAccount(t, func(t *testing.T, c *deployments.Cloud) {
		_, err := c.Up(demoService, deployments.Errors)
		require.NoError(t, err)
		time.Sleep(offBeat)
		stack, err := release.ReadOutputs(strings.NewReader(c.Outputs()))
		require.NoError(t, err)
		var progress strings.Builder
		rollout, err := release.New(release.Options{
			Stack: stack, Clients: release.NewClients(c.WriteConfig(deployments.Region)), Clock: clock.System{},
			Progress: &progress, Timeout: time.Hour,
		})
		require.NoError(t, err)
		failure = rollout.Run(t.Context())
		said = strings.Split(strings.TrimSuffix(progress.String(), "\n"), "\n")
		after = serving(c)
	})
	require.ErrorAs(t, failure, new(release.FailureError))
	assert.Equal(t, demoService+":1", after)
	r.Screen()
	r.Print(recording.Heading, "3. A release that goes back")
	r.Tell("Version 2 starts well and then answers with errors. CodeDeploy gives it 10% of the requests first, and " +
		"watches the alarms.")
	r.Type("webapp release rollout --stack prod")
	r.Print(recording.Plain, said[:len(said)-1]...)
	r.Print(recording.Bad, said[len(said)-1])
	r.Tell("The command ends with 1, so the pipeline stops. All requests are answered by " + after +
		" again, whose tasks never stopped.")
	r.Pause(2 * time.Second)
}

// relayed is a line of the relay's log.
type relayed struct {
	Time    time.Time `json:"time"`
	Message string    `json:"msg"`
}

func newPassword(t *testing.T, r *recording.Recording) {
	t.Helper()
	var lines []string
	before, after := 0, 0
	demoAccount(t, func(t *testing.T, c *deployments.Cloud) {
		events := make(chan json.RawMessage, 1)
		c.Rotate(func(at time.Time) { events <- deployments.Event(at) })
		event := <-events
		time.Sleep(offBeat)
		before = c.DeadTasks(demoService)
		began := time.Now()
		var log strings.Builder
		cfg := c.WriteConfig(deployments.Region)
		relay := &rotation.Relay{
			Config: rotation.Config{
				Cluster: deployments.Cluster, Secrets: []string{deployments.Secret},
				Services: []rotation.Service{{Name: demoService, Application: deployments.Application(demoService)}},
			},
			ECS: ecs.NewFromConfig(cfg), CodeDeploy: codedeploy.NewFromConfig(cfg),
			Log: slog.New(slog.NewJSONHandler(&log, nil)), Clock: clock.System{},
		}
		_, err := relay.Handle(t.Context(), event)
		require.NoError(t, err)
		for one := range strings.Lines(log.String()) {
			var entry relayed
			require.NoError(t, json.Unmarshal([]byte(one), &entry))
			passed := entry.Time.Sub(began).Round(time.Second)
			lines = append(lines, fmt.Sprintf("%7s  %s: %s", passed, demoService, entry.Message))
		}
		after = c.DeadTasks(demoService)
	})
	assert.Equal(t, 3, before)
	assert.Zero(t, after)
	r.Screen()
	r.Print(recording.Heading, "4. A password that RDS rotates")
	r.Tell("RDS changes the database's password, and refuses the old one at once. Tasks read it when they start, so " +
		"those that run are locked out, though their health checks pass.")
	r.Print(recording.Bad, fmt.Sprintf("tasks with a dead password: %d of 3", before))
	r.Tell("Secrets Manager tells EventBridge, and EventBridge the relay:")
	r.Print(recording.Plain, lines...)
	r.Print(recording.Good, fmt.Sprintf("tasks with a dead password: %d of 3", after))
	r.Tell("Nobody had to know. Each way in which this can fail has an alarm, and each alarm a page in the runbook.")
	r.Pause(2 * time.Second)
}

func closing(r *recording.Recording) {
	r.Screen()
	r.Print(recording.Heading, "Try it")
	r.Print(recording.Plain, "")
	r.Print(recording.Plain,
		"make up                the whole prod stack, in the same simulated AWS",
		"make preview ARGS=...  your own change, with the policies' verdict",
		"webapp init            your own stack files",
	)
	r.Pause(3 * time.Second)
}
