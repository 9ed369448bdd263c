package engines

import (
	"strconv"
	"strings"
)

// tlsDefault has, for each engine, the first version whose parameter groups require TLS of every
// client by default. The parameter groups of an engine without a row never do.
var tlsDefault = map[string]struct {
	major, minor int
	source       string
}{
	"postgres": {
		15, 0,
		"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
	},
	"aurora-postgresql": {
		17, 0,
		"https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html",
	},
	"mysql": {
		9, 7,
		"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html",
	},
	"mariadb": {
		11, 8,
		"https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mariadb-ssl-connections.require-ssl.html",
	},
}

// TLSByDefault reports whether a database refuses connections without TLS even if no parameter
// group sets that. The version may be a major version (16), a full one (16.10) or empty.
func TLSByDefault(engine, version string) bool {
	since, known := tlsDefault[engine]
	if !known {
		return false
	}
	first, rest, _ := strings.Cut(version, ".")
	second, _, _ := strings.Cut(rest, ".")
	major, err := strconv.Atoi(first)
	if err != nil {
		return false
	}
	minor, err := strconv.Atoi(second)
	if err != nil {
		minor = 0
	}
	return major > since.major || major == since.major && minor >= since.minor
}

// defaultGroup is the prefix of the parameter groups that RDS creates itself, such as
// default.postgres16. Their settings cannot be changed:
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/parameter-groups-overview.html
const defaultGroup = "default."

// IsDefaultGroup reports whether RDS itself created a parameter group, which nobody can change.
func IsDefaultGroup(name string) bool { return strings.HasPrefix(name, defaultGroup) }

// OfFamily splits the name of a parameter group's family, or of a default group, into engine and
// version: postgres16 gives postgres and 16, default.aurora-mysql8.0 aurora-mysql and 8.0.
func OfFamily(family string) (engine, version string) {
	family = strings.TrimPrefix(family, defaultGroup)
	i := strings.IndexAny(family, "0123456789")
	if i < 0 {
		return family, ""
	}
	return family[:i], family[i:]
}
