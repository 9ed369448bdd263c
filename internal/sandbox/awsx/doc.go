// Package awsx stands in for the official awsx 2.22.0 provider, which runs on Node.js: it
// constructs the children of awsx:ec2:Vpc with the same names, parents, inputs and
// dependencies as the official one, for the arguments that this project uses. Any other
// argument is refused by name rather than ignored.
//
// The behaviour of the official provider was recorded; testdata/ holds the recordings. The
// package imports internal/sandbox/attach and no other part of the sandbox.
package awsx
