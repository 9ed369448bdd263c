package endoflife

import (
	"slices"
	"time"
)

const (
	rdsCalendar = "https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html"
	lambdaTable = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"
	searchTable = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/what-is.html#choosing-version"
	imageTable  = "https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html"
	oldImages   = "https://docs.aws.amazon.com/codebuild/latest/userguide/deprecated-images.html"
	tlsTable    = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"
	rdsTLS      = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"
)

// postgreSQLMajors lists the major versions on RDS, by AWS's release calendar. 11 to 17 are
// also in endoflife-date/ endoflife.date, products/amazon-rds-postgresql.md, which reads that
// calendar. We did not find AWS's date for 18: `aws rds describe-db-major-engine-versions
// --engine postgres` shows it.
var postgreSQLMajors = []End{
	major("10", day(2023, time.April, 30), time.Time{}),
	major("11", day(2024, time.February, 29), day(2027, time.March, 31)),
	major("12", day(2025, time.February, 28), day(2028, time.February, 29)),
	major("13", day(2026, time.February, 28), day(2029, time.February, 28)),
	major("14", day(2027, time.February, 28), day(2030, time.February, 28)),
	major("15", day(2028, time.February, 29), day(2031, time.February, 28)),
	major("16", day(2029, time.February, 28), day(2032, time.February, 29)),
	major("17", day(2030, time.February, 28), day(2033, time.February, 28)),
	major("18", time.Time{}, time.Time{}),
}

func major(name string, support, paid time.Time) End {
	return End{Kind: PostgreSQL, Name: name, Support: support, Paid: paid, Source: rdsCalendar}
}

// retiredMinors lists minor versions that AWS retires together, the earliest date first. A row
// retires the minor version that it names for each major version, and all before it that no
// earlier row retires.
var retiredMinors = []struct {
	last           map[int]int
	noNew, support time.Time
	source         string
}{
	{
		map[int]int{13: 14, 14: 11, 15: 6, 16: 2},
		day(2024, time.December, 9), day(2025, time.March, 31), "https://github.com/aws/aws-cdk/pull/33663",
	},
	{
		map[int]int{13: 16, 14: 13, 15: 8, 16: 4},
		day(2025, time.October, 1), day(2025, time.October, 31),
		"https://github.com/ministryofjustice/modernisation-platform/issues/11245",
	},
	{
		map[int]int{14: 17, 15: 12, 16: 8, 17: 4},
		day(2026, time.May, 1), day(2026, time.May, 31), "https://github.com/CredentialEngine/CredentialRegistry/issues/1000",
	},
	{
		map[int]int{14: 19, 15: 14, 16: 10, 17: 6},
		day(2026, time.October, 1), day(2026, time.October, 31),
		"https://github.com/CredentialEngine/CredentialRegistry/issues/1036",
	},
}

// others lists all rows except those of PostgreSQL.
var others = slices.Concat(
	// The runtimes on Amazon Linux 2 end with it. The table has the date from which AWS creates no
	// new functions for the runtimes that have one.
	[]End{
		{LambdaRuntime, "provided.al2023", day(2029, time.July, 31), day(2029, time.June, 30), time.Time{}, lambdaTable},
		{LambdaRuntime, "provided.al2", day(2027, time.February, 1), day(2026, time.July, 31), time.Time{}, lambdaTable},
		{LambdaRuntime, "nodejs24.x", day(2028, time.June, 1), day(2028, time.April, 30), time.Time{}, lambdaTable},
		{LambdaRuntime, "nodejs22.x", day(2027, time.June, 1), day(2027, time.April, 30), time.Time{}, lambdaTable},
		{LambdaRuntime, "nodejs20.x", day(2026, time.August, 31), day(2026, time.April, 30), time.Time{}, lambdaTable},
	},
	supported(LambdaRuntime, lambdaTable, day(2029, time.June, 30), "python3.14", "python3.13", "java25", "java21"),
	supported(LambdaRuntime, lambdaTable, day(2028, time.October, 31), "python3.12"),
	supported(LambdaRuntime, lambdaTable, day(2027, time.June, 30), "python3.11", "java17", "java11"),
	supported(LambdaRuntime, lambdaTable, day(2026, time.October, 31), "python3.10"),
	supported(LambdaRuntime, lambdaTable, day(2028, time.November, 14), "dotnet10"),
	supported(LambdaRuntime, lambdaTable, day(2026, time.November, 10), "dotnet9", "dotnet8"),
	supported(LambdaRuntime, lambdaTable, day(2029, time.March, 31), "ruby4.0"),
	supported(LambdaRuntime, lambdaTable, day(2028, time.March, 31), "ruby3.4"),
	supported(LambdaRuntime, lambdaTable, day(2027, time.March, 31), "ruby3.3"),

	// AWS moved the ends of paid support in August 2026 (https://aws.amazon.com/blogs/big-data/
	// amazon-opensearch-service-extends-version-lifecycle-support-timelines/), which no row gives.
	supported(OpenSearch, searchTable, day(2025, time.November, 7), "1.0", "1.1", "1.2", "2.3", "2.5", "2.7", "2.9"),
	open(OpenSearch, searchTable, "1.3", "2.11", "2.13", "2.15", "2.17", "2.19", "3.1", "3.3", "3.5"),

	// Elasticsearch 7.10 is the last. The dates are also at https://endoflife.date/amazon-elasticsearch.
	supported(Elasticsearch, searchTable, day(2025, time.November, 7), "1.5", "2.3", "5.1", "5.3", "5.5", "5.6", "6.0",
		"6.2", "6.3", "6.4", "6.5", "6.7", "7.1", "7.4", "7.7", "7.8"),
	supported(Elasticsearch, searchTable, day(2027, time.November, 7), "7.9", "7.10"),
	open(Elasticsearch, searchTable, "6.8"),

	// AWS retires no security policy; old ones stay for old clients. The rows are the policies that
	// offer only TLS 1.2 and 1.3, with forward secrecy. AWS recommends the first, the console's
	// default: clients that support it agree on a key with ML-KEM, all others as before. Their
	// names are also in https://docs.datadoghq.com/security/default_rules/vn4-vpi-u7q/.
	open(
		TLSPolicy, tlsTable,
		"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
		"ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
		"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
		"ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
		"ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
		"ELBSecurityPolicy-TLS13-1-3-2021-06",
		"ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
		"ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04", "ELBSecurityPolicy-FS-1-2-Res-2020-10",
		"ELBSecurityPolicy-FS-1-2-Res-2019-08",
		"ELBSecurityPolicy-FS-1-2-2019-08",
	),

	// rds-ca-2019: also https://github.com/EngineerBetter/control-tower/issues/340. The others
	// are valid for 40 years (RSA 2048) and 100 years from May 2021 on.
	supported(CACertificate, rdsTLS, day(2024, time.August, 22), "rds-ca-2019"),
	supported(CACertificate, rdsTLS, day(2061, time.May, 1), "rds-ca-rsa2048-g1"),
	supported(CACertificate, rdsTLS, day(2121, time.May, 1), "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"),

	supported(BuildImage, oldImages, day(2022, time.June, 30),
		"aws/codebuild/standard:3.0", "aws/codebuild/amazonlinux2-x86_64-standard:2.0"),
	supported(BuildImage, oldImages, day(2023, time.March, 31),
		"aws/codebuild/standard:4.0", "aws/codebuild/amazonlinux2-aarch64-standard:1.0"),
	supported(BuildImage, oldImages, day(2023, time.May, 9), "aws/codebuild/amazonlinux2-x86_64-standard:3.0"),
	open(
		BuildImage, imageTable,
		"aws/codebuild/amazonlinux-x86_64-standard:5.0", "aws/codebuild/amazonlinux-aarch64-standard:3.0",
		"aws/codebuild/standard:7.0",
	),
)

// supported returns rows for names that all end on the same day.
func supported(kind Kind, source string, last time.Time, names ...string) []End {
	rows := open(kind, source, names...)
	for i := range rows {
		rows[i].Support = last
	}
	return rows
}

// open returns rows for names whose end AWS has not announced.
func open(kind Kind, source string, names ...string) []End {
	rows := make([]End, len(names))
	for i, name := range names {
		rows[i] = End{Kind: kind, Name: name, Source: source}
	}
	return rows
}
