// Package runtask starts a task of ECS by hand, where the stack's own run, and waits for its end: a job now, or a
// command of a service by its name. What release and operator know of tasks that end is here, too.
package runtask
