package endoflife

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reviewed is the day on which the rows were last compared with their sources.
var Reviewed = day(2026, time.November, 29)

// Kind is the kind of thing that a name belongs to.
type Kind string

// The kinds of names in the table.
const (
	PostgreSQL    Kind = "PostgreSQL"
	OpenSearch    Kind = "OpenSearch"
	LambdaRuntime Kind = "Lambda runtime"
	TLSPolicy     Kind = "TLS policy"
	CACertificate Kind = "RDS certificate authority"
	BuildImage    Kind = "CodeBuild image"

	MySQL            Kind = "MySQL"
	MariaDB          Kind = "MariaDB"
	AuroraPostgreSQL Kind = "Aurora PostgreSQL"
	AuroraMySQL      Kind = "Aurora MySQL"
	Elasticsearch    Kind = "Elasticsearch"
	Kubernetes       Kind = "Kubernetes"
	Redis            Kind = "Redis OSS"
)

// The prefixes of OpenSearch Service's engine versions.
const (
	openSearchPrefix    = "OpenSearch_"
	elasticsearchPrefix = "Elasticsearch_"
)

// End holds AWS's announcement about one name. A date that AWS has not announced is zero.
type End struct {
	Kind Kind
	// Name as the service takes it, such as 16.10 or provided.al2023.
	Name string
	// NoNew is the first day on which AWS creates nothing new with it.
	NoNew time.Time
	// Support is the last day of standard support, or of a certificate's validity.
	Support time.Time
	// Paid is the last day of paid support, if there is any.
	Paid time.Time
	// Source of the dates: an address, or a repository's issue that quotes AWS's notice.
	Source string
}

// Last returns the last day on which AWS still creates resources with the name and supports
// them at no extra charge. It is zero while AWS has announced no end.
func (e End) Last() time.Time {
	last := e.Support
	if before := e.NoNew.AddDate(0, 0, -1); !e.NoNew.IsZero() && (last.IsZero() || before.Before(last)) {
		last = before
	}
	return last
}

// EndedBy reports whether the last good day was before a day.
func (e End) EndedBy(day time.Time) bool { return !e.Last().IsZero() && e.Last().Before(day) }

// Ended reports whether the name had ended when the table was reviewed.
func (e End) Ended() bool { return e.EndedBy(Reviewed) }

// Soon reports whether the name had not ended when the table was reviewed, but ends within this many days
// from then.
func (e End) Soon(days int) bool { return !e.Ended() && e.EndedBy(Reviewed.AddDate(0, 0, days)) }

// String says what happens when, such as "AWS makes no new PostgreSQL 16.10 from 2026-10-01
// on, and ends its standard support on 2026-10-31".
func (e End) String() string {
	var parts []string
	if !e.NoNew.IsZero() {
		parts = append(parts, fmt.Sprintf("makes no new %s from %s on", e.title(), e.NoNew.Format(time.DateOnly)))
	}
	if !e.Support.IsZero() {
		what := "the standard support of " + e.title()
		if e.Kind == CACertificate {
			what = "the validity of " + e.title()
		}
		if len(parts) > 0 {
			what = "its standard support"
		}
		parts = append(parts, fmt.Sprintf("ends %s on %s", what, e.Support.Format(time.DateOnly)))
	}
	if len(parts) == 0 {
		return "AWS has announced no end of " + e.title()
	}
	return "AWS " + strings.Join(parts, ", and ")
}

func (e End) title() string {
	switch e.Kind {
	case LambdaRuntime, TLSPolicy, CACertificate, BuildImage:
		return e.Name
	default:
		return string(e.Kind) + " " + e.Name
	}
}

// Of returns the row of a name; false if the table does not have it. A version of an engine ends
// with its major version, unless AWS retires it itself.
func Of(kind Kind, name string) (End, bool) {
	if kind == PostgreSQL {
		return ofPostgreSQL(name)
	}
	if slices.Contains(engines, kind) {
		return ofEngine(kind, name)
	}
	name = strings.TrimPrefix(strings.TrimPrefix(name, openSearchPrefix), elasticsearchPrefix)
	for _, end := range others {
		if end.Kind == kind && end.Name == name {
			return end, true
		}
	}
	return End{}, false
}

// Good returns the names of a kind, other than PostgreSQL, that had not ended when the table
// was reviewed, in the table's order.
func Good(kind Kind) []string {
	var names []string
	for _, end := range others {
		if end.Kind == kind && !end.Ended() {
			names = append(names, end.Name)
		}
	}
	return names
}

func ofPostgreSQL(version string) (End, bool) {
	major, minor, err := splitVersion(version)
	if err != nil {
		return End{}, false
	}
	if minor >= 0 {
		for _, retired := range retiredMinors {
			if last, there := retired.last[major]; there && minor <= last {
				return End{
					Kind: PostgreSQL, Name: version, NoNew: retired.noNew, Support: retired.support, Source: retired.source,
				}, true
			}
		}
	}
	for _, end := range postgreSQLMajors {
		if end.Name == strconv.Itoa(major) {
			end.Name = version
			return end, true
		}
	}
	return End{}, false
}

// OldestMinor returns the lowest minor version of a major version that AWS still creates, as
// far as the table knows: the one after the last retired one.
func OldestMinor(major int) string {
	next := 1
	for _, retired := range retiredMinors {
		if last, there := retired.last[major]; there {
			next = max(next, last+1)
		}
	}
	return fmt.Sprintf("%d.%d", major, next)
}

// splitVersion splits a version such as 16.10; the minor version is -1 if there is none.
func splitVersion(version string) (major, minor int, err error) {
	first, rest, full := strings.Cut(version, ".")
	if major, err = strconv.Atoi(first); err != nil || !full {
		return major, -1, err
	}
	minor, err = strconv.Atoi(rest)
	return major, minor, err
}

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}
