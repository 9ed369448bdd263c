package config

import (
	"fmt"
	"time"

	"aws-webapp/internal/awsdata/schedule"
	"aws-webapp/internal/plural"
)

// Job is a container that runs to its end: at set times, or when somebody starts it (webapp job run). A run that exits
// with another code than 0, or does not start, raises an alarm, and so does one that is missing.
type Job struct {
	// Name of the job and its container: 1 to 24 of a-z, 0-9 and inner hyphens, unique among services and jobs. Required.
	Name string `json:"name" required:"true" allowed:"<service name>"`
	Container
	// Schedule at(...), rate(...) or cron(...), as EventBridge Scheduler reads it, such as cron(0 3 * * ? *): minutes,
	// hours, day of month, month, day of week and year, one of the days a question mark. A run that is missing raises an
	// alarm if the schedule runs at least every 160 hours. Default none: somebody starts the job.
	Schedule string `json:"schedule" optional:"true" allowed:"<schedule expression>"`
	// Timezone of the schedule, an IANA name. Default UTC.
	Timezone string `json:"timezone" allowed:"<time zone>"`
	// Retries of a start that AWS refuses, 0 to 185, within an hour. A run that has failed is not run again. Default 3.
	Retries int `json:"retries" allowed:"0 to 185"`
	// TimeoutMinutes above which a run raises an alarm, 5 to 1430, and less than the time between two runs. AWS does not
	// stop the run: let the program end by itself. Default 30.
	TimeoutMinutes int `json:"timeoutMinutes" allowed:"5 to 1430"`
}

func (j *Job) defaults() {
	*j = Job{Container: defaultContainer(), Timezone: "UTC", Retries: 3, TimeoutMinutes: 30}
}

func (j *Job) validate(v *validation, at path) {
	j.check(v, at, nil)
	if timeout := at.key("timeoutMinutes"); v.sound(timeout, at.key("schedule"), at.key("timezone")) {
		shortest, _ := j.gaps()
		if often := int(shortest.Minutes()); often > 0 && j.TimeoutMinutes >= often {
			v.add(timeout, show(j.TimeoutMinutes),
				fmt.Sprintf("less than the %s between two runs", plural.Of(often, "minute")),
				"lower it, or run the job less often: runs that overlap look like one that does not end")
		}
	}
	if zone := at.key("timezone"); j.Schedule == "" && j.Timezone != "UTC" && v.sound(zone) {
		v.add(zone, quote(j.Timezone), "the time zone of a schedule, and this job has none", "set schedule, or remove it")
	}
}

// runsLookedAt is how many runs in a row gaps compares: some days of one that runs each minute.
const runsLookedAt = 3000

// gaps returns the shortest and the longest time between two runs, 0 if there are no two.
func (j *Job) gaps() (shortest, longest time.Duration) {
	parsed, err := schedule.Parse(j.Schedule)
	zone, zoneErr := time.LoadLocation(j.Timezone)
	if err != nil || zoneErr != nil {
		return 0, 0
	}
	// From the same day on, whenever this runs: a stack file that was right stays right.
	before, fires := parsed.Next(time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC), zone)
	for range runsLookedAt {
		next, again := parsed.Next(before, zone)
		if !fires || !again {
			break
		}
		gap := next.Sub(before)
		if shortest == 0 || gap < shortest {
			shortest = gap
		}
		longest, before = max(longest, gap), next
	}
	// Of years it knows the days alone.
	const day = 24 * time.Hour
	if days, again := parsed.Longest(); again && days > day {
		longest = max(longest, days)
	}
	return shortest, longest
}

// longestGap is the longest time between two runs whose absence an alarm can tell: an alarm looks back for 7 days at
// most, and needs some hours of them to be sure.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, EvaluationPeriods
const longestGap = 160 * time.Hour

// Every returns the longest time between two runs; false if there are none, or more than 160 hours between them, so
// that no alarm can tell that one is missing.
func (j *Job) Every() (time.Duration, bool) {
	_, longest := j.gaps()
	return longest, longest > 0 && longest <= longestGap
}
