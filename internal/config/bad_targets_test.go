package config

import "strings"

const (
	rule0     = "services[0].routing.rules[0]"
	conflicts = "1 to 5 paths, hosts and headers together"
)

// rule returns a service with a further rule.
func further(keys string) edits {
	return edits{"services[0].routing.rules": `[{"priority": 90, ` + keys + `}]`}
}

// grpc returns a service of gRPC with a health check, and more keys.
func grpc(path, matcher string) edits {
	return edits{
		"services[0].protocolVersion": `"GRPC"`, "services[0].healthCheck.path": jsonOf(path),
		"services[0].healthCheck.matcher": jsonOf(matcher),
	}
}

var badTargets = map[string]bad{
	"protocol of ALB's own name": {
		edits{"services[0].protocolVersion": `"grpc"`},
		Error{"services[0].protocolVersion", `"grpc"`, "HTTP1, HTTP2, GRPC", `did you mean "GRPC"?`},
	},
	"HTTP/3": {
		edits{"services[0].protocolVersion": `"HTTP3"`},
		Error{"services[0].protocolVersion", `"HTTP3"`, "HTTP1, HTTP2, GRPC", `did you mean "HTTP1"?`},
	},
	"status of HTTP for gRPC": {grpc("/a.B/C", "200"), Error{
		"services[0].healthCheck.matcher", `"200"`, "codes of gRPC, 0 to 99, with protocolVersion GRPC",
		`set it to "0", and path to a method such as /grpc.health.v1.Health/Check`,
	}},
	"code of gRPC for HTTP": {edits{"services[0].healthCheck.matcher": `"0-12"`}, Error{
		"services[0].healthCheck.matcher", `"0-12"`, "statuses from 200 to 499 without protocolVersion GRPC",
		`set it to "200", or protocolVersion to GRPC`,
	}},
	"code that gRPC does not have": {grpc("/a.B/C", "0-100"), Error{
		"services[0].healthCheck.matcher", `"0-100"`,
		"codes from 200 to 499, or of gRPC from 0 to 99, as a list or a range, in quotes", `write it like "200-299"`,
	}},
	"page for gRPC": {grpc("/health", "0"), Error{
		"services[0].healthCheck.path", `"/health"`,
		"the path of a method, /package.Service/Method, with protocolVersion GRPC",
		"set it to /grpc.health.v1.Health/Check if the service has it, or to another method",
	}},
	"stickiness of more than a week": {
		edits{"services[0].stickinessSeconds": "604801"},
		Error{"services[0].stickinessSeconds", "604801", "0, 1 to 604800", "set one of these numbers"},
	},
	"stickiness below nothing": {
		edits{"services[0].stickinessSeconds": "-1"},
		Error{"services[0].stickinessSeconds", "-1", "0, 1 to 604800", "set one of these numbers"},
	},
	"rule without a condition": {further(`"paths": []`), Error{
		rule0 + ".paths", "nothing", "1 to 5 paths, hosts and headers",
		`set one of them, such as paths ["/*"]`,
	}},
	"rule without a priority": {
		edits{"services[0].routing.rules": `[{"paths": ["/x"]}]`},
		Error{rule0 + ".priority", "nothing", "1 to 25000", "set it"},
	},
	"rule with the service's priority": {
		edits{"services[0].routing.rules": `[{"priority": 100, "paths": ["/x"]}]`},
		Error{
			rule0 + ".priority", "100", "a priority that no other rule has",
			"change one: aws-webapp:services[0].routing.priority has it too, and AWS takes each once",
		},
	},
	"rule with another service's priority": {
		edits{
			"services[0].routing.rules": `[{"priority": 200, "paths": ["/x"]}]`, "services[1]": second,
		},
		Error{
			"services[1].routing.priority", "200", "a priority that no other rule has",
			"change one: aws-webapp:" + rule0 + ".priority has it too, and AWS takes each once",
		},
	},
	"rule of AWS's upper half": {
		edits{"services[0].routing.rules": `[{"priority": 25001, "paths": ["/x"]}]`},
		Error{rule0 + ".priority", "25001", "1 to 25000", "set a number in that range"},
	},
	"rule with six conditions": {
		further(`"paths": ["/a", "/b"], "hosts": ["a.example.com"], "headers": [{"name": "X", "values": ["1", "2", "3"]}]`),
		Error{rule0 + ".paths", "6 paths, hosts and headers", conflicts, "join paths with wildcards, or split the service"},
	},
	"rule with six wildcards": {
		further(`"paths": ["/*/?/*"], "headers": [{"name": "X", "values": ["*a*", "?"]}]`),
		Error{
			rule0 + ".paths", "6 wildcards", "at most 5 wildcards in the paths, hosts and headers together",
			"write some of them out",
		},
	},
	"host as a header": {
		further(`"headers": [{"name": "host", "values": ["a.example.com"]}]`),
		Error{rule0 + ".headers[0].name", `"host"`, "headers other than Host", "set hosts of the same rule"},
	},
	"header with a space": {
		further(`"headers": [{"name": "X Tenant", "values": ["a"]}]`),
		Error{
			rule0 + ".headers[0].name", `"X Tenant"`, "1 to 40 letters, digits and ! # $ % & ' + - . ^ _ ` | ~",
			"write it like X-Tenant",
		},
	},
	"header too long": {
		further(`"headers": [{"name": "` + strings.Repeat("x", 41) + `", "values": ["a"]}]`),
		Error{
			rule0 + ".headers[0].name", `"` + strings.Repeat("x", 41) + `"`,
			"1 to 40 letters, digits and ! # $ % & ' + - . ^ _ ` | ~", "write it like X-Tenant",
		},
	},
	"header without a value": {
		further(`"headers": [{"name": "X-Tenant", "values": []}], "paths": ["/x"]`),
		Error{rule0 + ".headers[0].values", "0 entries", "1 to 3", "add or remove entries"},
	},
	"header with four values": {
		further(`"headers": [{"name": "X-Tenant", "values": ["a", "b", "c", "d"]}]`),
		Error{rule0 + ".headers[0].values", "4 entries", "1 to 3", "add or remove entries"},
	},
	"header's value with a line break": {
		further(`"headers": [{"name": "X-Tenant", "values": ["a\nb"]}]`),
		Error{
			rule0 + ".headers[0].values[0]", `"a\nb"`, "1 to 128 visible characters and inner spaces", "write it like beta*",
		},
	},
	"rules under blue/green": {
		edits{
			"services[0].deployment.controller": `"blue-green"`,
			"services[0].routing.rules":         `[{"priority": 90, "paths": ["/x"]}]`,
		},
		Error{
			"services[0].routing.rules", "1 rule", "none with deployment.controller blue-green",
			"join them in routing.paths and routing.hosts, or take the rolling controller: CodeDeploy moves one rule",
		},
	},
	"stickiness of a worker": {
		edits{"services[0]": `{"name": "web", "image": "nginx:1.27.3", "kind": "worker", "stickinessSeconds": 60}`},
		Error{
			"services[0].stickinessSeconds", "a key of a service of kind worker", "a service of kind web",
			"remove it: the load balancer sends nothing to it",
		},
	},
	"tests over HTTP/1.1 of a service that speaks HTTP/2": {
		edits{
			"services[0].deployment":      `{"controller": "blue-green", "testPaths": ["/"]}`,
			"services[0].protocolVersion": `"HTTP2"`,
		},
		Error{
			"services[0].deployment.testPaths", "1 path", "none with protocolVersion HTTP2",
			"remove them: the function that asks them speaks HTTP/1.1, which the load balancer does not translate",
		},
	},
}
