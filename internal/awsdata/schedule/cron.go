package schedule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// field describes the values that AWS accepts in one field of a cron expression (EventBridge
// User Guide, "Cron expressions reference").
type field struct {
	name        string
	least, most int
	names       []string
}

var (
	minutes  = field{name: "minutes", least: 0, most: 59}
	hours    = field{name: "hours", least: 0, most: 23}
	monthDay = field{name: "day of month", least: 1, most: 31}
	months   = field{name: "month", least: 1, most: 12, names: []string{
		"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
	}}
	weekDay = field{name: "day of week", least: 1, most: 7, names: []string{
		"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT",
	}}
	years = field{name: "year", least: 1970, most: 2199}
)

// cron is a cron expression that AWS accepts.
type cron struct {
	minutes, hours, months, years []int
	// days judges a date by the day of month or of week.
	days func(date time.Time) bool
}

func parseCron(body string) (*cron, error) {
	parts := strings.Fields(body)
	if len(parts) != 6 {
		return nil, fmt.Errorf("cron has %d fields: AWS wants minutes, hours, day of month, month, day of week and year",
			len(parts))
	}
	if (parts[2] == "?") == (parts[4] == "?") {
		return nil, fmt.Errorf("one of day of month and day of week must be ?, and the other not")
	}
	c := &cron{}
	for _, one := range []struct {
		field field
		text  string
		into  *[]int
	}{
		{minutes, parts[0], &c.minutes},
		{hours, parts[1], &c.hours},
		{months, parts[3], &c.months},
		{years, parts[5], &c.years},
	} {
		values, err := one.field.list(one.text)
		if err != nil {
			return nil, err
		}
		*one.into = values
	}
	var err error
	if parts[4] == "?" {
		c.days, err = daysOfMonth(parts[2])
	} else {
		c.days, err = daysOfWeek(parts[4])
	}
	if err != nil {
		return nil, err
	}
	if _, fires := c.next(time.Date(years.least, time.January, 1, 0, 0, 0, 0, time.UTC).Add(-time.Minute)); !fires {
		return nil, fmt.Errorf("it never fires: no such date exists")
	}
	return c, nil
}

// list reads values, ranges and steps between commas.
func (f field) list(text string) ([]int, error) {
	var values []int
	for _, part := range strings.Split(text, ",") {
		span, step, stepped := strings.Cut(part, "/")
		every := 1
		if stepped {
			var err error
			if every, err = strconv.Atoi(step); err != nil || every < 1 || every > f.most {
				return nil, fmt.Errorf("%s has the step %q: give 1 to %d", f.name, step, f.most)
			}
		}
		first, last, err := f.span(span, stepped)
		if err != nil {
			return nil, err
		}
		for value := first; value <= last; value += every {
			values = append(values, value)
		}
	}
	slices.Sort(values)
	return slices.Compact(values), nil
}

// span reads *, a value or a range. With a step, a value stands for itself and all after it.
func (f field) span(text string, stepped bool) (first, last int, err error) {
	if text == "*" {
		return f.least, f.most, nil
	}
	from, to, isRange := strings.Cut(text, "-")
	if first, err = f.value(from); err != nil {
		return 0, 0, err
	}
	switch {
	case isRange:
		if last, err = f.value(to); err == nil && last < first {
			err = fmt.Errorf("%s has the range %s, which runs backwards", f.name, text)
		}
	case stepped:
		last = f.most
	default:
		last = first
	}
	return first, last, err
}

func (f field) value(text string) (int, error) {
	if i := slices.Index(f.names, text); i >= 0 {
		return f.least + i, nil
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < f.least || value > f.most {
		allowed := fmt.Sprintf("%d to %d", f.least, f.most)
		if len(f.names) > 0 {
			allowed += fmt.Sprintf(" or %s to %s", f.names[0], f.names[len(f.names)-1])
		}
		return 0, fmt.Errorf("%s is %q: allowed are %s", f.name, text, allowed)
	}
	return value, nil
}

// daysOfMonth reads also L, the last day, and 15W, the weekday nearest to the 15th within its
// month.
func daysOfMonth(text string) (func(time.Time) bool, error) {
	if text == "L" {
		return func(date time.Time) bool { return date.Day() == lastDay(date) }, nil
	}
	if near, isNear := strings.CutSuffix(text, "W"); isNear {
		day, err := monthDay.value(near)
		return func(date time.Time) bool { return date.Day() == nearestWeekday(date, day) }, err
	}
	days, err := monthDay.list(text)
	return func(date time.Time) bool { return slices.Contains(days, date.Day()) }, err
}

// daysOfWeek reads also L, the last day of the week, 6L, the month's last Friday, and 2#1, its
// first Monday.
func daysOfWeek(text string) (func(time.Time) bool, error) {
	if name, nth, isNth := strings.Cut(text, "#"); isNth {
		day, err := weekDay.value(name)
		if err != nil {
			return nil, err
		}
		n, err := strconv.Atoi(nth)
		if err != nil || n < 1 || n > 5 {
			return nil, fmt.Errorf("%s is %q: after # give 1 to 5", weekDay.name, text)
		}
		return func(date time.Time) bool { return weekdayOf(date) == day && (date.Day()-1)/7+1 == n }, nil
	}
	if name, isLast := strings.CutSuffix(text, "L"); isLast && name != "" {
		day, err := weekDay.value(name)
		return func(date time.Time) bool { return weekdayOf(date) == day && date.Day()+7 > lastDay(date) }, err
	}
	if text == "L" {
		text = "SAT"
	}
	days, err := weekDay.list(text)
	return func(date time.Time) bool { return slices.Contains(days, weekdayOf(date)) }, err
}

// weekdayOf counts as AWS does, from 1 for Sunday.
func weekdayOf(date time.Time) int { return int(date.Weekday()) + 1 }

func lastDay(date time.Time) int {
	return time.Date(date.Year(), date.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func nearestWeekday(date time.Time, day int) int {
	last := lastDay(date)
	if day > last {
		return 0
	}
	switch time.Date(date.Year(), date.Month(), day, 0, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday:
		if day == 1 {
			return day + 2
		}
		return day - 1
	case time.Sunday:
		if day == last {
			return day - 2
		}
		return day + 1
	default:
		return day
	}
}

// next tries day after day, for as many years as it takes until a 29th of February falls on a
// given weekday again. A time that the clocks skip does not fire.
func (c *cron) next(after time.Time) (time.Time, bool) {
	const enough = 40
	zone := after.Location()
	for _, year := range c.years {
		if year < after.Year() {
			continue
		}
		if year > after.Year()+enough && year > c.years[0]+enough {
			break
		}
		for _, month := range c.months {
			if found, fires := c.inMonth(year, time.Month(month), after, zone); fires {
				return found, true
			}
		}
	}
	return time.Time{}, false
}

func (c *cron) inMonth(year int, month time.Month, after time.Time, zone *time.Location) (time.Time, bool) {
	for date := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC); date.Month() == month; date = date.AddDate(0, 0, 1) {
		if !c.days(date) || time.Date(year, month, date.Day()+1, 0, 0, 0, 0, zone).Before(after) {
			continue
		}
		for _, hour := range c.hours {
			for _, minute := range c.minutes {
				at := time.Date(year, month, date.Day(), hour, minute, 0, 0, zone)
				if at.After(after) && at.Hour() == hour && at.Minute() == minute {
					return at, true
				}
			}
		}
	}
	return time.Time{}, false
}

// longest compares days in UTC, over as many years as it takes for a 29th of February to come
// back twice.
func (c *cron) longest() (time.Duration, bool) {
	const first, last = 2027, 2036
	for year := first; year <= last; year++ {
		if !slices.Contains(c.years, year) {
			return 0, false
		}
	}
	var longest time.Duration
	var before time.Time
	date := time.Date(first, time.January, 1, 0, 0, 0, 0, time.UTC)
	for ; date.Year() <= last; date = date.AddDate(0, 0, 1) {
		if !slices.Contains(c.months, int(date.Month())) || !c.days(date) {
			continue
		}
		if !before.IsZero() {
			longest = max(longest, date.Sub(before))
		}
		before = date
	}
	return longest, longest > 0
}
