// Package operator runs a task for a person: psql or a shell inside the network, with a reason, for an hour at most,
// and logged. It starts the task definition that the stack has for it (operator.enabled), waits for the agent of ECS
// Exec, lends the terminal to AWS's session-manager-plugin, and stops the task at the end.
package operator
