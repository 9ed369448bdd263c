package config

import "maps"

// worker is the list of services of staging with a worker beside the web service.
func worker(changes edits) edits {
	all := edits{"services[1]": `{"name": "mailer", "kind": "worker", "image": "mailer:1.0.0"}`}
	maps.Copy(all, changes)
	return all
}

// queued is the same with a queue.
func queued(changes edits) edits {
	all := worker(edits{"services[1].queue.enabled": "true"})
	maps.Copy(all, changes)
	return all
}

func unfit(key, fix string) Error {
	return Error{key, "a key of a service of kind worker", "a service of kind web", fix}
}

var badKinds = map[string]bad{
	"kind that does not exist": {
		edits{"services[0].kind": `"workers"`},
		Error{"services[0].kind", `"workers"`, "web, internal, worker", `did you mean "worker"?`},
	},
	"web service without a priority": {
		edits{"services[0].routing.priority": "0"},
		Error{"services[0].routing.priority", "nothing", "1 to 25000", "set it: the lowest priority is tried first"},
	},
	"worker with a rule": {
		worker(edits{"services[1].routing": `{"priority": 300, "paths": ["/mail"]}`}),
		unfit("services[1].routing", "remove it: the load balancer sends nothing to it"),
	},
	"worker with a health check": {
		worker(edits{"services[1].healthCheck.path": `"/up"`}),
		unfit("services[1].healthCheck", "remove it: the load balancer does not check it; containerCheck does"),
	},
	"worker under blue/green": {
		worker(edits{"services[1].deployment.controller": `"blue-green"`}),
		unfit("services[1].deployment.controller",
			"remove it: CodeDeploy moves the requests of a load balancer, and this service has none"),
	},
	"worker with a traffic shift": {
		worker(edits{"services[1].deployment.trafficShift": `"CodeDeployDefault.ECSAllAtOnce"`}),
		unfit("services[1].deployment.trafficShift", "remove it: there are no requests of a load balancer to move"),
	},
	"worker whose old tasks stay": {
		worker(edits{"services[1].deployment.terminationWaitMinutes": "20"}),
		unfit("services[1].deployment.terminationWaitMinutes",
			"remove it: ECS ends old tasks by itself; stopSeconds is their time to end"),
	},
	"worker with a grace period": {
		worker(edits{"services[1].deployment.gracePeriodSeconds": "90"}),
		unfit("services[1].deployment.gracePeriodSeconds",
			"remove it: containerCheck.startSeconds is the time that a container may take to start"),
	},
	"worker with requests as target": {
		worker(edits{"services[1].scaling.requestsPerTarget": "100"}),
		unfit("services[1].scaling.requestsPerTarget",
			"remove it: the load balancer counts no requests for it; use cpuPercent or memoryPercent"),
	},
	"worker with a response time": {
		worker(edits{"services[1].scaling.responseMilliseconds": "500"}),
		unfit("services[1].scaling.responseMilliseconds",
			"remove it: the load balancer times no requests of it; use cpuPercent or memoryPercent"),
	},
	"worker with a protocol": {
		worker(edits{"services[1].protocolVersion": `"HTTP2"`}),
		Error{
			"services[1].protocolVersion", "a key of a service of kind worker", "a service of kind web or internal",
			"remove it: nobody speaks with its tasks",
		},
	},
	"worker with TLS": {
		worker(edits{"services[1].targetTls": "true"}),
		unfit("services[1].targetTls", "remove it: the load balancer does not speak with its tasks"),
	},
	"worker with paths to test": {
		worker(edits{"services[1].deployment.testPaths": `["/"]`}),
		unfit("services[1].deployment.testPaths", "remove it: there is no test listener to ask"),
	},
	"worker with a port": {
		worker(edits{"services[1].port": "9000"}),
		Error{
			"services[1].port", "a key of a service of kind worker", "a service of kind web or internal",
			"remove it: nobody can reach a worker",
		},
	},
	"worker whose running version has a port": {
		worker(edits{"services[1].previous.port": "9000"}),
		Error{
			"services[1].previous.port", "a key of a service of kind worker", "a service of kind web or internal",
			"remove it: nobody can reach a worker",
		},
	},
	"web service with a queue": {
		edits{"services[0].queue.enabled": "true"},
		Error{
			"services[0].queue", "a key of a service of kind web", "a service of kind worker",
			"remove it, or set kind: worker: a service takes work either from clients or from its queue",
		},
	},
	"web service with a reason for one task": {
		edits{"services[0].oneTaskReason": `"it is only a demo"`},
		Error{
			"services[0].oneTaskReason", "a key of a service of kind web", "a service of kind worker or internal",
			"remove it: while the only task of this service is replaced, no client is served",
		},
	},
	"reason for one task in a word": {
		worker(edits{"services[1].oneTaskReason": `"cheap"`}),
		Error{
			"services[1].oneTaskReason", `"cheap"`, "a reason of 10 to 256 letters, digits, spaces and _ . : / = + - @",
			"write it like the image unpacks its plugins at start",
		},
	},
	"settings of no queue": {
		worker(edits{"services[1].queue.maxReceives": "3"}),
		Error{
			"services[1].queue", "settings of a queue that is not enabled", "a queue with enabled true",
			"set queue.enabled to true, or remove queue",
		},
	},
	"message that comes back at once": {
		queued(edits{"services[1].queue.visibilitySeconds": "0"}),
		Error{"services[1].queue.visibilitySeconds", "0", "1 to 43200", "set a number in that range"},
	},
	"message that never fails": {
		queued(edits{"services[1].queue.maxReceives": "1001"}),
		Error{"services[1].queue.maxReceives", "1001", "1 to 1000", "set a number in that range"},
	},
	"message that stays too long": {
		queued(edits{"services[1].queue.retentionDays": "15"}),
		Error{"services[1].queue.retentionDays", "15", "1 to 14", "set a number in that range"},
	},
	"no messages for a task": {
		queued(edits{"services[1].queue.messagesPerTask": "0"}),
		Error{"services[1].queue.messagesPerTask", "0", "1 to 1000000", "set a number in that range"},
	},
	"age that no message reaches": {
		queued(edits{"services[1].queue.retentionDays": "1", "services[1].queue.ageMinutes": "1440"}),
		Error{
			"services[1].queue.ageMinutes", "1440", "less than retentionDays, which are 1440 minutes",
			"lower it: nothing gets as old as that, since SQS drops it",
		},
	},
	"worker that nothing would start": {
		worker(edits{"services[1].scaling.min": "0", "services[1].desiredCount": "0"}),
		Error{
			"services[1].scaling.min", "0", "1 or more of a worker without a queue",
			"set 1 or more: without a queue nothing would start a task again",
		},
	},
	"call of nobody": {
		queued(edits{"services[0].calls[0]": `"mailers"`}),
		Error{"services[0].calls[0]", `"mailers"`, "names of other services: mailer", "correct or remove it"},
	},
	"call of itself": {
		queued(edits{"services[1].calls[0]": `"mailer"`}),
		Error{
			"services[1].calls[0]", `"mailer"`, "another service",
			"remove it: a worker may use its own queue, and tasks reach themselves at 127.0.0.1",
		},
	},
	"call of a web service": {
		queued(edits{"services[1].calls[0]": `"web"`}),
		Error{
			"services[1].calls[0]", `"web", of kind web`, callable,
			"remove the call: clients and services reach a web service at the load balancer",
		},
	},
	"call of a worker without a queue": {
		worker(edits{"services[0].calls[0]": `"mailer"`}),
		Error{
			"services[0].calls[0]", `"mailer", a worker without a queue`, callable,
			"set queue.enabled for it, or remove the call",
		},
	},
	"variable of a queue": {
		queued(edits{"services[1].environment": `{"QUEUE_URL": "https://sqs.example.com"}`}),
		Error{
			"services[1].environment.QUEUE_URL", "a variable that the program sets", "variables besides those of queue.enabled",
			"remove it, or set queue.enabled off and provide the variable yourself",
		},
	},
	"variable of a called worker's queue": {
		queued(edits{"services[0].calls[0]": `"mailer"`, "services[0].environment": `{"MAILER_QUEUE_URL": "none"}`}),
		Error{
			"services[0].environment.MAILER_QUEUE_URL", "a variable that the program sets", "variables besides those of calls",
			"remove it: the program sets it to the address of the queue of mailer",
		},
	},
}
