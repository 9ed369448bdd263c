package containers_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/policies/containers"
	"aws-webapp/policies/prop"
)

func one(t *testing.T, fields string) containers.Container {
	t.Helper()
	found, ok := containers.Read(prop.New("containerDefinitions", resource.NewStringProperty(`[{`+fields+`}]`)))
	require.Equal(t, prop.Yes, ok)
	require.Len(t, found, 1)
	return found[0]
}

func TestRunsAsRoot(t *testing.T) {
	for user, want := range map[string]prop.Truth{
		`"name":"x"`: prop.Yes, `"user":""`: prop.Yes, `"user":"root"`: prop.Yes, `"User":"Root:app"`: prop.Yes,
		`"user":"0"`:     prop.Yes,
		`"user":"00:10"`: prop.Yes, `"user":0`: prop.Yes, `"user":"1000"`: prop.No, `"user":"app"`: prop.No,
		`"user":"65532:65532"`: prop.No,
		`"user":["x"]`:         prop.Maybe,
	} {
		assert.Equal(t, want, one(t, user).RunsAsRoot(), user)
	}
}

func TestPinned(t *testing.T) {
	const digest = "@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	for image, want := range map[string]prop.Truth{
		"app" + digest: prop.Yes, "registry:5000/team/app:1.2.3" + digest: prop.Yes, "app:1.2.3": prop.Yes,
		"registry:5000/app:v1": prop.Yes,
		"app":                  prop.No, "registry:5000/app": prop.No, "app:latest": prop.No, "app:LATEST": prop.No,
		"app:": prop.No, "app:main": prop.No,
		"app@sha256:short": prop.No, "": prop.No,
	} {
		assert.Equal(t, want, one(t, `"image":"`+image+`"`).Pinned(), image)
	}
	assert.Equal(t, prop.No, one(t, `"name":"x"`).Pinned())
}

const (
	address    = "its value has an address with a password in it"
	connection = "its value has a connection string with a password in it"
	named      = "its name says so"
	sets       = "what it sets says so"
	webhook    = "its value has a webhook address that works as a key"
)

func TestLeaks(t *testing.T) {
	for variable, why := range map[string]string{
		`"name":"DB_PASSWORD","value":"x"`:                                            "its name says so",
		`"name":"PGPASS","value":"x"`:                                                 "its name says so",
		`"name":"apiKey","value":"x"`:                                                 "its name says so",
		`"Name":"CLIENT_SECRET","Value":"x"`:                                          "its name says so",
		`"name":"DB_PASSWORD","value":""`:                                             "",
		`"name":"DB_PASSWORD_SECRET_ARN","value":"arn:aws:secretsmanager:x"`:          "",
		`"name":"TOKEN_TTL","value":"60"`:                                             "",
		`"name":"COMPASS","value":"north"`:                                            "",
		`"name":"KEYBOARD","value":"de"`:                                              "",
		`"name":"A","value":"AKIAIOSFODNN7EXAMPLE"`:                                   "its value has an AWS access key id",
		`"name":"A","value":"x ASIAIOSFODNN7EXAMPLE y"`:                               "its value has an AWS access key id",
		`"name":"A","value":"-----BEGIN RSA PRIVATE KEY-----\nx"`:                     "its value has a private key",
		`"name":"A","value":"postgresql://u:p@h:5432/d"`:                              address,
		`"name":"A","value":"amqp://u:p/w%@h"`:                                        address,
		`"name":"A","value":"host=h user=u password=p dbname=d"`:                      connection,
		`"name":"DATABASE_URL","value":"postgresql://u@h:5432/d?sslmode=require"`:     "",
		`"name":"URL","value":"https://h:443/x@y"`:                                    "",
		`"name":"N","value":1`:                                                        "",
		`"name":"DB_PASS","value":"x"`:                                                "its name says so",
		`"name":"SLACK_WEBHOOK","value":"x"`:                                          "its name says so",
		`"name":"A","value":"ghp_0123456789abcdefghijABCDEFGHIJ012345"`:               "its value has an access token",
		`"name":"HOOK_URL","value":"https://hooks.slack.com/services/T01/B02/abc123"`: webhook,
		`"name":"A","value":"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x"`:                 "its value has a signed token",
		`"name":"A","value":"jdbc:postgresql://h/d?user=u&password=p"`:                connection,
		`"name":"A","value":"mongodb://h/d?password=p"`:                               connection,
		`"name":"A","value":"{\"user\":\"u\",\"password\":\"p\"}"`:                    connection,
	} {
		found, complete := one(t, `"environment":[{`+variable+`}]`).Leaks()
		assert.Equal(t, prop.Yes, complete, variable)
		got := ""
		for _, leak := range found {
			got = leak.Why
		}
		assert.Equal(t, why, got, variable)
	}
}

// A secret may hide outside the environment, too.
func TestLeaksElsewhere(t *testing.T) {
	for fields, want := range map[string][]containers.Leak{
		`"command":["app","--db","postgresql://u:p@h/d"]`:    {{Label: "word 3 of the command", Why: address}},
		`"command":["app","--api-token","x"]`:                {{Label: "word 3 of the command", Why: named}},
		`"command":["app","--api-token=x"]`:                  {{Label: "word 2 of the command", Why: sets}},
		`"entryPoint":["sh","-c","API_KEY=x exec app"]`:      {{Label: "word 3 of the entryPoint", Why: sets}},
		`"healthCheck":{"command":["CMD","--password","x"]}`: {{Label: "word 3 of the health check command", Why: named}},
		`"dockerLabels":{"app.token":"x"}`:                   {{Label: `label "app.token"`, Why: named}},
		`"logConfiguration":{"logDriver":"splunk","options":{"splunk-token":"x","splunk-url":"https://h"}}`: {
			{Label: `log option "splunk-token"`, Why: named},
		},
		`"command":["sh","-c","TOKEN=$(cat /run/token) PASSWORD=\"$PGPASSWORD\" exec app"]`: nil,
		`"command":["app","--token-file","/run/token","--password-stdin"]`:                  nil,
	} {
		found, complete := one(t, fields).Leaks()
		assert.Equal(t, prop.Yes, complete, fields)
		assert.Equal(t, want, found, fields)
	}
}

func TestSecretDefinitionsAreNotQuoted(t *testing.T) {
	found, ok := containers.Read(prop.New("containerDefinitions", resource.MakeSecret(resource.NewStringProperty(
		`[{"name":"canary","environment":[{"name":"canary","value":"x"}]}]`))))
	require.Equal(t, prop.Yes, ok)
	assert.Equal(t, "container 1", found[0].Label)
	leaks, _ := found[0].Leaks()
	assert.Equal(t, []containers.Leak{{Label: "the definition", Why: "a value that is marked secret is part of it"}},
		leaks)
}

func TestWhatIsNotAListOfContainers(t *testing.T) {
	for text, want := range map[string]prop.Truth{
		`{`: prop.No, `1`: prop.No, `[1]`: prop.No, `[null]`: prop.No,
		`["x"]`: prop.No, `[]`: prop.Yes,
	} {
		_, ok := containers.Read(prop.New("containerDefinitions", resource.NewStringProperty(text)))
		assert.Equal(t, want, ok, text)
	}
	_, ok := containers.Read(prop.Unknown("containerDefinitions"))
	assert.Equal(t, prop.Maybe, ok)
}

// FuzzRead looks for definitions that crash the reader or show what is secret.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`[{"name":"x","user":"0","environment":[{"name":"A_TOKEN","value":"b"}],"image":"a:latest"}]`,
		`[{"name":{},"user":[],"environment":{"name":1},"image":{"x":1},"logConfiguration":[]}]`,
		`{"name":"x"}`, `[[]]`, `null`, `[`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, raw := range []resource.PropertyValue{
			resource.NewStringProperty(text), resource.MakeSecret(resource.NewStringProperty(text)),
		} {
			found, _ := containers.Read(prop.New("containerDefinitions", raw))
			for _, c := range found {
				c.RunsAsRoot()
				c.Pinned()
				c.Get("logConfiguration", "logDriver").IsSet()
				leaks, _ := c.Leaks()
				if raw.IsSecret() && (len(leaks) != 1 || leaks[0].Label != "the definition") {
					t.Fatalf("a secret definition is quoted: %v", leaks)
				}
			}
		}
	})
}
