// Package report turns a judged preview into reports: Markdown for one comment on a pull
// request, JSON for programs, and SARIF for code scanning. Package risk does the judging. It
// calls neither AWS nor GitHub.
//
// Everything in a report may come from the author of the proposed change: names, messages of
// policies, errors of the program. It is shown as text and never as markup.
package report
