// Package outcome has the finding of one check of a stack, as webapp preflight and webapp verify report it, and prints
// findings as a table. What is checked, and what follows from a finding, lives with the two. It imports internal/table.
package outcome
