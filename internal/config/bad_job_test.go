package config

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// nightly is the list of jobs of staging with a job that runs each night.
func nightly(changes edits) edits {
	all := edits{"jobs": `[{"name": "nightly", "image": "report:1.0.0", "schedule": "cron(0 3 * * ? *)"}]`}
	maps.Copy(all, changes)
	return all
}

var badJobs = map[string]bad{
	"job without a name": {
		edits{"jobs": `[{"image": "report:1.0.0"}]`},
		Error{"jobs[0].name", "nothing", "1 to 24 of a-z, 0-9 and inner hyphens", `set it; write it like visitor-book`},
	},
	"job without an image": {
		edits{"jobs": `[{"name": "nightly"}]`},
		Error{
			"jobs[0].image", "nothing", "an image reference",
			"set it; write it like 123456789012.dkr.ecr.us-east-1.amazonaws.com/visitor-book:1.4.2",
		},
	},
	"job called like a service": {
		nightly(edits{"jobs[0].name": `"web"`}),
		Error{
			"jobs[0].name", `"web"`, "a name that no other service or job has",
			"rename one: aws-webapp:services[0].name has it too",
		},
	},
	"job with a key of services": {
		nightly(edits{"jobs[0].port": "8000"}),
		Error{"jobs[0].port", "an unknown key", jobKeys, lookItUp},
	},
	"schedule of Unix": {
		nightly(edits{"jobs[0].schedule": `"cron(0 3 * * *)"`}),
		Error{
			"jobs[0].schedule", `"cron(0 3 * * *)", but cron has 5 fields: AWS wants minutes, hours, day of month, month, ` +
				`day of week and year`,
			"at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(6 fields)", "write it like cron(0 22 * * ? *)",
		},
	},
	"schedule of both days": {
		nightly(edits{"jobs[0].schedule": `"cron(0 3 * * MON *)"`}),
		Error{
			"jobs[0].schedule", `"cron(0 3 * * MON *)", but one of day of month and day of week must be ?, and the other not`,
			"at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(6 fields)", "write it like cron(0 22 * * ? *)",
		},
	},
	"schedule of seconds": {
		nightly(edits{"jobs[0].schedule": `"rate(30 seconds)"`}),
		Error{
			"jobs[0].schedule", `"rate(30 seconds)", but 30 seconds is not a number above 0 with minutes, hours or days`,
			"at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(6 fields)", "write it like cron(0 22 * * ? *)",
		},
	},
	"time zone that does not exist": {
		nightly(edits{"jobs[0].timezone": `"Europe/Bonn"`}),
		Error{"jobs[0].timezone", `"Europe/Bonn"`, "an IANA time zone", "write it like Europe/Berlin"},
	},
	"time zone of no schedule": {
		edits{"jobs": `[{"name": "nightly", "image": "report:1.0.0", "timezone": "Europe/Berlin"}]`},
		Error{
			"jobs[0].timezone", `"Europe/Berlin"`, "the time zone of a schedule, and this job has none",
			"set schedule, or remove it",
		},
	},
	"more retries than Scheduler makes": {
		nightly(edits{"jobs[0].retries": "186"}),
		Error{"jobs[0].retries", "186", "0 to 185", "set a number in that range"},
	},
	"no time at all": {
		nightly(edits{"jobs[0].timeoutMinutes": "0"}),
		Error{"jobs[0].timeoutMinutes", "0", "5 to 1430", "set a number in that range"},
	},
	"runs that overlap": {
		nightly(edits{"jobs[0].schedule": `"rate(30 minutes)"`}),
		Error{
			"jobs[0].timeoutMinutes", "30", "less than the 30 minutes between two runs",
			"lower it, or run the job less often: runs that overlap look like one that does not end",
		},
	},
	"runs that overlap at noon": {
		nightly(edits{"jobs[0].schedule": `"cron(0,20 12 ? * MON *)"`}),
		Error{
			"jobs[0].timeoutMinutes", "30", "less than the 20 minutes between two runs",
			"lower it, or run the job less often: runs that overlap look like one that does not end",
		},
	},
	"job of a size that Fargate does not offer": {
		nightly(edits{"jobs[0].memoryMiB": "5000"}),
		Error{"jobs[0].memoryMiB", "5000", "1024 to 4096 in steps of 1024 with cpu 512", "set 4096, or change cpu"},
	},
	"job with a secret in its environment": {
		nightly(edits{"jobs[0].environment": `{"API_TOKEN": "abcdef0123456789"}`}),
		Error{
			"jobs[0].environment.API_TOKEN", "a value that must be a secret by its name",
			"values that anyone may read in the task definition",
			"keep the value in Secrets Manager or the SSM parameter store and name it in secrets",
		},
	},
	"job with a variable of the program": {
		nightly(edits{"jobs[0].databaseAccess": "true", "jobs[0].environment": `{"PGUSER": "me"}`}),
		Error{
			"jobs[0].environment.PGUSER", "a variable that the program sets", "variables besides those of databaseAccess",
			"remove it, or set databaseAccess off and provide the variable yourself",
		},
	},
	"job that names parts of no database": {
		nightly(edits{"jobs[0].databaseVariables": `{"DB_HOST": "host"}`}),
		Error{
			"jobs[0].databaseVariables", "1 variable", "variables with databaseAccess", "set databaseAccess, or remove them",
		},
	},
	"job that uses no cache": {
		nightly(edits{"jobs[0].cacheAccess": "true"}),
		Error{"jobs[0].cacheAccess", "true", "false while cache.enabled is false", "set cache.enabled to true"},
	},
	"job that calls nobody": {
		nightly(edits{"jobs[0].calls": `["mailers"]`}),
		Error{"jobs[0].calls[0]", `"mailers"`, "names of other services: web", "correct or remove it"},
	},
	"job that calls a web service": {
		nightly(edits{"jobs[0].calls": `["web"]`}),
		Error{
			"jobs[0].calls[0]", `"web", of kind web`, "workers with a queue, internal services",
			"remove the call: clients and services reach a web service at the load balancer",
		},
	},
	"job that calls an internal service": {
		nightly(edits{
			"jobs[0].calls": `["prices"]`, "services[1].name": `"prices"`, "services[1].kind": `"internal"`,
			"services[1].image": `"prices:1.0.0"`,
		}),
		Error{
			"jobs[0].calls[0]", `"prices", of kind internal`,
			"workers with a queue, for a job: ECS connects tasks of services alone",
			"remove the call, or let a worker do what the job asks for",
		},
	},
	"job with a way back into the VPC": {
		nightly(edits{"jobs[0].egress": `[{"to": "10.0.0.0/24", "port": 6379, "reason": "a cache of our own"}]`}),
		Error{
			"jobs[0].egress[0].to", `"10.0.0.0/24"`, "addresses outside of network.cidrBlock, 10.0.0.0/16",
			"use databaseAccess or cacheAccess: inside the VPC security groups name each other",
		},
	},
	"job that hands out roles": {
		nightly(edits{"jobs[0].permissions": `[{"actions": ["iam:PassRole"], "resources": ["*"]}]`}),
		Error{
			"jobs[0].permissions[0].actions[0]", `"iam:PassRole"`, "actions of other services than IAM",
			"remove it: applications change no permissions",
		},
	},
	"task without a command": {
		edits{"services[0].tasks": `[{"name": "reindex"}]`},
		Error{"services[0].tasks[0].command", "nothing", "a list of 1 or more entries", "set it"},
	},
	"task with no words": {
		edits{"services[0].tasks": `[{"name": "reindex", "command": []}]`},
		Error{"services[0].tasks[0].command", "0 entries", "1 or more", "add or remove entries"},
	},
	"task of a name that nobody could type": {
		edits{"services[0].tasks": `[{"name": "Re index", "command": ["reindex"]}]`},
		Error{
			"services[0].tasks[0].name", `"Re index"`, "1 to 24 of a-z, 0-9 and inner hyphens", "write it like visitor-book",
		},
	},
	"task's name twice": {
		edits{"services[0].tasks": `[{"name": "reindex", "command": ["a"]}, {"name": "reindex", "command": ["b"]}]`},
		Error{
			"services[0].tasks[1].name", `"reindex"`, "a name that no other task of any service has",
			"rename one: aws-webapp:services[0].tasks[0].name has it too",
		},
	},
	"task with a secret in its words": {
		edits{"services[0].tasks": `[{"name": "reindex", "command": ["reindex", "--password", "correct-horse-9"]}]`},
		Error{
			"services[0].tasks[0].command[2]", "a value that must be a secret by its name",
			"words that anyone may read in the task definition",
			"keep the value in Secrets Manager or the SSM parameter store, name it in secrets, and read the variable",
		},
	},
	"task that nobody waits for": {
		edits{"services[0].tasks": `[{"name": "reindex", "command": ["a"], "timeoutMinutes": 0}]`},
		Error{"services[0].tasks[0].timeoutMinutes", "0", "1 to 1440", "set a number in that range"},
	},
	"operator's task of a job's name": {
		nightly(edits{"jobs[0].name": `"operator"`, "operator.enabled": "true"}),
		Error{
			"jobs[0].name", `"operator"`, "another name while operator.enabled is true",
			"rename it: the operator's task has this name",
		},
	},
}

var jobKeys = keysIn[Job]()

// Prod demands the same of a job's image as of a service's.
func TestJobsInProdNameTheirVersion(t *testing.T) {
	for image, fine := range map[string]bool{"report:latest": false, "report": false, "report:1.4.2": true} {
		_, err := Parse(project, valuesOf(t, prodStack, edits{"jobs": `[{"name": "nightly", "image": "` + image + `"}]`}))
		assert.Equal(t, fine, err == nil, image)
	}
}

// The alarm on a missing run waits for the longest time between two runs, which may be within a day.
func TestLongestTimeBetweenRuns(t *testing.T) {
	for schedule, want := range map[string]time.Duration{
		"rate(5 minutes)":                    5 * time.Minute,
		"rate(7 days)":                       0,
		"cron(0 3 * * ? *)":                  24 * time.Hour,
		"cron(0/15 * * * ? *)":               15 * time.Minute,
		"cron(0 8-18 * * ? *)":               14 * time.Hour,
		"cron(0 9 ? * MON-FRI *)":            72 * time.Hour,
		"cron(0 9 ? * MON *)":                0,
		"cron(0 9 1 * ? *)":                  0,
		"at(2030-01-01T00:00:00)":            0,
		"":                                   0,
		"cron(0,20 9 ? * MON,WED,FRI,SUN *)": 48 * time.Hour,
	} {
		job := &Job{Schedule: schedule, Timezone: "UTC"}
		every, told := job.Every()
		assert.Equal(t, want > 0, told, schedule)
		if told {
			assert.Equal(t, want, every, schedule)
		}
	}
	// The clocks go back: 25 hours are between two runs.
	job := &Job{Schedule: "cron(0 3 * * ? *)", Timezone: "Europe/Berlin"}
	every, _ := job.Every()
	assert.Equal(t, 25*time.Hour, every)
}
