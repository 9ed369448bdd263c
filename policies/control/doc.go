// Package control defines a control, one row of the table by which the pack judges, and its
// verdicts. The controls themselves are in policies. It imports only policies/graph and
// policies/prop.
package control
