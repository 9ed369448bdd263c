// Package report turns a preview, judged, into what people and programs read: Markdown for one
// comment on a pull request, JSON, and SARIF for code scanning.
//
// Everything in a report may have been written by whoever proposed the change: names,
// messages of policies, errors of the program. It is shown as text and never as markup.
package report
