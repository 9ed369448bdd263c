package stack

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"aws-webapp/components"
	"aws-webapp/internal/config"
)

// createJobs makes the jobs. The outputs are what it takes to run one by hand.
func (w *workload) createJobs(ctx *pulumi.Context) error {
	if len(w.cfg.Jobs) == 0 {
		return nil
	}
	outputs := pulumi.Map{}
	for i := range w.cfg.Jobs {
		cfg := &w.cfg.Jobs[i]
		args := &components.JobArgs{
			TaskArgs:        w.unitArgs(config.UnitOfJob(cfg)),
			ClusterName:     w.cluster.Name,
			ClusterARN:      w.cluster.ARN,
			SubnetIDs:       w.network.AppSubnetIDs,
			SecurityGroupID: w.securityGroups.ServiceGroupIDs[cfg.Name],
			After:           slices.Concat(w.network.AppReady, w.securityGroups.ServiceReady[cfg.Name]),
			Schedule:        jobSchedule(cfg),
			TimeoutMinutes:  cfg.TimeoutMinutes,
			TopicARN:        w.alerts.TopicARN,
		}
		// A job never runs on Spot, which may end it at any moment.
		args.Capacity = components.ServiceCapacity{FargateBase: 1, FargateWeight: 1}
		job, err := components.NewJob(ctx, cfg.Name, args, w.opts...)
		if err != nil {
			return err
		}
		w.jobs = append(w.jobs, job)
		w.show(job.AlarmNames, job.DashboardRow())
		outputs[cfg.Name] = w.runnable(&job.Task, cfg.TimeoutMinutes, pulumi.Map{
			"image":         pulumi.String(job.Image),
			"schedule":      pulumi.String(cfg.Schedule),
			"timezone":      pulumi.String(cfg.Timezone),
			"deadLetterUrl": job.DeadLetterURL,
			"scheduleName":  pulumi.String(job.ScheduleName),
			"alarms":        pulumi.ToStringArray(job.AlarmNames),
		})
	}
	ctx.Export("jobs", outputs)
	return nil
}

// exportTasks publishes what people may run once in a service's image.
func (w *workload) exportTasks(ctx *pulumi.Context) {
	outputs := pulumi.Map{}
	for i, service := range w.services {
		for _, task := range w.cfg.Services[i].Tasks {
			outputs[task.Name] = w.runnable(&service.Task, task.TimeoutMinutes, pulumi.Map{
				"command": pulumi.ToStringArray(task.Command),
			})
		}
	}
	if len(outputs) > 0 {
		ctx.Export("tasks", outputs)
	}
}

// runnable is what it takes to run a task by hand, and more.
func (w *workload) runnable(task *components.Task, minutes int, more pulumi.Map) pulumi.Map {
	more["taskDefinitionArn"] = task.TaskDefinitionARN
	more["container"] = pulumi.String(task.Name)
	more["logGroup"] = pulumi.String(task.LogGroupName)
	more["subnetIds"] = w.network.AppSubnetIDs
	more["securityGroupId"] = w.securityGroups.ServiceGroupIDs[task.Name]
	more["timeoutMinutes"] = pulumi.Int(minutes)
	return more
}

// jobSchedule returns a job's schedule; nil if it has none.
func jobSchedule(cfg *config.Job) *components.JobSchedule {
	if cfg.Schedule == "" {
		return nil
	}
	schedule := &components.JobSchedule{Expression: cfg.Schedule, Timezone: cfg.Timezone, Retries: cfg.Retries}
	if every, told := cfg.Every(); told {
		schedule.Every = every
	}
	return schedule
}

// tasks returns what writes logs: services, then jobs.
func (w *workload) tasks() []*components.Task {
	var tasks []*components.Task
	for _, service := range w.services {
		tasks = append(tasks, &service.Task)
	}
	for _, job := range w.jobs {
		tasks = append(tasks, &job.Task)
	}
	return tasks
}
