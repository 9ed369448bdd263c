// Package postgrestest runs a real PostgreSQL server for tests, configured like the stack's: TLS
// only, SCRAM passwords, a certificate that a client can verify. It needs no installed
// PostgreSQL. Only tests of app import it.
package postgrestest
