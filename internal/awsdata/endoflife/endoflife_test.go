package endoflife_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/endoflife"
)

func TestPostgreSQLVersionsEndWithTheirNoticeOrTheirMajor(t *testing.T) {
	for version, want := range map[string]string{
		"13":    "AWS ends the standard support of PostgreSQL 13 on 2026-02-28",
		"13.22": "AWS ends the standard support of PostgreSQL 13.22 on 2026-02-28",
		"16":    "AWS ends the standard support of PostgreSQL 16 on 2029-02-28",
		"16.1":  "AWS makes no new PostgreSQL 16.1 from 2024-12-09 on, and ends its standard support on 2025-03-31",
		"16.2":  "AWS makes no new PostgreSQL 16.2 from 2024-12-09 on, and ends its standard support on 2025-03-31",
		"16.3":  "AWS makes no new PostgreSQL 16.3 from 2025-10-01 on, and ends its standard support on 2025-10-31",
		"16.10": "AWS makes no new PostgreSQL 16.10 from 2026-10-01 on, and ends its standard support on 2026-10-31",
		"16.11": "AWS ends the standard support of PostgreSQL 16.11 on 2029-02-28",
		"17.6":  "AWS makes no new PostgreSQL 17.6 from 2026-10-01 on, and ends its standard support on 2026-10-31",
		"18":    "AWS has announced no end of PostgreSQL 18",
	} {
		end, known := endoflife.Of(endoflife.PostgreSQL, version)
		assert.True(t, known, version)
		assert.Equal(t, want, end.String())
		assert.NotEmpty(t, end.Source, version)
	}
	for _, unknown := range []string{"", "9.6.24", "99", "sixteen", "16.x"} {
		_, known := endoflife.Of(endoflife.PostgreSQL, unknown)
		assert.False(t, known, unknown)
	}
}

func TestEndedIsWhatHadEndedAtTheReview(t *testing.T) {
	for name, test := range map[string]struct {
		kind  endoflife.Kind
		name  string
		ended bool
	}{
		"retired minor":               {endoflife.PostgreSQL, "16.10", true},
		"minor after it":              {endoflife.PostgreSQL, "16.11", false},
		"expired major":               {endoflife.PostgreSQL, "13", true},
		"next major to expire":        {endoflife.PostgreSQL, "14", false},
		"no end announced":            {endoflife.OpenSearch, "OpenSearch_2.19", false},
		"OpenSearch in paid support":  {endoflife.OpenSearch, "2.9", true},
		"unpatched, still made":       {endoflife.LambdaRuntime, "provided.al2", true},
		"ours":                        {endoflife.LambdaRuntime, "provided.al2023", false},
		"expired certificate":         {endoflife.CACertificate, "rds-ca-2019", true},
		"certificate of the database": {endoflife.CACertificate, "rds-ca-rsa2048-g1", false},
	} {
		t.Run(name, func(t *testing.T) {
			end, known := endoflife.Of(test.kind, test.name)
			assert.True(t, known)
			assert.Equal(t, test.ended, end.Ended())
		})
	}
}

// What has ended is no longer good, and what has no end or a later one is.
func TestGoodLeavesOutWhatHasEnded(t *testing.T) {
	good := endoflife.Good(endoflife.LambdaRuntime)
	assert.Subset(t, good, []string{"provided.al2023", "python3.14", "ruby4.0"})
	for _, ended := range []string{"provided.al2", "nodejs20.x", "dotnet8"} {
		assert.NotContains(t, good, ended)
	}
}

func TestNearTellsWhatEndsSoon(t *testing.T) {
	on := func(text string) time.Time {
		day, err := time.Parse(time.DateOnly, text)
		assert.NoError(t, err)
		return day
	}
	assert.Empty(t, endoflife.Near(endoflife.PostgreSQL, "14", on("2026-10-31"), 120))
	assert.Contains(t, endoflife.Near(endoflife.PostgreSQL, "14", on("2026-11-01"), 120), "ends within 120 days: AWS ends")
	assert.Contains(t, endoflife.Near(endoflife.PostgreSQL, "14", on("2027-02-28"), 120), "ends within")
	assert.Contains(t, endoflife.Near(endoflife.PostgreSQL, "14", on("2027-03-01"), 120), "ended: ")
	// Creation ends before support does.
	assert.Empty(t, endoflife.Near(endoflife.PostgreSQL, "17.6", on("2026-09-30"), 0))
	assert.Contains(t, endoflife.Near(endoflife.PostgreSQL, "17.6", on("2026-10-01"), 0), "ended: ")
	assert.Contains(t, endoflife.Near(endoflife.BuildImage, "my/own:1", on("2026-10-01"), 120), "is not in the table")
}

func TestOldestMinorIsNotRetired(t *testing.T) {
	assert.Equal(t, "16.11", endoflife.OldestMinor(16))
	assert.Equal(t, "18.1", endoflife.OldestMinor(18))
	for major := 14; major <= 17; major++ {
		end, known := endoflife.Of(endoflife.PostgreSQL, endoflife.OldestMinor(major))
		assert.True(t, known && !end.Ended(), endoflife.OldestMinor(major))
	}
}
