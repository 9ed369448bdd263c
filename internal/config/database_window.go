package config

import (
	"fmt"
	"strings"
)

const (
	minutesPerDay  = 24 * 60
	minutesPerWeek = 7 * minutesPerDay
	// shortestWindow is the least length of RDS's windows, in minutes.
	shortestWindow = 30
)

// windows judges a daily window, whose key is given, and maintenanceWindow beside it: each lasts so many minutes or
// more, maintenance a day at most, and the two do not overlap.
func (v *validation) windows(at path, key, dailyText, weeklyText string, shortest int) {
	const weeklyKey = "maintenanceWindow"
	if !v.sound(at.key(key), at.key(weeklyKey)) {
		return
	}
	daily, weekly := parseDailyWindow(dailyText), parseWeeklyWindow(weeklyText)
	if daily.length < shortest {
		v.add(at.key(key), quote(dailyText), fmt.Sprintf("a window of at least %d minutes", shortest), "let it end later")
	}
	if weekly.length < shortest || weekly.length > minutesPerDay {
		v.add(at.key(weeklyKey), quote(weeklyText), fmt.Sprintf("a window of %d minutes to 24 hours", shortest),
			fmt.Sprintf("move its end to %d minutes or more after its start", shortest))
	}
	if weekly.overlapsDaily(daily) {
		v.add(at.key(weeklyKey), quote(weeklyText), "a window apart from "+key+", "+dailyText+" every day",
			"move one of them")
	}
}

// window is a time span within a day or a week, in minutes from its start.
type window struct{ start, length int }

// parseDailyWindow reads hh:mm-hh:mm, whose format has been checked.
func parseDailyWindow(text string) window {
	from, to, _ := strings.Cut(text, "-")
	return newWindow(minuteOfDay(from), minuteOfDay(to), minutesPerDay)
}

// parseWeeklyWindow reads ddd:hh:mm-ddd:hh:mm, whose format has been checked.
func parseWeeklyWindow(text string) window {
	from, to, _ := strings.Cut(text, "-")
	return newWindow(minuteOfWeek(from), minuteOfWeek(to), minutesPerWeek)
}

// newWindow makes a window. If it ends before it starts, the end is in the next day or week.
func newWindow(start, end, period int) window {
	return window{start: start, length: ((end-start)%period + period) % period}
}

// overlapsDaily reports whether a weekly window overlaps a daily one on any day. The daily
// window of the last day may reach into the first.
func (w window) overlapsDaily(daily window) bool {
	if w.length == 0 || daily.length == 0 {
		return false
	}
	for day := -1; day <= 7; day++ {
		start := day*minutesPerDay + daily.start
		for _, week := range []int{0, minutesPerWeek} {
			if start < w.start+w.length-week && w.start-week < start+daily.length {
				return true
			}
		}
	}
	return false
}

// meetsDaily reports whether two daily windows have a minute in common.
func (w window) meetsDaily(other window) bool {
	for _, shift := range []int{-minutesPerDay, 0, minutesPerDay} {
		if w.start < other.start+shift+other.length && other.start+shift < w.start+w.length {
			return true
		}
	}
	return false
}

// earlier returns a weekly window that begins some minutes earlier and ends at the same time.
func (w window) earlier(minutes int) window {
	return window{start: (w.start - minutes + minutesPerWeek) % minutesPerWeek, length: w.length + minutes}
}

func minuteOfDay(text string) int {
	if len(text) != len("hh:mm") {
		return 0
	}
	return (int(text[0]-'0')*10+int(text[1]-'0'))*60 + int(text[3]-'0')*10 + int(text[4]-'0')
}

func minuteOfWeek(text string) int {
	day, time, _ := strings.Cut(text, ":")
	for i, name := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		if name == day {
			return i*minutesPerDay + minuteOfDay(time)
		}
	}
	return 0
}
