package engines

import "strings"

// Family is what RDS's engines of one kind have in common.
type Family struct {
	// Port that a database listens on if none is asked for.
	Port int
	// TLS are parameters, with the values that make the engine refuse connections without TLS.
	// Empty where no parameter does.
	TLS map[string][]string
	// Statements are parameters that make it log what is slow or changes the schema; a parameter
	// without values may have any.
	Statements map[string][]string
	// Logs are the log types that tell of errors and logins, as enabledCloudwatchLogsExports
	// takes them.
	Logs []string
	// IAM says that it takes IAM's tokens for passwords.
	IAM bool
}

// on are the ways to write a parameter that is on.
var on = []string{"1", "ON"}

// families by what the names of their engines begin with.
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
	// Oracle encrypts by an option of its option group.
	"oracle": {Port: 1521, Logs: []string{"alert", "audit", "listener"}},
	"db2":    {Port: 50000, TLS: map[string][]string{"db2comm": {"SSL"}}, Logs: []string{"diag.log", "notify.log"}},
}

// FamilyOf is the family of an engine such as postgres, aurora-mysql or custom-oracle-ee; false
// for none.
func FamilyOf(engine string) (Family, bool) {
	engine = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(engine), "aurora-"), "custom-")
	for name, family := range families {
		if strings.HasPrefix(engine, name) {
			return family, true
		}
	}
	return Family{}, false
}
