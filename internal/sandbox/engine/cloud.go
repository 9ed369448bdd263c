package engine

import "context"

// Cloud is what a stack is deployed to.
type Cloud interface {
	// Open starts what serves the cloud for one stack. dir is a folder of that stack's own,
	// in which the cloud may keep what has to outlast the process.
	Open(ctx context.Context, dir string) (Connection, error)
}

// Connection is a cloud that is being served.
type Connection interface {
	// Providers are the providers served in process, plugin name to port on the loopback
	// interface. The engine finds all others itself.
	Providers() map[string]int
	// Environment holds variables for the engine and the providers that it starts.
	Environment() map[string]string
	// Config holds configuration that the cloud needs, by path such as
	// aws.maxRetries; what the user sets wins.
	Config() map[string]string
	// Close ends it.
	Close() error
}

// Finder is a connection that knows what an interrupted operation left behind.
type Finder interface {
	// Created returns the id of what was last created for a resource of the program.
	Created(urn string) (id string, found bool)
}

// Auditor is a connection that knows what the cloud took without a word, and then does not do.
type Auditor interface {
	// Undelivered says what; nil for nothing.
	Undelivered() error
}

// Guide is a connection that other tools can be used with.
type Guide interface {
	// Hint tells how.
	Hint() string
}
