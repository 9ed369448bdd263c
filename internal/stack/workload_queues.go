package stack

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

// createQueues makes the queues of workers.
func (w *workload) createQueues(ctx *pulumi.Context) error {
	w.queues = map[string]*components.Queue{}
	for _, service := range w.cfg.Services {
		cfg := service.Queue
		if !cfg.Enabled {
			continue
		}
		queue, err := components.NewQueue(ctx, service.Name, &components.QueueArgs{
			Scope:             w.scope,
			DataKeyARN:        w.keys.DataARN,
			VisibilitySeconds: cfg.VisibilitySeconds,
			MaxReceives:       cfg.MaxReceives,
			RetentionDays:     cfg.RetentionDays,
			AgeMinutes:        cfg.AgeMinutes,
			TopicARN:          w.alerts.TopicARN,
		}, w.opts...)
		if err != nil {
			return err
		}
		w.queues[service.Name] = queue
		w.show(queue.AlarmNames, queue.DashboardRow())
	}
	return nil
}

// queueUses are a service's or job's own queue, and those of the workers that it calls.
func (w *workload) queueUses(unit config.Unit) []components.ServiceUse {
	var uses []components.ServiceUse
	for _, worker := range w.cfg.Queues(unit) {
		queue := w.queues[worker]
		if worker == unit.Name {
			uses = append(uses, queue.ForWorker(config.OwnQueueVariable))
			continue
		}
		uses = append(uses, queue.ForSender(worker, w.cfg.CallVariable(worker)))
	}
	return uses
}

// queueURLs are the addresses of a worker's queue and of its dead letters; "" for a service without one.
func (w *workload) queueURLs(service string) (queue, deadLetters pulumi.StringInput) {
	if q, has := w.queues[service]; has {
		return q.URL, q.DeadLetterURL
	}
	return pulumi.String(""), pulumi.String("")
}
