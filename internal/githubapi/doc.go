// Package githubapi keeps one comment on a pull request and one issue up to date. It finds them
// by an invisible marker in their first line and replaces their text. It imports nothing of
// this project.
//
// Calls that GitHub fails to answer are repeated. A token that may not write, such as that of a
// pull request from a fork, gets [ErrForbidden]; the caller can write into the job's summary
// instead. No error contains the token.
package githubapi
