package rules

import (
	"strings"

	"aws-webapp/policies/prop"
)

// enginePorts are the ports on which RDS lets an engine listen if none is asked for, by how the
// engine's name begins or, for Aurora, goes on.
//
// Source: Port in the API reference of RDS,
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html and
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
var enginePorts = []struct {
	name string
	port int
}{
	{"postgres", 5432}, {"mysql", 3306}, {"mariadb", 3306}, {"oracle", 1521}, {"sqlserver", 1433}, {"db2", 50000},
}

// enginePort is an engine's port by default, 0 if it is not known.
func enginePort(engine prop.Value) int {
	name, _ := engine.Text()
	for _, e := range enginePorts {
		if strings.HasPrefix(strings.TrimPrefix(strings.ToLower(name), "aurora-"), e.name) {
			return e.port
		}
	}
	return 0
}
