// Package testruntime runs a built Lambda function the way AWS does: as a process that asks the
// Lambda runtime API for events. Tests use it to check the very program that is deployed.
//
// The API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
package testruntime
