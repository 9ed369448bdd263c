// Package outputs gives commands the outputs of a stack: from a file, or by asking the Pulumi CLI.
package outputs
