// Package awsapi opens AWS for commands that look and change nothing. What it opens refuses
// every operation that is not one of reading, so that a command cannot change anything by
// mistake, and tells which IAM actions were used.
package awsapi
