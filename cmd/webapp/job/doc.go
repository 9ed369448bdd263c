// Package job is the command that runs a job of the stack now.
package job
