// Package integration tests a deployed visitor book from outside. The parts have tests of their
// own; these checks find faults that only show when DNS, certificate, load balancer, service
// and database work together. It imports nothing of this project and calls no AWS API.
package integration
