package leaks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/leaks"
)

// None of these is real: each is its prefix and as many letters as the service issues.
func TestValue(t *testing.T) {
	long := strings.Repeat("a1", 40)
	for text, what := range map[string]string{
		"AKIA" + "QWERTYUIOPASDFGH":                        "an AWS access key id",
		"-----BEGIN OPENSSH " + "PRIVATE KEY-----":         "a private key",
		"AGE-SECRET-KEY-1" + strings.ToUpper(long)[:58]:    "a private key",
		"amqp://u:p/w%@h":                                  "an address with a password in it",
		"rediss://:p@h:6379":                               "an address with a password in it",
		"host=h user=u password=p":                         "a connection string with a password in it",
		`{"user":"u","password":"p"}`:                      "a connection string with a password in it",
		"AccountName=a;AccountKey=" + long + ";":           "a connection string with a password in it",
		"ghs_" + long[:36]:                                 "an access token",
		"github_pat_" + long[:22]:                          "an access token",
		"glpat-" + long[:20]:                               "an access token",
		"xapp-1-" + long[:24]:                              "an access token",
		"rk_live_" + long[:24]:                             "an access token",
		"whsec_" + long[:32]:                               "an access token",
		"npm_" + long[:36]:                                 "an access token",
		"pypi-" + long[:60]:                                "an access token",
		"dckr_pat_" + long[:27]:                            "an access token",
		"dop_v1_" + long[:64]:                              "an access token",
		"SG." + long[:22] + "." + long[:43]:                "an access token",
		"key-" + long[:32]:                                 "an access token",
		"AIza" + long[:35]:                                 "an access token",
		"GOCSPX-" + long[:28]:                              "an access token",
		"sk-proj-" + long[:48]:                             "an access token",
		"sk-ant-api03-" + long:                             "an access token",
		"hf_" + long[:34]:                                  "an access token",
		"shpat_" + long[:32]:                               "an access token",
		"hvs." + long[:24]:                                 "an access token",
		"dapi" + long[:32]:                                 "an access token",
		"eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJhcHAifQ.c2l": "a signed token",
		"https://hooks.slack.com/services/" + "T0/B0/x":    "a webhook address that works as a key",
		"https://discord.com/api/webhooks/" + "123/abc-d":  "a webhook address that works as a key",
		"info":                            "",
		"https://api.example.com:8443/v1": "",
		"postgresql://u@h:5432/d?sslmode=require": "",
		"oncall@example.com":                      "",
		"password=$PGPASSWORD":                    "",
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:smtp-AbCdEf": "",
		"https://h:443/x@y":                             "",
		"see https://app:" + "pw@example.com/ for more": "an address with a password in it",
		"sk-learn":    "",
		"SG.eu":       "",
		"key-value":   "",
		"hf_home":     "",
		"AIza-Nevada": "",
	} {
		assert.Equal(t, what, leaks.Value(text), text)
	}
}

func TestName(t *testing.T) {
	for name, secret := range map[string]bool{
		"DB_PASSWORD": true, "PGPASS": true, "apiKey": true, "CLIENT_SECRET": true, "MYSQL_PWD": true, "DB_PASS": true,
		"SLACK_WEBHOOK": true, "RAILS_MASTER_KEY": true, "ENCRYPTION_KEY": true, "AZURE_ACCOUNT_KEY": true,
		"DB_PASSWORD_FILE": false, "TOKEN_TTL": false, "SECRET_NAME": false, "COMPASS": false, "KEYBOARD": false,
		"TOKEN_ISSUER": false, "PASSENGER_COUNT": false,
	} {
		assert.Equal(t, secret, leaks.Name(name), name)
	}
}

func TestSets(t *testing.T) {
	for word, secret := range map[string]bool{
		"--api-token=x": true, "API_KEY=x exec app": true, "-Xmx1g -Ddb.password=x": true, "a; TOKEN='x'": true,
		"TOKEN=$(cat /run/token) exec app": false, `PASSWORD="$PGPASSWORD"`: false, "--max-tokens=100": false,
		"--token-file=/run/token": false, "--log-level=debug": false, "a==b": false,
	} {
		assert.Equal(t, secret, leaks.Sets(word), word)
	}
	assert.Equal(t, "api-token", leaks.Option("--api-token"))
	assert.Empty(t, leaks.Option("--level=info"))
	assert.Empty(t, leaks.Option("serve"))
}
