package endoflife

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	mySQLCalendar   = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html"
	mariaDBCalendar = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MariaDB.Concepts.VersionMgmt.html"
	auroraPolicy    = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/extended-support-charges.html"
	auroraMySQL     = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.MySQL57.EOL.html"
	eksCalendar     = "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"
	cacheCalendar   = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html"
)

// engineMajors lists the major versions of engines, which end as a whole, oldest first for each
// engine.
//
// Sources beside those of the rows: endoflife-date/endoflife.date, products/amazon-rds-mysql.md,
// amazon-rds-mariadb.md, eks.md and amazon-elasticache-redis.md, which read AWS's calendars. Aurora
// PostgreSQL 11 and 12 ended on RDS's dates; we assume the same for later ones. `aws rds
// describe-db-major-engine-versions --engine aurora-postgresql` shows the dates.
var engineMajors = slices.Concat(
	[]End{
		ended(MySQL, "5.6", mySQLCalendar, day(2022, time.March, 1), time.Time{}),
		ended(MySQL, "5.7", mySQLCalendar, day(2024, time.February, 29), day(2027, time.February, 28)),
		ended(MySQL, "8.0", mySQLCalendar, day(2026, time.July, 31), day(2029, time.July, 31)),
		ended(MySQL, "8.4", mySQLCalendar, day(2029, time.July, 31), day(2032, time.July, 31)),

		ended(MariaDB, "10.3", mariaDBCalendar, day(2023, time.October, 23), time.Time{}),
		ended(MariaDB, "10.4", mariaDBCalendar, day(2025, time.February, 28), time.Time{}),
		ended(MariaDB, "10.5", mariaDBCalendar, day(2026, time.February, 28), time.Time{}),
		ended(MariaDB, "10.6", mariaDBCalendar, day(2026, time.July, 31), time.Time{}),
		ended(MariaDB, "10.11", mariaDBCalendar, day(2028, time.February, 29), time.Time{}),
		ended(MariaDB, "11.4", mariaDBCalendar, day(2029, time.May, 31), time.Time{}),

		// By the version of MySQL at the start of their names: 8.0.mysql_aurora.3.08.0.
		ended(AuroraMySQL, "5.7", auroraMySQL, day(2024, time.October, 31), day(2028, time.February, 29)),
		ended(AuroraMySQL, "8.0", auroraMySQL, time.Time{}, time.Time{}),

		ended(Kubernetes, "1.28", eksCalendar, day(2024, time.November, 26), day(2025, time.November, 26)),
		ended(Kubernetes, "1.29", eksCalendar, day(2025, time.March, 23), day(2026, time.March, 23)),
		ended(Kubernetes, "1.30", eksCalendar, day(2025, time.July, 23), day(2026, time.July, 23)),
		ended(Kubernetes, "1.31", eksCalendar, day(2025, time.November, 26), day(2026, time.November, 26)),
		ended(Kubernetes, "1.32", eksCalendar, day(2026, time.March, 23), day(2027, time.March, 23)),
		ended(Kubernetes, "1.33", eksCalendar, day(2026, time.July, 29), day(2027, time.July, 29)),
		ended(Kubernetes, "1.34", eksCalendar, day(2026, time.December, 2), day(2027, time.December, 2)),
		ended(Kubernetes, "1.35", eksCalendar, day(2027, time.March, 27), day(2028, time.March, 27)),

		ended(Redis, "4", cacheCalendar, day(2026, time.January, 31), day(2029, time.January, 31)),
		ended(Redis, "5", cacheCalendar, day(2026, time.January, 31), day(2029, time.January, 31)),
		ended(Redis, "6", cacheCalendar, day(2027, time.January, 31), day(2030, time.January, 31)),
		ended(Redis, "7", cacheCalendar, time.Time{}, time.Time{}),
	},
	auroraPostgreSQLMajors(),
)

func ended(kind Kind, name, source string, support, paid time.Time) End {
	return End{Kind: kind, Name: name, Support: support, Paid: paid, Source: source}
}

func auroraPostgreSQLMajors() []End {
	majors := slices.Clone(postgreSQLMajors)
	for i := range majors {
		majors[i].Kind, majors[i].Source = AuroraPostgreSQL, auroraPolicy
	}
	return majors
}

// engines lists the kinds whose versions end with their major version.
var engines = []Kind{MySQL, MariaDB, AuroraPostgreSQL, AuroraMySQL, Kubernetes, Redis}

// ofEngine returns the end of a version's major version: 8.0.35 ends with 8.0, 6.2 with 6.
func ofEngine(kind Kind, version string) (End, bool) {
	for _, end := range engineMajors {
		if end.Kind == kind && (version == end.Name || strings.HasPrefix(version, end.Name+".")) {
			end.Name = version
			return end, true
		}
	}
	return End{}, false
}

// Predates reports whether a version is older than all of its kind in the table: AWS ended such
// versions before it published a calendar.
func Predates(kind Kind, version string) bool {
	version = strings.TrimPrefix(strings.TrimPrefix(version, openSearchPrefix), elasticsearchPrefix)
	oldest := ""
	for _, end := range slices.Concat(postgreSQLMajors, engineMajors, others) {
		if end.Kind == kind && (oldest == "" || older(end.Name, oldest)) {
			oldest = end.Name
		}
	}
	return oldest != "" && version != "" && older(version, oldest)
}

// older compares versions number by number. A part that is not a number is not older.
func older(a, b string) bool {
	first, second := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(first), len(second)) {
		m, errA := strconv.Atoi(first[i])
		n, errB := strconv.Atoi(second[i])
		if errA != nil || errB != nil {
			return false
		}
		if m != n {
			return m < n
		}
	}
	return false
}
