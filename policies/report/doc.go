// Package report turns the evidence of policy runs into reports: SARIF for code scanning, JUnit
// for pipelines, JSON for programs and an HTML page for auditors. It judges nothing. Of this
// project it imports only other parts of policies.
package report
