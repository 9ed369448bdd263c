package preflight

import (
	"context"
	"time"

	"aws-webapp/internal/outcome"
)

// checkSchedules reports when the schedules of scaling and of jobs fire next. AWS refuses a new one that never
// fires again; an existing one stays without effect.
func (p *Preflight) checkSchedules(context.Context) ([]outcome.Finding, error) {
	var findings []outcome.Finding
	for _, service := range p.Config.Services {
		for i := range service.Scaling.Schedules {
			schedule := &service.Scaling.Schedules[i]
			findings = append(findings,
				p.judgeSchedule("schedule "+schedule.Name+" of "+service.Name, schedule.Expression, schedule.Next))
		}
	}
	for i := range p.Config.Jobs {
		if job := &p.Config.Jobs[i]; job.Schedule != "" {
			findings = append(findings, p.judgeSchedule("schedule of "+job.Name, job.Schedule, job.Next))
		}
	}
	return findings, nil
}

func (p *Preflight) judgeSchedule(
	check, expression string, next func(after time.Time) (time.Time, bool),
) outcome.Finding {
	finding := outcome.Finding{Check: check, Status: outcome.OK, Needed: expression}
	at, fires := next(p.Now())
	if fires {
		finding.Found = "next at " + at.Format("2006-01-02 15:04 MST")
		return finding
	}
	finding.Status, finding.Found = outcome.Blocked, "never fires again"
	finding.Fix = "remove the schedule, or give it a time in the future"
	if p.deployed() {
		finding.Status = outcome.Warning
	}
	return finding
}
