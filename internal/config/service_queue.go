package config

import (
	"fmt"
	"slices"
)

// Queue of a worker, made of SQS: encrypted, TLS only, with a second queue for messages that failed too often. The
// worker gets its address as QUEUE_URL. Limits are those of SQS:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
type Queue struct {
	// Enabled makes the queue. Default false.
	Enabled bool `json:"enabled"`
	// VisibilitySeconds in which a task has to delete a message that it received, before another task gets it, 1 to
	// 43200. Default 300.
	VisibilitySeconds int `json:"visibilitySeconds" allowed:"1 to 43200"`
	// MaxReceives of a message before it goes to the dead letters, 1 to 1000. Default 5.
	MaxReceives int `json:"maxReceives" allowed:"1 to 1000"`
	// RetentionDays after which a message that nobody took is lost, 1 to 14. Default 7.
	RetentionDays int `json:"retentionDays" allowed:"1 to 14"`
	// MessagesPerTask is the backlog that autoscaling keeps for each task, 1 to 1000000. Default 100.
	MessagesPerTask int `json:"messagesPerTask" allowed:"1 to 1000000"`
	// AgeMinutes of the oldest message above which an alarm goes off, 1 to 20160. Default 60.
	AgeMinutes int `json:"ageMinutes" allowed:"1 to 20160"`
}

func (q *Queue) defaults() {
	*q = Queue{VisibilitySeconds: 300, MaxReceives: 5, RetentionDays: 7, MessagesPerTask: 100, AgeMinutes: 60}
}

func (q *Queue) validate(v *validation, at path) {
	age := at.key("ageMinutes")
	if most := q.RetentionDays * minutesPerDay; v.sound(at.key("retentionDays")) && q.AgeMinutes >= most {
		v.add(age, show(q.AgeMinutes), fmt.Sprintf("less than retentionDays, which are %d minutes", most),
			"lower it: nothing gets as old as that, since SQS drops it")
	}
}

// validateQueue compares a worker with its queue.
func (s *Service) validateQueue(v *validation, at path) {
	queue := DefaultService().Queue
	queue.Enabled = s.Queue.Enabled
	if key := at.key("queue"); s.works() && !s.Queue.Enabled && s.Queue != queue {
		v.add(key, "settings of a queue that is not enabled", "a queue with enabled true", "set queue.enabled to true, or "+
			"remove queue")
	}
	if least := at.key("scaling").key("min"); s.Scaling.Min == 0 && !s.Queue.Enabled {
		what := "a worker without a queue"
		if !s.works() {
			what = "a service of kind " + string(s.Kind)
		}
		v.add(least, "0", "1 or more of "+what, "set 1 or more: without a queue nothing would start a task again")
	}
}

// service returns the service of a name, or nil.
func (c *Config) service(name string) *Service {
	i := slices.IndexFunc(c.Services, func(s Service) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return &c.Services[i]
}

// OwnQueueVariable is the variable in which a worker finds its own queue.
const OwnQueueVariable = "QUEUE_URL"

// Queues lists the workers whose queues a service or job uses: its own, and those of the workers that it calls.
func (c *Config) Queues(u Unit) []string {
	var workers []string
	for i := range c.Services {
		one := &c.Services[i]
		if one.Queue.Enabled && (one.Name == u.Name || slices.Contains(u.Calls, one.Name)) {
			workers = append(workers, one.Name)
		}
	}
	return workers
}
