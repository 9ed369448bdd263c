package config

import "strings"

// words splits a list that is easier to read as prose.
func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// reservedWords lists the key words that PostgreSQL reserves (its manual, appendix "SQL Key
// Words"). RDS accepts them neither as database nor as user names.
var reservedWords = words(`
	all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
	column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
	current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
	from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
	localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
	returning right select session_user similar some symmetric system_user table tablesample then to trailing true union
	unique user using variadic verbose when where window with`)

// takenDatabases lists names that RDS refuses although PostgreSQL would not, and the databases
// that every instance has.
var takenDatabases = words("catalog database db dispatch flag identity postgres rdsadmin template0 template1")

// takenUsers lists the roles of RDS itself, and the names that attackers guess first (Security
// Hub RDS.25).
var takenUsers = words("admin administrator awsuser dba master postgres rdsadmin rdsrepladmin rdstopmgr replication " +
	"root sa superuser")

func reservedDatabaseName(name string) bool {
	name = strings.ToLower(name)
	return reservedWords[name] || takenDatabases[name]
}

func reservedDatabaseUser(name string) bool {
	name = strings.ToLower(name)
	return reservedWords[name] || takenUsers[name] || strings.HasPrefix(name, "pg_") || strings.HasPrefix(name, "rds_")
}
