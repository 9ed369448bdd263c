package deliveries

const (
	scheduledTasks = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/" +
		"tasks-scheduled-eventbridge-scheduler.html"
	scheduledLetters = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html"
)

// What EventBridge Scheduler does with a schedule's role.
var (
	// ScheduleRunsTask is a call on the task definition; the target is the cluster.
	ScheduleRunsTask = Delivery{
		Name: "EventBridge Scheduler runs a task", Actions: []string{"ecs:RunTask"},
		Readings: []Reading{{Keys: map[string]string{"ecs:cluster": "{target}"}, Sources: []string{scheduledTasks}}},
	}
	ScheduleTagsTask = Delivery{
		Name: "EventBridge Scheduler tags a task", Actions: []string{"ecs:TagResource"},
		Readings: []Reading{{
			Keys:    map[string]string{"ecs:CreateAction": "RunTask"},
			Sources: []string{"https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html"},
		}},
	}
	SchedulePassesRole = Delivery{
		Name: "EventBridge Scheduler passes a role to a task", Actions: []string{"iam:PassRole"},
		Readings: []Reading{{Keys: map[string]string{"iam:PassedToService": tasks}, Sources: []string{scheduledTasks}}},
	}
	ScheduleToQueue = byRole("EventBridge Scheduler sends to a schedule's dead letters", scheduledLetters,
		"sqs:SendMessage")
	ScheduleToQueueKey = Delivery{
		Name: "EventBridge Scheduler encrypts for a schedule's dead letters", Actions: useKey,
		Readings: []Reading{{
			Keys:    map[string]string{"kms:ViaService": "sqs.{region}.amazonaws.com", QueueContext: "{target}"},
			Sources: []string{queueKeyPage},
		}},
	}
)
