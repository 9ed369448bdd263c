// Package release is the command that brings an image from a commit to its users. The pipeline's builds run it: the
// buildspecs below delivery/buildspec only call it. Its rollout is also for people: whoever has run pulumi up by hand
// calls it next.
//
// It calls the aws, docker, pulumi and go commands that it finds on the PATH.
package release
