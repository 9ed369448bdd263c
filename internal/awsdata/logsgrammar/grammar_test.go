package logsgrammar_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/logsgrammar"
)

func TestQueriesThatAWSTakes(t *testing.T) {
	for _, query := range []string{
		"fields @timestamp, @message | sort @timestamp desc | limit 20 # the default",
		"filter level in ['ERROR', \"FATAL\"] and not ispresent(data.ok) or -data.size >= 1.5 | stats count(*)",
		"stats pct(d.ms, 95) as p95, avg(d.ms) by bin(5m), path as p | filter p95 > 100 | sort p, p95 desc",
		"stats count(*) by bin(1h) as hour | stats max(hour)",
		"parse @message \"user=* took *ms\" as user, took | display user, took",
		"parse @message /took (?<took>[0-9]+)/ | filter took not like /^1/ and `x-y` =~ /a\\/b/",
	} {
		require.NoError(t, logsgrammar.Query(query), query)
	}
}

func TestQueriesThatFindNothing(t *testing.T) {
	for query, want := range map[string]string{
		"field @message":                  "no such command",
		"fields @message sort @timestamp": `found "sort", expected |`,
		"filter level = ":                 "found the end, expected a value",
		"filter level == 'x'":             `found "=", expected a value`,
		"filter level not 'x'":            "like or in after not",
		"filter level in ['a'":            "expected ]",
		"stats counts(*) by path":         "counts(), which is not a function",
		"filter count(*) > 1":             "count() outside of stats",
		"stats count(*) as n by path | filter @message like /x/": "found @message, which stats has not made",
		"stats count(*) as n by path | sort count desc":          "found count, which stats has not made",
		"limit many":                    `found "many", expected a number`,
		"parse @message 'a * b *' as x": "found 2 stars and 1 names",
		"parse @message /a(.*)/":        "found no (?<name>...)",
		"filter @message like /(/":      "missing closing )",
		"filter ispresent(a":            "expected )",
		"filter a = 'x":                 "begins no word",
	} {
		assert.ErrorContains(t, logsgrammar.Query(query), want, query)
	}
}

func TestPatterns(t *testing.T) {
	for _, pattern := range []string{
		"", "ERROR", `"user id" -INFO`, "?ERROR ?WARN", "%err[0-9]%",
		`{ ($.a = "x*") && (($.b.c != 3) || ($.d[0] NOT EXISTS)) }`, `{ $.a IS TRUE && $.b >= -1.5 && $.c = %x|y% }`,
	} {
		require.NoError(t, logsgrammar.Filter(pattern), pattern)
	}
	for pattern, want := range map[string]string{
		`{ $.a = "x" `:                   "found the end, expected }",
		`{ ($.a = "x" }`:                 `found "}", expected )`,
		`{ a = "x" }`:                    "expected a field such as $.eventName",
		`{ $.a == "x" }`:                 "expected a value",
		`{ $.a > "x" }`:                  "expected a value",
		`{ $.a = $.b }`:                  "expected a value",
		`{ $.a LIKE "x" }`:               "expected an operator",
		`{ $.a = "x" && }`:               "expected a field",
		`{ $.a = "x" } && { $.b = "y" }`: `found "&&", expected the end`,
		`{ $.a = "x }`:                   "begins no word",
		"[ip, user]":                     "a pattern of columns",
		"user.name":                      "expected it in quotes",
	} {
		assert.ErrorContains(t, logsgrammar.Filter(pattern), want, pattern)
	}
}
