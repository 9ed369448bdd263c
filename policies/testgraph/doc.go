// Package testgraph makes stacks for the pack's tests: a compliant baseline, mutations of it,
// and recorded graphs of the real program. Only tests use it. It may not import the program.
package testgraph
