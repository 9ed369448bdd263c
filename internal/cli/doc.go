// Package cli holds what the project's commands have in common: how they are called, what they print where, and how
// they end. Results go to standard output, everything else to standard error. It knows nothing of stacks or AWS, and
// imports no package of ours but the one for tables.
package cli
