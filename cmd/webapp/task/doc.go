// Package task has the command task, which gives a person psql or a shell inside the network.
package task
