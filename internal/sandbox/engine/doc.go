// Package engine drives the real Pulumi engine through the Automation API, with the
// program inline and everything that an operation needs below one folder: state, plugins,
// the CLI where PATH has none, and a working copy of the project's and the stack's files.
// The user's files are only ever read.
//
// A [Cloud] decides what stands in for AWS: a simulation in process, or an emulator behind the
// real provider. The package imports neither; cmd/sandbox and the tests choose one.
package engine
