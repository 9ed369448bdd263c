// Package golden compares the output of code with a file that was reviewed. Every package that imports it has the
// flag -update, which rewrites the files instead. It imports nothing of this project, so that all tests may use it.
package golden
