// Package plural writes a number of things as people do: "1 zone", "2 zones". Other wording stays where it is used. It
// imports nothing of ours, and any package may import it.
package plural
