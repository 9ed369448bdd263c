package schedule

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Schedule is an expression that AWS accepts.
type Schedule struct {
	cron *cron
	// at is a local time without a zone.
	at    time.Time
	every time.Duration
}

const atLayout = "2006-01-02T15:04:05"

var ratePattern = regexp.MustCompile(`^([1-9][0-9]{0,4}) (minute|hour|day)(s?)$`)

// Parse reads at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(six fields). The error says
// what is wrong in words that may follow "but". (Application Auto Scaling User Guide,
// "Schedule recurring scaling actions"; API reference, PutScheduledAction.)
func Parse(expression string) (Schedule, error) {
	kind, rest, _ := strings.Cut(expression, "(")
	body, closed := strings.CutSuffix(rest, ")")
	if !closed {
		return Schedule{}, fmt.Errorf("it has no parentheses around its fields")
	}
	switch kind {
	case "at":
		at, err := time.Parse(atLayout, body)
		if err != nil {
			return Schedule{}, fmt.Errorf("%s is not a date and time", body)
		}
		return Schedule{at: at}, nil
	case "rate":
		every, err := parseRate(body)
		return Schedule{every: every}, err
	case "cron":
		fields, err := parseCron(body)
		return Schedule{cron: fields}, err
	}
	return Schedule{}, fmt.Errorf("it begins with %q", kind)
}

func parseRate(body string) (time.Duration, error) {
	parts := ratePattern.FindStringSubmatch(body)
	if parts == nil {
		return 0, fmt.Errorf("%s is not a number above 0 with minutes, hours or days", body)
	}
	value, err := strconv.Atoi(parts[1])
	if err != nil {
		return 0, err
	}
	if (value == 1) == (parts[3] == "s") {
		return 0, fmt.Errorf("the unit of %s is written without s for 1, and with it for more", body)
	}
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	return time.Duration(value) * units[parts[2]], nil
}

// Next returns the first time after a given one at which the schedule fires; false if it never
// fires again. A rate counts from the given time.
func (s Schedule) Next(after time.Time, zone *time.Location) (time.Time, bool) {
	switch {
	case s.cron != nil:
		return s.cron.next(after.In(zone))
	case s.every > 0:
		return after.In(zone).Add(s.every), true
	}
	at := time.Date(s.at.Year(), s.at.Month(), s.at.Day(), s.at.Hour(), s.at.Minute(), s.at.Second(), 0, zone)
	return at, at.After(after)
}

// Longest returns the longest time between two days on which the schedule fires, or the interval
// of a rate; false if the schedule stops for good one day.
func (s Schedule) Longest() (time.Duration, bool) {
	switch {
	case s.cron != nil:
		return s.cron.longest()
	case s.every > 0:
		return s.every, true
	}
	return 0, false
}
