// Package clock is the source of time for code that waits: real time in commands and functions,
// artificial time in tests. It imports nothing of this project.
package clock
