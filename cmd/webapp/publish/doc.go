// Package publish is the command that puts a report where people see it: into the one comment of a stack on a pull
// request, which it updates, or into the one issue about a stack's drift, which it opens, updates and closes.
//
// It runs in a job of GitHub Actions, whose environment names the repository, the pull request and the API. The token
// comes from GITHUB_TOKEN and is never shown. If it may not comment (a pull request from a fork), or there is nothing
// to comment on (a merge queue), the report goes into the job's summary. A drift issue has no such way out: nobody
// would hear of the drift.
package publish
