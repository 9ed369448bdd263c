package config

import "maps"

// internal is the list of services of staging with an internal service beside the web service, which calls it.
func internal(changes edits) edits {
	all := edits{
		"services[1]":          `{"name": "orders", "kind": "internal", "image": "orders:1.0.0"}`,
		"services[0].calls[0]": `"orders"`,
	}
	maps.Copy(all, changes)
	return all
}

// ofInternal is the refusal of a key that internal services do not have.
func ofInternal(key, kinds, fix string) Error {
	return Error{"services[1]." + key, "a key of a service of kind internal", "a service of kind " + kinds, fix}
}

const smallProxy = "512 or more of a service that is internal or calls one: the proxy that ECS puts beside its " +
	"container takes 256"

var badCalls = map[string]bad{
	"internal service with a rule": {
		internal(edits{"services[1].routing": `{"priority": 300, "paths": ["/orders"]}`}),
		ofInternal("routing", "web", "remove it: the load balancer sends nothing to it"),
	},
	"internal service with a health check": {
		internal(edits{"services[1].healthCheck.path": `"/up"`}),
		ofInternal("healthCheck", "web", "remove it: the load balancer does not check it; containerCheck does"),
	},
	"internal service with TLS of the load balancer": {
		internal(edits{"services[1].targetTls": "true"}),
		ofInternal("targetTls", "web", "remove it: the load balancer does not speak with its tasks"),
	},
	"internal service whose clients stay at a task": {
		internal(edits{"services[1].stickinessSeconds": "60"}),
		ofInternal("stickinessSeconds", "web", "remove it: the load balancer sends nothing to it"),
	},
	"internal service under blue/green": {
		internal(edits{"services[1].deployment.controller": `"blue-green"`}),
		ofInternal("deployment.controller", "web",
			"remove it: CodeDeploy moves the requests of a load balancer, and this service has none"),
	},
	"internal service with a traffic shift": {
		internal(edits{"services[1].deployment.trafficShift": `"CodeDeployDefault.ECSAllAtOnce"`}),
		ofInternal("deployment.trafficShift", "web", "remove it: there are no requests of a load balancer to move"),
	},
	"internal service whose old tasks stay": {
		internal(edits{"services[1].deployment.terminationWaitMinutes": "20"}),
		ofInternal("deployment.terminationWaitMinutes", "web",
			"remove it: ECS ends old tasks by itself; stopSeconds is their time to end"),
	},
	"internal service with a grace period": {
		internal(edits{"services[1].deployment.gracePeriodSeconds": "90"}),
		ofInternal("deployment.gracePeriodSeconds", "web",
			"remove it: containerCheck.startSeconds is the time that a container may take to start"),
	},
	"internal service whose new version is tried": {
		internal(edits{"services[1].deployment.testPaths": `["/"]`}),
		ofInternal("deployment.testPaths", "web", "remove it: there is no test listener to ask"),
	},
	"internal service with requests as target": {
		internal(edits{"services[1].scaling.requestsPerTarget": "100"}),
		ofInternal("scaling.requestsPerTarget", "web",
			"remove it: the load balancer counts no requests for it; use cpuPercent or memoryPercent"),
	},
	"internal service with a queue": {
		internal(edits{"services[1].queue.enabled": "true"}),
		ofInternal("queue", "worker",
			"remove it, or set kind: worker: a service takes work either from clients or from its queue"),
	},
	"internal service that nothing would start": {
		internal(edits{"services[1].scaling.min": "0", "services[1].desiredCount": "0"}),
		Error{
			"services[1].scaling.min", "0", "1 or more of a service of kind internal",
			"set 1 or more: without a queue nothing would start a task again",
		},
	},
	"internal service without a port": {
		internal(edits{"services[1].port": "0"}),
		Error{"services[1].port", "0", "1 to 65535", "set a number in that range"},
	},
	"internal service with an unknown protocol": {
		internal(edits{"services[1].protocolVersion": `"HTTP3"`}),
		Error{"services[1].protocolVersion", `"HTTP3"`, "HTTP1, HTTP2, GRPC", `did you mean "HTTP1"?`},
	},
	"answers of an internal service that take long": {
		internal(edits{"services[1].requestSeconds": "301"}),
		Error{"services[1].requestSeconds", "301", "0 to 300", "set a number in that range"},
	},
	"answers of a web service": {
		internal(edits{"services[0].requestSeconds": "10"}),
		Error{
			"services[0].requestSeconds", "a key of a service of kind web", "a service of kind internal",
			"remove it: for a web service the load balancer waits for loadBalancer.idleTimeoutSeconds",
		},
	},
	"answers of a worker": {
		worker(edits{"services[1].requestSeconds": "10"}),
		Error{
			"services[1].requestSeconds", "a key of a service of kind worker", "a service of kind internal",
			"remove it: for a web service the load balancer waits for loadBalancer.idleTimeoutSeconds",
		},
	},
	"internal service that calls itself": {
		internal(edits{"services[1].calls[0]": `"orders"`}),
		Error{
			"services[1].calls[0]", `"orders"`, "another service",
			"remove it: a worker may use its own queue, and tasks reach themselves at 127.0.0.1",
		},
	},
	"internal service that calls a web service": {
		internal(edits{"services[1].calls[0]": `"web"`}),
		Error{
			"services[1].calls[0]", `"web", of kind web`, callable,
			"remove the call: clients and services reach a web service at the load balancer",
		},
	},
	"call of an internal service under blue/green": {
		internal(edits{"services[0].deployment.controller": `"blue-green"`}),
		Error{
			"services[0].calls[0]", `"orders", of kind internal`,
			"workers with a queue, for a service with deployment.controller blue-green: ECS connects no service that " +
				"CodeDeploy deploys",
			"set deployment.controller to rolling, or let a rolling service call it",
		},
	},
	"internal service too small for its proxy": {
		internal(edits{"services[1].cpu": "256", "services[1].memoryMiB": "512"}),
		Error{"services[1].cpu", "256", smallProxy, "set 512, with memoryMiB 1024 or more"},
	},
	"caller too small for its proxy": {
		internal(edits{"services[0].cpu": "256", "services[0].memoryMiB": "1024"}),
		Error{"services[0].cpu", "256", smallProxy, "set 512, with memoryMiB 1024 or more"},
	},
	"variable of a called service": {
		internal(edits{"services[0].environment": `{"ORDERS_URL": "http://localhost"}`}),
		Error{
			"services[0].environment.ORDERS_URL", "a variable that the program sets", "variables besides those of calls",
			"remove it: the program sets it to the address of orders",
		},
	},
	"secret in the variable of a called service": {
		internal(edits{"services[0].secrets": `{"ORDERS_URL": "/orders/url"}`}),
		Error{
			"services[0].secrets.ORDERS_URL", "a variable that the program sets", "variables besides those of calls",
			"remove it: the program sets it to the address of orders",
		},
	},
	"two calls with one variable": {
		edits{
			"services[0].calls[0]": `"mailer"`, "services[0].calls[1]": `"mailer-queue"`,
			"services[1]": `{"name": "mailer-queue", "kind": "internal", "image": "orders:1.0.0"}`,
			"services[2]": `{"name": "mailer", "kind": "worker", "image": "mailer:1.0.0", "queue": {"enabled": true}}`,
		},
		Error{
			"services[0].calls[1]", `"mailer-queue", whose address is MAILER_QUEUE_URL`,
			"services with different variables: calls sets it, too", "rename one of the services",
		},
	},
	"call with the variable of the own queue": {
		queued(edits{
			"services[2]":          `{"name": "queue", "kind": "internal", "image": "orders:1.0.0"}`,
			"services[1].calls[0]": `"queue"`,
		}),
		Error{
			"services[1].calls[0]", `"queue", whose address is QUEUE_URL`,
			"services with different variables: queue.enabled sets it, too", "rename one of the services",
		},
	},
}
