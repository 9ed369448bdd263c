package engines

import "strings"

// Family holds the facts that RDS's engines of one kind share.
type Family struct {
	// Port that a database listens on by default.
	Port int
	// TLS lists parameters with the values that make the engine refuse connections without TLS.
	// Empty if no parameter does.
	TLS map[string][]string
	// Statements lists parameters that make the engine log slow statements or changes of the
	// schema. A parameter without values may have any value.
	Statements map[string][]string
	// Logs lists the log types that record errors and logins, as enabledCloudwatchLogsExports
	// takes them.
	Logs []string
	// IAM says that the engine accepts IAM tokens as passwords.
	IAM bool
}

// on lists the ways to write a parameter that is on.
var on = []string{"1", "ON"}

// families by the prefix of their engines' names.
//
// Sources: Port and EnableCloudwatchLogsExports in the API reference of RDS, and in its user guide
// PostgreSQL.Concepts.General.SSL, mysql-ssl-connections.require-ssl,
// mariadb-ssl-connections.require-ssl, SQLServer.Concepts.General.SSL.Using, Db2.Concepts.SSL,
// USER_LogAccess.MySQL.LogFileSize and UsingWithRDS.IAMDBAuth,
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html and
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/
var families = map[string]Family{
	"postgres": {
		Port: 5432, TLS: map[string][]string{"rds.force_ssl": {"1"}}, Logs: []string{"postgresql"}, IAM: true,
		Statements: map[string][]string{"log_statement": {"ddl", "mod", "all"}, "log_min_duration_statement": nil},
	},
	"mysql": {
		Port: 3306, TLS: map[string][]string{"require_secure_transport": on}, Logs: []string{"error"}, IAM: true,
		Statements: map[string][]string{"slow_query_log": on},
	},
	"mariadb": {
		Port: 3306, TLS: map[string][]string{"require_secure_transport": on}, Logs: []string{"error"}, IAM: true,
		Statements: map[string][]string{"slow_query_log": on},
	},
	"sqlserver": {Port: 1433, TLS: map[string][]string{"rds.force_ssl": {"1"}}, Logs: []string{"error"}},
	// Oracle encrypts connections through an option group, not a parameter.
	"oracle": {Port: 1521, Logs: []string{"alert", "audit", "listener"}},
	"db2":    {Port: 50000, TLS: map[string][]string{"db2comm": {"SSL"}}, Logs: []string{"diag.log", "notify.log"}},
}

// FamilyOf returns the family of an engine such as postgres, aurora-mysql or custom-oracle-ee;
// false for none.
func FamilyOf(engine string) (Family, bool) {
	engine = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(engine), "aurora-"), "custom-")
	for name, family := range families {
		if strings.HasPrefix(engine, name) {
			return family, true
		}
	}
	return Family{}, false
}
