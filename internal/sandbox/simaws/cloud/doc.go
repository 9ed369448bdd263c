// Package cloud is the state of one simulated AWS account: what exists there, apart from
// what Pulumi believes exists.
//
// The state is a journal of one JSON document per line, appended to with every change,
// so that it survives the process being killed at any point, and so that another process
// (a preview after an up, or a preview during one) sees what the first has done. Values
// that the program marked as secret never reach the journal.
//
// Tests, and whoever wants to see how the program copes, can change the cloud behind
// Pulumi's back: [Cloud.Edit] makes drift, [Cloud.Remove] loses a resource, and
// [Cloud.Orphans] finds what nobody manages any more.
package cloud
