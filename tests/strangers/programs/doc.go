// Package programs holds AWS programs as others write them: their own names, habits and tags,
// without this project's components and configuration, of which it imports nothing. The tests
// beside it check the policy pack's findings on them. A program whose name ends in Careful is a
// careful team's version of the other.
package programs
