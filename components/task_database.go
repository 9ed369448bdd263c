package components

import (
	"net"
	"net/url"
	"slices"
	"strconv"
)

// databaseVariables are the names that a container gets if it asks for no others. libpq and similar clients take the
// password, which the URL leaves out, from PGPASSWORD.
var databaseVariables = map[string]string{"DATABASE_URL": "url", "PGUSER": "user", "PGPASSWORD": "password"}

// withDatabase adds the connection to the database. RDS keeps user and password in its secret, and nothing else
// (RDS user guide, "Password management with Amazon RDS and AWS Secrets Manager").
func withDatabase(definition containerDefinition, db ServiceDatabase, host, secretARN string) containerDefinition {
	variables := db.Variables
	if len(variables) == 0 {
		variables = databaseVariables
	}
	address := url.URL{
		Scheme:   "postgresql",
		User:     url.User(db.Username),
		Host:     net.JoinHostPort(host, strconv.Itoa(db.Port)),
		Path:     "/" + db.Name,
		RawQuery: url.Values{"sslmode": {db.SSLMode}}.Encode(),
	}
	plain := map[string]string{
		"host": host, "port": strconv.Itoa(db.Port), "name": db.Name, "sslmode": db.SSLMode, "url": address.String(),
	}
	// What follows the ARN is JSON key, stage and version:
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
	secret := map[string]string{
		"user": secretARN + ":username::", "password": secretARN + ":password::", "json": secretARN,
	}
	definition.Environment, definition.Secrets = slices.Clone(definition.Environment), slices.Clone(definition.Secrets)
	for name, what := range variables {
		if value, known := plain[what]; known {
			definition.Environment = append(definition.Environment, variable{name, value})
		}
		if from, known := secret[what]; known {
			definition.Secrets = append(definition.Secrets, secretVariable{name, from})
		}
	}
	definition.Environment = sortedBy(definition.Environment, variable.key)
	definition.Secrets = sortedBy(definition.Secrets, secretVariable.key)
	return definition
}
