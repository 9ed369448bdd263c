// Package engines holds what RDS does by default for a database engine and version. It imports
// nothing of ours and has no clock.
package engines
