// Package stack puts a stack together: it reads the configuration once, wires the components
// and exports what operators need. Resources are created in components, ranges are checked in
// internal/config. It imports both, internal/deployed and internal/cidr, but no policies.
package stack
