// Package awsapi opens AWS for commands. What it opens refuses every operation that is neither one of
// reading nor among those that the command says it needs, so that it cannot change anything else by
// mistake, and tells which IAM actions were used.
package awsapi
