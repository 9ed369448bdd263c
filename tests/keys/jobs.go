package keys

import (
	"maps"
	"strings"

	"aws-webapp/internal/config"
)

// job is what each key of a job needs beside it.
var job = map[string]string{"jobs": `[{"name": "nightly", "image": "report:1.0.0", "schedule": "cron(0 3 * * ? *)",
	"databaseAccess": true, "secrets": {"SMTP": "/visitor-book/smtp"}}]`}

// init gives each key of a job what goes along with the same key of a service, and the job.
func init() {
	for _, key := range config.Keys(config.KindWorkload) {
		name, ofJob := strings.CutPrefix(key.Name, "jobs[]")
		if !ofJob {
			continue
		}
		one := along["services[]"+name]
		one.edits, one.base = ofJob0(one.edits), ofJob0(one.base)
		along[key.Name] = one
	}
	const task = `[{"name": "reindex", "command": ["reindex"]}]`
	for key, value := range map[string]string{
		"name": `"again"`, "command": `["reindex", "--all"]`, "timeoutMinutes": "90",
	} {
		one := companion{values: []string{value}, first: true, edits: map[string]string{"services[0].tasks": task}}
		if key == "command" {
			one = listed("services[0].tasks", `[{"name": "reindex", "command": ["reindex", "--all"]}]`)
			one.base = map[string]string{"services[0].tasks": task}
		}
		along["services[].tasks[]."+key] = one
	}
	called := maps.Clone(job)
	called["services"] = workers
	along["jobs[].calls"] = companion{values: []string{`"visitor-book"`}, edits: called, base: called}
}

// ofJob0 returns edits of a service as edits of a job, with the job.
func ofJob0(edits map[string]string) map[string]string {
	all := maps.Clone(job)
	for path, value := range edits {
		all[strings.Replace(path, "services[0]", "jobs[0]", 1)] = value
	}
	return all
}
