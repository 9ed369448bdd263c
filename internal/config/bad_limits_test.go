package config

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// badLimits holds lists that are too long for any account.
var badLimits = map[string]bad{
	"secrets beyond a role's policies": {
		edits{"services[0].secrets": manySecrets(110, "")},
		Error{
			"services[0].secrets", "ARNs of 8910 characters together",
			"at most 8192, each secret once: inline policies of a role: 10240 characters without white space",
			"keep several values in one secret, and name each by ARN:KEY::",
		},
	},
	"variables beyond a task definition": {
		edits{"services[0].environment.TEXT": `"` + strings.Repeat("x", 58_000) + `"`},
		Error{
			"services[0].environment", "58056 bytes with command and secrets",
			"at most 57344: a task definition: 65536 bytes", "read what is large from a bucket or from a parameter",
		},
	},
	"readers beyond a function's variables": {
		edits{"logSearch.readerRoleArns": numbered(80, "arn:aws:iam::111122223333:role/role-%02d")},
		Error{
			"logSearch.readerRoleArns", "ARNs of 3119 characters together",
			"at most 3072: variables of a function: 4096 bytes", "give one role that the others may assume",
		},
	},
}

// manySecrets returns n variables, each from its own secret or, with a key, all from one.
func manySecrets(n int, key string) string {
	secrets := map[string]string{}
	for i := range n {
		number, suffix := i, ""
		if key != "" {
			number, suffix = 0, fmt.Sprintf(":%s%d::", key, i)
		}
		secrets[fmt.Sprintf("SECRET_%d", i)] = fmt.Sprintf(
			"arn:aws:secretsmanager:eu-west-1:111111111111:secret:app/credential-%03d-AbCdEf%s", number, suffix)
	}
	return jsonOf(secrets)
}

// A secret counts once, however many of its values a service uses.
func TestManyValuesOfOneSecretFit(t *testing.T) {
	parse(t, stagingStack, edits{"services[0].secrets": manySecrets(110, "KEY_")})
}

// numbered returns a list of strings that differ by their number.
func numbered(n int, format string) string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf(format, i)
	}
	return jsonOf(texts)
}

func jsonOf(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
