// Package lock has the command lock, which says who holds the lock of a stack's state, and frees a dead one's.
package lock
