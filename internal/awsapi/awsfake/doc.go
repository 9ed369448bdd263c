// Package awsfake answers the calls of real AWS SDK clients in tests, in place of the network.
// Requests are validated, serialized, signed and retried as usual; answers are Go values. The
// behaviour of AWS itself is in the tests' own fakes and in internal/sandbox/deployments.
package awsfake
