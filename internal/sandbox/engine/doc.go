// Package engine drives the real Pulumi engine through the Automation API, with the
// program inline and everything that an operation needs below one folder: state, plugins,
// the CLI where PATH has none, and a working copy of the project's and the stack's files.
// The user's files are only ever read.
//
// What AWS is, a [Cloud] decides: a simulation in process, or an emulator behind the real
// provider.
package engine
