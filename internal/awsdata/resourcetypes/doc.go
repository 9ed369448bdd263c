// Package resourcetypes has one row for each resource type that the stacks create, with the facts that more than one
// part of this project needs: the roles, the cost estimate, the risk report, the model of a deployment's duration,
// the simulation of AWS.
//
// Behaviour stays in code where it is used, and refers to the type by its constant here: how a price is computed
// (internal/cost), what is risky about a change (internal/preview/risk), what AWS refuses (internal/sandbox/simaws).
// The facts of Terraform's provider about a type are generated: see internal/sandbox/simaws/catalog. The policy pack
// has its own tokens, since it has to be able to contradict the program.
//
// A test of tests/stack compares the rows with the stacks: it fails for a type without a row, and for a row of a type
// that no stack creates.
package resourcetypes
