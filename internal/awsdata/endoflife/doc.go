// Package endoflife is the one table of the names that AWS ends, and when: engine versions,
// runtimes, certificate authorities and build images. It has no clock. A name counts as ended
// if it had ended on the day of the last review ([Reviewed]), so the passing of time neither
// changes what configuration refuses nor makes a test fail; `make freshness` compares the table
// with today.
//
// To bring it up to date: look at the sources, correct the rows, and set Reviewed.
package endoflife
