package preflight

import (
	"context"

	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// checkSchedules reports when the scaling schedules fire next. AWS refuses a new one that never
// fires again; an existing one stays without effect.
func (p *Preflight) checkSchedules(context.Context) ([]outcome.Finding, error) {
	var findings []outcome.Finding
	for _, service := range p.Config.Services {
		for i := range service.Scaling.Schedules {
			findings = append(findings, p.judgeSchedule(service.Name, &service.Scaling.Schedules[i]))
		}
	}
	return findings, nil
}

func (p *Preflight) judgeSchedule(service string, schedule *config.Schedule) outcome.Finding {
	finding := outcome.Finding{
		Check: "schedule " + schedule.Name + " of " + service, Status: outcome.OK,
		Needed: schedule.Expression,
	}
	next, fires := schedule.Next(p.Now())
	if fires {
		finding.Found = "next at " + next.Format("2006-01-02 15:04 MST")
		return finding
	}
	finding.Status, finding.Found = outcome.Blocked, "never fires again"
	finding.Fix = "remove the schedule, or give it a time in the future"
	if p.deployed() {
		finding.Status = outcome.Warning
	}
	return finding
}
