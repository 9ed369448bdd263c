// Package policytest drives a built policy pack the way the engine does: as a process, over
// gRPC, with the engine's calls in the engine's order. Only tests and benchmarks use it. Of
// this project it imports only policies/graph.
package policytest
