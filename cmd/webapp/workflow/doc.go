// Package workflow has the commands that run the Pulumi CLI on a stack, with all that belongs to it: preview, drift and
// deploy. The GitHub Actions workflows only call them, so that all of it can be run and tested without GitHub.
package workflow
