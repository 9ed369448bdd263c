package config

import (
	"regexp"
	"strings"
	"time"
)

var (
	ratePattern = regexp.MustCompile(`^(1 (minute|hour|day)|([2-9]|[1-9][0-9]{1,4}) (minutes|hours|days))$`)
	cronField   = regexp.MustCompile(`^[0-9A-Za-z*?/,#-]+$`)
)

// isSchedule checks an expression as Application Auto Scaling reads it.
func isSchedule(text string) bool {
	kind, rest, _ := strings.Cut(text, "(")
	body, closed := strings.CutSuffix(rest, ")")
	if !closed {
		return false
	}
	switch kind {
	case "at":
		_, err := time.Parse("2006-01-02T15:04:05", body)
		return err == nil
	case "rate":
		return ratePattern.MatchString(body)
	case "cron":
		return isCron(strings.Fields(body))
	default:
		return false
	}
}

// isCron wants minute, hour, day of month, month, day of week and year; one of the days
// must be a question mark.
func isCron(fields []string) bool {
	if len(fields) != 6 || (fields[2] == "?") == (fields[4] == "?") {
		return false
	}
	for _, field := range fields {
		if !cronField.MatchString(field) {
			return false
		}
	}
	return true
}
