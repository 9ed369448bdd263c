package stack_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// variant is a stack file with changes that add parts which the file by itself does not use.
type variant struct {
	stack  string
	change func(map[string]string)
}

// variants lists the stacks for which rules are checked: those of the tests, and changes of them
// that use every part of the program.
var variants = map[string]variant{
	"staging":  {"staging", replaced(nil)},
	"prod":     {"prod", replaced(nil)},
	"delivery": {"delivery", replaced(nil)},
	"local":    {"local", replaced(nil)},
	"staging with everything": {"staging", replaced(map[string]string{
		"accountBaseline": `{"ebsEncryption": true, "s3PublicAccessBlock": true, "passwordPolicy": true,
			"accessAnalyzer": true, "guardDuty": true, "configRecorder": true, "configServiceLinkedRole": true,
			"securityHub": true}`,
		"services": longLists["services"], "loadBalancer": longLists["loadBalancer"],
	})},
	"staging with a cache": {"staging", replaced(map[string]string{
		"cache": `{"enabled": true}`,
		"services": `[
			{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 100, "paths": ["/*"]},
				"databaseAccess": true, "cacheAccess": true},
			{"name": "news", "image": "news:1.0.0", "routing": {"priority": 50, "paths": ["/news/*"]}}]`,
	})},
	"prod with files": {"prod", replaced(map[string]string{
		"fileSystems": `[{"name": "media", "user": "1000:1000"}, {"name": "data", "infrequentAccessDays": 0}]`,
		"services": `[
			{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 60, "paths": ["/*"]},
				"fileSystems": [{"name": "media", "path": "/srv/media"}], "sidecars": [
					{"name": "agent", "image": "example/agent:1.0.0",
						"fileSystems": [{"name": "media", "path": "/media", "readOnly": true}]}]},
			{"name": "news", "kind": "worker", "image": "visitor-book:1.0.0", "command": ["work"],
				"fileSystems": [{"name": "data", "path": "/data"}, {"name": "media", "path": "/media", "readOnly": true}]}]`,
		"jobs": `[{"name": "nightly", "image": "visitor-book:1.0.0", "command": ["report"],
			"fileSystems": [{"name": "data", "path": "/data"}]}]`,
	})},
	"prod with a task for operators": {"prod", replaced(map[string]string{"operator": `{"enabled": true}`})},
	"staging with a container as its service wants it": {"staging", replaced(map[string]string{
		"services": `[{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 100, "paths": ["/*"]},
			"port": 80, "entryPoint": ["/entry"], "stopSeconds": 90, "executeCommand": true,
			"containerCheck": {"command": ["/check"]}, "storageGiB": 30,
			"writableRoot": "the image unpacks its plugins", "databaseAccess": true,
			"egress": [{"to": "203.0.113.0/24", "port": 6380, "reason": "queue of the mail team"}],
			"permissions": [
				{"actions": ["sqs:SendMessage"], "resources": ["arn:aws:sqs:us-east-1:222222222222:orders"]},
				{"bucket": "uploads-example", "access": "read-write"}, {"topic": "news"},
				{"mail": "shop.example.com"}, {"model": "eu.amazon.nova-lite-v1:0"},
				{"role": "arn:aws:iam::444444444444:role/partner"},
				{"actions": ["dynamodb:Get*", "dynamodb:Query"], "resources": ["arn:aws:dynamodb:us-east-1:222222222222:table/*"],
					"reason": "the search reads every table"}],
			"secrets": {"SMTP": "/web/smtp", "API": "arn:aws:secretsmanager:us-east-1:222222222222:secret:api-AbCdEf:token"},
			"secretKeyArns": ["arn:aws:kms:us-east-1:222222222222:key/12345678-1234-1234-1234-123456789012"],
			"databaseVariables": {"DB_HOST": "host", "DB_PORT": "port", "DB_USER": "user", "DB_PASSWORD": "password"}}]`,
	})},
	"prod behind nginx": {"prod", replaced(map[string]string{
		"services": `[
			{"name": "visitor-book", "image": "visitor-book:1.0.0", "port": 80, "databaseAccess": true,
				"scaling": {"requestsPerTarget": 800, "responseMilliseconds": 500},
				"scratchPaths": ["/srv/static"], "dependsOn": {"setup": "SUCCESS"}, "deployment": {"controller": "blue-green"},
				"routing": {"priority": 60, "paths": ["/*"], "container": "nginx"}, "sidecars": [
					{"name": "nginx", "image": "222222222222.dkr.ecr.us-east-1.amazonaws.com/nginx:1.4.0",
						"user": "101:101", "scratchPaths": ["/srv/static"], "tmpMiB": 64, "cpu": 128, "memoryMiB": 256,
						"dependsOn": {"visitor-book": "START"}},
					{"name": "setup", "image": "example/setup:1.0.0", "essential": false, "command": ["--once"],
						"writableRoot": "it writes its own settings", "secrets": {"API_KEY": "/agent/api-key"},
						"environment": {"SITE": "eu"}, "containerCheck": {"command": ["/check"]}}]}]`,
	})},
	"prod with a worker": {"prod", replaced(map[string]string{
		"services": `[
			{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 60, "paths": ["/*"]},
				"calls": ["news"]},
			{"name": "news", "kind": "worker", "image": "visitor-book:1.0.0", "command": ["work"], "databaseAccess": true,
				"queue": {"enabled": true}, "desiredCount": 0, "scaling": {"min": 0, "max": 6},
				"oneTaskReason": "mails may wait for a minute"},
			{"name": "api", "kind": "worker", "image": "visitor-book:1.0.0", "command": ["tick"],
				"deployment": {"after": ["visitor-book"]}}]`,
	})},
	"prod with services that call each other": {"prod", replaced(map[string]string{
		"services": `[
			{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 60, "paths": ["/*"]},
				"calls": ["news"]},
			{"name": "news", "kind": "internal", "image": "news:1.0.0", "port": 7000, "databaseAccess": true,
				"calls": ["api"], "previous": {"port": 7001}},
			{"name": "api", "kind": "internal", "image": "api:1.0.0", "port": 80, "protocolVersion": "GRPC",
				"scaling": {"min": 1}, "oneTaskReason": "prices may be missing for a minute", "requestSeconds": 0}]`,
	})},
	"prod inside of the network": {"prod", replaced(map[string]string{
		"loadBalancer": `{"scheme": "internal", "ingressCidrs": ["10.0.0.0/16", "172.16.0.0/12"],
			"ingressPrefixLists": ["pl-0123456789abcdef0"], "waf": {"enabled": true}}`,
	})},
	"prod behind CloudFront": {"prod", replaced(map[string]string{
		"loadBalancer": `{"ingressCidrs": [], "ingressPrefixLists": ["pl-3b927c52"], "waf": {"enabled": true}}`,
	})},
	"prod with jobs": {"prod", replaced(map[string]string{
		"services": `[{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 60, "paths": ["/*"]},
			"tasks": [{"name": "reindex", "command": ["reindex"]}]}]`,
		"jobs": `[
			{"name": "nightly", "image": "visitor-book:1.0.0", "command": ["report"], "schedule": "cron(0 3 * * ? *)",
				"timezone": "Europe/Berlin", "databaseAccess": true, "bucketAccess": "read-write"},
			{"name": "often", "image": "visitor-book:1.0.0", "command": ["sync"], "schedule": "rate(10 minutes)",
				"timeoutMinutes": 8, "egress": [{"to": "203.0.113.0/24", "port": 22, "reason": "files of the bank"}]},
			{"name": "import", "image": "visitor-book:1.0.0", "command": ["import"], "timeoutMinutes": 600}]`,
	})},
	"staging with targets as its service wants them": {"staging", replaced(map[string]string{
		"services": `[{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 100, "paths": ["/*"],
				"rules": [{"priority": 90, "hosts": ["beta.example.com"], "headers": [{"name": "X-Tenant", "values": ["b*"]}]}]},
			"stickinessSeconds": 3600, "protocolVersion": "GRPC", "targetTls": true,
			"healthCheck": {"path": "/grpc.health.v1.Health/Check", "matcher": "0"}}]`,
	})},
	"prod without a database's readers": {"prod", replaced(map[string]string{
		"services": `[{"name": "news", "image": "news:1.0.0", "routing": {"priority": 60, "paths": ["/*"]},
			"desiredCount": 3, "scaling": {"min": 3, "max": 10}, "capacity": {"fargateBase": 3}}]`,
	})},
	"prod with a large database": {"prod", replaced(map[string]string{
		"database": `{"instanceClass": "db.m6g.large", "allocatedStorageGiB": 1000, "maxAllocatedStorageGiB": 4000}`,
	})},
	"prod with a watcher": {"prod", replaced(map[string]string{
		"monitoring": `{"subscriptions": [{"protocol": "email", "endpoint": "oncall@example.com"}],
			"monthlyBudget": 900,
			"heartbeatSecretArn": "arn:aws:secretsmanager:us-east-1:222222222222:secret:aws-webapp/watcher-AbCdEf"}`,
	})},
	"delivery in its own account": {"delivery", intoOwnAccount("staging", "production")},
	"staging with what few teams set": {"staging", replaced(map[string]string{
		"aws": `{"region": "us-east-1", "allowedAccountIds": ["111111111111"],
			"permissionsBoundaryArn": "arn:aws:iam::111111111111:policy/workload-boundary"}`,
		"backup": `{"continuous": true, "lock": {"mode": "compliance", "graceDays": 3, "irreversible": true}}`,
		"dns": `{"domain": "staging.visitors.example.com", "hostedZoneId": "Z0123456789STAGING00",
			"alternativeNames": ["www.staging.visitors.example.com"]}`,
		"logSearch": `{"serviceLinkedRole": true, "maxConcurrency": 5,
			"readerRoleArns": ["arn:aws:iam::111111111111:role/readers"],
			"administratorRoleArns": ["arn:aws:iam::111111111111:role/administrators"]}`,
		"services": `[{"name": "visitor-book", "image": "visitor-book:1.0.0", "routing": {"priority": 100, "paths": ["/*"]},
			"permissions": [
				{"table": "arn:aws:dynamodb:us-east-1:111111111111:table/orders", "access": "read-write"},
				{"actions": ["dynamodb:GetItem"], "resources": ["arn:aws:dynamodb:us-east-1:111111111111:table/orders"],
					"reason": "the report reads every table"}]}]`,
	})},
}

// graph holds the resources that a program registered, with their dependencies.
type graph struct {
	resources []recorded
	outputs   recorded
	// policies of each role.
	policies map[string][]string
	waits    map[string]map[string]bool
}

var (
	graphsMu sync.Mutex
	graphs   = map[string]*graph{}
)

// everyVariant runs a rule over every variant. The rule returns the number of things that it judged,
// which must be more than 0 over all variants: a rule that judges nothing tests nothing.
func everyVariant(t *testing.T, rule func(t *testing.T, g *graph) int) {
	t.Helper()
	judged := 0
	for _, name := range slices.Sorted(maps.Keys(variants)) {
		t.Run(name, func(t *testing.T) { judged += rule(t, graphOf(t, name)) })
	}
	require.NotZero(t, judged, "no variant has what this rule is about")
}

// graphOf runs a variant, once for all tests.
func graphOf(t *testing.T, name string) *graph {
	t.Helper()
	graphsMu.Lock()
	defer graphsMu.Unlock()
	if g, ok := graphs[name]; ok {
		return g
	}
	rec := &recorder{stack: variants[name].stack}
	require.NoError(t, rec.run(t, packagedRoot(t), variants[name].change))
	graphs[name] = newGraph(rec)
	return graphs[name]
}

func newGraph(rec *recorder) *graph {
	g := &graph{
		resources: rec.resources, outputs: rec.outputs,
		policies: map[string][]string{}, waits: map[string]map[string]bool{},
	}
	// The dependencies of a resource are registered before it.
	for _, r := range g.resources {
		all := map[string]bool{}
		for _, key := range r.dependencies {
			all[key] = true
			maps.Copy(all, g.waits[key])
		}
		g.waits[r.key()] = all
		if r.isRolePolicy() {
			for _, role := range r.sources["role"] {
				g.policies[role] = append(g.policies[role], r.key())
			}
		}
	}
	return g
}

// waitsFor reports whether a resource waits for another, directly or through others.
func (g *graph) waitsFor(r recorded, key string) bool { return g.waits[r.key()][key] }

// ofType returns the resources of a type.
func (g *graph) ofType(typ string) []recorded {
	return slices.DeleteFunc(slices.Clone(g.resources), func(r recorded) bool { return r.typ != typ })
}

func (r recorded) isRolePolicy() bool {
	return r.typ == "aws:iam/rolePolicy:RolePolicy" || r.typ == "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
}

// intoOwnAccount moves workloads into the account of the delivery stack, which then makes their
// roles itself.
func intoOwnAccount(targets ...string) func(map[string]string) {
	return func(values map[string]string) {
		values[project+":aws"] = strings.Replace(values[project+":aws"], "333333333333", roleAccount, 1)
		for _, target := range targets {
			settings := map[string]any{}
			mustUnmarshal(values[project+":"+target], &settings)
			settings["accountId"] = roleAccount
			delete(settings, "deployRoleArn")
			delete(settings, "previewRoleArn")
			values[project+":"+target] = mustMarshal(settings)
		}
	}
}

// mustUnmarshal and mustMarshal are for JSON of this repository.
func mustUnmarshal(text string, value any) {
	if err := json.Unmarshal([]byte(text), value); err != nil {
		panic(err)
	}
}

func mustMarshal(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}
