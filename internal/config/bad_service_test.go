package config

import (
	"fmt"
	"strings"
)

const second = `{"name": "api", "image": "nginx:1.27.3", "routing": {"priority": 200, "paths": ["/api/*"]}}`

var badContainers = map[string]bad{
	"port of the health check": {
		edits{"services[0].healthCheck.port": "65536"},
		Error{"services[0].healthCheck.port", "65536", "0 to 65535", "set a number in that range"},
	},
	"previous port": {
		edits{"services[0].previous.port": "-1"},
		Error{"services[0].previous.port", "-1", "0 to 65535", "set a number in that range"},
	},
	"writable root for a word": {
		edits{"services[0].writableRoot": `"yes"`},
		Error{
			"services[0].writableRoot", `"yes"`, "a reason of 10 to 256 letters, digits, spaces and _ . : / = + - @",
			"write it like the image unpacks its plugins at start",
		},
	},
	"scratch path with a slash at its end": {
		edits{"services[0].scratchPaths": `["/cache/"]`},
		Error{
			"services[0].scratchPaths[0]", `"/cache/"`, "the absolute path of a folder, without a slash at the end",
			"write it like /var/cache/app",
		},
	},
	"scratch path that leads upwards": {
		edits{"services[0].scratchPaths": `["/cache/../etc"]`},
		Error{
			"services[0].scratchPaths[0]", `"/cache/../etc"`, "the absolute path of a folder, without a slash at the end",
			"write it like /var/cache/app",
		},
	},
	"scratch path of the program": {
		edits{"services[0].scratchPaths": `["/var/lib"]`},
		Error{
			"services[0].scratchPaths[0]", `"/var/lib"`, "folders other than those that the program mounts: " +
				"/tmp, /managed-agents, /var/lib/amazon/ssm, /var/log/amazon/ssm", "name another one; tmp sets the size of /tmp",
		},
	},
	"scratch path in /tmp": {
		edits{"services[0].scratchPaths": `["/tmp/cache"]`},
		Error{
			"services[0].scratchPaths[0]", `"/tmp/cache"`, "folders other than those that the program mounts: " +
				"/tmp, /managed-agents, /var/lib/amazon/ssm, /var/log/amazon/ssm", "name another one; tmp sets the size of /tmp",
		},
	},
	"same scratch path twice": {
		edits{"services[0].scratchPaths": `["/cache", "/cache"]`},
		Error{
			"services[0].scratchPaths[1]", `"/cache"`, "each entry once",
			"remove it: aws-webapp:services[0].scratchPaths[0] says the same",
		},
	},
	"disk too small": {
		edits{"services[0].storageGiB": "19"},
		Error{"services[0].storageGiB", "19", "20 to 200", "set a number in that range"},
	},
	"disk too large": {
		edits{"services[0].storageGiB": "201"},
		Error{"services[0].storageGiB", "201", "20 to 200", "set a number in that range"},
	},
	"longer to stop than Fargate waits": {
		edits{"services[0].stopSeconds": "121"},
		Error{"services[0].stopSeconds", "121", "0, 2 to 120", "set one of these numbers"},
	},
	"check with ECS's own word": {
		edits{"services[0].containerCheck.command": `["CMD-SHELL", "true"]`},
		Error{
			"services[0].containerCheck.command[0]", `"CMD-SHELL"`, "the command itself: the program puts CMD before it",
			`remove it; for CMD-SHELL begin with "/bin/sh", "-c"`,
		},
	},
	"check that takes as long as its interval": {
		edits{"services[0].containerCheck": `{"command": ["/check"], "intervalSeconds": 10, "timeoutSeconds": 10}`},
		Error{
			"services[0].containerCheck.timeoutSeconds", "10", "less than intervalSeconds, 10",
			"lower it, or raise intervalSeconds",
		},
	},
	"check without a retry": {
		edits{"services[0].containerCheck.retries": "0"},
		Error{"services[0].containerCheck.retries", "0", "1 to 10", "set a number in that range"},
	},
	"check that starts too late": {
		edits{"services[0].containerCheck.startSeconds": "301"},
		Error{"services[0].containerCheck.startSeconds", "301", "0 to 300", "set a number in that range"},
	},
	"part of the database that does not exist": {
		edits{"services[0].databaseAccess": "true", "services[0].databaseVariables": `{"DB_HOST": "hosts"}`},
		Error{
			"services[0].databaseVariables.DB_HOST", `"hosts"`, "host, port, name, user, password, sslmode, url, json",
			`did you mean "host"?`,
		},
	},
	"name of a database variable": {
		edits{"services[0].databaseAccess": "true", "services[0].databaseVariables": `{"DB-HOST": "host"}`},
		Error{
			"services[0].databaseVariables.DB-HOST", `"DB-HOST" as a key`, "letters, digits and underscores, no digit first",
			"write it like LOG_LEVEL",
		},
	},
	"database variables without the database": {
		edits{"services[0].databaseVariables": `{"DB_HOST": "host"}`},
		Error{
			"services[0].databaseVariables", "1 variable", "variables with databaseAccess",
			"set databaseAccess, or remove them",
		},
	},
	"database variable that is set, too": {
		edits{
			"services[0].databaseAccess": "true", "services[0].databaseVariables": `{"DB_HOST": "host"}`,
			"services[0].environment": `{"DB_HOST": "db"}`,
		},
		Error{
			"services[0].environment.DB_HOST", "a variable that the program sets",
			"variables besides those of databaseVariables",
			"remove it, or set databaseVariables off and provide the variable yourself",
		},
	},
	"database variable that overrides the role": {
		edits{"services[0].databaseAccess": "true", "services[0].databaseVariables": `{"AWS_SESSION_TOKEN": "password"}`},
		Error{
			"services[0].databaseVariables.AWS_SESSION_TOKEN", "a variable that overrides the task's role",
			"variables that leave AWS credentials alone", "rename it",
		},
	},
}

// way returns a way out with some of its keys set otherwise.
func way(to string, more ...string) edits {
	text := `{"to": "` + to + `", "port": 6380, "reason": "queue of the mail team"`
	return edits{"services[0].egress": "[" + text + strings.Join(more, "") + "}]"}
}

var badEgress = map[string]bad{
	"way out to a name": {
		way("redis.example.com"),
		Error{
			"services[0].egress[0].to", `"redis.example.com"`,
			"an IPv4 block that begins where its prefix does, or the id of a prefix list", "write it like 203.0.113.0/24",
		},
	},
	"way out to a block that begins elsewhere": {
		way("203.0.113.9/24"),
		Error{
			"services[0].egress[0].to", `"203.0.113.9/24"`,
			"an IPv4 block that begins where its prefix does, or the id of a prefix list", "write it like 203.0.113.0/24",
		},
	},
	"way out to a prefix list cut short": {
		way("pl-0123456"),
		Error{
			"services[0].egress[0].to", `"pl-0123456"`,
			"an IPv4 block that begins where its prefix does, or the id of a prefix list", "write it like 203.0.113.0/24",
		},
	},
	"way out to a name of a prefix list": {
		way("pl-frontend"),
		Error{
			"services[0].egress[0].to", `"pl-frontend"`,
			"an IPv4 block that begins where its prefix does, or the id of a prefix list", "write it like 203.0.113.0/24",
		},
	},
	"way out into the VPC": {
		way("10.0.1.0/24"),
		Error{
			"services[0].egress[0].to", `"10.0.1.0/24"`, "addresses outside of network.cidrBlock, 10.0.0.0/16",
			"use databaseAccess or cacheAccess: inside the VPC security groups name each other",
		},
	},
	"way out without a reason": {
		edits{"services[0].egress": `[{"to": "203.0.113.0/24", "port": 6380}]`},
		Error{
			"services[0].egress[0].reason", "nothing", "a reason of 10 to 256 letters, digits, spaces and _ . : / = + - @",
			"set it; write it like the image unpacks its plugins at start",
		},
	},
	"way out without a port": {
		edits{"services[0].egress": `[{"to": "203.0.113.0/24", "reason": "queue of the mail team"}]`},
		Error{"services[0].egress[0].port", "nothing", "1 to 65535", "set it"},
	},
	"way out by another protocol": {
		way("203.0.113.0/24", `, "protocol": "icmp"`),
		Error{"services[0].egress[0].protocol", `"icmp"`, "tcp, udp", "set one of them"},
	},
	"way out of an earlier version that is open": {
		edits{"services[0].previous.egress": `[{"to": "0.0.0.0/0", "port": 443, "reason": "everything else there is"}]`},
		Error{
			"services[0].previous.egress[0]", "tcp 443 to 0.0.0.0/0", "ways that are not open already",
			"remove it: every service may use HTTPS to everywhere",
		},
	},
	"way out of an earlier version into the VPC": {
		edits{"services[0].previous.egress": `[{"to": "10.0.4.0/24", "port": 6379, "reason": "cache of the team"}]`},
		Error{
			"services[0].previous.egress[0].to", `"10.0.4.0/24"`, "addresses outside of network.cidrBlock, 10.0.0.0/16",
			"use databaseAccess or cacheAccess: inside the VPC security groups name each other",
		},
	},
	"way out of an earlier version without a reason": {
		edits{"services[0].previous.egress": `[{"to": "203.0.113.0/24", "port": 6379}]`},
		Error{
			"services[0].previous.egress[0].reason", "nothing",
			"a reason of 10 to 256 letters, digits, spaces and _ . : / = + - @",
			"set it; write it like the image unpacks its plugins at start",
		},
	},
	"way out that is open": {
		edits{"services[0].egress": `[{"to": "0.0.0.0/0", "port": 443, "reason": "all the APIs of others"}]`},
		Error{
			"services[0].egress[0]", "tcp 443 to 0.0.0.0/0", "ways that are not open already",
			"remove it: every service may use HTTPS to everywhere",
		},
	},
	"same way out twice": {
		edits{"services[0].egress": `[{"to": "203.0.113.0/24", "port": 6380, "reason": "queue of the mail team"},
			{"to": "203.0.113.0/24", "port": 6380, "reason": "queue of another team"}]`},
		Error{
			"services[0].egress[1]", "tcp 6380 to 203.0.113.0/24", "each way once",
			"remove it: aws-webapp:services[0].egress[0] says the same",
		},
	},
	"way out without NAT": {
		edits{
			"services[0].egress": `[{"to": "203.0.113.0/24", "port": 6380, "reason": "queue of the mail team"}]`,
			"network.nat":        `"none"`, "network.interfaceEndpoints": `["ecr.api", "ecr.dkr", "logs", "secretsmanager", ` +
				`"kms", "sts", "ssmmessages", "sqs"]`,
		},
		Error{
			"services[0].egress[0].to", `"203.0.113.0/24"`, "private addresses with network.nat none",
			"set network.nat to single or per-az, or remove it: without NAT gateways tasks reach no public address",
		},
	},
}

var badServices = map[string]bad{
	"tests of a rolling service": {
		edits{"services[0].deployment.testPaths": `["/health"]`},
		Error{
			"services[0].deployment.testPaths", "1 path", "paths with deployment.controller blue-green alone",
			"remove them: ECS replaces the tasks of a rolling service by their health checks, without a test listener",
		},
	},
	"tests without a way to the load balancer": {
		edits{
			"services[0].deployment.testPaths": `["/health"]`, "services[0].deployment.controller": `"blue-green"`,
			"network.nat": `"none"`, "network.interfaceEndpoints": `["ecr.api", "ecr.dkr", "logs", "secretsmanager", ` +
				`"kms", "sts", "ssmmessages", "sqs"]`,
		},
		Error{
			"services[0].deployment.testPaths", "1 path", "paths with network.nat single or per-az",
			"set network.nat, or remove the paths: the function that asks them has no other way out",
		},
	},
	"tests under wildcards alone": {
		edits{
			"services[0].deployment.testPaths": `["/health"]`, "services[0].deployment.controller": `"blue-green"`,
			"services[0].routing.hosts": `["*.example.com"]`,
		},
		Error{
			"services[0].deployment.testPaths", "1 path", "paths of a service with a host name, not wildcards alone",
			"add the name to ask to routing.hosts, or remove the paths",
		},
	},
	"test of another service's path": {
		edits{
			"services[0].deployment.testPaths": `["/api/x?y=/web","/web"]`, "services[0].deployment.controller": `"blue-green"`,
			"services[0].routing.paths": `["/api/*"]`,
		},
		Error{
			"services[0].deployment.testPaths[1]", `"/web"`, "paths that routing.paths matches: /api/*",
			"name one of them, or add it to routing.paths: another service answers it",
		},
	},
	"tests beyond a function's variables": {
		edits{
			"services[0].deployment.testPaths":  numbered(10, "/"+strings.Repeat("x", 400)+"%d"),
			"services[0].deployment.controller": `"blue-green"`, "services[0].routing.paths": `["/*"]`,
		},
		Error{
			"services", "deployment.testPaths of 4109 bytes together", "at most 3072: variables of a function: 4096 bytes",
			"name fewer or shorter paths in deployment.testPaths",
		},
	},
	"addresses beyond the probe's variables": {
		edits{"services": hosted(4, "/"+strings.Repeat("x", 800))},
		Error{
			"services", "addresses for the probe of 3367 bytes together",
			"at most 3072: variables of a function: 4096 bytes",
			"shorten what clients ask for: healthCheck.path, or the first of routing.hosts and routing.paths; " +
				"monitoring.probe: false does without",
		},
	},
	"no service": {
		edits{"services": `[]`},
		Error{"services", "0 entries", "1 to 50", "add or remove entries"},
	},
	"service name in capitals": {
		edits{"services[0].name": `"Web"`},
		Error{"services[0].name", `"Web"`, "1 to 24 of a-z, 0-9 and inner hyphens", "write it like visitor-book"},
	},
	"service name twice": {
		edits{"services[1]": strings.Replace(second, "api", "web", 1)},
		Error{
			"services[1].name", `"web"`, "a name that no other service or job has",
			"rename one: aws-webapp:services[0].name has it too",
		},
	},
	"priority twice": {
		edits{"services[1]": strings.Replace(second, "200", "100", 1)},
		Error{
			"services[1].routing.priority", "100", "a priority that no other rule has",
			"change one: aws-webapp:services[0].routing.priority has it too, and AWS takes each once",
		},
	},
	"after a service that is not there": {
		edits{"services[0].deployment.after": `["api"]`, "services[1]": strings.Replace(second, "api", "shop", 1)},
		Error{"services[0].deployment.after[0]", `"api"`, "names of other services: shop", "correct or remove it"},
	},
	"after itself": {
		edits{"services[0].deployment.after": `["web"]`},
		Error{
			"services[0].deployment.after[0]", "web after web", "services that do not come after each other in a circle",
			"remove one of them",
		},
	},
	"after each other": {
		edits{
			"services[0].deployment.after": `["api"]`,
			"services[1]":                  strings.Replace(second, "{", `{"deployment": {"after": ["web"]}, `, 1),
		},
		Error{
			"services[0].deployment.after[0]", "web after api after web",
			"services that do not come after each other in a circle", "remove one of them",
		},
	},
	"migration without end": {
		edits{"services[0].deployment.migration": `{"command": ["migrate"], "timeoutMinutes": 0}`},
		Error{"services[0].deployment.migration.timeoutMinutes", "0", "1 to 1440", "set a number in that range"},
	},
	"image with a scheme": {
		edits{"services[0].image": `"https://registry.example.com/web:1.0.0"`},
		Error{
			"services[0].image", `"https://registry.example.com/web:1.0.0"`, "an image reference",
			"write it like 123456789012.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.4.2",
		},
	},
	"image with a short digest": {
		edits{"services[0].image": `"web@sha256:abc"`},
		Error{
			"services[0].image", `"web@sha256:abc"`, "an image reference",
			"write it like 123456789012.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.4.2",
		},
	},
	"port 0": {
		edits{"services[0].port": `0`},
		Error{"services[0].port", "0", "1 to 65535", "set a number in that range"},
	},
	"CPU in vCPU": {
		edits{"services[0].cpu": `1`},
		Error{"services[0].cpu", "1", "256, 512, 1024, 2048, 4096, 8192, 16384", "set one of these numbers"},
	},
	"little memory for the CPU": {
		edits{"services[0].cpu": `1024`, "services[0].memoryMiB": `1024`},
		Error{"services[0].memoryMiB", "1024", "2048 to 8192 in steps of 1024 with cpu 1024", "set 2048, or change cpu"},
	},
	"memory between the steps": {
		edits{"services[0].cpu": `256`, "services[0].memoryMiB": `1536`},
		Error{
			"services[0].memoryMiB", "1536", "512, or 1024 to 2048 in steps of 1024 with cpu 256",
			"set 2048, or change cpu",
		},
	},
	"memory between the steps of 16 vCPU": {
		edits{"services[0].cpu": `16384`, "services[0].memoryMiB": `36864`},
		Error{
			"services[0].memoryMiB", "36864", "32768 to 122880 in steps of 8192 with cpu 16384",
			"set 40960, or change cpu",
		},
	},
	"no memory besides /tmp": {
		edits{"services[0].tmp.sizeMiB": `1024`},
		Error{
			"services[0].tmp.sizeMiB", "1024", "less than the 1024 of memoryMiB, which /tmp shares",
			"lower it, or raise memoryMiB",
		},
	},
	"tiny /tmp": {
		edits{"services[0].tmp.sizeMiB": `8`},
		Error{"services[0].tmp.sizeMiB", "8", "0, 16 to 122879", "set one of these numbers"},
	},
	"architecture of Docker": {
		edits{"services[0].architecture": `"arm64"`},
		Error{"services[0].architecture", `"arm64"`, "X86_64, ARM64", `did you mean "ARM64"?`},
	},
	"root": {
		edits{"services[0].user": `"0:0"`},
		Error{"services[0].user", `"0:0"`, "a numeric uid or uid:gid above 0", `write it like "65532:65532"`},
	},
	"user by name": {
		edits{"services[0].user": `"nobody"`},
		Error{"services[0].user", `"nobody"`, "a numeric uid or uid:gid above 0", `write it like "65532:65532"`},
	},
	"variable of the database": {
		edits{"services[0].databaseAccess": `true`, "services[0].environment": `{"DATABASE_URL": "postgresql://db/app"}`},
		Error{
			"services[0].environment.DATABASE_URL", "a variable that the program sets",
			"variables besides those of databaseAccess",
			"remove it, or set databaseAccess off and provide the variable yourself",
		},
	},
	"variable of the bucket among secrets": {
		edits{
			"services[0].bucketAccess": `"read"`,
			"services[0].secrets":      `{"BUCKET_NAME": "arn:aws:ssm:eu-west-1:111111111111:parameter/bucket"}`,
		},
		Error{
			"services[0].secrets.BUCKET_NAME", "a variable that the program sets", "variables besides those of bucketAccess",
			"remove it, or set bucketAccess off and provide the variable yourself",
		},
	},
	"credentials of AWS": {
		edits{"services[0].environment": `{"AWS_PROFILE": "default"}`},
		Error{
			"services[0].environment.AWS_PROFILE", "a variable that overrides the task's role",
			"variables that leave AWS credentials alone",
			"remove it: the task gets credentials of its own role",
		},
	},
	"secret of another account": {
		edits{"services[0].secrets": `{"SMTP": "arn:aws:secretsmanager:eu-west-1:999999999999:secret:smtp-AbCdEf"}`},
		Error{
			"services[0].secrets.SMTP", "an ARN of account 999999999999",
			"secrets of aws.allowedAccountIds, or the KMS key of the other account",
			"name the key that encrypts it in secretKeyArns: tasks cannot start otherwise",
		},
	},
	"key of no secret": {
		edits{"services[0].secretKeyArns": `["` + secretKey + `"]`},
		Error{
			"services[0].secretKeyArns", "1 key", "keys of secrets, of which there are none", "remove them",
		},
	},
	"key by its alias": {
		edits{
			"services[0].secretKeyArns": `["arn:aws:kms:eu-west-1:111111111111:alias/smtp"]`,
			"services[0].secrets":       `{"SMTP": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:smtp-AbCdEf"}`,
		},
		Error{
			"services[0].secretKeyArns[0]", `"arn:aws:kms:eu-west-1:111111111111:alias/smtp"`,
			"the ARN of a KMS key, not of an alias",
			"write it like arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012",
		},
	},
	"key of another region": {
		edits{
			"services[0].secretKeyArns": `["` + strings.Replace(secretKey, "eu-west-1", "eu-west-2", 1) + `"]`,
			"services[0].secrets":       `{"SMTP": "arn:aws:secretsmanager:eu-west-1:111111111111:secret:smtp-AbCdEf"}`,
		},
		Error{
			"services[0].secretKeyArns[0]", "a key of eu-west-2", "ARNs in eu-west-1, the stack's region",
			"name one in eu-west-1, or change aws.region",
		},
	},
	"secret by its name": {
		edits{"services[0].environment": `{"SMTP_PASSWORD": "x"}`},
		Error{
			"services[0].environment.SMTP_PASSWORD", "a value that must be a secret by its name", publicValues,
			secretsElsewhere,
		},
	},
	"secret by its value": {
		edits{"services[0].environment": `{"UPSTREAM": "amqp://app:hunter2@mq.example.com"}`},
		Error{"services[0].environment.UPSTREAM", "an address with a password in it", publicValues, secretsElsewhere},
	},
	"variable plain and secret": {
		edits{
			"services[0].environment": `{"FLAGS": "a"}`,
			"services[0].secrets":     `{"FLAGS": "arn:aws:ssm:eu-west-1:111111111111:parameter/flags"}`,
		},
		Error{
			"services[0].environment.FLAGS", "a variable that secrets has, too", "each variable once",
			"remove one of them",
		},
	},
	"secret itself for its ARN": {
		edits{"services[0].secrets": `{"SMTP_PASSWORD": "hunter2"}`},
		Error{
			"services[0].secrets.SMTP_PASSWORD", "another text (not shown)", secretForms,
			"write it like /visitor-book/smtp",
		},
	},
	"secret of another region": {
		edits{"services[0].secrets": `{"KEY": "arn:aws:secretsmanager:us-east-1:111111111111:secret:smtp-AbCdEf:password::"}`},
		Error{
			"services[0].secrets.KEY", "an ARN of us-east-1", "ARNs in eu-west-1, the stack's region",
			"name one in eu-west-1, or change aws.region",
		},
	},
	"access to the bucket": {
		edits{"services[0].bucketAccess": `"write"`},
		Error{"services[0].bucketAccess", `"write"`, "none, read, read-write", "set one of them"},
	},
	"no route": {
		edits{"services[0].routing.paths": `[]`},
		Error{
			"services[0].routing.paths", "neither paths nor hosts", "1 to 5 paths and hosts",
			`set paths, such as ["/*"] for every request`,
		},
	},
	"many routes": {
		edits{
			"services[0].routing.paths": `["/a", "/b", "/c"]`,
			"services[0].routing.hosts": `["a.example.com", "b.example.com", "c.example.com"]`,
		},
		Error{
			"services[0].routing.paths", "6 paths and hosts", "1 to 5 paths and hosts together",
			"join paths with wildcards, or split the service",
		},
	},
	"many wildcards": {
		edits{"services[0].routing.paths": `["/*/a/*", "/*/b/*", "/?/c/*"]`},
		Error{
			"services[0].routing.paths", "6 wildcards", "at most 5 wildcards in the paths and hosts together",
			"write some of them out",
		},
	},
	"path without slash": {
		edits{"services[0].routing.paths": `["api/*"]`},
		Error{
			"services[0].routing.paths[0]", `"api/*"`,
			"a slash or wildcard, then up to 127 letters, digits, wildcards * ? and _ - . $ / ~ \" ' @ : + &",
			"write it like /api/*",
		},
	},
	"host without dot": {
		edits{"services[0].routing.hosts": `["localhost"]`},
		Error{
			"services[0].routing.hosts[0]", `"localhost"`,
			"up to 128 letters, digits, wildcards * ? and - . _, letters alone after the last dot",
			"write it like *.example.com",
		},
	},
	"priority that AWS does not have": {
		edits{"services[0].routing.priority": `50001`},
		Error{"services[0].routing.priority", "50001", "0 to 25000", "set a number in that range"},
	},
	"health check path": {
		edits{"services[0].healthCheck.path": `"health"`},
		Error{
			"services[0].healthCheck.path", `"health"`, "a slash, then up to 999 visible characters",
			"write it like /health",
		},
	},
	"slow health check": {
		edits{"services[0].healthCheck.timeoutSeconds": `30`},
		Error{
			"services[0].healthCheck.timeoutSeconds", "30", "less than intervalSeconds, 30",
			"lower it, or raise intervalSeconds",
		},
	},
	"status code that is an error": {
		edits{"services[0].healthCheck.matcher": `"200-500"`},
		Error{
			"services[0].healthCheck.matcher", `"200-500"`,
			"codes from 200 to 499, or of gRPC from 0 to 99, as a list or a range, in quotes",
			`write it like "200-299"`,
		},
	},
	"short slow start": {
		edits{"services[0].healthCheck.slowStartSeconds": `10`},
		Error{"services[0].healthCheck.slowStartSeconds", "10", "0, 30 to 900", "set one of these numbers"},
	},
}

const (
	publicValues     = "values that anyone may read in the task definition"
	secretsElsewhere = "keep the value in Secrets Manager or the SSM parameter store and name it in secrets"
)

const secretKey = "arn:aws:kms:eu-west-1:999999999999:key/12345678-1234-1234-1234-123456789012"

// hosted are services, each with a host of its own, whose health checks ask for a path.
func hosted(count int, path string) string {
	var services []string
	for i := range count {
		services = append(services, fmt.Sprintf(`{"name": "web-%d", "image": "web:1.0.0", "healthCheck": {"path": %q},
			"routing": {"priority": %d, "hosts": ["web-%d.example.com"]}}`, i, path, i+1, i))
	}
	return "[" + strings.Join(services, ", ") + "]"
}
