// Package simulation is a cloud for the sandbox that needs no AWS account: simulated aws and
// awsx providers, served in process. The behaviour of AWS is in internal/sandbox/simaws, not
// here.
package simulation
