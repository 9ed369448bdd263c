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

// A name that has ended is no longer good; one without an end, or with a later one, is.
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

func TestEnginesEndWithTheirMajorVersion(t *testing.T) {
	for _, test := range []struct {
		kind    endoflife.Kind
		version string
		want    string
		ended   bool
	}{
		{endoflife.MySQL, "8.0.46", "AWS ends the standard support of MySQL 8.0.46 on 2026-07-31", true},
		{endoflife.MySQL, "8.4.9", "AWS ends the standard support of MySQL 8.4.9 on 2029-07-31", false},
		{endoflife.MariaDB, "10.6.23", "AWS ends the standard support of MariaDB 10.6.23 on 2026-07-31", true},
		{endoflife.MariaDB, "10.11", "AWS ends the standard support of MariaDB 10.11 on 2028-02-29", false},
		{endoflife.AuroraMySQL, "5.7.mysql_aurora.2.12.5", "on 2024-10-31", true},
		{endoflife.AuroraMySQL, "8.0.mysql_aurora.3.10.0", "AWS has announced no end", false},
		{endoflife.AuroraPostgreSQL, "16.4", "AWS ends the standard support of Aurora PostgreSQL 16.4 on 2029-02-28", false},
		{endoflife.Kubernetes, "1.33", "AWS ends the standard support of Kubernetes 1.33 on 2026-07-29", true},
		{endoflife.Redis, "6.x", "AWS ends the standard support of Redis OSS 6.x on 2027-01-31", false},
		{endoflife.Elasticsearch, "Elasticsearch_7.4", "standard support of Elasticsearch 7.4 on 2025-11-07", true},
	} {
		end, known := endoflife.Of(test.kind, test.version)
		assert.True(t, known, test.version)
		assert.Contains(t, end.String(), test.want)
		assert.Equal(t, test.ended, end.Ended(), test.version)
		assert.NotEmpty(t, end.Source, test.version)
	}
	for kind, unknown := range map[endoflife.Kind]string{
		endoflife.MySQL: "80", endoflife.Kubernetes: "1.3", endoflife.Redis: "", endoflife.AuroraPostgreSQL: "99",
	} {
		_, known := endoflife.Of(kind, unknown)
		assert.False(t, known, "%s %s", kind, unknown)
	}
}

func TestPredatesIsOlderThanTheTable(t *testing.T) {
	for version, kind := range map[string]endoflife.Kind{
		"9.6.24": endoflife.PostgreSQL, "5.5.61": endoflife.MySQL, "1.21": endoflife.Kubernetes, "3.2.10": endoflife.Redis,
		"10.2.44": endoflife.MariaDB, "5.6.10a": endoflife.AuroraMySQL,
	} {
		assert.True(t, endoflife.Predates(kind, version), version)
	}
	for version, kind := range map[string]endoflife.Kind{
		"10": endoflife.PostgreSQL, "18.1": endoflife.PostgreSQL, "": endoflife.MySQL, "latest": endoflife.Kubernetes,
		"1.36": endoflife.Kubernetes, "OpenSearch_1.0": endoflife.OpenSearch, "Elasticsearch_1.5": endoflife.Elasticsearch,
		"go1.x": endoflife.LambdaRuntime,
	} {
		assert.False(t, endoflife.Predates(kind, version), version)
	}
}

func TestSoonIsBeforeItsEnd(t *testing.T) {
	fourteen, _ := endoflife.Of(endoflife.PostgreSQL, "14")
	days := int(fourteen.Last().Sub(endoflife.Reviewed).Hours()/24) + 1
	assert.True(t, fourteen.Soon(days))
	assert.False(t, fourteen.Soon(days-1))
	assert.False(t, fourteen.Soon(0))
	thirteen, _ := endoflife.Of(endoflife.PostgreSQL, "13")
	assert.False(t, thirteen.Soon(days), "it has ended")
}
