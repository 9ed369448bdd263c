// Package awsx stands in for the official awsx 2.22.0 provider, which runs on Node.js: it
// constructs the children of awsx:ec2:Vpc with the same names, parents, inputs and
// dependencies as the official one, for the arguments that this project uses. Any other
// argument is refused by name rather than ignored.
//
// What the official provider does was recorded from it; testdata/ holds the facts.
package awsx
