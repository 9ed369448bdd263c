package config

import "reflect"

var badDecoding = map[string]bad{
	"plural subject": {
		edits{"networks": `{"nat": "none"}`},
		Error{"networks", "an unknown key", subjects, `did you mean "network"?`},
	},
	"wrong case": {
		edits{"database.multiAZ": `true`},
		Error{"database.multiAZ", "an unknown key", databaseKeys, `did you mean "multiAz"?`},
	},
	"deep misspelt key": {
		edits{"services[0].scaling.mim": `3`},
		Error{
			"services[0].scaling.mim", "an unknown key",
			"cpuPercent, max, memoryPercent, min, requestsPerTarget, responseMilliseconds, scaleInCooldownSeconds, " +
				"scaleOutCooldownSeconds, schedules",
			`did you mean "min"?`,
		},
	},
	"key of another object": {
		edits{"services[0].fargateBase": `3`},
		Error{
			"services[0].fargateBase", "an unknown key",
			keysIn[Service](),
			"did you mean aws-webapp:services[].capacity.fargateBase?",
		},
	},
	"key of another object at the top": {
		edits{"hostedZoneId": `"Z0123"`},
		Error{"hostedZoneId", "an unknown key", subjects, "did you mean aws-webapp:dns.hostedZoneId?"},
	},
	"key that nothing resembles": {
		edits{"redis": `{}`},
		Error{"redis", "an unknown key", subjects, lookItUp},
	},
	"password in the configuration": {
		edits{"database.masterUserPassword": `"hunter2"`},
		Error{
			"database.masterUserPassword", "an unknown key", databaseKeys,
			"remove it: no secret belongs here; RDS makes the database's, and services name theirs by ARN",
		},
	},
	"key that needs quotes": {
		edits{`services[0].environment`: `{"LOG.LEVEL": "info"}`},
		Error{
			`services[0].environment["LOG.LEVEL"]`, `"LOG.LEVEL" as a key`, "letters, digits and underscores, no digit first",
			"write it like LOG_LEVEL",
		},
	},
	"text for an object": {
		edits{"network": `10.0.0.0/16`},
		Error{"network", "a string", "an object", "write its keys below it, indented"},
	},
	"list for an object": {
		edits{"services[0].routing": `["/*"]`},
		Error{"services[0].routing", "a list", "an object", "write its keys below it, indented"},
	},
	"object for a list": {
		edits{"services": `{"name": "web"}`},
		Error{"services", "an object", "a list", "write each entry on a line of its own, after a hyphen"},
	},
	"text for a list": {
		edits{"services[0].routing.paths": `"/*"`},
		Error{
			"services[0].routing.paths", `"/*" (string)`, "a list",
			"write each entry on a line of its own, after a hyphen",
		},
	},
	"list for a map": {
		edits{"tags.extra": `["team=web"]`},
		Error{"tags.extra", "a list", "an object of names and texts", "write its entries below it, indented"},
	},
	"text for a number": {
		edits{"services[0].scaling.min": `"two"`},
		Error{"services[0].scaling.min", `"two" (string)`, "a whole number", "write it in digits"},
	},
	"fraction": {
		edits{"services[0].cpu": `0.5`},
		Error{"services[0].cpu", "0.5 (number)", "a whole number", "write it in digits"},
	},
	"number beyond 32 bits": {
		edits{"services[0].scaling.max": `4294967296`},
		Error{"services[0].scaling.max", "4294967296 (number)", "a whole number", "write it in digits"},
	},
	"boolean for a number": {
		edits{"database.backupRetentionDays": `true`},
		Error{"database.backupRetentionDays", "true (boolean)", "a whole number", "write it in digits"},
	},
	"word for a boolean": {
		edits{"database.multiAz": `"yes"`},
		Error{"database.multiAz", `"yes" (string)`, "true or false", "write true or false"},
	},
	"number for a boolean": {
		edits{"loadBalancer.waf.enabled": `1`},
		Error{"loadBalancer.waf.enabled", "1 (number)", "true or false", "write true or false"},
	},
	"version that YAML took for a number": {
		edits{"database.engineVersion": `16.1`},
		Error{"database.engineVersion", "16.1 (number)", "a text", quoteIt},
	},
	"account id that YAML took for a number": {
		edits{"aws.allowedAccountIds": `[111111111111]`},
		Error{"aws.allowedAccountIds[0]", "111111111111 (number)", "a text", quoteIt},
	},
	"variable without quotes": {
		edits{"services[0].environment": `{"WORKERS": 4}`},
		Error{"services[0].environment.WORKERS", "a number", "a text", quoteIt},
	},
	"object for a text": {
		edits{"services[0].image": `{"repository": "web"}`},
		Error{"services[0].image", "an object", "a text", quoteIt},
	},
	"null in a list": {
		edits{"services[0].routing.paths": `["/a", null]`},
		Error{"services[0].routing.paths[1]", "nothing", "an entry", "write one, or remove the line"},
	},
	"null in a map": {
		edits{"services[0].environment": `{"EMPTY": null}`},
		Error{"services[0].environment.EMPTY", "nothing", "a text", `write one, or remove the key; an empty text is ""`},
	},
	"missing key": {
		edits{"tags.owner": ""},
		Error{
			"tags.owner", "nothing", "1 to 256 letters, digits, spaces and _ . : / = + - @",
			"set it; write it like platform",
		},
	},
	"missing services": {
		edits{"services": ""},
		Error{"services", "nothing", "a list of 1 to 50 entries", "set it"},
	},
	"missing name": {
		edits{"services[0].name": "null"},
		Error{"services[0].name", "nothing", "1 to 24 of a-z, 0-9 and inner hyphens", "set it; write it like visitor-book"},
	},
	"missing environment": {
		edits{"environment": ""},
		Error{"environment", "nothing", "dev, staging, prod", "set it"},
	},
	"duplicate entry": {
		edits{"services[0].routing.paths": `["/a", "/b", "/a"]`},
		Error{
			"services[0].routing.paths[2]", `"/a"`, "each entry once",
			"remove it: aws-webapp:services[0].routing.paths[0] says the same",
		},
	},
}

const quoteIt = "put it in quotes as it should read (pulumi config set --path needs --type string)"

var subjects, databaseKeys = keysIn[Config](), keysIn[Database]()

// keysIn are the keys of an object, as an error lists them.
func keysIn[T any]() string {
	var keys []string
	for f := range fields(reflect.TypeFor[T]()) {
		keys = append(keys, f.name)
	}
	return joinKeys(keys)
}
