// Package deadletter keeps undelivered documents and payloads in an SQS queue until they are
// replayed.
package deadletter
