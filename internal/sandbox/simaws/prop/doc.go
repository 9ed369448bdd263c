// Package prop reads nested values of resource properties by path. It imports nothing of this
// project.
//
// The readers are total: a value that is absent, unknown, secret or of another type
// never panics. Secrets are looked through, because the simulated cloud needs the
// value that AWS would see; callers must not print what they read.
package prop
