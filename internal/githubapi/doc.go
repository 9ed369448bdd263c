// Package githubapi keeps one comment on a pull request and one issue up to date: what is
// written again replaces what was there, found by an invisible marker in its first line.
//
// Calls that GitHub fails to answer are repeated. Whoever may not write, as the token of a
// pull request from a fork, gets [ErrForbidden] and can write into the job's summary instead.
// The token appears in no error.
package githubapi
