// Package keys finds, for each key of the configuration, another value that a stack's file could have.
// Only tests use it. Of this project it imports only internal/config.
package keys
