package engine

import "context"

// Cloud is a place that a stack can be deployed to.
type Cloud interface {
	// Open starts serving the cloud for one stack. dir belongs to that stack alone; the cloud may
	// keep files there that have to outlast the process.
	Open(ctx context.Context, dir string) (Connection, error)
}

// Connection is a cloud that is being served.
type Connection interface {
	// Providers maps the plugin name of each provider that is served in process to its port on the
	// loopback interface. The engine finds all other plugins itself.
	Providers() map[string]int
	// Environment holds variables for the engine and the providers that it starts.
	Environment() map[string]string
	// Config holds configuration that the cloud needs, by path such as aws.maxRetries. The user's
	// settings take precedence.
	Config() map[string]string
	// Close ends it.
	Close() error
}

// Finder is a connection that can find resources left behind by an interrupted operation.
type Finder interface {
	// Created returns the id of the cloud resource that was last created for a resource of the
	// program.
	Created(urn string) (id string, found bool)
}

// Auditor is a connection that knows which accepted settings the cloud silently does not act
// on.
type Auditor interface {
	// Undelivered returns them as an error, or nil if there are none.
	Undelivered() error
}

// Guide is a connection that other tools can use.
type Guide interface {
	// Hint explains how to use them.
	Hint() string
}
