package schedule_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsdata/schedule"
)

func TestNext(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	// This is a Sunday.
	after := time.Date(2026, time.November, 29, 12, 0, 0, 0, time.UTC)
	for expression, want := range map[string]string{
		"cron(0 22 * * ? *)":            "2026-11-29 22:00 CET",
		"cron(0 13 * * ? *)":            "2026-11-30 13:00 CET",
		"cron(0/15 8-18 ? * MON-FRI *)": "2026-11-30 08:00 CET",
		"cron(*/20 * ? * 2-6 *)":        "2026-11-30 00:00 CET",
		"cron(5,10 6 1,15 1-3 ? 2027)":  "2027-01-01 06:05 CET",
		"cron(0 0 L * ? *)":             "2026-11-30 00:00 CET",
		"cron(0 0 L FEB ? 2028)":        "2028-02-29 00:00 CET",
		"cron(0 0 15W 8 ? 2027)":        "2027-08-16 00:00 CEST", // the 15th is a Sunday
		"cron(0 0 1W 5 ? 2027)":         "2027-05-03 00:00 CEST", // a Saturday, and Friday is in April
		"cron(0 0 31W 10 ? 2027)":       "2027-10-29 00:00 CEST", // a Sunday, and Monday is in November
		"cron(0 0 ? * 6L *)":            "2026-12-25 00:00 CET",
		"cron(0 0 ? * L *)":             "2026-12-05 00:00 CET",
		"cron(0 0 ? * 2#1 *)":           "2026-12-07 00:00 CET",
		"cron(0 0 ? * FRI#5 *)":         "2027-01-29 00:00 CET",
		"cron(0 0 29 2 ? *)":            "2028-02-29 00:00 CET",
		"cron(30 2 28 3 ? *)":           "2028-03-28 02:30 CEST", // in 2027 the clocks skip it
		"at(2030-01-01T00:00:00)":       "2030-01-01 00:00 CET",
		"rate(1 day)":                   "2026-11-30 13:00 CET",
		"rate(5 minutes)":               "2026-11-29 13:05 CET",
	} {
		t.Run(expression, func(t *testing.T) {
			parsed, err := schedule.Parse(expression)
			require.NoError(t, err)
			next, fires := parsed.Next(after, berlin)
			assert.True(t, fires)
			assert.Equal(t, want, next.Format("2006-01-02 15:04 MST"))
		})
	}
}

func TestWhatIsOver(t *testing.T) {
	after := time.Date(2026, time.November, 29, 12, 0, 0, 0, time.UTC)
	for _, expression := range []string{
		"at(2026-11-29T12:00:00)", "at(2020-01-01T00:00:00)", "cron(0 0 1 1 ? 2020-2026)",
	} {
		parsed, err := schedule.Parse(expression)
		require.NoError(t, err)
		_, fires := parsed.Next(after, time.UTC)
		assert.False(t, fires, expression)
	}
}

func TestLongest(t *testing.T) {
	const day = 24 * time.Hour
	for expression, want := range map[string]time.Duration{
		"rate(4 hours)":                4 * time.Hour,
		"rate(365 days)":               365 * day,
		"cron(0 8 * * ? *)":            day,
		"cron(0 0/4 * * ? *)":          day,
		"cron(0 8 1 * ? *)":            31 * day,
		"cron(0 8 1,15 * ? *)":         17 * day,
		"cron(0 8 ? * 2#1 *)":          35 * day,
		"cron(0 8 1 1,4,7,10 ? *)":     92 * day,
		"cron(0 8 1 1 ? *)":            366 * day,
		"cron(0 8 29 2 ? *)":           1461 * day,
		"cron(0 8 ? * MON *)":          7 * day,
		"cron(0 8 1 * ? 2027)":         0,
		"at(2030-01-01T00:00:00)":      0,
		"cron(0 8 ? 1-3 SAT#5 2020/2)": 0,
	} {
		parsed, err := schedule.Parse(expression)
		require.NoError(t, err)
		longest, goesOn := parsed.Longest()
		assert.Equal(t, want, longest, expression)
		assert.Equal(t, want > 0, goesOn, expression)
	}
}

func TestParseRefuses(t *testing.T) {
	for expression, want := range map[string]string{
		"":                               "no parentheses",
		"every(1 day)":                   `begins with "every"`,
		"at(2030-01-01)":                 "2030-01-01 is not a date and time",
		"at(2030-02-30T00:00:00)":        "is not a date and time",
		"rate(0 days)":                   "not a number above 0",
		"rate(1 days)":                   "without s for 1",
		"rate(2 day)":                    "with it for more",
		"rate(1 week)":                   "minutes, hours or days",
		"cron(99 22 ? * MON-FRI *)":      `minutes is "99": allowed are 0 to 59`,
		"cron(0 24 * * ? *)":             `hours is "24": allowed are 0 to 23`,
		"cron(0 22 0 * ? *)":             `day of month is "0": allowed are 1 to 31`,
		"cron(0 22 * 13 ? *)":            `month is "13": allowed are 1 to 12 or JAN to DEC`,
		"cron(0 22 ? * 0 *)":             `day of week is "0": allowed are 1 to 7 or SUN to SAT`,
		"cron(0 22 ? * mon *)":           `day of week is "mon"`,
		"cron(0 22 * * ? 1969)":          `year is "1969": allowed are 1970 to 2199`,
		"cron(0 22 * * ?)":               "cron has 5 fields",
		"cron(0 22 * * * *)":             "must be ?",
		"cron(0 22 ? * ? *)":             "must be ?",
		"cron(0 22 ? * 3#1,6#3 *)":       "after # give 1 to 5",
		"cron(0 22 ? * 3#6 *)":           "after # give 1 to 5",
		"cron(0 22 ? * FRI-MON *)":       "runs backwards",
		"cron(0/0 22 * * ? *)":           `minutes has the step "0"`,
		"cron(? 22 * * ? *)":             `minutes is "?"`,
		"cron(0 22 LW * ? *)":            `day of month is "L"`,
		"cron(0 22 30 2 ? *)":            "never fires",
		"cron(0 22 * * ? *":              "no parentheses",
		"cron(0 22 1,,2 * ? *)":          `day of month is ""`,
		"cron(0 22 L-3 * ? *)":           `day of month is "L"`,
		"cron(0 22 ? * 9999999999999 *)": "day of week is",
	} {
		_, err := schedule.Parse(expression)
		assert.ErrorContains(t, err, want, expression)
	}
}

func FuzzParse(f *testing.F) {
	for _, expression := range []string{
		"cron(0/15 8-18 ? * MON-FRI *)", "cron(0 0 15W 2 ? 2027)", "cron(0 0 ? * 6L *)", "rate(5 days)",
	} {
		f.Add(expression)
	}
	after := time.Date(2026, time.November, 29, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, expression string) {
		parsed, err := schedule.Parse(expression)
		if err != nil {
			return
		}
		if next, fires := parsed.Next(after, time.UTC); fires && !next.After(after) {
			t.Fatalf("%s fires at %s, which is not after %s", expression, next, after)
		}
	})
}
