// Package preflight is the command that looks for what would stop a stack's up or destroy, before it is started. It
// reads the stack file, asks AWS, and changes nothing.
package preflight
