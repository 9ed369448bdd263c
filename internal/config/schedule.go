package config

import (
	"time"

	"aws-webapp/internal/awsdata/schedule"
)

// isSchedule checks an expression as Application Auto Scaling reads it.
func isSchedule(text string) bool { return whyNoSchedule(text) == "" }

// whyNoSchedule says what is wrong with an expression; "" if nothing is.
func whyNoSchedule(text string) string {
	if _, err := schedule.Parse(text); err != nil {
		return err.Error()
	}
	return ""
}

// Next returns the first time after a given one at which a schedule changes the bounds; false
// if it never does again.
func (s *Schedule) Next(after time.Time) (time.Time, bool) {
	return next(s.Expression, s.Timezone, after)
}

// Next returns the first time after a given one at which a job runs; false if it never does again by itself.
func (j *Job) Next(after time.Time) (time.Time, bool) { return next(j.Schedule, j.Timezone, after) }

func next(expression, timezone string, after time.Time) (time.Time, bool) {
	parsed, err := schedule.Parse(expression)
	if err != nil {
		return time.Time{}, false
	}
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		return time.Time{}, false
	}
	return parsed.Next(after, zone)
}
