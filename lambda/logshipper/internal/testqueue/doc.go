// Package testqueue is an SQS queue for tests: a real HTTP server on loopback that the AWS SDK
// talks to, and that fails on demand.
package testqueue
