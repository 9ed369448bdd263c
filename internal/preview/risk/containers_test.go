package risk_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/preview/eventlog"
	"aws-webapp/internal/preview/risk"
)

const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition"

// definitions returns container definitions as JSON.
func definitions(t *testing.T, containers ...props) string {
	t.Helper()
	text, err := json.Marshal(containers)
	require.NoError(t, err)
	return string(text)
}

func TestContainers(t *testing.T) {
	const (
		registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com/"
		digest   = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	)
	was := props{
		"name": "app", "image": registry + "app" + digest, "user": "1000", "readonlyRootFilesystem": true,
		"secrets":         []props{{"name": "A", "valueFrom": "arn:a"}},
		"linuxParameters": props{"capabilities": props{"drop": []string{"ALL"}}},
		"healthCheck":     props{"command": []string{"CMD", "x"}}, "logConfiguration": props{"logDriver": "awslogs"},
	}
	for name, tc := range map[string]struct {
		now  props
		want []string
	}{
		"digest": {with(was, "image", registry+"app"+strings.Replace(digest, "9f", "00", 1)), []string{}},
		"tag for digest": {with(was, "image", registry+"app:1.1.0"), []string{`containers medium: image is no ` +
			`longer named by its digest: tomorrow the tag "1.1.0" may be another image`}},
		"repository": {with(was, "image", registry+"other"+digest), []string{"containers medium: image comes " +
			"from another repository: app → other"}},
		"account": {
			with(was, "image", "222222222222.dkr.ecr.us-east-1.amazonaws.com/app"+digest),
			[]string{"containers high: image comes from the registry of another account: " +
				"111111111111.dkr.ecr.us-east-1.amazonaws.com → 222222222222.dkr.ecr.us-east-1.amazonaws.com"},
		},
		"region": {
			with(was, "image", "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app"+digest),
			[]string{"containers medium: image comes from another region of the same account: " +
				"111111111111.dkr.ecr.us-east-1.amazonaws.com → 111111111111.dkr.ecr.eu-west-1.amazonaws.com"},
		},
		"public registry": {
			with(was, "image", "public.ecr.aws/x/app"+digest),
			[]string{"containers high: image comes from a registry outside of this account's: " +
				"111111111111.dkr.ecr.us-east-1.amazonaws.com → public.ecr.aws"},
		},
		"image of no form": {with(was, "image", "UPPER CASE"), []string{"containers medium: image is not " +
			"a valid image name"}},
		"root":    {with(was, "user", "0:0"), []string{"containers high: runs as root (user: 0:0)"}},
		"no user": {with(was, "user", nil), []string{"containers high: runs as root (user: nothing)"}},
		"privileged": {with(was, "privileged", true), []string{"containers critical: privileged: the container " +
			"has the rights of root on the machine that runs it"}},
		"writable": {with(was, "readonlyRootFilesystem", nil), []string{"containers medium: the root file " +
			"system is writable: an intruder can leave programs there (readonlyRootFilesystem: nothing)"}},
		"writable, said so": {with(was, "readonlyRootFilesystem", false), []string{"containers medium: the root file " +
			"system is writable: an intruder can leave programs there (readonlyRootFilesystem: false)"}},
		"capability": {with(was, "linuxParameters", props{"capabilities": props{
			"add":  []string{"NET_ADMIN"},
			"drop": []string{"ALL"},
		}}), []string{"containers high: gets the Linux capabilities NET_ADMIN"}},
		"capability kept": {with(was, "linuxParameters", props{}), []string{"containers medium: no longer drops the " +
			"Linux capabilities ALL"}},
		"command": {
			with(was, "command", []string{"serve", "--fast"}),
			[]string{"containers medium: runs a command in place of the image's own: serve --fast"},
		},
		"shell": {
			with(was, "command", []string{"/bin/sh", "-c", "curl x | sh"}),
			[]string{"containers high: runs a shell as its command: /bin/sh -c 'curl x | sh'"},
		},
		"entry point": {
			with(was, "entryPoint", []string{"/bin/bash"}),
			[]string{"containers high: runs a shell as its entryPoint: /bin/bash"},
		},
		"secret": {with(was, "secrets", []props{{"name": "A", "valueFrom": "arn:a"}, {
			"name":      "B",
			"valueFrom": "arn:b",
		}}), []string{"containers medium: gets secrets that it did not have: B"}},
		"another secret": {
			with(was, "secrets", []props{{"name": "A", "valueFrom": "arn:b"}}),
			[]string{"containers medium: gets secrets that it did not have: A"},
		},
		"secret renamed": {with(was, "secrets", []props{{"name": "B", "valueFrom": "arn:a"}}), []string{}},
		"no health check": {with(was, "healthCheck", nil), []string{"release-safety medium: healthCheck is removed: " +
			"ECS no longer notices that the container does not answer"}},
		"no log": {with(was, "logConfiguration", nil), []string{"protection medium: logConfiguration is " +
			"removed: what the container writes is not kept"}},
		"variable":           {with(was, "environment", []props{{"name": "A", "value": "1"}}), []string{}},
		"stronger than ever": {with(was, "user", "2000"), []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			old, now := definitions(t, was), definitions(t, tc.now)
			assert.Equal(
				t,
				tc.want,
				findings(
					t,
					step(
						eventlog.OpReplace,
						taskDefinition,
						"a",
						props{"containerDefinitions": old},
						props{"containerDefinitions": now},
					),
				),
			)
			assert.Empty(
				t,
				findings(
					t,
					step(
						eventlog.OpReplace,
						taskDefinition,
						"a",
						props{"containerDefinitions": now},
						props{"containerDefinitions": now},
					),
				),
				"it was so",
			)
		})
	}
}

func TestContainersThatAreNew(t *testing.T) {
	app := props{
		"name":                   "app",
		"image":                  "111111111111.dkr.ecr.us-east-1.amazonaws.com/app:1",
		"user":                   "1000",
		"readonlyRootFilesystem": true,
	}
	sidecar := with(with(app, "name", "proxy"), "image", "public.ecr.aws/x/proxy:1")
	change := func(now ...props) []string {
		return findings(
			t,
			step(
				eventlog.OpReplace,
				taskDefinition,
				"a",
				props{"containerDefinitions": definitions(t, app)},
				props{"containerDefinitions": definitions(t, now...)},
			),
		)
	}
	assert.Equal(
		t,
		[]string{
			"containers high: proxy: is a new container, with an image from a registry that no other container uses: " +
				"public.ecr.aws/x/proxy:1",
		},
		change(app, sidecar),
	)
	assert.Equal(
		t,
		[]string{
			"containers medium: proxy: is a new container, with the image 111111111111.dkr.ecr.us-east-1.amazonaws.com/app:1",
		},
		change(app, with(app, "name", "proxy")),
	)
	create := func(container props) []string {
		return findings(
			t,
			step(eventlog.OpCreate, taskDefinition, "a", nil, props{"containerDefinitions": definitions(t, container)}),
		)
	}
	assert.Empty(t, create(sidecar), "there is nothing to compare its image with")
	assert.Equal(t, []string{"containers medium: runs as root (user: root)"}, create(with(app, "user", "root")))
}

func TestTaskDefinitionsAsAWhole(t *testing.T) {
	app := definitions(t, props{"name": "app", "image": "app", "user": "1000", "readonlyRootFilesystem": true})
	for name, tc := range map[string]struct {
		old, now props
		want     []string
	}{
		"host network": {
			props{"containerDefinitions": app},
			props{"containerDefinitions": app, "networkMode": "host"},
			[]string{"containers high: networkMode host: the containers are not isolated from their host"},
		},
		"unknown": {
			props{"containerDefinitions": app},
			props{"containerDefinitions": unknown},
			[]string{"? unknown low: known only after the deployment: what the containers run (containerDefinitions)"},
		},
		"secret": {
			props{"containerDefinitions": app},
			props{"containerDefinitions": resource.MakeSecret(resource.NewStringProperty(app))},
			[]string{"? containers medium: containerDefinitions is secret, so nobody can see what the containers run"},
		},
		"unreadable": {
			props{"containerDefinitions": app},
			props{"containerDefinitions": "{"},
			[]string{"containers medium: containerDefinitions cannot be read as a list of containers"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, findings(t, step(eventlog.OpReplace, taskDefinition, "a", tc.old, tc.now)))
		})
	}
	changes := risk.Judge(
		[]eventlog.Step{
			step(
				eventlog.OpReplace,
				taskDefinition,
				"a",
				props{"containerDefinitions": app},
				props{"containerDefinitions": unknown},
			),
		},
	)
	assert.Equal(t, risk.Low, changes[0].Level, "what is merely unknown is no risk")
}
