// Package cloud holds the state of one simulated AWS account: what exists there, independent of
// what Pulumi believes exists. It knows nothing of the behaviour of resource types: package
// catalog does.
//
// The state is a journal of one JSON document per line, appended to with every change. It
// survives the process being killed at any point, and another process (a preview after an up,
// or during one) sees what the first has done. Values that the program marked as secret never
// reach the journal.
//
// Tests can change the cloud behind Pulumi's back: [Cloud.Edit] causes drift, [Cloud.Remove]
// loses a resource, and [Cloud.Orphans] finds resources that nobody manages any more.
package cloud
