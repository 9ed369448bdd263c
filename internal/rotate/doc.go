// Package rotate changes the database's password now, and waits until every task that reads it is one that has the new
// one. Secrets Manager and RDS rotate, and the stack's rotation relay replaces the tasks: this package asks for the
// first, and watches both. Called again it goes on with a rotation that has begun.
package rotate
