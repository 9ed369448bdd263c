package stack_test

// drillsOfKinds break stacks with what prod's fixture lacks: jobs, workers, internal services.
var drillsOfKinds = []drill{
	{
		title: "A job fails", stack: "prod with jobs", part: "Job", state: "degraded",
		breaks:  "The nightly report reads a column that a migration has dropped, and exits with 1.",
		events:  []stackEvent{{0, `"name": "nightly", "exitCode"`, "1"}},
		section: "job-failed", mended: 120,
		mend: "correct the job, then `webapp job run <job> --stack prod`",
		told: "`webapp job run` ends with exit code 0.",
	},
	{
		title: "A job does not start", stack: "prod with jobs", part: "Job", state: "dead",
		breaks:  "Somebody has deleted the image: ECS takes the run, and cannot pull it.",
		events:  []stackEvent{{2, `"stopCode": "%s"`, "TaskFailedToStart"}},
		section: "job-failed", mended: 120,
		mend: "correct the job, then `webapp job run <job> --stack prod`",
		told: "`webapp job run` ends with exit code 0.",
	},
	{
		title: "ECS refuses a job", stack: "prod with jobs", part: "Job", state: "misconfigured",
		breaks: "The schedule's role has lost a right. EventBridge Scheduler tries again, and puts the start into the " +
			"queue an hour after it was due.",
		symptoms: []symptom{showing("nightly-dead-letters", 60)},
		section:  "job-dead-letters", mended: 240,
		mend: "correct that, `webapp job run <job> --stack prod`, then `aws sqs purge-queue --queue-url <deadLetterUrl>`",
	},
	{
		title: "A job is missing", stack: "prod with jobs", part: "Job", state: "not there",
		breaks: "Somebody disables the schedule of a job that runs every ten minutes. Nothing fails, because nothing " +
			"begins.",
		symptoms: []symptom{{of: "often-missing", fault: 1}},
		section:  "job-missing", mended: 90,
		mend: "[put it back](#put-back-what-was-changed-by-hand), then `webapp job run <job> --stack prod`",
	},
	{
		title: "A job runs too long", stack: "prod with jobs", part: "Job", state: "degraded",
		breaks:   "A run waits for a lock that a forgotten session in the database holds.",
		symptoms: []symptom{showing("often-overtime", 0)},
		section:  "job-overtime", mended: 40,
		mend: "`aws ecs stop-task --cluster <clusterName> --task <task id>`",
	},
	{
		title: "A worker chokes on a message", stack: "prod with a worker", part: "Queue", state: "degraded",
		breaks: "A message has a field that the worker does not know. It fails each time, and becomes a dead letter; the " +
			"others are worked off.",
		symptoms: []symptom{showing("news-dead-letters", 5)},
		section:  "worker-dead-letters", mended: 180,
		mend: "correct the worker, then [send them back](#replay-the-dead-letter-queue)",
	},
	{
		title: "A worker falls behind", stack: "prod with a worker", part: "Queue", state: "dead",
		breaks:   "Another service sends ten times as many messages as before, and `scaling.max` is reached.",
		symptoms: []symptom{showing("news-queue-age", 0)},
		section:  "worker-queue-age", mended: 60,
		mend: "a worker that is too slow: raise `scaling.max`",
	},
	{
		title: "An internal service is gone", stack: "prod with services that call each other",
		part: "Service", state: "dead",
		breaks: "Its new version ends at once: no task of it runs, and who calls it answers 5XX.",
		symptoms: []symptom{
			{of: "news-stopped", fault: 1}, {of: "news-missing-tasks", fault: 1}, showing("visitor-book-5xx", 1),
		},
		section: "service-stopped", mended: 40,
		mend: "a version that cannot start: [deploy by hand](#deploy-by-hand) the last good one",
	},
}
