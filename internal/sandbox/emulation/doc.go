// Package emulation is a cloud for the sandbox that this project did not write: the real AWS
// provider plugin deploys to a moto server, which the AWS CLI can look at as well. Only awsx is
// served in process, since its plugin cannot be built from Go modules. The server itself is
// internal/sandbox/moto.
package emulation
