package keys

import (
	"maps"
	"slices"
	"strings"
)

// companion holds what a key needs for another value to be valid.
type companion struct {
	// values, as JSON, in place of those that the key's rule suggests.
	values []string
	// edits of other keys that go along. They take precedence over a value.
	edits map[string]string
	// first says that the edits make an optional part, which has to be there before the key changes: else all that is
	// seen of the change is that the part comes.
	first bool
	// base is what is there before, if that is less than the edits.
	base map[string]string
}

func values(texts ...string) companion { return companion{values: texts} }

// schedule goes along with each of its own keys: an entry has to be complete.
var schedule = companion{edits: map[string]string{
	"services[0].scaling.schedules": `[{"name": "night", "expression": "cron(0 22 * * ? *)", "min": 3, "max": 4}]`,
}}

// override is similar: an existing rule of a group that the stack has.
func override(values ...string) companion {
	return companion{values: values, edits: map[string]string{
		"loadBalancer.waf.ruleOverrides": `[
			{"group": "AWSManagedRulesCommonRuleSet", "rule": "GenericLFI_BODY", "action": "count"}]`,
	}}
}

// alone keeps a key's own path as in the edits.
func (c companion) alone() companion {
	c.values = []string{""}
	return c
}

// listed replaces the whole list.
func listed(key, list string) companion {
	return companion{edits: map[string]string{key: list}}.alone()
}

// compliance is the lock that nobody can remove.
func compliance(value string) companion {
	return companion{values: []string{value}, edits: map[string]string{
		"backup.lock.mode": `"compliance"`, "backup.lock.graceDays": "3", "backup.lock.irreversible": "true",
		"backup.forceDestroy": "false",
	}}
}

// cached returns the other keys that a key of the cache needs: a cache, and a service that uses it.
func cached(values ...string) companion {
	return companion{values: values, first: true, edits: map[string]string{
		"cache.enabled": "true", "services[0].cacheAccess": "true",
	}}
}

// checked returns the other key that a key of a container's check needs: its command.
func checked(values ...string) companion {
	return companion{values: values, first: len(values) > 0, edits: map[string]string{
		"services[0].containerCheck.command": `["/app/check"]`,
	}}
}

// worked returns the other keys that a key of a worker's queue needs: a worker that has one.
func worked(value string) companion {
	return companion{values: []string{value}, first: true, edits: map[string]string{"services": workers}}
}

// workers are a worker with a queue, and a web service that may call it.
const workers = `[
	{"name": "visitor-book", "kind": "worker", "image": "visitor-book:1.0.0", "queue": {"enabled": true}},
	{"name": "api", "image": "visitor-book:1.0.0", "routing": {"priority": 50, "paths": ["/*"]}}]`

// entry is a change of one key in the only entry of a list. What is there before has another value.
func entry(list string, is map[string]string, key, value string) companion {
	changed := maps.Clone(is)
	changed[key] = value
	return replaced(list, object(is), object(changed))
}

// replaced is a change of what a list has.
func replaced(list, before, after string) companion {
	one := listed(list, "["+after+"]")
	one.base = map[string]string{list: "[" + before + "]"}
	return one
}

func object(values map[string]string) string {
	var members []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		members = append(members, `"`+name+`": `+values[name])
	}
	return "{" + strings.Join(members, ", ") + "}"
}

func sidecar(key, value string) companion {
	return entry("services[0].sidecars", map[string]string{
		"name": `"agent"`, "image": `"example/agent:1.0.0"`, "containerCheck": `{"command": ["/check"]}`,
	}, key, value)
}

// checkedSidecar is the same for the keys of its check.
func checkedSidecar(key, value string) companion {
	return sidecar("containerCheck", `{"command": ["/check"], "`+key+`": `+value+`}`)
}

// wayOut is a way out, of a service or of its earlier version.
func wayOut(list, key, value string) companion {
	return entry(list, map[string]string{
		"to": `"203.0.113.0/24"`, "port": "6380", "protocol": `"tcp"`, "reason": `"queue of the mail team"`,
	}, key, value)
}

func leaving(key, value string) companion { return wayOut("services[0].egress", key, value) }

func left(key, value string) companion { return wayOut("services[0].previous.egress", key, value) }

// ruled is a further rule of a service.
func ruled(key, value string) companion {
	return entry("services[0].routing.rules", map[string]string{
		"priority": "90", "paths": `["/beta/*"]`, "hosts": `["beta.example.com"]`,
		"headers": `[{"name": "X-Tenant", "values": ["beta*"]}]`,
	}, key, value)
}

func init() {
	for _, list := range []struct{ name, path string }{
		{"services[].permissions", "services[0].permissions"},
		{"staging.taskPermissions", "staging.taskPermissions"},
		{"production.taskPermissions", "production.taskPermissions"},
	} {
		for key, forms := range map[string][2]string{
			"bucket": {`{"bucket": "others-example", "access": "read"}`, `{"bucket": "uploads-example", "access": "read"}`},
			"access": {`{"queue": "orders", "access": "read"}`, `{"queue": "orders", "access": "write"}`},
			"queue":  {`{"queue": "orders", "access": "read"}`, `{"queue": "mails", "access": "read"}`},
			"topic":  {`{"topic": "alerts"}`, `{"topic": "news"}`},
			"table":  {`{"table": "carts", "access": "read"}`, `{"table": "orders", "access": "read"}`},
			"mail":   {`{"mail": "example.com"}`, `{"mail": "shop.example.com"}`},
			"model":  {`{"model": "eu.amazon.nova-pro-v1:0"}`, `{"model": "eu.amazon.nova-lite-v1:0"}`},
			"role": {
				`{"role": "arn:aws:iam::444444444444:role/supplier"}`, `{"role": "arn:aws:iam::444444444444:role/partner"}`,
			},
		} {
			along[list.name+"[]."+key] = replaced(list.path, forms[0], forms[1])
		}
	}
}

// internals are services of which the first is called by the second.
var internals = map[string]string{"services": `[
	{"name": "visitor-book", "kind": "internal", "image": "visitor-book:1.0.0"},
	{"name": "api", "image": "visitor-book:1.0.0", "routing": {"priority": 50, "paths": ["/*"]},
		"calls": ["visitor-book"]}]`}

const anotherReason = `"the report reads every table"`

// permitted is a statement for the tasks.
func permitted(list, key, value string) companion {
	return entry(list, map[string]string{
		"actions": `["dynamodb:GetItem"]`, "resources": `["arn:aws:dynamodb:us-east-1:222222222222:table/orders"]`,
		"reason": `"the search reads every table"`,
	}, key, value)
}

// roles of another account of an environment.
func roles(environment, account string) companion {
	edits := map[string]string{}
	for _, role := range []string{"deploy", "preview"} {
		edits[environment+"."+role+"RoleArn"] = `"arn:aws:iam::` + account + `:role/` + role + `"`
	}
	return companion{values: []string{`"` + account + `"`}, edits: edits}
}

// along holds the keys whose rules by themselves suggest no second valid value.
var along = map[string]companion{
	"aws.region":                values(`"eu-west-1"`),
	"network.availabilityZones": {edits: map[string]string{"network.availabilityZones": `["us-east-1b", "us-east-1c"]`}},
	"network.cidrBlock":         values(`"10.9.0.0/16"`),
	"network.nat": {edits: map[string]string{
		"network.interfaceEndpoints": `["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sqs", "kms", "sts", "ssmmessages"]`,
	}},
	"database.engineVersion": {values: []string{`"18"`, `"17"`}, edits: map[string]string{
		"database.allowMajorVersionUpgrade": "true", "database.applyImmediately": "true",
	}},
	"database.allowMajorVersionUpgrade": {edits: map[string]string{"database.applyImmediately": "true"}},
	"database.instanceClass":            values(`"db.m6g.large"`),
	"database.backupWindow":             values(`"02:00-02:30"`),
	"database.maintenanceWindow":        values(`"mon:10:00-mon:11:00"`),
	"backup.startTime":                  values(`"07:00"`),
	"backup.lock.graceDays":             compliance("3"),
	"backup.lock.irreversible":          compliance("true"),
	"loadBalancer.waf.ruleOverrides[].group": replaced("loadBalancer.waf.ruleOverrides",
		`{"group": "AWSManagedRulesCommonRuleSet", "rule": "GenericLFI_BODY", "action": "count"}`,
		`{"group": "AWSManagedRulesKnownBadInputsRuleSet", "rule": "Log4JRCE_BODY", "action": "count"}`),
	"loadBalancer.waf.ruleOverrides[].rule":   override(`"GenericRFI_BODY"`),
	"loadBalancer.waf.ruleOverrides[].action": override(`"challenge"`, `"captcha"`, `"allow"`, `"block"`),
	"loadBalancer.certificateArn":             {edits: map[string]string{"dns": "{}"}},
	"loadBalancer.scheme": {
		values: []string{`"internal"`}, edits: map[string]string{"loadBalancer.ingressCidrs": `["10.0.0.0/16"]`},
	},
	"loadBalancer.ingressPrefixLists": companion{edits: map[string]string{
		"loadBalancer.ingressPrefixLists": `["pl-3b927c52"]`, "loadBalancer.ingressCidrs": "[]",
	}}.alone(),
	"services[].routing.paths":                    listed("services[0].routing.paths", `["/*", "/api/*"]`),
	"services[].routing.hosts":                    listed("services[0].routing.hosts", `["app.example.com"]`),
	"services[].routing.rules[].priority":         ruled("priority", "80"),
	"services[].routing.rules[].paths":            ruled("paths", `["/alpha/*"]`),
	"services[].routing.rules[].hosts":            ruled("hosts", `["alpha.example.com"]`),
	"services[].routing.rules[].headers[].name":   ruled("headers", `[{"name": "X-Team", "values": ["beta*"]}]`),
	"services[].routing.rules[].headers[].values": ruled("headers", `[{"name": "X-Tenant", "values": ["alpha"]}]`),
	"services[].protocolVersion": {
		values: []string{`"HTTP2"`}, edits: map[string]string{"services[0].deployment.testPaths": "[]"},
	},
	"services[].deployment.controller": {edits: map[string]string{"services[0].deployment.testPaths": "[]"}},
	"services[].memoryMiB":             values("2048"),
	"services[].desiredCount":          values("4"),
	"services[].egress[].to":           leaving("to", `"198.51.100.0/24"`),
	"services[].egress[].port":         leaving("port", "5671"),
	"services[].egress[].protocol":     leaving("protocol", `"udp"`),
	"services[].egress[].reason":       leaving("reason", `"broker of the mail team"`),
	"services[].permissions[].actions": permitted("services[0].permissions", "actions", `["dynamodb:Query"]`),
	"services[].permissions[].resources": permitted("services[0].permissions", "resources",
		`["arn:aws:dynamodb:us-east-1:222222222222:table/others"]`),
	"services[].permissions[].reason":    permitted("services[0].permissions", "reason", anotherReason),
	"services[].kind":                    listed("services", workers),
	"services[].queue.visibilitySeconds": worked("60"),
	"services[].queue.maxReceives":       worked("3"),
	"services[].queue.retentionDays":     worked("10"),
	"services[].queue.messagesPerTask":   worked("20"),
	"services[].queue.ageMinutes":        worked("30"),
	"services[].queue.enabled":           worked("false"),
	"services[].oneTaskReason":           worked(`"mails may wait for a minute"`),
	"services[].calls": {values: []string{""}, edits: map[string]string{
		"services[0].calls": `["mailer"]`,
		"services[1]":       `{"name": "mailer", "kind": "worker", "image": "mailer:1.0.0", "queue": {"enabled": true}}`,
	}},
	"services[].sidecars[].name":         sidecar("name", `"metrics"`),
	"services[].sidecars[].image":        sidecar("image", `"example/agent:2.0.0"`),
	"services[].sidecars[].entryPoint":   sidecar("entryPoint", `["/agent"]`),
	"services[].sidecars[].command":      sidecar("command", `["--fast"]`),
	"services[].sidecars[].user":         sidecar("user", `"100"`),
	"services[].sidecars[].writableRoot": sidecar("writableRoot", `"the agent writes its settings"`),
	"services[].sidecars[].tmpMiB":       sidecar("tmpMiB", "64"),
	"services[].sidecars[].scratchPaths": sidecar("scratchPaths", `["/var/lib/agent"]`),
	"services[].sidecars[].essential":    sidecar("essential", "false"),
	"services[].sidecars[].cpu":          sidecar("cpu", "64"),
	"services[].sidecars[].memoryMiB":    sidecar("memoryMiB", "128"),
	"services[].sidecars[].environment":  sidecar("environment", `{"SITE": "eu"}`),
	"services[].sidecars[].secrets":      sidecar("secrets", `{"API_KEY": "/agent/api-key"}`),
	"services[].sidecars[].dependsOn": replaced("services[0].sidecars",
		`{"name": "setup", "image": "example/agent:1.0.0"}, {"name": "agent", "image": "example/agent:1.0.0"}`,
		`{"name": "setup", "image": "example/agent:1.0.0", "dependsOn": {"agent": "START"}},
		{"name": "agent", "image": "example/agent:1.0.0"}`),
	"services[].sidecars[].containerCheck.command":         sidecar("containerCheck", `{"command": ["/app/check"]}`),
	"services[].sidecars[].containerCheck.intervalSeconds": checkedSidecar("intervalSeconds", "20"),
	"services[].sidecars[].containerCheck.timeoutSeconds":  checkedSidecar("timeoutSeconds", "6"),
	"services[].sidecars[].containerCheck.retries":         checkedSidecar("retries", "4"),
	"services[].sidecars[].containerCheck.startSeconds":    checkedSidecar("startSeconds", "90"),
	"services[].dependsOn": {values: []string{""}, edits: map[string]string{
		"services[0].sidecars":  `[{"name": "agent", "image": "example/agent:1.0.0"}]`,
		"services[0].dependsOn": `{"agent": "START"}`,
	}, base: map[string]string{"services[0].sidecars": `[{"name": "agent", "image": "example/agent:1.0.0"}]`}},
	"services[].routing.container": {values: []string{`"agent"`}, first: true, edits: map[string]string{
		"services[0].sidecars": `[{"name": "agent", "image": "example/agent:1.0.0"}]`,
	}},
	"services[].requestSeconds":                 {values: []string{"10"}, first: true, edits: internals},
	"services[].writableRoot":                   values(`"the image unpacks its plugins"`),
	"services[].databaseVariables":              listed("services[0].databaseVariables", `{"A": "host", "B": "password"}`),
	"services[].containerCheck.command":         checked().alone(),
	"services[].containerCheck.intervalSeconds": checked("20"),
	"services[].containerCheck.timeoutSeconds":  checked("6"),
	"services[].containerCheck.retries":         checked("4"),
	"services[].containerCheck.startSeconds":    checked("90"),
	"services[].scaling.min": {
		values: []string{"3", "2"}, edits: map[string]string{"services[0].desiredCount": "3"},
	},
	"services[].scaling.schedules[].name":       schedule,
	"services[].scaling.schedules[].expression": {values: []string{`"cron(0 21 * * ? *)"`}, edits: schedule.edits},
	"services[].scaling.schedules[].timezone":   schedule,
	"services[].scaling.schedules[].min":        schedule,
	"services[].scaling.schedules[].max":        schedule,
	"monitoring.subscriptions[].protocol": {
		values: []string{`"https"`},
		edits:  map[string]string{"monitoring.subscriptions[0].endpoint": `"https://hooks.example.com"`},
	},
	"notifications.subscriptions[].protocol": {
		values: []string{`"https"`},
		edits:  map[string]string{"notifications.subscriptions[0].endpoint": `"https://hooks.example.com"`},
	},
	"logSearch.engineVersion": values(`"3.1"`),
	"logSearch.instanceType":  values(`"r6g.xlarge.search"`),
	"logSearch.zoneAwareness": {edits: map[string]string{"logSearch.instanceCount": "2"}},
	"operator.image": {
		edits: map[string]string{"operator.enabled": "true"}, first: true, values: []string{
			`"public.ecr.aws/docker/library/postgres:17.6-bookworm"`,
		},
	},
	"operator.minutes":                      {edits: map[string]string{"operator.enabled": "true"}, first: true},
	"cache.enabled":                         {edits: map[string]string{"services[0].cacheAccess": "true"}},
	"services[].cacheAccess":                {edits: map[string]string{"cache.enabled": "true"}},
	"services[].previous.egress[].to":       left("to", `"198.51.100.0/24"`),
	"services[].previous.egress[].port":     left("port", "6381"),
	"services[].previous.egress[].protocol": left("protocol", `"udp"`),
	"services[].previous.egress[].reason":   left("reason", `"queue of the old mail team"`),
	"services[].previous.cacheAccess":       {edits: map[string]string{"cache.enabled": "true"}},
	"cache.engineVersion":                   cached(`"8.2"`),
	"cache.nodeType":                        cached(`"cache.m7g.large"`),
	"cache.nodes":                           cached("3"),
	"cache.evictionPolicy":                  cached(`"allkeys-lru"`),
	"cache.snapshotRetentionDays":           cached("7"),
	"cache.snapshotWindow":                  cached(`"01:00-02:00"`),
	"cache.maintenanceWindow":               cached(`"mon:10:00-mon:11:00"`),
	"cache.applyImmediately":                cached("true"),
	"cache.thresholds.cpuPercent":           cached("81"),
	"cache.thresholds.memoryPercent":        cached("81"),
	"cache.thresholds.evictionsPerMinute":   cached("81"),
	"cache.thresholds.connections":          cached("81"),
	"cache.thresholds.lagSeconds":           cached("81"),
	"auditTrail.enabled": {edits: map[string]string{
		"accountBaseline.configRecorder": "false", "accountBaseline.securityHub": "false",
	}},
	"accountBaseline.securityHub": {
		values: []string{"true", "false"}, edits: map[string]string{"accountBaseline.configRecorder": "true"},
	},
	"accountBaseline.configRecorder": {
		values: []string{"true", "false"}, edits: map[string]string{"accountBaseline.securityHub": "false"},
	},
	"staging.accountId":                 roles("staging", "444444444444"),
	"production.accountId":              roles("production", "444444444444"),
	"staging.stack":                     values(`"test"`),
	"staging.deployRoleArn":             values(`"arn:aws:iam::111111111111:role/other"`),
	"staging.previewRoleArn":            values(`"arn:aws:iam::111111111111:role/other"`),
	"staging.taskPermissions[].actions": permitted("staging.taskPermissions", "actions", `["dynamodb:Query"]`),
	"staging.taskPermissions[].resources": permitted("staging.taskPermissions", "resources",
		`["arn:aws:dynamodb:us-east-1:222222222222:table/others"]`),
	"staging.taskPermissions[].reason":     permitted("staging.taskPermissions", "reason", anotherReason),
	"production.taskPermissions[].actions": permitted("production.taskPermissions", "actions", `["dynamodb:Query"]`),
	"production.taskPermissions[].resources": permitted("production.taskPermissions", "resources",
		`["arn:aws:dynamodb:us-east-1:222222222222:table/others"]`),
	"production.taskPermissions[].reason": permitted("production.taskPermissions", "reason", anotherReason),
	"production.stack":                    values(`"live"`),
	"production.deployRoleArn":            values(`"arn:aws:iam::222222222222:role/other"`),
	"production.previewRoleArn":           values(`"arn:aws:iam::222222222222:role/other"`),
}
