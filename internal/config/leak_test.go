package config

import (
	"reflect"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// strayed holds secrets of every kind that the messages recognize. None is real.
var strayed = map[string]string{
	"access key id":     "AKIA" + "QWERTYUIOPASDFGH",
	"address":           "postgresql://app:" + "hunter2hunter2" + "@db.example.com:5432/app",
	"short address":     "redis://:" + "hunter2hunter2" + "@cache",
	"address in a text": "see https://app:" + "hunter2hunter2" + "@example.com/ for more",
	"connection string": "host=db user=app password=" + "hunter2hunter2",
	"private key":       "-----BEGIN RSA " + "PRIVATE KEY-----MIIEowIBAAKCAQEA",
	"GitHub token":      "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789",
	"Slack token":       "xoxb-" + "123456789012-abcdefghijkl",
	"Slack webhook":     "https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXX",
	"Pulumi token":      "pul-" + "0123456789abcdef0123456789abcdef01234567",
	"Stripe key":        "sk_" + "live_abcdefghijklmnop",
	"JWT":               "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJhcHAifQ.c2lnbmF0dXJl",
}

// A secret that strays into any key, as a value or as a name, is in no message.
func TestMessagesHoldNoSecrets(t *testing.T) {
	for name, secret := range strayed {
		t.Run(name, func(t *testing.T) {
			for _, key := range documentedKeys(t) {
				for _, value := range []string{
					strconv.Quote(secret),
					`[` + strconv.Quote(secret) + `]`,
					`{` + strconv.Quote(secret) + `: "x"}`,
					`{"A": ` + strconv.Quote(secret) + `}`,
				} {
					_, err := Parse(project, edited(t, key.at, value))
					if err != nil {
						assert.NotContains(t, err.Error(), secret, key.at)
						assert.NotContains(t, err.Error(), "hunter2", key.at)
					}
				}
			}
		})
	}
}

// edited puts a JSON value at a key, in the first entry of each list.
func edited(t testing.TB, at path, value string) map[string]string {
	t.Helper()
	place := ""
	for _, letter := range string(at[len(root(project)):]) {
		place += string(letter)
		if letter == '[' {
			place += "0"
		}
	}
	if place == environmentKey {
		values := valuesOf(t, stagingStack, nil)
		values["aws-webapp:"+place] = value
		return values
	}
	return valuesOf(t, stagingStack, edits{place: value})
}

// A sensitive value is not shown even if it does not look like a secret.
func TestSensitiveValuesAreNotShown(t *testing.T) {
	sensitive := 0
	for _, key := range keysBelow(t, Defaults()) {
		if !key.is("sensitive") {
			continue
		}
		sensitive++
		values := []string{`"correct horse"`, `["correct horse"]`}
		if key.typ.Kind() == reflect.Map {
			values = []string{`{"A": "correct horse"}`, `{"A": ["correct horse"]}`, `{"DB_PASSWORD": "correct horse"}`}
		}
		for _, value := range values {
			_, err := Parse(project, edited(t, key.at, value))
			if err != nil {
				assert.NotContains(t, err.Error(), "correct horse", key.at)
			}
		}
	}
	assert.Equal(t, 8, sensitive, "environment and secrets, those of sidecars, of before and of jobs, and endpoint")
}

func TestLooksSecret(t *testing.T) {
	for name, secret := range strayed {
		assert.NotEmpty(t, looksSecret("", secret), name)
	}
	for _, variable := range []string{
		"DB_PASSWORD", "password", "API_KEY", "APIKEY", "SESSION_TOKEN", "CLIENT_SECRET",
		"SSH_PRIVATE_KEY", "MYSQL_PWD",
	} {
		assert.NotEmpty(t, looksSecret(variable, "x"), variable)
		assert.Empty(t, looksSecret(variable, ""), "an empty value is no secret")
	}
	for variable, value := range map[string]string{
		"LOG_LEVEL":           "info",
		"SECRET_NAME":         "smtp",
		"TOKEN_TTL":           "60",
		"PASSWORD_MIN_LENGTH": "12",
		"UPSTREAM":            "https://api.example.com:8443/v1",
		"MAIL":                "oncall@example.com",
		"IMAGE":               "111111111111.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2",
		"ARN":                 "arn:aws:secretsmanager:us-east-1:123456789012:secret:smtp-AbCdEf",
	} {
		assert.Empty(t, looksSecret(variable, value), variable)
	}
}

func TestSecretKeyIsNotRead(t *testing.T) {
	values := valuesOf(t, stagingStack, nil)
	values["aws-webapp:database"] = `{"name": "hunter2-hunter2"}`
	_, err := Parse(project, values, "aws-webapp:database")
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "hunter2")
}
