// Package programs has AWS programs as others write them: their own names, habits and tags, none
// of this project's components and configuration. What the policy pack says to them is held by the
// tests beside it. A program whose name ends in Careful is what a careful team makes of the first.
package programs
