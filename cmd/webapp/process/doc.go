// Package process runs the programs that commands call: pulumi, go, git, docker, aws, and webapp itself. What they
// print is progress, and goes to standard error, unless a command wants it.
package process
