// Package mockaws answers a program that runs without an engine as AWS would: the outputs that it adds to the inputs
// of a resource, the results of the provider's functions, and the resources that awsx creates for a VPC. It imports
// nothing of this project, so that tests of components and of stacks share it. The simulated AWS of
// internal/sandbox does far more, but needs an engine.
package mockaws
