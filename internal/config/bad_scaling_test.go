package config

const night = `"name": "night", "min": 0, "max": 1`

var badScaling = map[string]bad{
	"bounds that run downwards": {
		edits{"services[0].scaling.min": `5`, "services[0].scaling.max": `3`},
		Error{"services[0].scaling.min", "5", "at most max, 3", "lower min, or raise max"},
	},
	"desired count out of bounds": {
		edits{"services[0].desiredCount": `11`},
		Error{"services[0].desiredCount", "11", "2 to 10, the bounds of scaling", "set it within them, or move the bounds"},
	},
	"target that is too low": {
		edits{"services[0].scaling.cpuPercent": `5`},
		Error{"services[0].scaling.cpuPercent", "5", "0, 10 to 95", "set one of these numbers"},
	},
	"bounds without a target": {
		edits{"services[0].scaling.cpuPercent": `0`, "services[0].scaling.memoryPercent": `0`},
		Error{
			"services[0].scaling.cpuPercent", "0, like every other target", "a target or a schedule while min is below max",
			"set cpuPercent, memoryPercent, requestsPerTarget or schedules, or make min and max equal",
		},
	},
	"response time that nobody reaches": {
		edits{"services[0].scaling.responseMilliseconds": "9"},
		Error{"services[0].scaling.responseMilliseconds", "9", "0, 10 to 60000", "set one of these numbers"},
	},
	"response time alone": {
		edits{"services[0].scaling": `{
			"cpuPercent": 0, "memoryPercent": 0, "responseMilliseconds": 500, "min": 2, "max": 2}`},
		Error{
			"services[0].scaling.responseMilliseconds", "500", "0 without another target",
			"set cpuPercent, memoryPercent or requestsPerTarget, too: response time adds tasks, and nothing would remove them",
		},
	},
	"schedule without bounds": {
		edits{"services[0].scaling.schedules": `[{"name": "night", "expression": "rate(1 day)", "min": 0}]`},
		Error{"services[0].scaling.schedules[0].max", "nothing", "1 to 5000", "set it"},
	},
	"schedule that runs downwards": {
		edits{"services[0].scaling.schedules": `[{"name": "day", "expression": "rate(1 day)", "min": 4, "max": 3}]`},
		Error{"services[0].scaling.schedules[0].min", "4", "at most max, 3", "lower min, or raise max"},
	},
	"schedule name twice": {
		edits{"services[0].scaling.schedules": `[{"expression": "rate(1 day)", ` + night +
			`}, {"expression": "rate(2 days)", ` + night + `}]`},
		Error{
			"services[0].scaling.schedules[1].name", `"night"`, "a name that no other schedule of the service has",
			"rename one: aws-webapp:services[0].scaling.schedules[0].name has it too",
		},
	},
	"cron of Unix": {
		edits{"services[0].scaling.schedules": `[{"expression": "cron(0 22 * * *)", ` + night + `}]`},
		Error{
			"services[0].scaling.schedules[0].expression", `"cron(0 22 * * *)", but cron has 5 fields: AWS wants minutes, ` +
				`hours, day of month, month, day of week and year`,
			"at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(6 fields)", "write it like cron(0 22 * * ? *)",
		},
	},
	"hour that no day has": {
		edits{"services[0].scaling.schedules": `[{"expression": "cron(99 22 ? * MON-FRI *)", ` + night + `}]`},
		Error{
			"services[0].scaling.schedules[0].expression",
			`"cron(99 22 ? * MON-FRI *)", but minutes is "99": allowed are 0 to 59`,
			"at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(6 fields)", "write it like cron(0 22 * * ? *)",
		},
	},
	"unknown time zone": {
		edits{"services[0].scaling.schedules": `[{"expression": "cron(0 22 * * ? *)", "timezone": "Local", ` + night + `}]`},
		Error{"services[0].scaling.schedules[0].timezone", `"Local"`, "an IANA time zone", "write it like Europe/Berlin"},
	},
	"no weight": {
		edits{"services[0].capacity.fargateWeight": `0`},
		Error{
			"services[0].capacity.fargateWeight", "0, like spotWeight", "a weight above 0 in fargateWeight or spotWeight",
			"set fargateWeight to 1",
		},
	},
	"base above the bounds": {
		edits{"services[0].capacity.fargateBase": `11`},
		Error{"services[0].capacity.fargateBase", "11", "at most scaling.max, 10", "lower it, or raise scaling.max"},
	},
	"controller of AWS": {
		edits{"services[0].deployment.controller": `"CODE_DEPLOY"`},
		Error{"services[0].deployment.controller", `"CODE_DEPLOY"`, "rolling, blue-green", "set one of them"},
	},
	"no room to deploy": {
		edits{"services[0].deployment.maximumPercent": `100`},
		Error{
			"services[0].deployment.maximumPercent", "100, with minimumHealthyPercent 100",
			"room to start or to stop one of 2 tasks (scaling.min)", "raise maximumPercent to 200",
		},
	},
	"room that rounding takes away": {
		edits{"services[0].deployment": `{"maximumPercent": 149, "minimumHealthyPercent": 51}`},
		Error{
			"services[0].deployment.maximumPercent", "149, with minimumHealthyPercent 51",
			"room to start or to stop one of 2 tasks (scaling.min)", "raise maximumPercent to 200",
		},
	},
	"traffic shift of Lambda": {
		edits{"services[0].deployment.trafficShift": `"CodeDeployDefault.LambdaAllAtOnce"`},
		Error{
			"services[0].deployment.trafficShift", `"CodeDeployDefault.LambdaAllAtOnce"`,
			"CodeDeployDefault.ECSAllAtOnce, CodeDeployDefault.ECSCanary10Percent5Minutes, " +
				"CodeDeployDefault.ECSCanary10Percent15Minutes, " +
				"CodeDeployDefault.ECSLinear10PercentEvery1Minutes, CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
			"set one of them",
		},
	},
	"termination wait that a rotation does not outlast": {
		edits{
			"services[0].databaseAccess": `true`,
			"services[0].deployment": `{"controller": "blue-green", "terminationWaitMinutes": 26,
				"trafficShift": "CodeDeployDefault.ECSCanary10Percent15Minutes"}`,
		},
		Error{
			"services[0].deployment.terminationWaitMinutes", "26", "0 to 25 with databaseAccess and a shift of 15 minutes",
			"lower it: the function that brings a rotated password to the tasks waits for no longer",
		},
	},
	"long termination wait": {
		edits{"services[0].deployment.terminationWaitMinutes": `2881`},
		Error{"services[0].deployment.terminationWaitMinutes", "2881", "0 to 2880", "set a number in that range"},
	},
}

var badMonitoring = map[string]bad{
	"insights off": {
		edits{"cluster.containerInsights": `"disabled"`},
		Error{"cluster.containerInsights", `"disabled"`, "enabled, enhanced", "set one of them"},
	},
	"unknown protocol": {
		edits{"monitoring.subscriptions": `[{"protocol": "slack", "endpoint": "#oncall"}]`},
		Error{"monitoring.subscriptions[0].protocol", `"slack"`, "email, https, sqs, lambda", "set one of them"},
	},
	"subscription without endpoint": {
		edits{"monitoring.subscriptions": `[{"protocol": "email"}]`},
		Error{
			"monitoring.subscriptions[0].endpoint", "nothing", "a mail address, an https:// URL or an ARN",
			"set it; write it like oncall@example.com",
		},
	},
	"mail to a name": {
		edits{"monitoring.subscriptions": `[{"protocol": "email", "endpoint": "oncall"}]`},
		Error{
			"monitoring.subscriptions[0].endpoint", "no mail address", "a mail address for protocol email",
			"write it like oncall@example.com",
		},
	},
	"plain HTTP": {
		edits{"monitoring.subscriptions": `[{"protocol": "https", "endpoint": "http://alerts.example.com/key"}]`},
		Error{
			"monitoring.subscriptions[0].endpoint", "no such URL", "an https:// URL without user and password for " +
				"protocol https",
			"write it like https://alerts.example.com/aws",
		},
	},
	"FIFO queue": {
		edits{"monitoring.subscriptions": `[{"protocol": "sqs", "endpoint": ` +
			`"arn:aws:sqs:eu-west-1:111111111111:alerts.fifo"}]`},
		Error{
			"monitoring.subscriptions[0].endpoint", "no such ARN",
			"the ARN of a standard queue or of a function for protocol sqs",
			"copy the ARN from the console, or change protocol",
		},
	},
	"function of another region": {
		edits{"monitoring.subscriptions": `[{"protocol": "lambda", "endpoint": ` +
			`"arn:aws:lambda:us-east-1:111111111111:function:alerts"}]`},
		Error{
			"monitoring.subscriptions[0].endpoint", "an ARN of us-east-1", "ARNs in eu-west-1, the stack's region",
			"name one in eu-west-1, or change aws.region",
		},
	},
	"subscription twice": {
		edits{"monitoring.subscriptions": `[{"protocol": "email", "endpoint": "a@example.com"}, {"protocol": "email", ` +
			`"endpoint": "a@example.com"}]`},
		Error{
			"monitoring.subscriptions[1].endpoint", "the endpoint of aws-webapp:monitoring.subscriptions[0]",
			"each subscription once",
			"remove one of them",
		},
	},
	"threshold above everything": {
		edits{"monitoring.thresholds.serviceCpuPercent": `101`},
		Error{"monitoring.thresholds.serviceCpuPercent", "101", "1 to 100", "set a number in that range"},
	},
}
